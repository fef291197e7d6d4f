//! The service that tells who somebody is, as its contract has it.

mod encode;
mod rematches;
mod scans;
mod trials;

use std::{pin::Pin, sync::Arc};

use futures::Stream;
use proto::intake::v1::{self, identity_service_server::IdentityService};
use rpc::page;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use super::{Answer, answer, caller, convert, decode, status};
use crate::{
    app::{
        App, explain,
        links::{self, EndedLink},
        rematch,
        review::{self, DecideReview},
        scan_leads::ScanLeads,
    },
    domain::identity::ReviewState,
    error::Error,
    reading::text::NAME_MAX,
    store::identity::{self as store, Asked},
};

pub(super) struct Rpc {
    app: Arc<App>,
    draining: CancellationToken,
}

impl Rpc {
    pub(super) fn new(app: Arc<App>, draining: CancellationToken) -> Self {
        Self { app, draining }
    }
}

#[tonic::async_trait]
impl IdentityService for Rpc {
    type TryRulesStream = Pin<Box<dyn Stream<Item = Result<v1::TryRulesResponse, Status>> + Send>>;
    type ScanLeadsStream =
        Pin<Box<dyn Stream<Item = Result<v1::ScanLeadsResponse, Status>> + Send>>;

    async fn explain_submission(
        &self,
        request: Request<v1::ExplainSubmissionRequest>,
    ) -> Answer<v1::ExplainSubmissionResponse> {
        let id = decode::id("submission_id", &request.get_ref().submission_id).map_err(status)?;
        let explained = explain::explain_submission(&self.app, id).await;
        answer(explained.map(|it| v1::ExplainSubmissionResponse {
            receipt: Some(convert::receipt(&it.receipt)),
            identity_id: convert::printed(it.identity),
            reproduced: it.decision.as_ref().is_some_and(|(then, now)| then == now),
            explanation: it.decision.as_ref().map(|(then, _)| encode::why(then)),
            anew: it.decision.as_ref().map(|(_, now)| encode::why(now)),
            review_ids: it.reviews.iter().map(ToString::to_string).collect(),
            links: it.links.iter().map(encode::link).collect(),
        }))
    }

    async fn compare_leads(
        &self,
        request: Request<v1::CompareLeadsRequest>,
    ) -> Answer<v1::CompareLeadsResponse> {
        let request = request.get_ref();
        let one = decode::id("lead_id", &request.lead_id).map_err(status)?;
        let other = decode::id("other_id", &request.other_id).map_err(status)?;
        let compared = explain::compare_leads(&self.app, one, other).await;
        answer(compared.map(|it| v1::CompareLeadsResponse {
            same: it.same,
            kept_apart: it.kept_apart,
            explanation: Some(encode::why(&it.why)),
            links: it.links.iter().map(encode::link).collect(),
        }))
    }

    async fn get_identity(
        &self,
        request: Request<v1::GetIdentityRequest>,
    ) -> Answer<v1::GetIdentityResponse> {
        let id = decode::id("identity_id", &request.get_ref().identity_id).map_err(status)?;
        let view = explain::view(&self.app, id).await;
        answer(view.map(|view| v1::GetIdentityResponse {
            identity: Some(encode::view(&view)),
        }))
    }

    async fn list_reviews(
        &self,
        request: Request<v1::ListReviewsRequest>,
    ) -> Answer<v1::ListReviewsResponse> {
        answer(list_reviews(&self.app, request.get_ref()).await)
    }

    async fn get_review(
        &self,
        request: Request<v1::GetReviewRequest>,
    ) -> Answer<v1::GetReviewResponse> {
        let id = decode::id("review_id", &request.get_ref().review_id).map_err(status)?;
        let found = explain::review(&self.app, id).await;
        answer(found.map(|it| v1::GetReviewResponse {
            review: Some(encode::review(&it.review)),
            effects: Some(encode::effects(&it.one, &it.other)),
            one: Some(encode::view(&it.one)),
            other: Some(encode::view(&it.other)),
            explanation: Some(encode::why(&it.why)),
        }))
    }

    async fn decide_review(
        &self,
        request: Request<v1::DecideReviewRequest>,
    ) -> Answer<v1::DecideReviewResponse> {
        let by = caller(&request).map_err(status)?;
        let cmd = decode_decision(request.get_ref(), by).map_err(status)?;
        let decided = review::decide_review(&self.app, &cmd).await;
        answer(decided.map(|(review, link)| v1::DecideReviewResponse {
            review: Some(encode::review(&review)),
            link_id: convert::printed(link),
        }))
    }

    async fn list_links(
        &self,
        request: Request<v1::ListLinksRequest>,
    ) -> Answer<v1::ListLinksResponse> {
        answer(list_links(&self.app, request.get_ref()).await)
    }

    async fn end_link(&self, request: Request<v1::EndLinkRequest>) -> Answer<v1::EndLinkResponse> {
        let by = caller(&request).map_err(status)?;
        let id = decode::id("link_id", &request.get_ref().link_id).map_err(status)?;
        let ended = links::end_link(&self.app, id, by).await;
        answer(
            ended.map(|EndedLink { link, still_one }| v1::EndLinkResponse {
                link: Some(encode::link(&link)),
                still_one,
            }),
        )
    }

