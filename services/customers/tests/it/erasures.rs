//! Persons that are erased: once, with all that is merged with them, and for ever.

use ids::{CaseId, ContractId, DealId, LeadId, PersonId};
use proto::{
    contracts::v1::{ContractEnded, ContractSigned},
    customers::v1::{self as pb, PersonErased, PersonRecorded},
    deals::v1::DealOpened,
    intake::v1::{LeadCreated, LeadErased, LeadQualified},
};
use rpc::Code;
use tonic::Status;

use crate::{
    fixture::{Base, bases, event, name, person, refused, staff, wrong},
    links::link,
    merges::{merge, request},
};

/// What no row may hold of somebody who was erased.
const WORD: &str = "kalnzars";

async fn erase(base: &Base, person: &str) -> Result<pb::Erasure, Status> {
    let request = pb::ErasePersonRequest {
        person_id: person.to_owned(),
        reason: "asked by letter".to_owned(),
        requested_at: None,
    };
    let answer = base.erasures().erase_person(request).await;
    answer.map(|it| it.into_inner().erasure.unwrap())
}

/// A person with the word in every field, and a second record that is merged with it.
async fn anna(base: &Base) -> [String; 2] {
    let words = |text: &str| format!("{text} {WORD}");
    let given = pb::Person {
        emails: vec![format!("anna@{WORD}.lv")],
        phones: vec!["+37120000001".to_owned()],
        tags: vec![words("vip")],
        attributes: [("hobby".to_owned(), words("chess"))].into(),
        ..person(&words("Anna"))
    };
    let anna = base.record(given).await.person_id;
    let double = base.record(person(&words("A."))).await.person_id;
    let merged = pb::MergePersonsRequest {
        note: words("same"),
        ..request(&anna, &double)
    };
    merge(base, &merged).await.unwrap();
    let consent = pb::RecordConsentRequest {
        person_id: anna.clone(),
        consent: Some(pb::Consent {
            channel: "email".to_owned(),
            contact: format!("anna@{WORD}.lv"),
            state: pb::ConsentState::Refused.into(),
            source: words("call"),
            proof: words("recording"),
            ..pb::Consent::default()
        }),
    };
    base.client().record_consent(consent).await.unwrap();
    let case = pb::Case {
        case_id: CaseId::generate().to_string(),
        person_id: double.clone(),
        step: "delivery".to_owned(),
        severity: "minor".to_owned(),
        text: words("late for"),
        ..pb::Case::default()
    };
    base.cases()
        .open_case(pb::OpenCaseRequest { case: Some(case) })
        .await
        .unwrap();
    [anna, double]
}

#[tokio::test]
async fn a_person_is_erased_once_with_all_its_records() {
    for base in bases().await {
        let [anna, double] = anna(&base).await;
        let boris = base.record(person("Boris")).await.person_id;
        let lead = LeadId::generate();
        link(&base, &double, &lead.to_string()).await.unwrap();
        let deal = DealOpened {
            deal_id: DealId::generate().to_string(),
            lead_id: lead.to_string(),
            title: format!("desks for {WORD}"),
            ..DealOpened::default()
        };
        base.settle(&event(&deal, &deal.deal_id, 1)).await;

        let erasure = erase(&base, &double).await.unwrap();
        assert_eq!(
            erasure.person_ids,
            [anna.clone(), double.clone()],
            "{}",
            base.label
        );
        assert_eq!(erasure.lead_ids, [lead.to_string()]);
        assert_eq!(erasure.erased_by, staff().to_string());
        assert_eq!(erase(&base, &anna).await.unwrap(), erasure, "twice is once");
        let places = testkit::places_of(base.app.outbox.database(), WORD).await;
        assert!(places.is_empty(), "{}: {places:?}", base.label);

        let told = base.announced::<PersonErased>().await;
        let [(1, told)] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!(told.person_ids, erasure.person_ids);
        assert_eq!((told.email_digests.len(), told.phone_digests.len()), (1, 1));
        let card = base.card(&anna).await;
        let shown = card.person.unwrap();
        assert_eq!(
            (shown.name.unwrap().full, shown.emails.len()),
            (String::new(), 0)
        );
        assert_eq!(shown.erased_at, erasure.erased_at);
        let consent = &card.consents[0];
        assert!(consent.contact.starts_with("sha256:"), "{consent:?}");
        assert_eq!(consent.state(), pb::ConsentState::Refused);
        assert_eq!(base.card(&boris).await.person.unwrap().erased_at, None);
    }
}

