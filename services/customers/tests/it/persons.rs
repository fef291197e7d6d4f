//! Recording and changing persons.

use std::collections::HashMap;

use ids::{OrganisationId, PersonId};
use proto::customers::v1::{self as pb, PersonRecorded};
use rpc::Code;

use crate::fixture::{Base, bases, name, person, refused, staff, wrong};

async fn update(base: &Base, id: &str, person: pb::Person) -> Result<pb::Person, tonic::Status> {
    let request = pb::UpdatePersonRequest {
        person_id: id.to_owned(),
        person: Some(person),
    };
    let response = base.client().update_person(request).await;
    response.map(|it| it.into_inner().person.unwrap())
}

#[tokio::test]
async fn a_recorded_person_is_found_as_it_was_given_and_announced() {
    for base in bases().await {
        let organisation = base.record_organisation("ООО «Ромашка»").await;
        let given = pb::Person {
            person_id: PersonId::generate().to_string(),
            name: Some(name(" Анна Озола ")),
            emails: vec!["anna@example.org".to_owned()],
            phones: vec!["+37120000000".to_owned()],
            organisation_id: organisation.organisation_id.clone(),
            category: "partner".to_owned(),
            tags: vec!["б".to_owned(), "a".to_owned(), "б".to_owned()],
            attributes: HashMap::from([("город".to_owned(), "Рига \"центр\"".to_owned())]),
            locale: "lv".to_owned(),
            responsible_id: staff().to_string(),
            ..pb::Person::default()
        };
        let stored = base.record(given.clone()).await;
        let expected = pb::Person {
            revision: 1,
            name: Some(name("Анна Озола")),
            organisation: "ООО «Ромашка»".to_owned(),
            tags: vec!["a".to_owned(), "б".to_owned()],
            recorded_at: stored.recorded_at,
            ..given.clone()
        };
        assert_eq!(stored, expected, "{}", base.label);
        assert!(stored.recorded_at.is_some());
        assert_eq!(base.card(&stored.person_id).await.person, Some(stored));

        let other = pb::Person {
            name: Some(name("Somebody Else")),
            ..given
        };
        assert_eq!(base.record(other).await, expected, "the same id twice");
        let announced = base.announced::<PersonRecorded>().await;
        assert_eq!(announced.len(), 1, "{}", base.label);
        assert_eq!(announced[0].0, 1);
        assert_eq!(announced[0].1.organisation, "ООО «Ромашка»");
        assert_eq!(announced[0].1.emails, ["anna@example.org"]);
    }
}

#[tokio::test]
async fn a_change_replaces_the_card_once() {
    for base in bases().await {
        let old = base.record(person("Anna Ozola")).await;
        let new = pb::Person {
            revision: old.revision,
            tags: vec!["vip".to_owned()],
            ..person("Anna Kalniņa")
        };
        let changed = update(&base, &old.person_id, new.clone()).await.unwrap();
        assert_eq!((changed.revision, &changed.tags), (2, &new.tags));
        let stale = update(&base, &old.person_id, new.clone()).await;
        refused(stale, Code::Aborted, "CHANGED_MEANWHILE");

        let overwrite = pb::Person { revision: 0, ..new };
        let same = update(&base, &old.person_id, overwrite.clone()).await;
        assert_eq!(same.unwrap(), changed, "the same card changes nothing");
        let unknown = update(&base, &PersonId::generate().to_string(), overwrite).await;
        refused(unknown, Code::NotFound, "PERSON_NOT_FOUND");
        let revisions = base.announced::<PersonRecorded>().await;
        let revisions: Vec<i64> = revisions
            .into_iter()
            .map(|(revision, _)| revision)
            .collect();
        assert_eq!(revisions, [1, 2], "{}", base.label);
    }
}

#[tokio::test]
async fn an_unknown_organisation_is_refused() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await;
        let lost = pb::Person {
            organisation_id: OrganisationId::generate().to_string(),
            ..person("Anna")
        };
        let request = pb::RecordPersonRequest {
            person: Some(lost.clone()),
        };
        let recorded = base.client().record_person(request).await;
        refused(recorded, Code::NotFound, "ORGANISATION_NOT_FOUND");
        let updated = update(&base, &anna.person_id, lost).await;
        refused(updated, Code::NotFound, "ORGANISATION_NOT_FOUND");
        assert_eq!(base.card(&anna.person_id).await.person, Some(anna));
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_card_is_told_at_once() {
    for base in bases().await {
        let request = pb::RecordPersonRequest {
            person: Some(pb::Person {
                person_id: "lead_1".to_owned(),
                name: Some(name(&"x".repeat(201))),
                emails: vec!["a\0b".to_owned()],
                tags: vec!["tag".to_owned(); 101],
                attributes: HashMap::from([(String::new(), "value".to_owned())]),
                locale: "0123456789-".to_owned(),
                responsible_id: "nobody".to_owned(),
                ..pb::Person::default()
            }),
        };
        let fields = wrong(base.client().record_person(request).await);
        let expected = [
            "person.person_id",
            "person.name.full",
            "person.emails",
            "person.tags",
            "person.attributes",
            "person.locale",
            "person.responsible_id",
        ];
        assert_eq!(fields, expected, "{}", base.label);

        let empty = base
            .client()
            .record_person(pb::RecordPersonRequest::default())
            .await;
        assert_eq!(wrong(empty), ["person.name.full"]);
        let empty = base
            .client()
            .update_person(pb::UpdatePersonRequest::default())
            .await;
        assert_eq!(wrong(empty), ["person_id", "person"]);
        let empty = base
            .client()
            .get_person(pb::GetPersonRequest::default())
            .await;
        assert_eq!(wrong(empty), ["person_id"]);
        let list = pb::ListPersonsRequest {
            tag: "\0".to_owned(),
            lead_id: "pers_1".to_owned(),
            ..pb::ListPersonsRequest::default()
        };
        assert_eq!(
            wrong(base.client().list_persons(list).await),
            ["lead_id", "tag"]
        );
        let list = pb::ListPersonsRequest {
            page_token: "!".to_owned(),
            ..pb::ListPersonsRequest::default()
        };
        assert_eq!(
            wrong(base.client().list_persons(list).await),
            ["page_token"]
        );
    }
}
