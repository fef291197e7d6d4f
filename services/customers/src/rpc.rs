//! The client base over gRPC.

pub mod cases;
mod consents;
mod convert;
mod duplicates;
pub mod erasures;
mod merges;
pub mod timeline;

use std::{collections::BTreeSet, sync::Arc};

use ids::{LeadId, OrganisationId, PersonId, StaffId};
use proto::customers::v1::{
    self as pb, DecideDuplicateRequest, DecideDuplicateResponse, GetDuplicateScanRequest,
    GetDuplicateScanResponse, GetOrganisationRequest, GetOrganisationResponse, GetPersonRequest,
    GetPersonResponse, LinkLeadRequest, LinkLeadResponse, ListConsentsRequest,
    ListConsentsResponse, ListDuplicatesRequest, ListDuplicatesResponse, ListMergesRequest,
    ListMergesResponse, ListOrganisationsRequest, ListOrganisationsResponse, ListPersonsRequest,
    ListPersonsResponse, MergePersonsRequest, MergePersonsResponse, RecordConsentRequest,
    RecordConsentResponse, RecordOrganisationRequest, RecordOrganisationResponse,
    RecordPersonRequest, RecordPersonResponse, ScanDuplicatesRequest, ScanDuplicatesResponse,
    SplitBatchRequest, SplitBatchResponse, SplitPersonsRequest, SplitPersonsResponse,
    UnlinkLeadRequest, UnlinkLeadResponse, UpdateOrganisationRequest, UpdateOrganisationResponse,
    UpdatePersonRequest, UpdatePersonResponse, customers_service_server::CustomersService,
};
use rpc::{Identity, decode::Fields, page};
use tonic::{Request, Response, Status};

use crate::{
    app::{
        App, decide_duplicate, link_lead, merge_persons, record_consent, record_organisation,
        record_person, scan_duplicates, split_batch, split_persons, unlink_lead,
        update_organisation, update_person,
    },
    domain::person::Person,
    error::Error,
    store::{self, copies, links, lists, organisations, persons, scans},
};

pub struct Rpc(pub Arc<App>);

fn status(error: impl Into<Error>) -> Status {
    rpc::status("customers", &error.into())
}

/// The member of staff that calls, if one does.
fn staff(identity: &Identity) -> Option<StaffId> {
    match identity {
        Identity::Staff { id, .. } => id.parse().ok(),
        _ => None,
    }
}

fn one<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Error>
where
    T::Err: std::fmt::Display,
{
    let mut fields = Fields::new();
    let id = fields.parse(field, text);
    Ok(fields.finish(|| id)?)
}

#[tonic::async_trait]
impl CustomersService for Rpc {
    async fn record_person(
        &self,
        request: Request<RecordPersonRequest>,
    ) -> Result<Response<RecordPersonResponse>, Status> {
        let person = request.into_inner().person.unwrap_or_default();
        let cmd = convert::record_person(&person).map_err(status)?;
        let person = record_person::record_person(&self.0, cmd)
            .await
            .map_err(status)?;
        Ok(Response::new(RecordPersonResponse {
            person: Some(convert::person(&person)),
        }))
    }

    async fn update_person(
        &self,
        request: Request<UpdatePersonRequest>,
    ) -> Result<Response<UpdatePersonResponse>, Status> {
        let cmd = convert::update_person(&request.into_inner()).map_err(status)?;
        let person = update_person::update_person(&self.0, cmd)
            .await
            .map_err(status)?;
        Ok(Response::new(UpdatePersonResponse {
            person: Some(convert::person(&person)),
        }))
    }

    async fn get_person(
        &self,
        request: Request<GetPersonRequest>,
    ) -> Result<Response<GetPersonResponse>, Status> {
        let id: PersonId = one("person_id", &request.into_inner().person_id).map_err(status)?;
        let response = person_card(&self.0, id).await.map_err(status)?;
        Ok(Response::new(response))
    }

    async fn list_persons(
        &self,
        request: Request<ListPersonsRequest>,
    ) -> Result<Response<ListPersonsResponse>, Status> {
        let response = list_persons(&self.0, request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(response))
    }

