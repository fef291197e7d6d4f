//! The services of costs, files and plans, and the amounts that they speak of.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use prost_types::Timestamp;
use proto::{
    campaigns::v1::{
        self as pb, costs_service_server::CostsServiceServer,
        files_service_server::FilesServiceServer, plans_service_server::PlansServiceServer,
    },
    types::v1 as types,
};
use rpc::decode::Fields;
use tonic::service::Routes;

use super::{Rpc, convert};
use crate::{
    app::App,
    domain::money::Money,
    reading::{Outcome, Verdict},
};

/// An imported file of 5 MB, and what is around it.
const REQUEST_MAX: usize = 6 << 20;

/// Adds the services to those of the process.
pub fn add(routes: Routes, app: &Arc<App>) -> Routes {
    let costs = CostsServiceServer::new(Rpc(app.clone()));
    let plans = PlansServiceServer::new(Rpc(app.clone()));
    routes
        .add_service(costs.max_decoding_message_size(REQUEST_MAX))
        .add_service(plans.max_decoding_message_size(REQUEST_MAX))
        .add_service(FilesServiceServer::new(Rpc(app.clone())))
}

/// An amount that may be absent.
#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three things"
)]
pub(super) fn read_money(
    fields: &mut Fields,
    field: &str,
    money: Option<&types::Money>,
) -> Option<Option<Money>> {
    match money {
        None => Some(None),
        Some(money) => fields
            .read(field, Money::try_new(money.minor, &money.currency))
            .map(Some),
    }
}

/// Like [`read_money`], and not negative.
#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three things"
)]
pub(super) fn read_price(
    fields: &mut Fields,
    field: &str,
    money: Option<&types::Money>,
) -> Option<Option<Money>> {
    let money = read_money(fields, field, money)?;
    if money.as_ref().is_some_and(|money| money.minor() < 0) {
        fields.wrong(field, "OUT_OF_RANGE", "is negative");
        return None;
    }
    Some(money)
}

/// First day and the day after the last one; both are required.
pub(super) fn read_period(
    fields: &mut Fields,
    starts_at: Option<&Timestamp>,
    ends_at: Option<&Timestamp>,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let starts_at = required(fields, "starts_at", starts_at);
    let ends_at = required(fields, "ends_at", ends_at);
    let (starts_at, ends_at) = (starts_at?, ends_at?);
    if ends_at <= starts_at {
        fields.wrong("ends_at", "OUT_OF_RANGE", "is not after the start");
        return None;
    }
    Some((starts_at, ends_at))
}

fn required(fields: &mut Fields, field: &str, value: Option<&Timestamp>) -> Option<DateTime<Utc>> {
    let value = fields.require(field, value)?;
    convert::instant(fields, field, Some(value))?
}

pub(crate) fn money(money: &Money) -> types::Money {
    types::Money {
        minor: money.minor(),
        currency: money.currency().to_owned(),
    }
}

/// Sums by currency.
pub(super) fn sums(sums: &[(String, i64)]) -> Vec<types::Money> {
    let sum = |(currency, minor): &(String, i64)| types::Money {
        minor: *minor,
        currency: currency.clone(),
    };
    sums.iter().map(sum).collect()
}

/// Sums divided by a number, rounded half to even; none by nothing.
pub(super) fn divided(sums: &[(String, i64)], by: i64) -> Vec<types::Money> {
    let share = |(currency, minor): &(String, i64)| {
        let minor = crate::domain::money::share(*minor, 1, by)?;
        let currency = currency.clone();
        Some(types::Money { minor, currency })
    };
    sums.iter().filter_map(share).collect()
}

/// Verdicts on the rows of a file, and how many there are of each.
pub(super) struct Imported {
    pub(super) rows: Vec<pb::ImportedRow>,
    pub(super) created: i32,
    pub(super) known: i32,
    pub(super) rejected: i32,
}

pub(super) fn imported(outcomes: Vec<Outcome>) -> Imported {
    let mut imported = Imported {
        rows: Vec::with_capacity(outcomes.len()),
        created: 0,
        known: 0,
        rejected: 0,
    };
    for outcome in outcomes {
        let (verdict, id, problems) = match outcome.verdict {
            Verdict::Created(id) => {
                imported.created += 1;
                (pb::ImportVerdict::Created, id, Vec::new())
            }
            Verdict::Known(id) => {
                imported.known += 1;
                (pb::ImportVerdict::Known, id, Vec::new())
            }
            Verdict::Rejected(problems) => {
                imported.rejected += 1;
                (pb::ImportVerdict::Rejected, String::new(), problems)
            }
        };
        let problems = problems.into_iter().map(|it| pb::ImportProblem {
            field: it.field,
            reason: it.reason,
            description: it.description,
        });
        imported.rows.push(pb::ImportedRow {
            line: i64::try_from(outcome.line).unwrap_or(i64::MAX),
            verdict: verdict.into(),
            id,
            problems: problems.collect(),
        });
    }
    imported
}
