//! Whose timeline something is in, whatever comes first.

use ids::{ContractId, DealId, ParticipantId};
use messaging::RawEvent;
use proto::{
    campaigns::v1::ParticipantRecorded,
    contracts::v1::ContractRecorded,
    customers::v1 as pb,
    deals::v1::{DealRecorded, DealWon},
};

use crate::{
    fixture::{bases, event, person},
    journeys::Journey,
    links::link,
    timeline::{codes, settle_all, start},
};

#[tokio::test]
async fn what_came_before_its_person_shows_as_soon_as_it_is_linked() {
    for base in bases().await {
        let journey = Journey::won(start());
        let anna = base.record(person("Anna")).await.person_id;
        let berta = base.record(person("Berta")).await.person_id;
        // The whole of it, but not whose it is.
        let own = |event: &&RawEvent| {
            ![
                "Qualified",
                "Signed",
                "DealRecorded",
                "SurveyAnswered",
                "Referral",
                "Consent",
            ]
            .iter()
            .any(|kind| event.kind.contains(kind))
        };
        let events: Vec<RawEvent> = journey.events.iter().filter(own).cloned().collect();
        settle_all(&base, &events).await;
        assert!(codes(&base, &anna).await.is_empty(), "{}", base.label);
        link(&base, &anna, &journey.lead).await.unwrap();
        let shown = codes(&base, &anna).await;
        // Contract, deal and participant hang on the lead, some of them over one another.
        for code in [
            "participation.potential",
            "lead_created",
            "deal_won",
            "contract_sent",
        ] {
            assert!(shown.iter().any(|it| it == code), "{}: {code}", base.label);
        }
        assert_eq!(shown.len(), journey.codes.len() - 5, "{}", base.label);
        let unlinked = pb::UnlinkLeadRequest {
            person_id: anna.clone(),
            lead_id: journey.lead.clone(),
        };
        base.client().unlink_lead(unlinked).await.unwrap();
        assert!(codes(&base, &anna).await.is_empty(), "{}", base.label);
        link(&base, &berta, &journey.lead).await.unwrap();
        assert_eq!(codes(&base, &berta).await, shown, "{}", base.label);
    }
}

/// An event of this revision says whose a deal, a participant and a contract is.
fn belongs(ids: &[String; 3], person: &str, revision: i64) -> [RawEvent; 3] {
    let [deal, participant, contract] = ids.clone();
    let person_id = person.to_owned();
    let deal = DealRecorded {
        deal_id: deal,
        person_id: person_id.clone(),
        ..DealRecorded::default()
    };
    let participant = ParticipantRecorded {
        participant_id: participant,
        person_id: person_id.clone(),
        status: "actual".to_owned(),
        ..ParticipantRecorded::default()
    };
    let contract = ContractRecorded {
        contract_id: contract,
        person_id,
        ..ContractRecorded::default()
    };
    [
        event(&deal, &deal.deal_id, revision),
        event(&participant, &participant.participant_id, revision),
        event(&contract, &contract.contract_id, revision),
    ]
}

#[tokio::test]
async fn the_latest_word_on_whose_something_is_counts_in_any_order() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let berta = base.record(person("Berta")).await.person_id;
        let ids = [
            DealId::generate().to_string(),
            ParticipantId::generate().to_string(),
            ContractId::generate().to_string(),
        ];
        let won = DealWon {
            deal_id: ids[0].clone(),
            ..DealWon::default()
        };
        base.settle_twice(&[event(&won, &won.deal_id, 2)]).await;
        base.settle_twice(&belongs(&ids, &berta, 5)).await;
        base.settle_twice(&belongs(&ids, &anna, 4)).await;
        assert!(codes(&base, &anna).await.is_empty(), "{}", base.label);
        // Each record of a participation is an entry, whoever the participant turned out to be.
        let mut found = codes(&base, &berta).await;
        found.sort();
        let expected = ["deal_won", "participation.actual", "participation.actual"];
        assert_eq!(found, expected, "{}", base.label);
        base.settle_twice(&belongs(&ids, "", 6)).await;
        assert!(codes(&base, &berta).await.is_empty(), "{}", base.label);
    }
}
