//! Costs of campaigns.

use super::{Desk, day, desk::sane, newest, printed};
use crate::domain::{
    fact::{Fact, Money, What},
    figures::{cells, records},
};

pub(super) fn derive<'a>(facts: &'a [Fact], desk: &mut Desk<'a>) {
    let costs = newest(facts, |what| match what {
        What::CostRecorded { cost, .. } => Some(cost.uuid()),
        _ => None,
    });
    for fact in costs {
        add(&fact.what, desk);
    }
}

fn add<'a>(what: &'a What, desk: &mut Desk<'a>) {
    let What::CostRecorded {
        cost,
        campaign,
        activity,
        channel,
        kind,
        line,
        planned,
        actual,
        planned_minutes,
        actual_minutes,
        spent_at,
        removed: false,
    } = what
    else {
        return;
    };
    let planned_worth = desk.worth(planned.as_ref(), *spent_at);
    let actual_worth = desk.worth(actual.as_ref(), *spent_at);
    desk.cell(cells::Cost {
        day: day(*spent_at),
        campaign: printed(Some(campaign)),
        activity: printed(activity.as_ref()),
        channel: channel.clone(),
        kind: kind.clone(),
        planned: planned_worth.value,
        actual: actual_worth.value,
        planned_minutes: sane(*planned_minutes),
        actual_minutes: sane(*actual_minutes),
        unconverted: planned_worth.missing + actual_worth.missing,
    });
    desk.record(records::Cost {
        id: cost.uuid(),
        campaign: printed(Some(campaign)),
        activity: printed(activity.as_ref()),
        channel: channel.clone(),
        kind: kind.clone(),
        line: line.clone(),
        spent_at: Some(*spent_at),
        planned_minor: minor(planned.as_ref()),
        planned_currency: currency(planned.as_ref()),
        planned: planned_worth.value,
        actual_minor: minor(actual.as_ref()),
        actual_currency: currency(actual.as_ref()),
        actual: actual_worth.value,
        planned_minutes: sane(*planned_minutes),
        actual_minutes: sane(*actual_minutes),
        converted: planned_worth.converted() && actual_worth.converted(),
    });
}

pub(super) fn minor(amount: Option<&Money>) -> i64 {
    amount.map_or(0, |amount| amount.minor)
}

pub(super) fn currency(amount: Option<&Money>) -> String {
    amount
        .map(|amount| amount.currency.clone())
        .unwrap_or_default()
}
