//! The stream of a scan: records in, predictions out, in the order of the records.

use std::{sync::Arc, time::Duration};

use futures::{Stream, StreamExt, TryStreamExt, stream};
use proto::intake::v1::{self, ScanLeadsRequest, ScanLeadsResponse, scan_leads_response::Answer};
use rpc::Failure as _;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::{
    super::{
        convert::{flags, printed, verdict},
        status,
    },
    encode,
};
use crate::{
    app::{
        App,
        capture::scan::{Candidate, Predicted, Scanned, Summary},
        scan_leads::ScanLeads,
    },
    domain::reason::Reason,
    error::Error,
};

/// Records that are judged together at most: what has come by then, nobody waits for more.
const CHUNK: usize = 256;
/// A sender that is silent for so long has gone, and others may scan.
const SILENCE: Duration = Duration::from_mins(2);

/// What would become of each record, and the summary.
pub(super) fn answers(
    app: Arc<App>,
    scan: ScanLeads,
    records: Streaming<ScanLeadsRequest>,
    draining: CancellationToken,
) -> impl Stream<Item = Result<ScanLeadsResponse, Status>> + Send {
    let stopped = draining.clone();
    let records = records.take_until(draining.cancelled_owned());
    let under_way = Some((scan, records.ready_chunks(CHUNK).boxed()));
    let rounds = stream::try_unfold(under_way, move |under_way| {
        let (app, stopped) = (Arc::clone(&app), stopped.clone());
        async move {
            let Some((mut scan, mut chunks)) = under_way else {
                return Ok(None);
            };
            let chunk = timeout(SILENCE, chunks.next()).await;
            let chunk = chunk.map_err(|_| status(Error::ScanSilent))?;
            let Some(chunk) = chunk else {
                // A sender must not take an early end for the end of its records.
                if stopped.is_cancelled() {
                    return Err(status(Error::Interrupted));
                }
                return Ok(Some((vec![summary(&scan.summary())], None)));
            };
            let leads = chunk.into_iter().map(|it| Ok(it?.lead.unwrap_or_default()));
            let leads: Vec<_> = leads.collect::<Result<_, Status>>()?;
            let scanned = scan.next(&app, &leads).await.map_err(status)?;
            let answers = scanned.iter().map(lead).collect();
            Ok(Some((answers, Some((scan, chunks)))))
        }
    });
    rounds
        .map_ok(|round: Vec<_>| stream::iter(round).map(Ok))
        .try_flatten()
}

fn lead(scanned: &Scanned) -> ScanLeadsResponse {
    let told = match &scanned.outcome {
        Ok(predicted) => accepted(predicted),
        Err(error) => v1::ScannedLead {
            problems: problems(error),
            ..v1::ScannedLead::default()
        },
    };
    let lead = v1::ScannedLead {
        index: scanned.index.into(),
        same_as: scanned.same_as.map(Into::into),
        ..told
    };
    ScanLeadsResponse {
        answer: Some(Answer::Lead(lead)),
    }
}

fn accepted(predicted: &Predicted) -> v1::ScannedLead {
    let receipt = &predicted.receipt;
    let candidates = predicted.candidates.iter();
    v1::ScannedLead {
        verdict: verdict(receipt.verdict).into(),
        reason: receipt
            .reason
            .map(Reason::code)
            .unwrap_or_default()
            .to_owned(),
        detail: receipt.detail.clone(),
        lead_id: printed(receipt.lead),
        identity_id: printed(predicted.identity),
        replayed: receipt.replayed,
        probability_ppm: encode::ppm(predicted.probability_ppm),
        candidates: candidates.map(|it| candidate(predicted, it)).collect(),
        flags: flags(&receipt.flags),
        ..v1::ScannedLead::default()
    }
}

fn candidate(predicted: &Predicted, candidate: &Candidate) -> v1::ScanCandidate {
    let scores = predicted.why.iter().flat_map(|why| &why.scores);
    let score = scores
        .filter(|score| score.person == candidate.person)
        .flat_map(encode::contributions);
    v1::ScanCandidate {
        identity_id: printed(Some(candidate.person).filter(|_| candidate.is_known)),
        lead_id: printed(candidate.lead),
        same_as: candidate.same_as.map(Into::into),
        probability_ppm: encode::ppm(candidate.probability_ppm),
        contributions: score.collect(),
    }
}

/// What is wrong with a record; what is no field's fault is that of its key.
fn problems(error: &Error) -> Vec<v1::ScanProblem> {
    let violations = error.violations();
    if violations.is_empty() {
        return vec![v1::ScanProblem {
            field: "lead.external_id".to_owned(),
            reason: error.reason().to_owned(),
            description: error.to_string(),
        }];
    }
    let problem = |it: rpc::Violation| v1::ScanProblem {
        field: it.field,
        reason: it.reason,
        description: it.description,
    };
    violations.into_iter().map(problem).collect()
}

fn summary(summary: &Summary) -> ScanLeadsResponse {
    let verdicts = summary.verdicts.iter();
    let verdicts = verdicts.map(|(found, records)| v1::VerdictCount {
        verdict: verdict(*found).into(),
        records: (*records).into(),
    });
    let summary = v1::ScanSummary {
        records: summary.records.into(),
        verdicts: verdicts.collect(),
        persons: summary.persons.into(),
        known_persons: summary.known.into(),
        unsure: summary.unsure.into(),
        bad: summary.bad.into(),
        replayed: summary.replayed.into(),
    };
    ScanLeadsResponse {
        answer: Some(Answer::Summary(summary)),
    }
}
