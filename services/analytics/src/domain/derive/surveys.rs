//! Answers to surveys.

use std::collections::BTreeMap;

use super::{Desk, book::age, day, printed};
use crate::domain::{
    fact::{Fact, What},
    figures::cells::Survey,
};

pub(super) fn derive(facts: &[Fact], desk: &mut Desk<'_>) {
    let mut answers = BTreeMap::new();
    for fact in facts {
        if let What::SurveyAnswered {
            answer,
            campaign,
            recommends,
            answered_at,
            ..
        } = &fact.what
        {
            let told = (age(fact, 0), *campaign, *answered_at, *recommends);
            let newest = answers.entry(*answer).or_insert(told);
            *newest = told.max(*newest);
        }
    }
    for (_, campaign, answered_at, recommends) in answers.into_values() {
        let within = |from: i32, to: i32| {
            i64::from(recommends.is_some_and(|recommends| (from..=to).contains(&recommends)))
        };
        desk.cell(Survey {
            day: day(answered_at),
            campaign: printed(Some(campaign)),
            answers: 1,
            promoters: within(9, 10),
            passives: within(7, 8),
            detractors: within(0, 6),
        });
    }
}
