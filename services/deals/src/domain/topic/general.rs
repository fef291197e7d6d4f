//! The topic that an installation starts with.

use ids::TopicId;
use uuid::Uuid;

use super::{Percent, Stage, Stages, Topic};
use crate::domain::code::Code;
use crate::domain::gate::Requirement;

impl Topic {
    /// Its id, the same in every installation.
    pub const GENERAL: TopicId =
        TopicId::from_uuid(Uuid::from_u128(0x0198_c2f0_5c00_7000_8000_0000_0000_0001));

    /// A topic for whatever is sold: need, offer, negotiation, agreement.
    ///
    /// `None` would mean that a code below is none, which a test rules out.
    pub fn general() -> Option<Self> {
        let stages = vec![
            stage("need", "Need", 10, 14, vec![])?,
            stage("offer", "Offer", 30, 14, vec![Requirement::SaleObject])?,
            stage(
                "negotiation",
                "Negotiation",
                60,
                30,
                vec![Requirement::Amount],
            )?,
            stage(
                "agreement",
                "Agreement",
                90,
                14,
                vec![Requirement::Person, Requirement::ExpectedClose],
            )?,
        ];
        Some(Self {
            id: Self::GENERAL,
            revision: 1,
            code: Code::try_new("general").ok()?,
            name: "General".to_owned(),
            stages: Stages::try_new(stages).ok()?,
            is_default: true,
        })
    }
}

fn stage(
    code: &str,
    name: &str,
    probability: i32,
    limit_days: u16,
    gate: Vec<Requirement>,
) -> Option<Stage> {
    Some(Stage {
        code: Code::try_new(code).ok()?,
        name: name.to_owned(),
        probability: Percent::try_new(probability)?,
        limit_days: Some(limit_days),
        gate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_starts_with_a_topic() {
        let topic = Topic::general().unwrap();
        let codes: Vec<_> = topic
            .stages
            .iter()
            .map(|stage| stage.code.to_string())
            .collect();
        assert_eq!(codes, ["need", "offer", "negotiation", "agreement"]);
        assert!(topic.is_default);
    }
}
