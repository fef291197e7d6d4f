//! The service as its contract has it: decode, do, encode.

pub(crate) mod convert;
mod decode;
mod door_facts;
mod identities;
mod reads;
mod stream;

use std::{pin::Pin, sync::Arc};

use axum::Router;
use futures::Stream;
use ids::StaffId;
use proto::intake::v1::{
    self,
    identity_service_server::IdentityServiceServer,
    intake_service_server::{IntakeService, IntakeServiceServer},
};
use rpc::Identity;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming, service::Routes};

use self::convert::{door, lead_card, receipt};
use crate::{
    app::{
        App, assign_lead, calls, change_lead::change_lead, create_lead, decide_submission, doors,
        prepare::FormPost, record_outcome, rerun_submission, submit,
    },
    domain::{directory, lead::Lead},
    error::Error,
    reading::mail,
};

/// Room for the largest e-mail and what is around it.
const REQUEST_MAX: usize = mail::MESSAGE_MAX + 64 * 1024;

/// The router of the service.
pub fn router(app: Arc<App>, draining: CancellationToken) -> Router {
    let identities = identities::Rpc::new(Arc::clone(&app), draining.clone());
    let identities = IdentityServiceServer::new(identities);
    let server = IntakeServiceServer::new(Rpc { app, draining });
    Routes::new(server.max_decoding_message_size(REQUEST_MAX))
        .add_service(identities)
        .into_axum_router()
}

struct Rpc {
    app: Arc<App>,
    draining: CancellationToken,
}

type Answer<T> = Result<Response<T>, Status>;

fn status(error: impl Into<Error>) -> Status {
    rpc::status("intake", &error.into())
}

fn answer<T>(result: Result<T, Error>) -> Answer<T> {
    result.map(Response::new).map_err(status)
}

/// The member of staff who calls.
fn caller<T>(request: &Request<T>) -> Result<StaffId, Error> {
    match rpc::identity(request) {
        Identity::Staff { id, .. } => id.parse().map_err(|_| Error::CallerUnknown),
        _ => Err(Error::CallerUnknown),
    }
}

#[tonic::async_trait]
impl IntakeService for Rpc {
    type StreamLeadsStream =
        Pin<Box<dyn Stream<Item = Result<v1::StreamLeadsResponse, Status>> + Send>>;

    async fn submit_lead(
        &self,
        request: Request<v1::SubmitLeadRequest>,
    ) -> Answer<v1::SubmitLeadResponse> {
        let sender = decode::partner(rpc::identity(&request)).map_err(status)?;
        let v1::SubmitLeadRequest {
            lead,
            validate_only,
        } = request.into_inner();
        let lead = decode::lead_input(lead).map_err(status)?;
        let stored = submit::submit_lead(&self.app, &sender, &lead, validate_only).await;
        answer(stored.map(|it| v1::SubmitLeadResponse {
            receipt: Some(receipt(&it)),
        }))
    }

    async fn stream_leads(
        &self,
        request: Request<Streaming<v1::StreamLeadsRequest>>,
    ) -> Answer<Self::StreamLeadsStream> {
        let sender = decode::partner(rpc::identity(&request)).map_err(status)?;
        let receipts = stream::receipts(
            Arc::clone(&self.app),
            sender,
            request.into_inner(),
            self.draining.clone(),
        );
        Ok(Response::new(Box::pin(receipts)))
    }

    async fn submit_form(
        &self,
        request: Request<v1::SubmitFormRequest>,
    ) -> Answer<v1::SubmitFormResponse> {
        let v1::SubmitFormRequest {
            door_key,
            content_type,
            body,
            idempotency_key,
            referrer,
            origin,
        } = request.into_inner();
        let post = FormPost {
            content_type,
            body: body.into(),
            idempotency_key,
            referrer,
        };
        let stored = submit::submit_form(&self.app, &door_key, &origin, &post).await;
        answer(stored.map(|(it, redirect_url)| v1::SubmitFormResponse {
            receipt: Some(receipt(&it)),
            redirect_url,
        }))
    }

