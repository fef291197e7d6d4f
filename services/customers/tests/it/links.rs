//! Links between leads and persons.

use ids::{LeadId, PersonId};
use proto::customers::v1::{self as pb, PersonRecorded};
use rpc::Code;
use tonic::Status;

use crate::fixture::{Base, bases, person, refused, staff, wrong};

pub(crate) async fn link(base: &Base, person: &str, lead: &str) -> Result<pb::Person, Status> {
    let request = pb::LinkLeadRequest {
        person_id: person.to_owned(),
        lead_id: lead.to_owned(),
    };
    let response = base.client().link_lead(request).await;
    response.map(|it| it.into_inner().person.unwrap())
}

async fn unlink(base: &Base, person: &str, lead: &str) -> Result<pb::Person, Status> {
    let request = pb::UnlinkLeadRequest {
        person_id: person.to_owned(),
        lead_id: lead.to_owned(),
    };
    let response = base.client().unlink_lead(request).await;
    response.map(|it| it.into_inner().person.unwrap())
}

#[tokio::test]
async fn a_lead_is_linked_once_and_to_one_person() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let berta = base.record(person("Berta")).await.person_id;
        let lead = LeadId::generate().to_string();
        assert_eq!(link(&base, &anna, &lead).await.unwrap().revision, 2);
        assert_eq!(
            link(&base, &anna, &lead).await.unwrap().revision,
            2,
            "twice"
        );
        let elsewhere = link(&base, &berta, &lead).await;
        let elsewhere = refused(elsewhere, Code::FailedPrecondition, "LEAD_LINKED_ELSEWHERE");
        assert_eq!(elsewhere.metadata["person_id"], anna);

        let card = base.card(&anna).await;
        assert_eq!(card.leads.len(), 1, "{}", base.label);
        assert_eq!(card.leads[0].lead_id, lead);
        assert_eq!(card.leads[0].linked_by, staff().to_string());
        let of_lead = pb::ListPersonsRequest {
            lead_id: lead.clone(),
            ..pb::ListPersonsRequest::default()
        };
        assert_eq!(base.names(of_lead.clone()).await, ["Anna"]);

        assert_eq!(
            unlink(&base, &berta, &lead).await.unwrap().revision,
            1,
            "not hers"
        );
        assert_eq!(unlink(&base, &anna, &lead).await.unwrap().revision, 3);
        assert_eq!(
            unlink(&base, &anna, &lead).await.unwrap().revision,
            3,
            "twice"
        );
        assert!(base.names(of_lead).await.is_empty(), "{}", base.label);
        assert_eq!(link(&base, &berta, &lead).await.unwrap().revision, 2);

        let announced = base.announced::<PersonRecorded>().await;
        let told: Vec<_> = announced
            .iter()
            .filter(|(_, it)| it.person_id == anna)
            .map(|(revision, it)| (*revision, it.lead_ids.clone()))
            .collect();
        let expected = [(1, Vec::new()), (2, vec![lead]), (3, Vec::new())];
        assert_eq!(told, expected, "{}", base.label);
    }
}

#[tokio::test]
async fn unknown_persons_and_wrong_ids_are_refused() {
    for base in bases().await {
        let nobody = PersonId::generate().to_string();
        let lead = LeadId::generate().to_string();
        let unknown = link(&base, &nobody, &lead).await;
        refused(unknown, Code::NotFound, "PERSON_NOT_FOUND");
        let unknown = unlink(&base, &nobody, &lead).await;
        refused(unknown, Code::NotFound, "PERSON_NOT_FOUND");
        assert_eq!(wrong(link(&base, "", "").await), ["person_id", "lead_id"]);
        assert_eq!(
            wrong(unlink(&base, &lead, &nobody).await),
            ["person_id", "lead_id"]
        );
    }
}
