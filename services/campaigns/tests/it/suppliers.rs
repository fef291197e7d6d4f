//! Suppliers of campaigns, and the contacts with them.

use std::time::Duration;

use ids::{InteractionId, OrganisationId};
use proto::campaigns::v1 as pb;
use rpc::Code;
use tonic::Status;

use crate::fixture::{Desk, desks, refused, staff, wrong};

fn supplier(name: &str) -> pb::Supplier {
    pb::Supplier {
        organisation_id: OrganisationId::generate().to_string(),
        name: name.to_owned(),
        role: "printer".to_owned(),
        ..pb::Supplier::default()
    }
}

async fn add(desk: &Desk, campaign: &str, given: &pb::Supplier) -> Result<pb::Supplier, Status> {
    let request = pb::AddSupplierRequest {
        campaign_id: campaign.to_owned(),
        supplier: Some(given.clone()),
    };
    let response = desk.costs().add_supplier(request).await;
    response.map(|it| it.into_inner().supplier.unwrap())
}

async fn update(desk: &Desk, campaign: &str, given: &pb::Supplier) -> Result<pb::Supplier, Status> {
    let request = pb::UpdateSupplierRequest {
        campaign_id: campaign.to_owned(),
        organisation_id: given.organisation_id.clone(),
        supplier: Some(given.clone()),
    };
    let response = desk.costs().update_supplier(request).await;
    response.map(|it| it.into_inner().supplier.unwrap())
}

async fn remove(desk: &Desk, campaign: &str, id: &str) -> Result<pb::Supplier, Status> {
    let request = pb::RemoveSupplierRequest {
        campaign_id: campaign.to_owned(),
        organisation_id: id.to_owned(),
        revision: 0,
    };
    let response = desk.costs().remove_supplier(request).await;
    response.map(|it| it.into_inner().supplier.unwrap())
}

async fn log(
    desk: &Desk,
    campaign: &str,
    organisation: &str,
    interaction: pb::SupplierInteraction,
) -> Result<pb::SupplierInteraction, Status> {
    let request = pb::LogSupplierInteractionRequest {
        campaign_id: campaign.to_owned(),
        organisation_id: organisation.to_owned(),
        interaction: Some(interaction),
    };
    let response = desk.costs().log_supplier_interaction(request).await;
    response.map(|it| it.into_inner().interaction.unwrap())
}

fn call(result: &str) -> pb::SupplierInteraction {
    pb::SupplierInteraction {
        interaction_id: InteractionId::generate().to_string(),
        kind: "call".to_owned(),
        inbound: true,
        result: result.to_owned(),
        ..pb::SupplierInteraction::default()
    }
}

#[tokio::test]
async fn a_supplier_is_added_once_taken_out_and_back() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let given = supplier("Типография");
        let added = add(&desk, &id, &given).await.unwrap();
        assert_eq!((added.revision, added.name.as_str()), (1, "Типография"));
        let again = pb::Supplier {
            name: "other".to_owned(),
            ..given.clone()
        };
        assert_eq!(add(&desk, &id, &again).await.unwrap(), added, "as it is");
        let changed = pb::Supplier {
            note: "late".to_owned(),
            ..added.clone()
        };
        assert_eq!(update(&desk, &id, &changed).await.unwrap().revision, 2);
        let late = update(&desk, &id, &changed).await;
        refused(late, Code::Aborted, "CHANGED_MEANWHILE");
        for _ in 0..2 {
            let out = remove(&desk, &id, &given.organisation_id).await.unwrap();
            assert_eq!((out.revision, out.removed), (3, true), "{}", desk.label);
        }
        let out = pb::Supplier {
            revision: 0,
            ..changed
        };
        refused(
            update(&desk, &id, &out).await,
            Code::FailedPrecondition,
            "REMOVED",
        );
        let back = add(&desk, &id, &again).await.unwrap();
        assert_eq!((back.revision, back.removed), (4, false), "{}", desk.label);
        assert_eq!(back.name, "other");
    }
}

#[tokio::test]
async fn suppliers_are_listed_as_they_were_added() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let mut added = Vec::new();
        for name in ["a", "b", "c"] {
            added.push(add(&desk, &id, &supplier(name)).await.unwrap());
            desk.hands.advance(Duration::from_secs(1));
        }
        remove(&desk, &id, &added[1].organisation_id).await.unwrap();
        let mut wanted = pb::ListSuppliersRequest {
            campaign_id: id,
            include_removed: true,
            page_size: 2,
            ..pb::ListSuppliersRequest::default()
        };
        let mut names = Vec::new();
        for rows in [2, 1] {
            let page = desk
                .costs()
                .list_suppliers(wanted.clone())
                .await
                .unwrap()
                .into_inner();
            assert_eq!(page.suppliers.len(), rows, "{}", desk.label);
            names.extend(page.suppliers.into_iter().map(|it| it.name));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(names, ["a", "b", "c"], "{}", desk.label);
        wanted.include_removed = false;
        let page = desk
            .costs()
            .list_suppliers(wanted)
            .await
            .unwrap()
            .into_inner();
        let names: Vec<String> = page.suppliers.into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["a", "c"], "{}", desk.label);
    }
}

#[tokio::test]
async fn contacts_with_a_supplier_are_logged_once_and_read_newest_first() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let organisation = add(&desk, &id, &supplier("Hall"))
            .await
            .unwrap()
            .organisation_id;
        let mut logged = Vec::new();
        for result in ["asked", "offered", "agreed"] {
            let given = call(result);
            let first = log(&desk, &id, &organisation, given.clone()).await.unwrap();
            assert_eq!(first.by, staff().to_string());
            let again = log(&desk, &id, &organisation, given).await.unwrap();
            assert_eq!(again, first, "{}: the same id twice", desk.label);
            logged.push(first);
            desk.hands.advance(Duration::from_micros(500));
        }
        logged.reverse();
        let mut wanted = pb::ListSupplierInteractionsRequest {
            campaign_id: id.clone(),
            organisation_id: organisation.clone(),
            page_size: 2,
            ..pb::ListSupplierInteractionsRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 1] {
            let page = desk
                .costs()
                .list_supplier_interactions(wanted.clone())
                .await;
            let page = page.unwrap().into_inner();
            assert_eq!(page.interactions.len(), rows, "{}", desk.label);
            seen.extend(page.interactions);
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(seen, logged, "{}", desk.label);
        let other = add(&desk, &id, &supplier("Other"))
            .await
            .unwrap()
            .organisation_id;
        let taken = log(&desk, &id, &other, logged[0].clone()).await;
        refused(taken, Code::AlreadyExists, "ID_TAKEN");
    }
}

#[tokio::test]
async fn what_cannot_be_done_with_suppliers_is_refused() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let nobody = OrganisationId::generate().to_string();
        let unknown = log(&desk, &id, &nobody, call("x")).await;
        refused(unknown, Code::NotFound, "SUPPLIER_NOT_FOUND");
        refused(
            remove(&desk, &id, &nobody).await,
            Code::NotFound,
            "SUPPLIER_NOT_FOUND",
        );
        let fields = wrong(add(&desk, &id, &pb::Supplier::default()).await);
        assert_eq!(fields, ["supplier.organisation_id", "supplier.name"]);
        let fields = wrong(log(&desk, "", &nobody, pb::SupplierInteraction::default()).await);
        assert_eq!(
            fields,
            ["campaign_id", "interaction.kind"],
            "{}",
            desk.label
        );
    }
}