    async fn submit_email(
        &self,
        request: Request<v1::SubmitEmailRequest>,
    ) -> Answer<v1::SubmitEmailResponse> {
        let v1::SubmitEmailRequest { door_key, message } = request.into_inner();
        let stored = submit::submit_email(&self.app, &door_key, message.into()).await;
        answer(stored.map(|it| v1::SubmitEmailResponse {
            receipt: Some(receipt(&it)),
        }))
    }

    async fn announce_call(
        &self,
        request: Request<v1::AnnounceCallRequest>,
    ) -> Answer<v1::AnnounceCallResponse> {
        let v1::AnnounceCallRequest {
            door_key,
            body,
            timestamp,
            signature,
        } = request.into_inner();
        let announced =
            calls::announce_call(&self.app, &door_key, body.into(), &timestamp, &signature).await;
        answer(announced.map(|it| {
            v1::AnnounceCallResponse {
                receipt: Some(receipt(&it.receipt)),
                lead: it.lead.as_ref().map(lead_card),
                open_deal_id: it
                    .open_deal
                    .map(|deal| deal.to_string())
                    .unwrap_or_default(),
            }
        }))
    }

    async fn create_lead(
        &self,
        request: Request<v1::CreateLeadRequest>,
    ) -> Answer<v1::CreateLeadResponse> {
        let by = caller(&request).map_err(status)?;
        let (lead, responsible) = decode::create_lead(request.into_inner()).map_err(status)?;
        let stored = create_lead::create_lead(&self.app, by, responsible, &lead).await;
        answer(stored.map(|it| v1::CreateLeadResponse {
            receipt: Some(receipt(&it)),
        }))
    }

    async fn get_submission(
        &self,
        request: Request<v1::GetSubmissionRequest>,
    ) -> Answer<v1::GetSubmissionResponse> {
        let identity = rpc::identity(&request).clone();
        answer(reads::get_submission(&self.app, &identity, &request.into_inner()).await)
    }

    async fn list_submissions(
        &self,
        request: Request<v1::ListSubmissionsRequest>,
    ) -> Answer<v1::ListSubmissionsResponse> {
        answer(reads::list_submissions(&self.app, &request.into_inner()).await)
    }

    async fn decide_submission(
        &self,
        request: Request<v1::DecideSubmissionRequest>,
    ) -> Answer<v1::DecideSubmissionResponse> {
        let by = caller(&request).map_err(status)?;
        let (id, order, note) = decode::decision(&request.into_inner()).map_err(status)?;
        let decided = decide_submission::decide_submission(&self.app, id, order, &note, by).await;
        answer(decided.map(|it| v1::DecideSubmissionResponse {
            receipt: Some(receipt(&it)),
        }))
    }

    async fn rerun_submission(
        &self,
        request: Request<v1::RerunSubmissionRequest>,
    ) -> Answer<v1::RerunSubmissionResponse> {
        let id =
            decode::id("submission_id", &request.into_inner().submission_id).map_err(status)?;
        let judged = rerun_submission::rerun_submission(&self.app, id).await;
        answer(judged.map(|it| v1::RerunSubmissionResponse {
            receipt: Some(receipt(&it)),
        }))
    }

    async fn get_lead(&self, request: Request<v1::GetLeadRequest>) -> Answer<v1::GetLeadResponse> {
        answer(reads::get_lead(&self.app, &request.into_inner()).await)
    }

    async fn list_leads(
        &self,
        request: Request<v1::ListLeadsRequest>,
    ) -> Answer<v1::ListLeadsResponse> {
        answer(reads::list_leads(&self.app, &request.into_inner()).await)
    }

    async fn update_lead(
        &self,
        request: Request<v1::UpdateLeadRequest>,
    ) -> Answer<v1::UpdateLeadResponse> {
        let by = caller(&request).map_err(status)?;
        let (id, seen, update) = decode::update(&request.into_inner()).map_err(status)?;
        let app = &self.app;
        let lead = change_lead(app, id, seen, |lead| {
            lead.update(&update, Some(by), app.clock.now());
            Ok(())
        });
        card(lead.await, |lead| v1::UpdateLeadResponse { lead })
    }

