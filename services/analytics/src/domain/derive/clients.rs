//! Clients: who has, or had, a contract.

use std::collections::BTreeMap;

use ids::AnswerId;

use super::{
    Desk,
    book::{Age, Book, age},
    cases, count, printed,
};
use crate::domain::{
    fact::{Fact, What},
    figures::records::Client,
};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let signed = book.signings();
    let (Some(first), Some(last)) = (signed.first(), signed.last()) else {
        return;
    };
    let cases = cases::all(&book.journey.facts);
    let agent = signed.iter().rev().find_map(|contract| contract.agent());
    desk.record(Client {
        id: book
            .persons
            .first()
            .map_or(book.journey.id, |person| person.uuid()),
        first_signed_at: first.signed_at,
        last_signed_at: last.signed_at,
        contracts: count(signed.len()),
        active: count(
            signed
                .iter()
                .filter(|contract| contract.started_at.is_some() && contract.ended_at.is_none())
                .count(),
        ),
        value: signed.iter().map(|contract| contract.revenue().value).sum(),
        received: book
            .contracts
            .values()
            .map(|contract| contract.received().value)
            .sum(),
        touches: count(book.touches.len()),
        recommends: recommends(&book.journey.facts).unwrap_or(-1),
        referrals: brought(&book.journey.facts, false),
        rewarded: brought(&book.journey.facts, true),
        cases: count(cases.len()),
        open_cases: count(
            cases
                .values()
                .filter(|case| case.resolved_at.is_none())
                .count(),
        ),
        agent: printed(agent),
        channel: book.first_channel(first),
    });
}

/// The last answer to whether the client would recommend us.
fn recommends(facts: &[Fact]) -> Option<i64> {
    let mut answers: BTreeMap<AnswerId, (Age, clock::Timestamp, Option<i32>)> = BTreeMap::new();
    for fact in facts {
        if let What::SurveyAnswered {
            answer,
            recommends,
            answered_at,
            ..
        } = &fact.what
        {
            let told = (age(fact, 0), *answered_at, *recommends);
            let newest = answers.entry(*answer).or_insert(told);
            *newest = told.max(*newest);
        }
    }
    answers
        .into_iter()
        .filter_map(|(id, (_, at, recommends))| Some((at, id, recommends?)))
        .max()
        .map(|(_, _, recommends)| recommends.into())
}

/// How many the client has brought, or was rewarded for.
fn brought(facts: &[Fact], wanted: bool) -> i64 {
    let mut referrals: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact.what {
            What::ReferrerCounted {
                referral, rewarded, ..
            } if rewarded == wanted => Some(referral),
            _ => None,
        })
        .collect();
    referrals.sort_unstable();
    referrals.dedup();
    count(referrals.len())
}
