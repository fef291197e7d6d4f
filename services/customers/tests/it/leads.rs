//! Leads that enter the client base.

use ids::{LeadId, PersonId};
use messaging::{HandlerError, RawEvent};
use proto::{
    customers::v1::{self as pb, OrganisationRecorded, PersonRecorded},
    intake::v1::{LeadCreated, LeadQualified},
};

use crate::{
    fixture::{Base, bases, event, name, person, staff},
    links::link,
};

pub(crate) fn created(lead: LeadId, organisation: &str) -> RawEvent {
    let message = LeadCreated {
        lead_id: lead.to_string(),
        name: Some(name("Anna Ozola")),
        emails: vec!["anna@example.org".to_owned()],
        organisation: organisation.to_owned(),
        private_person: organisation.is_empty(),
        locale: "lv".to_owned(),
        ..LeadCreated::default()
    };
    event(&message, &message.lead_id, 1)
}

pub(crate) fn qualified(lead: LeadId, person: PersonId, organisation: &str) -> RawEvent {
    let message = LeadQualified {
        lead_id: lead.to_string(),
        person_id: person.to_string(),
        name: Some(name("Anna Ozola")),
        emails: vec!["anna@example.org".to_owned()],
        phones: vec!["+37120000000".to_owned()],
        organisation: organisation.to_owned(),
        private_person: organisation.is_empty(),
        responsible_id: staff().to_string(),
        ..LeadQualified::default()
    };
    event(&message, &message.lead_id, 5)
}

pub(crate) async fn everybody(base: &Base) -> Vec<pb::Person> {
    base.persons(pb::ListPersonsRequest::default())
        .await
        .persons
}

#[tokio::test]
async fn a_private_person_waits_for_a_positive_outcome() {
    for base in bases().await {
        let (lead, id) = (LeadId::generate(), PersonId::generate());
        base.settle_twice(&[created(lead, "")]).await;
        assert!(everybody(&base).await.is_empty(), "{}", base.label);
        base.settle_twice(&[qualified(lead, id, "")]).await;
        let known = everybody(&base).await;
        assert_eq!(known.len(), 1, "{}", base.label);
        assert_eq!(known[0].person_id, id.to_string());
        assert_eq!(
            (known[0].category.as_str(), known[0].client),
            ("prospect", false)
        );
        assert_eq!(known[0].responsible_id, staff().to_string());
        assert_eq!(known[0].organisation_id, "");
        let announced = base.announced::<PersonRecorded>().await;
        assert_eq!(announced.len(), 1, "{}", base.label);
        assert_eq!(announced[0].1.lead_ids, [lead.to_string()]);
    }
}

#[tokio::test]
async fn a_lead_of_an_organisation_is_one_person_in_any_order() {
    for (base, forward) in bases()
        .await
        .into_iter()
        .zip([true, false])
        .chain(bases().await.into_iter().zip([false, true]))
    {
        let (lead, id) = (LeadId::generate(), PersonId::generate());
        let mut events = vec![
            created(lead, "SIA «Zvaigzne»"),
            qualified(lead, id, "Zvaigzne, SIA"),
        ];
        if !forward {
            events.reverse();
        }
        base.settle_twice(&events).await;
        let known = everybody(&base).await;
        assert_eq!(known.len(), 1, "{} {forward}", base.label);
        let known = &known[0];
        assert_eq!(known.phones, ["+37120000000"]);
        assert_eq!(known.emails, ["anna@example.org"]);
        assert_eq!((known.locale.as_str(), known.revision), ("lv", 2));
        assert_eq!(known.person_id == id.to_string(), !forward);
        assert!(!known.organisation_id.is_empty());
        assert_eq!(base.card(&known.person_id).await.leads.len(), 1);
        assert_eq!(base.announced::<OrganisationRecorded>().await.len(), 1);
        let revisions = base.announced::<PersonRecorded>().await.into_iter();
        assert_eq!(revisions.map(|(it, _)| it).collect::<Vec<_>>(), [1, 2]);
    }
}

#[tokio::test]
async fn a_further_lead_joins_the_person_and_overwrites_nothing() {
    for base in bases().await {
        let anna = pb::Person {
            category: "partner".to_owned(),
            locale: "hu".to_owned(),
            emails: vec!["anna@example.org".to_owned()],
            ..person("Anna K.")
        };
        let anna = base.record(anna).await;
        let id: PersonId = anna.person_id.parse().unwrap();
        let (first, second) = (LeadId::generate(), LeadId::generate());
        base.settle_twice(&[qualified(first, id, ""), qualified(second, id, "Duna")])
            .await;
        let card = base.card(&anna.person_id).await;
        let now = card.person.unwrap();
        assert_eq!(now.name, Some(name("Anna K.")), "{}", base.label);
        assert_eq!(
            (now.category.as_str(), now.locale.as_str()),
            ("partner", "hu")
        );
        assert_eq!(now.phones, ["+37120000000"]);
        assert_eq!((now.organisation.as_str(), now.revision), ("Duna", 3));
        assert_eq!(card.leads.len(), 2);
        assert!(card.leads.iter().all(|link| link.linked_by.is_empty()));
        let announced = base.announced::<PersonRecorded>().await;
        let leads: Vec<_> = announced
            .iter()
            .map(|(r, it)| (*r, it.lead_ids.len()))
            .collect();
        assert_eq!(leads, [(1, 0), (2, 1), (3, 2)], "{}", base.label);

        let third = LeadId::generate();
        base.settle_twice(&[qualified(third, id, "Duna")]).await;
        let card = base.card(&anna.person_id).await;
        assert_eq!(
            (card.person.unwrap().revision, card.leads.len()),
            (4, 3),
            "a link alone"
        );
    }
}

#[tokio::test]
async fn a_lead_that_staff_linked_enriches_that_person() {
    for base in bases().await {
        let berta = base.record(person("Berta")).await;
        let lead = LeadId::generate();
        link(&base, &berta.person_id, &lead.to_string())
            .await
            .unwrap();
        base.settle_twice(&[qualified(lead, PersonId::generate(), "")])
            .await;
        let known = everybody(&base).await;
        assert_eq!(known.len(), 1, "{}", base.label);
        assert_eq!(known[0].emails, ["anna@example.org"]);
        assert_eq!(
            (
                known[0].name.as_ref().unwrap().full.as_str(),
                known[0].revision
            ),
            ("Berta", 3)
        );
    }
}

#[tokio::test]
async fn a_dash_is_no_organisation() {
    for base in bases().await {
        let message = LeadCreated {
            lead_id: LeadId::generate().to_string(),
            organisation: " - ".to_owned(),
            ..LeadCreated::default()
        };
        base.settle_twice(&[event(&message, &message.lead_id, 1)])
            .await;
        assert!(everybody(&base).await.is_empty(), "{}", base.label);
        base.settle_twice(&[qualified(LeadId::generate(), PersonId::generate(), "—")])
            .await;
        assert_eq!(
            everybody(&base).await[0].organisation_id,
            "",
            "{}",
            base.label
        );
    }
}

#[tokio::test]
async fn an_event_without_an_id_is_refused_for_good() {
    for base in bases().await {
        let event = event(&LeadQualified::default(), "lead_1", 1);
        let refused = base.deliver(&event).await.unwrap_err();
        assert!(matches!(
            refused,
            HandlerError::Refuse {
                reason: "EVENT_ID_INVALID",
                ..
            }
        ));
    }
}
