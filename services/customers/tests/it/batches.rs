//! Leads that come several at once.

use ids::{LeadId, PersonId};
use messaging::{Event, HandlerError, RawEvent};
use proto::{
    customers::v1::{OrganisationRecorded, PersonRecorded},
    intake::v1::{LeadCreated, LeadQualified},
};

use crate::{
    fixture::{bases, event},
    leads::{created, everybody, qualified},
};

#[tokio::test]
async fn several_leads_of_one_organisation_make_one_organisation() {
    for base in bases().await {
        let names = [
            "SIA «Zvaigzne»",
            "",
            "Zvaigzne, SIA",
            "Duna",
            "ZVAIGZNE",
            "Duna Kft.",
        ];
        let events = names.map(|organisation| created(LeadId::generate(), organisation));
        base.together::<LeadCreated>(&events).await.unwrap();
        let known = everybody(&base).await;
        assert_eq!(known.len(), 5, "{}", base.label);
        let recorded = base.announced::<OrganisationRecorded>().await;
        let recorded: Vec<_> = recorded.into_iter().map(|(_, it)| it.name).collect();
        assert_eq!(recorded, ["SIA «Zvaigzne»", "Duna"], "{}", base.label);
        let of = |name: &str| known.iter().filter(|it| it.organisation == name).count();
        assert_eq!((of("SIA «Zvaigzne»"), of("Duna")), (3, 2), "{}", base.label);
        let announced = base.announced::<PersonRecorded>().await;
        assert_eq!(announced.len(), 5, "{}", base.label);
        assert!(announced.iter().all(|(_, it)| !it.organisation.is_empty()));

        // Now the organisations are known.
        let more = ["zvaigzne", "DUNA"].map(|name| created(LeadId::generate(), name));
        base.together::<LeadCreated>(&more).await.unwrap();
        assert_eq!(everybody(&base).await.len(), 7, "{}", base.label);
        assert_eq!(base.announced::<OrganisationRecorded>().await.len(), 2);
    }
}

#[tokio::test]
async fn a_lead_that_comes_twice_in_a_batch_is_one_person() {
    for base in bases().await {
        let (lead, other) = (LeadId::generate(), LeadId::generate());
        let events = [
            created(lead, "Duna"),
            created(other, "Duna"),
            created(lead, "Duna"),
        ];
        base.together::<LeadCreated>(&events).await.unwrap();
        let known = everybody(&base).await;
        assert_eq!(known.len(), 2, "{}", base.label);
        assert!(known.iter().all(|person| person.revision == 1));
        let announced = base.announced::<PersonRecorded>().await;
        assert_eq!(announced.len(), 2, "{}", base.label);

        // And its outcome, told twice, joins the person that is there.
        let outcomes = [PersonId::generate(), PersonId::generate()]
            .map(|person| qualified(lead, person, "Duna"));
        base.together::<LeadQualified>(&outcomes).await.unwrap();
        let known = everybody(&base).await;
        assert_eq!(known.len(), 2, "{}", base.label);
        let mut revisions: Vec<_> = known.iter().map(|person| person.revision).collect();
        revisions.sort_unstable();
        assert_eq!(revisions, [1, 2], "{}", base.label);
    }
}

#[tokio::test]
async fn a_person_with_several_leads_in_a_batch_takes_a_revision_for_each() {
    for base in bases().await {
        let id = PersonId::generate();
        let leads: [LeadId; 4] = std::array::from_fn(|_| LeadId::generate());
        let events = leads.map(|lead| qualified(lead, id, "Duna"));
        let (first, rest) = events.split_at(2);
        base.together::<LeadQualified>(first).await.unwrap();
        base.together::<LeadQualified>(rest).await.unwrap();
        let card = base.card(&id.to_string()).await;
        assert_eq!(card.person.unwrap().revision, 4, "{}", base.label);
        assert_eq!(card.leads.len(), 4, "{}", base.label);
        let announced = base.announced::<PersonRecorded>().await;
        let told = announced
            .iter()
            .map(|(revision, it)| (*revision, it.lead_ids.clone()));
        let expected = (1..=4).map(|count| {
            let leads = leads.iter().take(count).map(ToString::to_string);
            (i64::try_from(count).unwrap(), leads.collect())
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{}",
            base.label
        );
    }
}

#[tokio::test]
async fn an_event_without_an_id_is_the_one_to_blame() {
    for base in bases().await {
        let wrong = LeadCreated {
            organisation: "Duna".to_owned(),
            ..LeadCreated::default()
        };
        let events = [
            created(LeadId::generate(), "Duna"),
            created(LeadId::generate(), ""),
            event(&wrong, "lead_1", 1),
        ];
        let refused = base.together::<LeadCreated>(&events).await.unwrap_err();
        assert_eq!(refused.at, Some(2), "{}", base.label);
        assert!(matches!(
            refused.error,
            HandlerError::Refuse {
                reason: "EVENT_ID_INVALID",
                ..
            }
        ));
        assert!(everybody(&base).await.is_empty(), "{}", base.label);
    }
}

#[tokio::test]
async fn a_batch_takes_as_many_statements_whatever_its_size() {
    for base in bases().await {
        let new = |count| -> Vec<RawEvent> {
            let lead = |it| created(LeadId::generate(), &format!("Duna {}", it % 7));
            (0..count).map(lead).collect()
        };
        base.together::<LeadCreated>(&new(7)).await.unwrap();
        let few = base.together::<LeadCreated>(&new(2)).await.unwrap();
        let many = base.together::<LeadCreated>(&new(60)).await.unwrap();
        assert_eq!(few, many, "{}", base.label);
        assert_eq!(few > 0, base.label == "postgres", "{few}");
        let private = [created(LeadId::generate(), "")];
        let none = base.together::<LeadCreated>(&private).await.unwrap();
        assert_eq!(none, 0, "{}", base.label);
    }
}

#[tokio::test]
async fn what_a_batch_announces_continues_the_trace_of_its_event() {
    for base in bases().await {
        let traces: Vec<String> = (1..=3)
            .map(|number| format!("00-{number:032x}-00f067aa0ba902b7-01"))
            .collect();
        let events: Vec<RawEvent> = traces
            .iter()
            .map(|trace| {
                let lead: LeadCreated =
                    created(LeadId::generate(), trace).decode().unwrap().message;
                let now = "2026-11-22T09:00:00Z".parse().unwrap();
                Event::new(&lead, &lead.lead_id, 1, now)
                    .continuing(trace)
                    .into()
            })
            .collect();
        base.together::<LeadCreated>(&events).await.unwrap();
        let database = base.app.outbox.database();
        let announced = messaging::outbox::retained(database).await.unwrap();
        let announced: Vec<_> = announced
            .iter()
            .map(|it| it.traceparent().unwrap())
            .collect();
        let expected: Vec<_> = traces.iter().flat_map(|it| [it.as_str(), it]).collect();
        assert_eq!(announced, expected, "{}", base.label);
    }
}
