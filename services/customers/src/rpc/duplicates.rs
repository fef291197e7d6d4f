//! The review queue over gRPC: what is asked, and what is answered.

use std::collections::BTreeMap;

use ids::{MergeBatchId, PersonId, StaffId};
use matching::explain::Weight;
use proto::{convert::timestamp, customers::v1 as pb};
use rpc::{
    decode::{Fields, Invalid},
    page,
};
use serde_json::Value as Json;

use super::convert;
use crate::{
    app::{
        App,
        decide_duplicate::{DecideDuplicate, Decision},
        scan_duplicates::ScanDuplicates,
    },
    domain::{
        duplicate::{Duplicate, Pair, State},
        person::Person,
        scan::{self, Bulk, Scan},
    },
    error::Error,
    store::{
        duplicates::{self, Cursor},
        persons,
    },
};

const NOTE: usize = 2_000;

/// What a scan may merge by itself is at least so probable.
const LEAST_PPM: i64 = 900_000;

pub(super) fn scan_duplicates(
    request: &pb::ScanDuplicatesRequest,
    by: Option<StaffId>,
) -> Result<ScanDuplicates, Invalid> {
    let mut fields = Fields::new();
    let batch = fields.parse_optional("batch_id", &request.batch_id);
    let from_ppm = match request.merge_from_ppm {
        0 => Some(None),
        ppm => {
            let within = fields.within("merge_from_ppm", ppm, &(LEAST_PPM..=1_000_000));
            within.map(Some)
        }
    };
    if request.dry_run && request.merge_from_ppm == 0 {
        fields.wrong("merge_from_ppm", "REQUIRED", "is required");
    }
    fields.finish(|| {
        let batch = batch?.unwrap_or_else(MergeBatchId::generate);
        let bulk = from_ppm?.map(|from_ppm| Bulk {
            from_ppm,
            batch: (!request.dry_run).then_some(batch),
        });
        Some(ScanDuplicates { bulk, by })
    })
}

pub(super) fn decide(
    request: &pb::DecideDuplicateRequest,
    by: Option<StaffId>,
) -> Result<DecideDuplicate, Invalid> {
    let mut fields = Fields::new();
    let one = fields.parse("one_id", &request.one_id);
    let other = fields.parse("other_id", &request.other_id);
    let note = fields.text_optional("note", &request.note, NOTE);
    let decision = decision(&mut fields, request);
    fields.finish(|| {
        Some(DecideDuplicate {
            pair: Pair::new(one?, other?),
            decision: decision?,
            note: note?.unwrap_or_default(),
            by,
        })
    })
}

fn decision(fields: &mut Fields, request: &pb::DecideDuplicateRequest) -> Option<Decision> {
    match request.decision() {
        pb::DuplicateState::Same => {
            let merge = fields.parse("merge_id", &request.merge_id)?;
            Some(Decision::Same(merge))
        }
        pb::DuplicateState::Different => Some(Decision::Different),
        pb::DuplicateState::Skipped => Some(Decision::Skip),
        _ => fields.require("decision", None),
    }
}

pub(super) async fn list(
    app: &App,
    request: pb::ListDuplicatesRequest,
) -> Result<pb::ListDuplicatesResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = page::decode(&request.page_token)?;
    let states: &[State] = match request.state() {
        pb::DuplicateState::Unspecified => &[State::Open, State::Skipped],
        pb::DuplicateState::Open => &[State::Open],
        pb::DuplicateState::Same => &[State::Same],
        pb::DuplicateState::Different => &[State::Different],
        pb::DuplicateState::Skipped => &[State::Skipped],
    };
    let db = app.outbox.database().reader();
    let rows = duplicates::page(db, states, after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |(it, _)| Cursor {
        place: it.place,
        one: it.pair.one.uuid(),
        other: it.pair.other.uuid(),
    });
    let both = rows.iter().flat_map(|(it, _)| [it.pair.one, it.pair.other]);
    let persons = persons::find_all(db, both).await?;
    let persons: BTreeMap<PersonId, Person> = persons.into_iter().map(|it| (it.id, it)).collect();
    let duplicate = |(row, why): &(Duplicate, Json)| pb::Duplicate {
        one: persons.get(&row.pair.one).map(convert::person),
        other: persons.get(&row.pair.other).map(convert::person),
        evidence: evidence(why),
        bar: bar(why),
        ..duplicate(row)
    };
    Ok(pb::ListDuplicatesResponse {
        duplicates: rows.iter().map(duplicate).collect(),
        next_page_token,
    })
}

/// Without the persons and the evidence.
pub(super) fn duplicate(row: &Duplicate) -> pb::Duplicate {
    let state = match row.state {
        State::Open => pb::DuplicateState::Open,
        State::Same => pb::DuplicateState::Same,
        State::Different => pb::DuplicateState::Different,
        State::Skipped => pb::DuplicateState::Skipped,
    };
    pb::Duplicate {
        one_id: row.pair.one.to_string(),
        other_id: row.pair.other.to_string(),
        state: state.into(),
        probability_ppm: row.probability_ppm,
        rules: row.rules.clone(),
        found_at: Some(timestamp(row.found_at)),
        decided_by: row.decided_by.map(|id| id.to_string()).unwrap_or_default(),
        decided_at: row.decided_at.map(timestamp),
        ..pb::Duplicate::default()
    }
}

/// The contributions of a stored explanation; of another shape, none.
fn evidence(why: &Json) -> Vec<pb::Evidence> {
    let weights = why.pointer("/scores/0/contributions").cloned();
    let weights = weights.and_then(|weights| serde_json::from_value::<Vec<Weight>>(weights).ok());
    let evidence = |weight: Weight| pb::Evidence {
        feature: weight.feature,
        level: weight.level,
        millibits: weight.millibits,
    };
    weights
        .unwrap_or_default()
        .into_iter()
        .map(evidence)
        .collect()
}

fn bar(why: &Json) -> String {
    let bar = why.pointer("/scores/0/bar").and_then(Json::as_str);
    bar.unwrap_or_default().to_owned()
}

pub(super) fn scan(scan: &Scan) -> pb::DuplicateScan {
    let state = match scan.state {
        scan::State::Never => pb::DuplicateScanState::Never,
        scan::State::Running => pb::DuplicateScanState::Running,
        scan::State::Done => pb::DuplicateScanState::Done,
    };
    let batch = scan.bulk.and_then(|bulk| bulk.batch);
    pb::DuplicateScan {
        state: state.into(),
        scanned: scan.scanned,
        total: scan.total,
        found: scan.found,
        started_by: scan.started_by.map(|id| id.to_string()).unwrap_or_default(),
        started_at: scan.started_at.map(timestamp),
        ended_at: scan.ended_at.map(timestamp),
        merge_from_ppm: scan.bulk.map_or(0, |bulk| bulk.from_ppm),
        dry_run: scan.bulk.is_some_and(|bulk| bulk.batch.is_none()),
        batch_id: batch.map(|id| id.to_string()).unwrap_or_default(),
        merged: scan.merged,
    }
}