    async fn try_rules(
        &self,
        request: Request<v1::TryRulesRequest>,
    ) -> Answer<Self::TryRulesStream> {
        let cmd = trials::decode(request.get_ref()).map_err(status)?;
        let progress = trials::progress(Arc::clone(&self.app), cmd, self.draining.clone());
        Ok(Response::new(Box::pin(progress)))
    }

    async fn start_rematch(
        &self,
        request: Request<v1::StartRematchRequest>,
    ) -> Answer<v1::StartRematchResponse> {
        let by = caller(&request).map_err(status)?;
        let started = rematch::start(&self.app, by).await;
        let rematch = started.map(|it| Some(rematches::encode(&it)));
        answer(rematch.map(|rematch| v1::StartRematchResponse { rematch }))
    }

    async fn get_rematch(
        &self,
        request: Request<v1::GetRematchRequest>,
    ) -> Answer<v1::GetRematchResponse> {
        let id = rematches::decode_latest(&request.get_ref().rematch_id).map_err(status)?;
        let found = rematch::find(&self.app, id).await;
        answer(found.map(|it| v1::GetRematchResponse {
            rematch: Some(rematches::encode(&it)),
            rules_in_force: self.app.model.rules(),
        }))
    }

    async fn pause_rematch(
        &self,
        request: Request<v1::PauseRematchRequest>,
    ) -> Answer<v1::PauseRematchResponse> {
        let id = decode::id("rematch_id", &request.get_ref().rematch_id).map_err(status)?;
        let paused = rematch::pause(&self.app, id).await;
        let rematch = paused.map(|it| Some(rematches::encode(&it)));
        answer(rematch.map(|rematch| v1::PauseRematchResponse { rematch }))
    }

    async fn resume_rematch(
        &self,
        request: Request<v1::ResumeRematchRequest>,
    ) -> Answer<v1::ResumeRematchResponse> {
        let id = decode::id("rematch_id", &request.get_ref().rematch_id).map_err(status)?;
        let resumed = rematch::resume(&self.app, id).await;
        let rematch = resumed.map(|it| Some(rematches::encode(&it)));
        answer(rematch.map(|rematch| v1::ResumeRematchResponse { rematch }))
    }

    async fn cancel_rematch(
        &self,
        request: Request<v1::CancelRematchRequest>,
    ) -> Answer<v1::CancelRematchResponse> {
        let id = decode::id("rematch_id", &request.get_ref().rematch_id).map_err(status)?;
        let cancelled = rematch::cancel(&self.app, id).await;
        let rematch = cancelled.map(|it| Some(rematches::encode(&it)));
        answer(rematch.map(|rematch| v1::CancelRematchResponse { rematch }))
    }

    async fn scan_leads(
        &self,
        request: Request<Streaming<v1::ScanLeadsRequest>>,
    ) -> Answer<Self::ScanLeadsStream> {
        let by = caller(&request).map_err(status)?;
        let scan = ScanLeads::begin(&self.app, by).map_err(status)?;
        let (app, draining) = (Arc::clone(&self.app), self.draining.clone());
        let answers = scans::answers(app, scan, request.into_inner(), draining);
        Ok(Response::new(Box::pin(answers)))
    }
}

async fn list_reviews(
    app: &App,
    request: &v1::ListReviewsRequest,
) -> Result<v1::ListReviewsResponse, Error> {
    let asked = Asked {
        state: state(request.state()),
        before: decode::cursor(&request.page_token)?.map(ids::ReviewId::from_uuid),
    };
    let size = page::size(request.page_size)?;
    let rows = store::list_reviews(app.reader(), asked, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid().to_string());
    Ok(v1::ListReviewsResponse {
        reviews: rows.iter().map(encode::review).collect(),
        next_page_token,
    })
}

async fn list_links(
    app: &App,
    request: &v1::ListLinksRequest,
) -> Result<v1::ListLinksResponse, Error> {
    let before = decode::cursor(&request.page_token)?.map(ids::LinkId::from_uuid);
    let size = page::size(request.page_size)?;
    let rows = store::list(app.reader(), !request.ended, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid().to_string());
    Ok(v1::ListLinksResponse {
        links: rows.iter().map(encode::link).collect(),
        next_page_token,
    })
}

fn state(state: v1::ReviewState) -> Option<ReviewState> {
    match state {
        v1::ReviewState::Unspecified => None,
        v1::ReviewState::Open => Some(ReviewState::Open),
        v1::ReviewState::Skipped => Some(ReviewState::Skipped),
        v1::ReviewState::Same => Some(ReviewState::Same),
        v1::ReviewState::Different => Some(ReviewState::Different),
        v1::ReviewState::Settled => Some(ReviewState::Settled),
    }
}

fn decode_decision(
    request: &v1::DecideReviewRequest,
    by: ids::StaffId,
) -> Result<DecideReview, Error> {
    let mut fields = rpc::decode::Fields::new();
    let id = fields.parse("review_id", &request.review_id);
    let decision = state(request.decision()).filter(|it| {
        matches!(
            it,
            ReviewState::Same | ReviewState::Different | ReviewState::Skipped
        )
    });
    let decision = decision.ok_or("must be SAME, DIFFERENT or SKIPPED");
    let decision = fields.read("decision", decision);
    let note = fields.text_optional("note", &request.note, NAME_MAX);
    Ok(fields.finish(|| {
        Some(DecideReview {
            id: id?,
            decision: decision?,
            note: note?.unwrap_or_default(),
            by,
        })
    })?)
}
