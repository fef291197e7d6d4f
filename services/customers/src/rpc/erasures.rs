//! Erasures over gRPC.

use std::sync::Arc;

use ids::{ErasureId, PersonId, StaffId};
use messaging::erased;
use proto::{
    convert::{timestamp, to_timestamp},
    customers::v1::{
        self as pb, ErasePersonRequest, ErasePersonResponse, GetErasureRequest, GetErasureResponse,
        ListErasuresRequest, ListErasuresResponse, erasure_service_server::ErasureService,
    },
};
use rpc::{
    decode::{Fields, Invalid},
    page,
};
use tonic::{Request, Response, Status};

use super::{one, staff, status};
use crate::{
    app::{
        App,
        erase_person::{ErasePerson, erase_person},
    },
    domain::erasure::Erasure,
    error::Error,
    store::erasures,
};

const REASON: usize = 500;

pub struct Erasures(pub Arc<App>);

#[tonic::async_trait]
impl ErasureService for Erasures {
    async fn erase_person(
        &self,
        request: Request<ErasePersonRequest>,
    ) -> Result<Response<ErasePersonResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let cmd = cmd(&request.into_inner(), by).map_err(status)?;
        let done = erase_person(&self.0, cmd).await.map_err(status)?;
        Ok(Response::new(ErasePersonResponse {
            erasure: Some(erasure(&done)),
        }))
    }

    async fn get_erasure(
        &self,
        request: Request<GetErasureRequest>,
    ) -> Result<Response<GetErasureResponse>, Status> {
        let id = one("erasure_id", &request.into_inner().erasure_id).map_err(status)?;
        let found = get(&self.0, id).await.map_err(status)?;
        Ok(Response::new(GetErasureResponse {
            erasure: Some(erasure(&found)),
        }))
    }

    async fn list_erasures(
        &self,
        request: Request<ListErasuresRequest>,
    ) -> Result<Response<ListErasuresResponse>, Status> {
        let response = list(&self.0, request.into_inner()).await.map_err(status)?;
        Ok(Response::new(response))
    }
}

fn cmd(request: &ErasePersonRequest, by: Option<StaffId>) -> Result<ErasePerson, Invalid> {
    let mut fields = Fields::new();
    let person = fields.parse("person_id", &request.person_id);
    let reason = fields.text("reason", &request.reason, REASON);
    let requested_at = match request.requested_at.as_ref() {
        None => Some(None),
        Some(at) => fields
            .read("requested_at", to_timestamp(at).ok_or("is no instant"))
            .map(Some),
    };
    fields.finish(|| {
        Some(ErasePerson {
            person: person?,
            reason: reason?,
            requested_at: requested_at?,
            by,
        })
    })
}

async fn get(app: &App, id: ErasureId) -> Result<Erasure, Error> {
    let db = app.outbox.database().reader();
    let found = erasures::find(db, id).await?;
    found.ok_or(Error::ErasureNotFound(id))
}

async fn list(app: &App, request: ListErasuresRequest) -> Result<ListErasuresResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = page::decode(&request.page_token)?;
    let db = app.outbox.database().reader();
    let rows = erasures::page(db, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid());
    Ok(ListErasuresResponse {
        erasures: rows.iter().map(erasure).collect(),
        next_page_token,
    })
}

fn erasure(erasure: &Erasure) -> pb::Erasure {
    pb::Erasure {
        erasure_id: erasure.id.to_string(),
        person_ids: erasure.persons.iter().map(ToString::to_string).collect(),
        lead_ids: erasure.leads.iter().map(ToString::to_string).collect(),
        reason: erasure.reason.clone(),
        requested_at: Some(timestamp(erasure.requested_at)),
        erased_at: Some(timestamp(erasure.erased_at)),
        erased_by: erasure.by.map(|id| id.to_string()).unwrap_or_default(),
    }
}

/// Says of persons when they were erased: that tells them from those whose names nobody knows.
pub(super) async fn dated(
    app: &App,
    mut persons: Vec<pb::Person>,
) -> Result<Vec<pb::Person>, Error> {
    let id = |person: &pb::Person| person.person_id.parse().map(PersonId::uuid).ok();
    let db = app.outbox.database().reader();
    let erased = erased::of(db, persons.iter().filter_map(id)).await?;
    for person in &mut persons {
        let at = id(person).and_then(|id| erased.get(&id));
        person.erased_at = at.copied().map(timestamp);
    }
    Ok(persons)
}