    async fn link_lead(
        &self,
        request: Request<LinkLeadRequest>,
    ) -> Result<Response<LinkLeadResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let request = request.into_inner();
        let (person, lead) = pair(&request.person_id, &request.lead_id).map_err(status)?;
        let cmd = link_lead::LinkLead { person, lead, by };
        let person = link_lead::link_lead(&self.0, cmd).await.map_err(status)?;
        Ok(Response::new(LinkLeadResponse {
            person: Some(convert::person(&person)),
        }))
    }

    async fn unlink_lead(
        &self,
        request: Request<UnlinkLeadRequest>,
    ) -> Result<Response<UnlinkLeadResponse>, Status> {
        let request = request.into_inner();
        let (person, lead) = pair(&request.person_id, &request.lead_id).map_err(status)?;
        let cmd = unlink_lead::UnlinkLead { person, lead };
        let person = unlink_lead::unlink_lead(&self.0, cmd)
            .await
            .map_err(status)?;
        Ok(Response::new(UnlinkLeadResponse {
            person: Some(convert::person(&person)),
        }))
    }

    async fn merge_persons(
        &self,
        request: Request<MergePersonsRequest>,
    ) -> Result<Response<MergePersonsResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let cmd = merges::merge_persons(&request.into_inner(), by).map_err(status)?;
        let merged = merge_persons::merge_persons(&self.0, cmd).await;
        let (merge, identity) = merged.map_err(status)?;
        Ok(Response::new(MergePersonsResponse {
            merge: Some(merges::merge(&merge)),
            canonical_id: identity.canonical.to_string(),
            member_ids: merges::members_of(&identity),
        }))
    }

    async fn split_persons(
        &self,
        request: Request<SplitPersonsRequest>,
    ) -> Result<Response<SplitPersonsResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let cmd = merges::split_persons(&request.into_inner(), by).map_err(status)?;
        let merge = split_persons::split_persons(&self.0, cmd)
            .await
            .map_err(status)?;
        let merge = Some(merges::merge(&merge));
        Ok(Response::new(SplitPersonsResponse { merge }))
    }

    async fn list_merges(
        &self,
        request: Request<ListMergesRequest>,
    ) -> Result<Response<ListMergesResponse>, Status> {
        let response = merges::list(&self.0, request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(response))
    }

    async fn split_batch(
        &self,
        request: Request<SplitBatchRequest>,
    ) -> Result<Response<SplitBatchResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let id = one("batch_id", &request.into_inner().batch_id).map_err(status)?;
        let cmd = split_batch::SplitBatch { id, by };
        let split = split_batch::split_batch(&self.0, cmd)
            .await
            .map_err(status)?;
        Ok(Response::new(SplitBatchResponse { split }))
    }

    async fn record_consent(
        &self,
        request: Request<RecordConsentRequest>,
    ) -> Result<Response<RecordConsentResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let now = self.0.clock.now();
        let cmd = consents::record(&request.into_inner(), by, now).map_err(status)?;
        let consent = record_consent::record_consent(&self.0, cmd)
            .await
            .map_err(status)?;
        let consent = Some(consents::consent(&consent));
        Ok(Response::new(RecordConsentResponse { consent }))
    }

    async fn list_consents(
        &self,
        request: Request<ListConsentsRequest>,
    ) -> Result<Response<ListConsentsResponse>, Status> {
        let response = consents::list(&self.0, request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(response))
    }

    async fn scan_duplicates(
        &self,
        request: Request<ScanDuplicatesRequest>,
    ) -> Result<Response<ScanDuplicatesResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let cmd = duplicates::scan_duplicates(&request.into_inner(), by).map_err(status)?;
        let scan = scan_duplicates::scan_duplicates(&self.0, cmd)
            .await
            .map_err(status)?;
        let scan = Some(duplicates::scan(&scan));
        Ok(Response::new(ScanDuplicatesResponse { scan }))
    }

    async fn get_duplicate_scan(
        &self,
        _: Request<GetDuplicateScanRequest>,
    ) -> Result<Response<GetDuplicateScanResponse>, Status> {
        let db = self.0.outbox.database().reader();
        let scan = scans::find(db).await.map_err(status)?;
        let scan = Some(duplicates::scan(&scan));
        Ok(Response::new(GetDuplicateScanResponse { scan }))
    }

    async fn list_duplicates(
        &self,
        request: Request<ListDuplicatesRequest>,
    ) -> Result<Response<ListDuplicatesResponse>, Status> {
        let response = duplicates::list(&self.0, request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(response))
    }

    async fn decide_duplicate(
        &self,
        request: Request<DecideDuplicateRequest>,
    ) -> Result<Response<DecideDuplicateResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let cmd = duplicates::decide(&request.into_inner(), by).map_err(status)?;
        let decided = decide_duplicate::decide_duplicate(&self.0, cmd)
            .await
            .map_err(status)?;
        let duplicate = Some(duplicates::duplicate(&decided));
        Ok(Response::new(DecideDuplicateResponse { duplicate }))
    }

    async fn record_organisation(
        &self,
        request: Request<RecordOrganisationRequest>,
    ) -> Result<Response<RecordOrganisationResponse>, Status> {
        let organisation = request.into_inner().organisation.unwrap_or_default();
        let cmd = convert::record_organisation(&organisation).map_err(status)?;
        let organisation = record_organisation::record_organisation(&self.0, cmd)
            .await
            .map_err(status)?;
        let organisation = Some(convert::organisation(&organisation));
        Ok(Response::new(RecordOrganisationResponse { organisation }))
    }

    async fn update_organisation(
        &self,
        request: Request<UpdateOrganisationRequest>,
    ) -> Result<Response<UpdateOrganisationResponse>, Status> {
        let cmd = convert::update_organisation(&request.into_inner()).map_err(status)?;
        let organisation = update_organisation::update_organisation(&self.0, cmd)
            .await
            .map_err(status)?;
        let organisation = Some(convert::organisation(&organisation));
        Ok(Response::new(UpdateOrganisationResponse { organisation }))
    }

    async fn get_organisation(
        &self,
        request: Request<GetOrganisationRequest>,
    ) -> Result<Response<GetOrganisationResponse>, Status> {
        let id = one("organisation_id", &request.into_inner().organisation_id).map_err(status)?;
        let response = organisation_card(&self.0, id).await.map_err(status)?;
        Ok(Response::new(response))
    }

    async fn list_organisations(
        &self,
        request: Request<ListOrganisationsRequest>,
    ) -> Result<Response<ListOrganisationsResponse>, Status> {
        let response = list_organisations(&self.0, request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(response))
    }
}

