//! Rematches as their contract has them.

use ids::RematchId;
use proto::{convert::timestamp, intake::v1};

use super::super::{
    convert::{optional, printed},
    decode,
};
use crate::{
    domain::rematch::{Rematch, State},
    error::Error,
};

/// Stands for the rematch that was started last: a path has room for no empty name.
const LATEST: &str = "latest";

/// None is the one that was started last.
pub(super) fn decode_latest(id: &str) -> Result<Option<RematchId>, Error> {
    match id {
        "" | LATEST => Ok(None),
        id => decode::id("rematch_id", id).map(Some),
    }
}

pub(super) fn encode(rematch: &Rematch) -> v1::Rematch {
    let state = match rematch.state {
        State::Running => v1::RematchState::Running,
        State::Paused => v1::RematchState::Paused,
        State::Done => v1::RematchState::Done,
        State::Cancelled => v1::RematchState::Cancelled,
    };
    let tally = &rematch.tally;
    v1::Rematch {
        rematch_id: rematch.id.to_string(),
        rules: rematch.rules.clone(),
        state: state.into(),
        total: rematch.total,
        examined: tally.examined,
        linked: tally.linked,
        asked: tally.asked,
        would_part: tally.would_part,
        would_part_submission_ids: tally.parting.iter().map(ToString::to_string).collect(),
        errors: tally.errors,
        started_by: printed(rematch.started_by),
        started_at: Some(timestamp(rematch.started_at)),
        updated_at: Some(timestamp(rematch.updated_at)),
        finished_at: optional(rematch.finished_at),
    }
}