    async fn record_outcome(
        &self,
        request: Request<v1::RecordOutcomeRequest>,
    ) -> Answer<v1::RecordOutcomeResponse> {
        let by = caller(&request).map_err(status)?;
        let (id, told) = decode::outcome(&request.into_inner(), by).map_err(status)?;
        let lead = record_outcome::record_outcome(&self.app, id, &told).await;
        card(lead, |lead| v1::RecordOutcomeResponse { lead })
    }

    async fn plan_next_contact(
        &self,
        request: Request<v1::PlanNextContactRequest>,
    ) -> Answer<v1::PlanNextContactResponse> {
        let by = caller(&request).map_err(status)?;
        let (id, at, kind) = decode::next_contact(&request.into_inner()).map_err(status)?;
        let app = &self.app;
        let lead = change_lead(app, id, 0, |lead| {
            lead.plan_next_contact(at, kind, Some(by), app.clock.now());
            Ok(())
        });
        card(lead.await, |lead| v1::PlanNextContactResponse { lead })
    }

    async fn assign_lead(
        &self,
        request: Request<v1::AssignLeadRequest>,
    ) -> Answer<v1::AssignLeadResponse> {
        let by = caller(&request).map_err(status)?;
        let (id, to, reason) = decode::assignment(&request.into_inner()).map_err(status)?;
        let lead = assign_lead::assign_lead(&self.app, id, to, &reason, by).await;
        card(lead, |lead| v1::AssignLeadResponse { lead })
    }

    async fn reopen_lead(
        &self,
        request: Request<v1::ReopenLeadRequest>,
    ) -> Answer<v1::ReopenLeadResponse> {
        let by = caller(&request).map_err(status)?;
        let (id, reason) = decode::reopening(&request.into_inner()).map_err(status)?;
        let app = &self.app;
        let lead = change_lead(app, id, 0, |lead| {
            Ok(lead.reopen(&reason, Some(by), app.clock.now())?)
        });
        card(lead.await, |lead| v1::ReopenLeadResponse { lead })
    }

    async fn list_reasons(
        &self,
        _: Request<v1::ListReasonsRequest>,
    ) -> Answer<v1::ListReasonsResponse> {
        let reasons = directory::REASONS.iter().map(|entry| v1::Reason {
            code: entry.code.to_owned(),
            name: entry.name.to_owned(),
        });
        Ok(Response::new(v1::ListReasonsResponse {
            reasons: reasons.collect(),
        }))
    }

    async fn create_door(
        &self,
        request: Request<v1::CreateDoorRequest>,
    ) -> Answer<v1::CreateDoorResponse> {
        let wanted =
            door_facts::new_door(request.into_inner(), self.app.clock.now()).map_err(status)?;
        let created = doors::create_door(&self.app, wanted).await;
        answer(created.map(|(it, secret)| v1::CreateDoorResponse {
            door: Some(door(&it)),
            secret: secret.unwrap_or_default(),
        }))
    }

    async fn update_door(
        &self,
        request: Request<v1::UpdateDoorRequest>,
    ) -> Answer<v1::UpdateDoorResponse> {
        let wanted = door_facts::changed_door(request.into_inner()).map_err(status)?;
        let updated = doors::update_door(&self.app, wanted).await;
        answer(updated.map(|it| v1::UpdateDoorResponse {
            door: Some(door(&it)),
        }))
    }

    async fn list_doors(
        &self,
        request: Request<v1::ListDoorsRequest>,
    ) -> Answer<v1::ListDoorsResponse> {
        answer(reads::list_doors(&self.app, &request.into_inner()).await)
    }

    async fn list_interests(
        &self,
        request: Request<v1::ListInterestsRequest>,
    ) -> Answer<v1::ListInterestsResponse> {
        answer(reads::list_interests(&self.app, &request.into_inner()).await)
    }
}

fn card<T>(
    lead: Result<Lead, Error>,
    response: impl FnOnce(Option<v1::LeadCard>) -> T,
) -> Answer<T> {
    answer(lead.map(|lead| response(Some(lead_card(&lead)))))
}
