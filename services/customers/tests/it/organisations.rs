//! Recording and changing organisations.

use ids::OrganisationId;
use proto::customers::v1::{self as pb, OrganisationRecorded};
use rpc::Code;
use tonic::Status;

use crate::fixture::{Base, bases, person, refused, wrong};

fn organisation(name: &str) -> pb::Organisation {
    pb::Organisation {
        name: name.to_owned(),
        ..pb::Organisation::default()
    }
}

async fn record(base: &Base, organisation: pb::Organisation) -> Result<pb::Organisation, Status> {
    let request = pb::RecordOrganisationRequest {
        organisation: Some(organisation),
    };
    let response = base.client().record_organisation(request).await;
    response.map(|it| it.into_inner().organisation.unwrap())
}

async fn update(
    base: &Base,
    id: &str,
    organisation: pb::Organisation,
) -> Result<pb::Organisation, Status> {
    let request = pb::UpdateOrganisationRequest {
        organisation_id: id.to_owned(),
        organisation: Some(organisation),
    };
    let response = base.client().update_organisation(request).await;
    response.map(|it| it.into_inner().organisation.unwrap())
}

#[tokio::test]
async fn one_name_is_one_organisation_however_it_is_spelled() {
    for base in bases().await {
        let given = pb::Organisation {
            organisation_id: OrganisationId::generate().to_string(),
            tags: vec!["опт".to_owned()],
            ..organisation("ООО «Ромашка»")
        };
        let stored = record(&base, given.clone()).await.unwrap();
        assert_eq!(
            record(&base, given).await.unwrap(),
            stored,
            "the same id twice"
        );
        let twin = record(&base, organisation("ромашка, ООО")).await;
        let twin = refused(twin, Code::AlreadyExists, "ORGANISATION_EXISTS");
        assert_eq!(twin.metadata["organisation_id"], stored.organisation_id);

        let other = record(&base, organisation("Лютик")).await.unwrap();
        let renamed = update(&base, &other.organisation_id, organisation("РОМАШКА")).await;
        refused(renamed, Code::AlreadyExists, "ORGANISATION_EXISTS");
        let own = update(&base, &stored.organisation_id, organisation("Ромашка, ЗАО")).await;
        assert_eq!(own.unwrap().revision, 2, "its own name in another spelling");
    }
}

#[tokio::test]
async fn a_change_replaces_the_card_once() {
    for base in bases().await {
        let old = record(&base, organisation("Zvaigzne")).await.unwrap();
        let new = pb::Organisation {
            revision: 1,
            ..organisation("Saule")
        };
        let changed = update(&base, &old.organisation_id, new.clone())
            .await
            .unwrap();
        assert_eq!((changed.revision, changed.name.as_str()), (2, "Saule"));
        let stale = update(&base, &old.organisation_id, new.clone()).await;
        refused(stale, Code::Aborted, "CHANGED_MEANWHILE");
        let overwrite = pb::Organisation { revision: 0, ..new };
        let same = update(&base, &old.organisation_id, overwrite.clone()).await;
        assert_eq!(same.unwrap(), changed);
        let unknown = update(&base, &OrganisationId::generate().to_string(), overwrite).await;
        refused(unknown, Code::NotFound, "ORGANISATION_NOT_FOUND");
        let announced = base.announced::<OrganisationRecorded>().await;
        let names: Vec<_> = announced
            .iter()
            .map(|(r, it)| (*r, it.name.as_str()))
            .collect();
        assert_eq!(names, [(1, "Zvaigzne"), (2, "Saule")], "{}", base.label);
    }
}

#[tokio::test]
async fn persons_are_found_by_the_present_name_of_their_organisation() {
    for base in bases().await {
        let old = record(&base, organisation("Звезда")).await.unwrap();
        let anna = pb::Person {
            organisation_id: old.organisation_id.clone(),
            ..person("Anna")
        };
        let anna = base.record(anna).await;
        base.record(person("Berta")).await;
        update(&base, &old.organisation_id, organisation("Солнце"))
            .await
            .unwrap();
        let search = |word: &str| pb::ListPersonsRequest {
            search: word.to_owned(),
            ..pb::ListPersonsRequest::default()
        };
        assert_eq!(
            base.names(search("солн anna")).await,
            ["Anna"],
            "{}",
            base.label
        );
        assert!(
            base.names(search("звезда")).await.is_empty(),
            "{}",
            base.label
        );
        let card = base.organisation(&old.organisation_id).await;
        assert_eq!(card.persons.len(), 1);
        assert_eq!(card.persons[0].person_id, anna.person_id);
        assert_eq!(card.persons[0].organisation, "Солнце");
    }
}

#[tokio::test]
async fn wrong_fields_are_named() {
    for base in bases().await {
        let given = pb::Organisation {
            emails: vec![String::new()],
            responsible_id: "x".to_owned(),
            ..organisation(" ")
        };
        let fields = wrong(record(&base, given).await);
        let expected = [
            "organisation.name",
            "organisation.emails",
            "organisation.responsible_id",
        ];
        assert_eq!(fields, expected);
        assert_eq!(
            wrong(update(&base, "", organisation("A")).await),
            ["organisation_id"]
        );
        let unknown = pb::GetOrganisationRequest {
            organisation_id: OrganisationId::generate().to_string(),
        };
        let unknown = base.client().get_organisation(unknown).await;
        refused(unknown, Code::NotFound, "ORGANISATION_NOT_FOUND");
    }
}
