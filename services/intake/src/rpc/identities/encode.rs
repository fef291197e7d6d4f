//! Domain to contract.

use ids::IdentityId;
use matching::explain::Score;
use proto::{convert::timestamp, intake::v1};

use super::super::convert::{lead_card, optional, printed};
use crate::{
    app::explain::{Source, View, Why},
    app::links::submission_of,
    domain::identity::{Link, Review, ReviewState},
};

pub(super) fn why(why: &Why) -> v1::MatchExplanation {
    let scores = why.scores.iter().map(|score| v1::PersonScore {
        identity_id: score.person.to_string(),
        millibits: score.millibits,
        bar: score.bar.clone().unwrap_or_default(),
        contributions: contributions(score).collect(),
    });
    let contacts = why.contacts.iter().map(|contact| v1::ContactStanding {
        value: contact.value.clone(),
        standing: contact.standing.clone(),
    });
    v1::MatchExplanation {
        rules: why.rules.clone(),
        verdict: why.verdict.clone(),
        identity_ids: why.persons.iter().map(ToString::to_string).collect(),
        record: why.record.clone(),
        contacts: contacts.collect(),
        probability_ppm: ppm(why.probability_ppm),
        threshold_ppm: ppm(why.threshold_ppm),
        scores: scores.collect(),
    }
}

pub(super) fn contributions(score: &Score<IdentityId>) -> impl Iterator<Item = v1::Contribution> {
    let weights = score.contributions.iter();
    weights.map(|weight| v1::Contribution {
        feature: weight.feature.clone(),
        level: weight.level.clone(),
        millibits: weight.millibits,
    })
}

pub(super) fn link(link: &Link) -> v1::IdentityLink {
    v1::IdentityLink {
        link_id: link.id.to_string(),
        one_id: link.one.to_string(),
        other_id: link.other.to_string(),
        cause: link.cause.as_str().to_owned(),
        submission_id: printed(submission_of(link)),
        probability_ppm: link.probability_ppm.map_or(0, ppm),
        linked_by: printed(link.by),
        linked_at: Some(timestamp(link.at)),
        ended_at: optional(link.ended_at),
        ended_by: printed(link.ended_by),
    }
}

pub(super) fn view(view: &View) -> v1::IdentityView {
    let records = view.records.iter().map(|(source, identity, record)| {
        let source_id = match source {
            Source::Submission(id) => id.to_string(),
            Source::Card(id) => id.to_string(),
            Source::Person(id) => id.to_string(),
        };
        v1::ComparedRecord {
            source_id,
            identity_id: identity.to_string(),
            record: record.to_string(),
        }
    });
    v1::IdentityView {
        identity_id: view.head.to_string(),
        member_ids: view.members.iter().map(ToString::to_string).collect(),
        leads: view.leads.iter().map(lead_card).collect(),
        person_ids: view.persons.iter().map(ToString::to_string).collect(),
        records: records.collect(),
        links: view.links.iter().map(link).collect(),
    }
}

pub(super) fn effects(one: &View, other: &View) -> v1::ReviewEffects {
    let both =
        |count: fn(&View) -> usize| i32::try_from(count(one) + count(other)).unwrap_or(i32::MAX);
    v1::ReviewEffects {
        leads: both(|view| view.leads.len()),
        persons: both(|view| view.persons.len()),
        records: both(|view| view.records.len()),
    }
}

pub(super) fn review(review: &Review) -> v1::Review {
    let state = match review.state {
        ReviewState::Open => v1::ReviewState::Open,
        ReviewState::Skipped => v1::ReviewState::Skipped,
        ReviewState::Same => v1::ReviewState::Same,
        ReviewState::Different => v1::ReviewState::Different,
        ReviewState::Settled => v1::ReviewState::Settled,
    };
    v1::Review {
        review_id: review.id.to_string(),
        one_id: review.one.to_string(),
        other_id: review.other.to_string(),
        submission_id: printed(review.submission),
        probability_ppm: ppm(review.probability_ppm),
        state: state.into(),
        created_at: Some(timestamp(review.created_at)),
        decided_by: printed(review.decided_by),
        decided_at: optional(review.decided_at),
        note: review.note.clone(),
    }
}

/// Millionths, which are never more than a million.
pub(super) fn ppm(ppm: u32) -> i32 {
    i32::try_from(ppm).unwrap_or(i32::MAX)
}
