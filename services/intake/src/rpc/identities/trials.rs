//! Trials of rules as their contract has them.

use std::sync::Arc;

use futures::{
    Stream, StreamExt, future,
    stream::{self, try_unfold},
};
use ids::IdentityId;
use matching::{
    model::Model,
    trial::{Change, Changed, Sample},
};
use proto::intake::v1;
use rpc::decode::{Fields, Invalid};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::{super::convert::printed, encode, status};
use crate::{
    app::{
        App,
        try_rules::{Progress, Report, Tried, Trying, try_rules},
    },
    error::Error,
};

/// Several times what a text of rules takes.
const RULES_MAX: usize = 64 * 1024;
const SAMPLES: i32 = 10;
const SAMPLES_MAX: i32 = 100;

pub(super) struct TryRules {
    model: Model,
    samples_max: usize,
}

pub(super) fn decode(request: &v1::TryRulesRequest) -> Result<TryRules, Invalid> {
    let mut fields = Fields::new();
    let text = fields.require(
        "rules",
        Some(&request.rules).filter(|text| !text.is_empty()),
    );
    let text = text.and_then(|text| {
        fields
            .within("rules", text.len(), &(1..=RULES_MAX))
            .map(|_| text)
    });
    let model = text.and_then(|text| fields.read("rules", Model::parse(text)));
    let samples = match request.samples_max {
        0 => SAMPLES,
        samples => samples,
    };
    let samples = fields.within("samples_max", samples, &(1..=SAMPLES_MAX));
    fields.finish(|| {
        Some(TryRules {
            model: model?,
            samples_max: usize::try_from(samples?).ok()?,
        })
    })
}

/// Where a trial stands between two responses.
enum Stage {
    Asked(TryRules),
    Begun(Trying),
    Over,
}

/// Nothing is done but for a response that is waited for: whoever hangs up stops it.
pub(super) fn progress(
    app: Arc<App>,
    cmd: TryRules,
    draining: CancellationToken,
) -> impl Stream<Item = Result<v1::TryRulesResponse, Status>> + Send {
    let stopped = draining.clone();
    let told = try_unfold((app, Stage::Asked(cmd)), |(app, stage)| async move {
        let trying = match stage {
            Stage::Asked(cmd) => try_rules(&app, cmd.model, cmd.samples_max).await,
            Stage::Begun(trying) => trying.go_on(&app).await,
            Stage::Over => return Ok(None),
        };
        let trying = trying.map_err(status)?;
        let (told, stage) = match trying.progress() {
            progress if progress.done => (response(progress), Stage::Over),
            progress => (response(progress), Stage::Begun(trying)),
        };
        Ok(Some((told, (app, stage))))
    });
    // A caller must not take an early end for the report.
    let cut = stream::once(future::lazy(move |_| stopped.is_cancelled()));
    let cut = cut.filter_map(|cut| future::ready(cut.then(|| Err(status(Error::Interrupted)))));
    told.take_until(draining.cancelled_owned()).chain(cut)
}

fn response(progress: &Progress) -> v1::TryRulesResponse {
    v1::TryRulesResponse {
        examined: count(progress.report.examined),
        total: progress.total,
        report: progress
            .done
            .then(|| report(&progress.report, progress.unreadable)),
    }
}

fn report(report: &Report, unreadable: i64) -> v1::RuleTrial {
    v1::RuleTrial {
        rules: report.rules.clone(),
        examined: count(report.examined),
        unchanged: count(report.unchanged),
        unreadable,
        changes: report.changed.iter().map(change).collect(),
    }
}

fn change(changed: &Changed<Tried, IdentityId>) -> v1::RuleTrialChange {
    let kind = match changed.change {
        Change::WouldJoin => v1::RuleTrialChangeKind::WouldJoin,
        Change::WouldPart => v1::RuleTrialChangeKind::WouldPart,
        Change::WouldAsk => v1::RuleTrialChangeKind::WouldAsk,
        Change::WouldNoLongerAsk => v1::RuleTrialChangeKind::WouldNoLongerAsk,
        Change::Otherwise => v1::RuleTrialChangeKind::Otherwise,
    };
    v1::RuleTrialChange {
        kind: kind.into(),
        count: count(changed.count),
        samples: changed.samples.iter().map(sample).collect(),
    }
}

fn sample(sample: &Sample<Tried, IdentityId>) -> v1::RuleTrialSample {
    let (submission, lead) = sample.id;
    v1::RuleTrialSample {
        submission_id: submission.to_string(),
        lead_id: printed(lead),
        then: Some(encode::why(&sample.then)),
        now: Some(encode::why(&sample.now)),
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
