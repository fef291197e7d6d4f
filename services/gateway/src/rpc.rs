//! The gRPC face of the credentials: each method decodes, commands, encodes.

mod convert;

use std::sync::Arc;

use proto::gateway::v1::{
    CreateApiKeyRequest, CreateApiKeyResponse, CreatePartnerRequest, CreatePartnerResponse,
    CreateStaffRequest, CreateStaffResponse, GetMeRequest, GetMeResponse, ListPartnersRequest,
    ListPartnersResponse, ListStaffRequest, ListStaffResponse, RevokeApiKeyRequest,
    RevokeApiKeyResponse, SignInRequest, SignInResponse, UpdateStaffRequest, UpdateStaffResponse,
    gateway_service_server::GatewayService,
};
use rpc::{Identity, decode::Invalid, page};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    app::{
        App, change_staff::change_staff, make_api_key::make_api_key, open_staff::open_staff,
        record_partner::record_partner, revoke_api_key::revoke_api_key, sign_in::sign_in,
    },
    domain::staff::folded,
    error::Error,
    store,
};

type Answer<T> = Result<Response<T>, Status>;

/// The service over the application.
pub(crate) struct Rpc(pub(crate) Arc<App>);

fn status(error: impl Into<Error>) -> Status {
    rpc::status("gateway", &error.into())
}

#[tonic::async_trait]
impl GatewayService for Rpc {
    async fn sign_in(&self, request: Request<SignInRequest>) -> Answer<SignInResponse> {
        let (email, password) = convert::sign_in(request.into_inner()).map_err(status)?;
        let session = sign_in(&self.0, &email, password).await.map_err(status)?;
        Ok(Response::new(convert::session(&session)))
    }

    async fn get_me(&self, request: Request<GetMeRequest>) -> Answer<GetMeResponse> {
        let me = me(&self.0, rpc::identity(&request)).await.map_err(status)?;
        Ok(Response::new(me))
    }

    async fn create_staff(
        &self,
        request: Request<CreateStaffRequest>,
    ) -> Answer<CreateStaffResponse> {
        let cmd = convert::open_staff(request.into_inner()).map_err(status)?;
        let staff = open_staff(&self.0, cmd).await.map_err(status)?;
        Ok(Response::new(CreateStaffResponse {
            staff: Some(convert::staff(&staff)),
        }))
    }

    async fn update_staff(
        &self,
        request: Request<UpdateStaffRequest>,
    ) -> Answer<UpdateStaffResponse> {
        let cmd = convert::change_staff(request.into_inner()).map_err(status)?;
        let staff = change_staff(&self.0, cmd).await.map_err(status)?;
        Ok(Response::new(UpdateStaffResponse {
            staff: Some(convert::staff(&staff)),
        }))
    }

    async fn list_staff(&self, request: Request<ListStaffRequest>) -> Answer<ListStaffResponse> {
        let list = list_staff(&self.0, &request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(list))
    }

    async fn create_partner(
        &self,
        request: Request<CreatePartnerRequest>,
    ) -> Answer<CreatePartnerResponse> {
        let (id, name) = convert::record_partner(&request.into_inner()).map_err(status)?;
        let partner = record_partner(&self.0, id, name).await.map_err(status)?;
        let partner = convert::partner(&partner, &[]);
        Ok(Response::new(CreatePartnerResponse {
            partner: Some(partner),
        }))
    }

    async fn list_partners(
        &self,
        request: Request<ListPartnersRequest>,
    ) -> Answer<ListPartnersResponse> {
        let list = list_partners(&self.0, &request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(list))
    }

    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Answer<CreateApiKeyResponse> {
        let cmd = convert::make_api_key(&request.into_inner(), self.0.clock.now());
        let made = make_api_key(&self.0, cmd.map_err(status)?)
            .await
            .map_err(status)?;
        let api_key = Some(convert::api_key(&made.key));
        Ok(Response::new(CreateApiKeyResponse {
            api_key,
            secret: made.secret,
        }))
    }

    async fn revoke_api_key(
        &self,
        request: Request<RevokeApiKeyRequest>,
    ) -> Answer<RevokeApiKeyResponse> {
        let (partner, id) = convert::revoke_api_key(&request.into_inner()).map_err(status)?;
        let key = revoke_api_key(&self.0, partner, id).await.map_err(status)?;
        Ok(Response::new(RevokeApiKeyResponse {
            api_key: Some(convert::api_key(&key)),
        }))
    }
}

async fn me(app: &App, identity: &Identity) -> Result<GetMeResponse, Error> {
    let db = app.outbox.database().reader();
    match identity {
        Identity::Staff { id, .. } => {
            let id = id.parse().map_err(|_| Error::NoAccount)?;
            let staff = store::staff::find(db, id).await?.ok_or(Error::NoAccount)?;
            Ok(GetMeResponse {
                staff: Some(convert::staff(&staff)),
                partner: None,
            })
        }
        Identity::Partner { id, .. } => {
            let id = id.parse().map_err(|_| Error::NoAccount)?;
            let partner = store::partners::find(db, id)
                .await?
                .ok_or(Error::NoAccount)?;
            Ok(GetMeResponse {
                staff: None,
                partner: Some(convert::partner(&partner, &[])),
            })
        }
        Identity::Anyone | Identity::Service { .. } => Err(Error::NoAccount),
    }
}

async fn list_staff(app: &App, request: &ListStaffRequest) -> Result<ListStaffResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = cursor(&request.page_token)?;
    let db = app.outbox.database().reader();
    let rows = store::staff::list(db, after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| (folded(&it.name), it.id.uuid()));
    let staff = rows.iter().map(convert::staff).collect();
    Ok(ListStaffResponse {
        staff,
        next_page_token,
    })
}

async fn list_partners(
    app: &App,
    request: &ListPartnersRequest,
) -> Result<ListPartnersResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = cursor(&request.page_token)?;
    let db = app.outbox.database().reader();
    let rows = store::partners::list(db, after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| (folded(&it.name), it.id.uuid()));
    let mut partners = Vec::with_capacity(rows.len());
    for partner in &rows {
        let keys = store::api_keys::of_partner(db, partner.id).await?;
        partners.push(convert::partner(partner, &keys));
    }
    Ok(ListPartnersResponse {
        partners,
        next_page_token,
    })
}

/// Where a page begins. Tokens are not signed, so what they hold may be anything.
fn cursor(token: &str) -> Result<Option<(String, Uuid)>, Error> {
    let cursor = page::decode::<(String, Uuid)>(token)?;
    if cursor
        .as_ref()
        .is_some_and(|(name, _)| name.chars().any(char::is_control))
    {
        return Err(Invalid::field("page_token", "MALFORMED", "is not a page token").into());
    }
    Ok(cursor)
}