fn pair(person: &str, lead: &str) -> Result<(PersonId, LeadId), Error> {
    let mut fields = Fields::new();
    let person = fields.parse("person_id", person);
    let lead = fields.parse("lead_id", lead);
    Ok(fields.finish(|| Some((person?, lead?)))?)
}

async fn person_card(app: &App, id: PersonId) -> Result<GetPersonResponse, Error> {
    let db = app.outbox.database().reader();
    let person = persons::find(db, id)
        .await?
        .ok_or(Error::PersonNotFound(id))?;
    let leads = links::leads(db, id).await?;
    let own = BTreeSet::from([id]);
    let linked = || leads.iter().map(|link| link.lead);
    let deals = copies::deals_of(db, &own, linked()).await?;
    let contracts = copies::contracts_of(db, &own, linked()).await?;
    let consents = store::consents::standing(db, [id]).await?;
    Ok(GetPersonResponse {
        person: erasures::dated(app, vec![convert::person(&person)])
            .await?
            .pop(),
        leads: leads.iter().map(convert::link).collect(),
        deals: deals.iter().map(convert::deal).collect(),
        contracts: contracts.iter().map(convert::contract).collect(),
        merged: Some(merges::merged(app, id).await?),
        consents: consents.iter().map(consents::consent).collect(),
    })
}

async fn organisation_card(
    app: &App,
    id: OrganisationId,
) -> Result<GetOrganisationResponse, Error> {
    let db = app.outbox.database().reader();
    let found = organisations::find(db, id)
        .await?
        .ok_or(Error::OrganisationNotFound(id))?;
    let members = lists::members(db, id).await?;
    Ok(GetOrganisationResponse {
        organisation: Some(convert::organisation(&found)),
        persons: members.iter().map(convert::person).collect(),
    })
}

async fn list_persons(
    app: &App,
    request: ListPersonsRequest,
) -> Result<ListPersonsResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = page::decode(&request.page_token)?;
    let wanted = convert::wanted_persons(&request)?;
    let db = app.outbox.database().reader();
    let (rows, total) = lists::persons(db, &wanted, after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |(_, cursor)| cursor.clone());
    let ids = rows.iter().map(|(person, _)| person.id).collect();
    let sizes = store::merges::sizes(db, &ids).await?;
    let row = |(person, _): &(Person, _)| {
        let alone = (person.id, 1);
        let (canonical, count) = sizes.get(&person.id).copied().unwrap_or(alone);
        pb::Person {
            canonical_id: canonical.to_string(),
            member_count: i32::try_from(count).unwrap_or(i32::MAX),
            ..convert::person(person)
        }
    };
    Ok(ListPersonsResponse {
        persons: erasures::dated(app, rows.iter().map(row).collect()).await?,
        next_page_token,
        total: i64::try_from(total).unwrap_or(i64::MAX),
    })
}

async fn list_organisations(
    app: &App,
    request: ListOrganisationsRequest,
) -> Result<ListOrganisationsResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = page::decode(&request.page_token)?;
    let wanted = convert::wanted_organisations(&request)?;
    let db = app.outbox.database().reader();
    let (rows, total) = lists::organisations(db, &wanted, after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |(_, cursor)| cursor.clone());
    Ok(ListOrganisationsResponse {
        organisations: rows
            .iter()
            .map(|(found, _)| convert::organisation(found))
            .collect(),
        next_page_token,
        total: i64::try_from(total).unwrap_or(i64::MAX),
    })
}