#[tokio::test]
async fn nothing_comes_back_whatever_comes_late() {
    for base in bases().await {
        let [anna, _] = anna(&base).await;
        let lead = LeadId::generate().to_string();
        link(&base, &anna, &lead).await.unwrap();
        erase(&base, &anna).await.unwrap();
        let hidden = LeadId::generate().to_string();
        let erased = LeadErased {
            lead_id: hidden.clone(),
            erased_at: None,
        };
        base.settle_twice(&[event(&erased, &hidden, 3)]).await;
        let deal = DealId::generate().to_string();
        for lead in [&lead, &hidden] {
            let created = LeadCreated {
                lead_id: lead.clone(),
                name: Some(name(&format!("Anna {WORD}"))),
                emails: vec![format!("anna@{WORD}.lv")],
                organisation: "Acme".to_owned(),
                ..LeadCreated::default()
            };
            let qualified = LeadQualified {
                lead_id: lead.clone(),
                person_id: PersonId::generate().to_string(),
                name: created.name.clone(),
                emails: created.emails.clone(),
                ..LeadQualified::default()
            };
            let opened = DealOpened {
                deal_id: deal.clone(),
                lead_id: lead.clone(),
                title: format!("for {WORD}"),
                ..DealOpened::default()
            };
            let events = [
                event(&qualified, lead, 2),
                event(&created, lead, 1),
                event(&opened, &deal, 1),
            ];
            base.settle_twice(&events).await;
        }
        let places = testkit::places_of(base.app.outbox.database(), WORD).await;
        assert!(places.is_empty(), "{}: {places:?}", base.label);
        for (_, told) in base
            .announced::<PersonRecorded>()
            .await
            .iter()
            .rev()
            .take(2)
        {
            assert_eq!(told.name.clone().unwrap().full, "", "{told:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_added_to_somebody_who_was_erased() {
    for base in bases().await {
        let [anna, _] = anna(&base).await;
        let boris = base.record(person("Boris")).await.person_id;
        erase(&base, &anna).await.unwrap();
        let gone = |result: Result<(), Status>| {
            let told = refused(result, Code::FailedPrecondition, "PERSON_ERASED");
            assert_eq!(told.metadata["person_id"], anna);
        };
        let update = pb::UpdatePersonRequest {
            person_id: anna.clone(),
            person: Some(person("Anna")),
        };
        gone(base.client().update_person(update).await.map(drop));
        gone(merge(&base, &request(&boris, &anna)).await.map(drop));
        let lead = LeadId::generate().to_string();
        gone(link(&base, &anna, &lead).await.map(drop));
        let case = pb::Case {
            case_id: CaseId::generate().to_string(),
            person_id: anna.clone(),
            step: "delivery".to_owned(),
            severity: "minor".to_owned(),
            text: "late".to_owned(),
            ..pb::Case::default()
        };
        let open = pb::OpenCaseRequest { case: Some(case) };
        gone(base.cases().open_case(open).await.map(drop));
    }
}

#[tokio::test]
async fn a_contract_in_force_keeps_its_person() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let contract = ContractId::generate().to_string();
        let signed = ContractSigned {
            contract_id: contract.clone(),
            person_id: anna.clone(),
            ..ContractSigned::default()
        };
        base.settle(&event(&signed, &contract, 3)).await;
        let told = refused(
            erase(&base, &anna).await,
            Code::FailedPrecondition,
            "CONTRACT_IN_FORCE",
        );
        assert_eq!(told.metadata["contract_id"], contract, "{}", base.label);
        assert_eq!(
            base.card(&anna).await.person.unwrap().name.unwrap().full,
            "Anna"
        );
        let ended = ContractEnded {
            contract_id: contract.clone(),
            ..ContractEnded::default()
        };
        base.settle(&event(&ended, &contract, 5)).await;
        erase(&base, &anna).await.unwrap();
    }
}

#[tokio::test]
async fn erasures_are_listed_the_last_first() {
    for base in bases().await {
        let mut made = Vec::new();
        for name in ["Anna", "Boris", "Cilda"] {
            let id = base.record(person(name)).await.person_id;
            made.push(erase(&base, &id).await.unwrap());
        }
        made.reverse();
        let mut request = pb::ListErasuresRequest {
            page_size: 2,
            ..pb::ListErasuresRequest::default()
        };
        let mut listed = Vec::new();
        loop {
            let page = base.erasures().list_erasures(request.clone()).await;
            let page = page.unwrap().into_inner();
            listed.extend(page.erasures);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(listed, made, "{}", base.label);
        let get = pb::GetErasureRequest {
            erasure_id: made[0].erasure_id.clone(),
        };
        let found = base.erasures().get_erasure(get).await.unwrap().into_inner();
        assert_eq!(found.erasure, Some(made[0].clone()));
        let nobody = PersonId::generate().to_string();
        refused(
            erase(&base, &nobody).await,
            Code::NotFound,
            "PERSON_NOT_FOUND",
        );
        let bare = pb::ErasePersonRequest {
            person_id: nobody,
            ..pb::ErasePersonRequest::default()
        };
        assert_eq!(wrong(base.erasures().erase_person(bare).await), ["reason"]);
    }
}
