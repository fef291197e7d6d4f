//! What happens at the same moment.

use customers::{
    app::record_leads::{RecordLead, record_leads},
    domain::person::Details,
};
use ids::{LeadId, OrganisationId, PersonId};
use messaging::HandlerError;
use proto::{
    customers::v1::{self as pb, OrganisationRecorded, PersonRecorded},
    intake::v1::LeadCreated,
};
use rpc::Code;
use tokio::task::yield_now;

use crate::{
    fixture::{Base, bases, person, refused},
    leads::{created, everybody, qualified},
    links::link,
};

/// Both events of a lead at once: one is in the middle of its work when the other begins.
async fn both_at_once(base: &Base, created_first: bool, organisation: &str) {
    let (lead, id) = (LeadId::generate(), PersonId::generate());
    let tx = base.app.outbox.begin().await.unwrap();
    let first = RecordLead {
        lead,
        person: if created_first {
            PersonId::generate()
        } else {
            id
        },
        details: Details {
            full_name: "Anna Ozola".to_owned(),
            ..Details::default()
        },
        organisation: organisation.to_owned(),
        trace: None,
    };
    record_leads(&base.app, &tx, vec![first]).await.unwrap();
    let second = if created_first {
        qualified(lead, id, organisation)
    } else {
        created(lead, organisation)
    };
    let commit = async {
        for _ in 0..50 {
            yield_now().await;
        }
        tx.commit().await.unwrap();
    };
    tokio::join!(base.settle(&second), commit);
    let mut known = everybody(base).await;
    assert_eq!(known.len(), 1, "{} {created_first}", base.label);
    let known = known.remove(0);
    assert_eq!(base.card(&known.person_id).await.leads.len(), 1);
    assert_eq!(known.emails, ["anna@example.org"]);
}

#[tokio::test]
async fn a_lead_is_one_person_when_its_events_come_at_once() {
    for created_first in [true, false] {
        for base in bases().await {
            both_at_once(&base, created_first, "Zvaigzne").await;
            assert_eq!(base.announced::<OrganisationRecorded>().await.len(), 1);
        }
        for base in bases().await {
            base.record_organisation("Duna").await;
            both_at_once(&base, created_first, "Duna Kft.").await;
        }
    }
}

#[tokio::test]
async fn of_two_batches_that_bring_the_same_organisations_one_is_handled_anew() {
    for base in bases().await {
        for round in 0..5 {
            let lead = |name: i32| created(LeadId::generate(), &format!("Duna {round} {name}"));
            let (one, other) = ((0..4).map(lead), (0..4).rev().map(lead));
            let (one, other): (Vec<_>, Vec<_>) = (one.collect(), other.collect());
            let (left, right) = tokio::join!(
                base.together::<LeadCreated>(&one),
                base.together::<LeadCreated>(&other)
            );
            for (handled, events) in [(left, &one), (right, &other)] {
                let Err(failed) = handled else { continue };
                let reason = failed.error.reason();
                assert_eq!((failed.at, reason), (None, "CHANGED_MEANWHILE"));
                assert!(matches!(failed.error, HandlerError::Retry { .. }));
                base.together::<LeadCreated>(events).await.unwrap();
            }
        }
        let organisations = base.announced::<OrganisationRecorded>().await;
        let persons = base.announced::<PersonRecorded>().await;
        assert_eq!(
            (organisations.len(), persons.len()),
            (20, 40),
            "{}",
            base.label
        );
    }
}

#[tokio::test]
async fn of_two_that_record_one_organisation_name_one_is_told_of_the_other() {
    for base in bases().await {
        for round in 0..10 {
            let request = |name: &str| pb::RecordOrganisationRequest {
                organisation: Some(pb::Organisation {
                    name: format!("{name} {round}"),
                    ..pb::Organisation::default()
                }),
            };
            let (mut one, mut other) = (base.client(), base.client());
            let (left, right) = tokio::join!(
                one.record_organisation(request("Ромашка")),
                other.record_organisation(request("ООО РОМАШКА")),
            );
            let (stored, second) = match (left, right) {
                (Ok(stored), second) | (second, Ok(stored)) => (stored, second),
                (Err(left), Err(right)) => panic!("{}: {left} {right}", base.label),
            };
            let explained = refused(second, Code::AlreadyExists, "ORGANISATION_EXISTS");
            let stored = stored.into_inner().organisation.unwrap();
            assert_eq!(
                explained.metadata["organisation_id"],
                stored.organisation_id
            );
        }
    }
}

#[tokio::test]
async fn the_same_id_at_once_is_one_record() {
    for base in bases().await {
        for _ in 0..10 {
            let given = pb::RecordPersonRequest {
                person: Some(pb::Person {
                    person_id: PersonId::generate().to_string(),
                    ..person("Anna")
                }),
            };
            let (mut one, mut other) = (base.client(), base.client());
            let (left, right) =
                tokio::join!(one.record_person(given.clone()), other.record_person(given));
            assert_eq!(left.unwrap().into_inner(), right.unwrap().into_inner());
            let given = pb::RecordOrganisationRequest {
                organisation: Some(pb::Organisation {
                    organisation_id: OrganisationId::generate().to_string(),
                    name: PersonId::generate().to_string(),
                    ..pb::Organisation::default()
                }),
            };
            let (left, right) = tokio::join!(
                one.record_organisation(given.clone()),
                other.record_organisation(given)
            );
            assert_eq!(left.unwrap().into_inner(), right.unwrap().into_inner());
        }
    }
}

#[tokio::test]
async fn changes_at_once_all_have_their_effect_and_their_revision() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let leads: Vec<String> = (0..4).map(|_| LeadId::generate().to_string()).collect();
        let (one, two, three, four) = tokio::join!(
            link(&base, &anna, &leads[0]),
            link(&base, &anna, &leads[1]),
            link(&base, &anna, &leads[2]),
            link(&base, &anna, &leads[3]),
        );
        for linked in [one, two, three, four] {
            linked.unwrap();
        }
        let card = base.card(&anna).await;
        assert_eq!(
            (card.person.unwrap().revision, card.leads.len()),
            (5, 4),
            "{}",
            base.label
        );
        let mut announced = base.announced::<PersonRecorded>().await;
        announced.sort_by_key(|(revision, _)| *revision);
        let counts: Vec<_> = announced
            .iter()
            .map(|(r, it)| (*r, it.lead_ids.len()))
            .collect();
        assert_eq!(
            counts,
            [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)],
            "{}",
            base.label
        );
    }
}
