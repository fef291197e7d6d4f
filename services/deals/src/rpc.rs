//! The service as callers see it: each method decodes, has it done, and encodes.

pub mod decode;
pub mod encode;
mod forecast;
mod offers;

use std::collections::BTreeSet;
use std::sync::Arc;

use ids::{DealId, LeadId, PersonId, StaffId, TopicId};
use messaging::erased;
use persons::merges;
use proto::convert::timestamp;
use proto::deals::v1::deals_service_server::DealsService;
use proto::deals::v1::{
    CompleteActivityRequest, CompleteActivityResponse, CreateTopicRequest, CreateTopicResponse,
    Deal, GetBoardRequest, GetBoardResponse, GetDealRequest, GetDealResponse, GetTopicRequest,
    GetTopicResponse, ListDealsRequest, ListDealsResponse, ListLossReasonsRequest,
    ListLossReasonsResponse, ListTopicsRequest, ListTopicsResponse, LoseDealRequest,
    LoseDealResponse, LossReason, MoveDealRequest, MoveDealResponse, OpenDealRequest,
    OpenDealResponse, PlanActivityRequest, PlanActivityResponse, PlanNextContactRequest,
    PlanNextContactResponse, SummariseLossesRequest, SummariseLossesResponse, UpdateDealRequest,
    UpdateDealResponse, UpdateTopicRequest, UpdateTopicResponse, WinDealRequest, WinDealResponse,
};
use rpc::Identity;
use rpc::decode::Invalid;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::app::App;
use crate::app::complete_activity::complete_activity;
use crate::app::create_topic::create_topic;
use crate::app::lose_deal::lose_deal;
use crate::app::move_deal::move_deal;
use crate::app::open_deal::open_deal;
use crate::app::plan_activity::plan_activity;
use crate::app::plan_next_contact::plan_next_contact;
use crate::app::update_deal::update_deal;
use crate::app::update_topic::update_topic;
use crate::app::win_deal::win_deal;
use crate::domain::deal;
use crate::error::Error;
use crate::store::{activities, board, deals, loss_reasons, losses, topics, visits};

type Answer<T> = Result<Response<T>, Status>;

/// Answers calls.
pub struct Rpc(pub Arc<App>);

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        rpc::status("deals", &error)
    }
}

#[tonic::async_trait]
impl DealsService for Rpc {
    async fn create_topic(
        &self,
        request: Request<CreateTopicRequest>,
    ) -> Answer<CreateTopicResponse> {
        let topic = read(decode::new_topic(request.get_ref().topic.as_ref()))?;
        let topic = create_topic(&self.0, &topic).await?;
        answer(CreateTopicResponse {
            topic: Some(encode::topic(&topic)),
        })
    }

    async fn update_topic(
        &self,
        request: Request<UpdateTopicRequest>,
    ) -> Answer<UpdateTopicResponse> {
        let request = request.get_ref();
        let topic = read(decode::topic(&request.topic_id, request.topic.as_ref()))?;
        let topic = update_topic(&self.0, &topic).await?;
        answer(UpdateTopicResponse {
            topic: Some(encode::topic(&topic)),
        })
    }

    async fn get_topic(&self, request: Request<GetTopicRequest>) -> Answer<GetTopicResponse> {
        let topic = self.topic(&request.get_ref().topic_id).await?;
        answer(GetTopicResponse {
            topic: Some(encode::topic(&topic)),
        })
    }

    async fn list_topics(&self, request: Request<ListTopicsRequest>) -> Answer<ListTopicsResponse> {
        let request = request.get_ref();
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<topics::Cursor>(&request.page_token))?;
        let topics = topics::page(self.0.database().reader(), after, size + 1)
            .await
            .map_err(Error::from)?;
        let (topics, next_page_token) =
            rpc::page::cut(topics, size, |topic| (topic.name.clone(), topic.id.uuid()));
        answer(ListTopicsResponse {
            topics: topics.iter().map(encode::topic).collect(),
            next_page_token,
        })
    }

    async fn open_deal(&self, request: Request<OpenDealRequest>) -> Answer<OpenDealResponse> {
        let cmd = read(decode::open_deal(request.get_ref(), staff(&request)))?;
        let deal = open_deal(&self.0, &cmd).await?;
        answer(OpenDealResponse {
            deal: Some(self.shown(deal).await?),
        })
    }

    async fn get_deal(&self, request: Request<GetDealRequest>) -> Answer<GetDealResponse> {
        let id: DealId = read(decode::id("deal_id", &request.get_ref().deal_id))?;
        let (deal, activities, visits) = self.card(id).await?;
        let now = self.0.clock.now();
        answer(GetDealResponse {
            deal: Some(self.shown(deal).await?),
            activities: activities.iter().map(encode::activity).collect(),
            stages: visits
                .iter()
                .map(|visit| encode::visit(visit, now))
                .collect(),
        })
    }

    async fn list_deals(&self, request: Request<ListDealsRequest>) -> Answer<ListDealsResponse> {
        let request = request.get_ref();
        let mut filter = read(decode::list_deals(request))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<deals::Cursor>(&request.page_token))?;
        let reader = self.0.database().reader();
        filter.persons = merges::as_one(reader, filter.persons)
            .await
            .map_err(Error::from)?;
        let total = deals::count(reader, &filter).await.map_err(Error::from)?;
        let deals = deals::page(reader, &filter, after, size + 1)
            .await
            .map_err(Error::from)?;
        let (deals, next_page_token) =
            rpc::page::cut(deals, size, |deal| (deal.opened_at, deal.id.uuid()));
        answer(ListDealsResponse {
            deals: self.all_shown(deals).await?,
            next_page_token,
            total,
        })
    }

    async fn get_board(&self, request: Request<GetBoardRequest>) -> Answer<GetBoardResponse> {
        let request = request.get_ref();
        let topic = self.topic(&request.topic_id).await?;
        let size = read(rpc::page::size(request.deals_per_stage))?;
        let now = self.0.clock.now();
        let reader = self.0.database().reader();
        let figures = board::figures(reader, topic.id)
            .await
            .map_err(Error::from)?;
        let mut columns = Vec::new();
        for stage in topic.stages.iter() {
            let deals = deals::in_stage(reader, topic.id, &stage.code, size)
                .await
                .map_err(Error::from)?;
            let deals = deals
                .iter()
                .map(|deal| encode::deal(deal, Some(&topic), now))
                .collect();
            columns.push(encode::column(
                stage,
                figures.get(stage.code.as_str()),
                deals,
            ));
        }
        answer(GetBoardResponse { columns })
    }

    async fn update_deal(&self, request: Request<UpdateDealRequest>) -> Answer<UpdateDealResponse> {
        let cmd = read(decode::update_deal(request.get_ref()))?;
        let deal = update_deal(&self.0, &cmd).await?;
        answer(UpdateDealResponse {
            deal: Some(self.shown(deal).await?),
        })
    }

    async fn move_deal(&self, request: Request<MoveDealRequest>) -> Answer<MoveDealResponse> {
        let cmd = read(decode::move_deal(request.get_ref(), staff(&request)))?;
        let deal = move_deal(&self.0, &cmd).await?;
        answer(MoveDealResponse {
            deal: Some(self.shown(deal).await?),
        })
    }

    async fn win_deal(&self, request: Request<WinDealRequest>) -> Answer<WinDealResponse> {
        let cmd = read(decode::win_deal(request.get_ref()))?;
        let deal = win_deal(&self.0, &cmd).await?;
        answer(WinDealResponse {
            deal: Some(self.shown(deal).await?),
        })
    }

    async fn lose_deal(&self, request: Request<LoseDealRequest>) -> Answer<LoseDealResponse> {
        let cmd = read(decode::lose_deal(request.get_ref()))?;
        let deal = lose_deal(&self.0, &cmd).await?;
        answer(LoseDealResponse {
            deal: Some(self.shown(deal).await?),
        })
    }

    async fn plan_activity(
        &self,
        request: Request<PlanActivityRequest>,
    ) -> Answer<PlanActivityResponse> {
        let cmd = read(decode::plan_activity(request.get_ref(), staff(&request)))?;
        let activity = plan_activity(&self.0, &cmd).await?;
        answer(PlanActivityResponse {
            activity: Some(encode::activity(&activity)),
        })
    }

    async fn complete_activity(
        &self,
        request: Request<CompleteActivityRequest>,
    ) -> Answer<CompleteActivityResponse> {
        let cmd = read(decode::complete_activity(
            request.get_ref(),
            staff(&request),
        ))?;
        let completed = complete_activity(&self.0, &cmd).await?;
        answer(CompleteActivityResponse {
            activity: Some(encode::activity(&completed.activity)),
            deal: Some(self.shown(completed.deal).await?),
            missing: completed.missing.iter().map(ToString::to_string).collect(),
        })
    }

    async fn plan_next_contact(
        &self,
        request: Request<PlanNextContactRequest>,
    ) -> Answer<PlanNextContactResponse> {
        let cmd = read(decode::plan_next_contact(request.get_ref()))?;
        let deal = plan_next_contact(&self.0, &cmd).await?;
        answer(PlanNextContactResponse {
            deal: Some(self.shown(deal).await?),
        })
    }

    async fn list_loss_reasons(
        &self,
        _: Request<ListLossReasonsRequest>,
    ) -> Answer<ListLossReasonsResponse> {
        let reasons = loss_reasons::all(self.0.database().reader())
            .await
            .map_err(Error::from)?;
        let reasons = reasons.into_iter().map(|it| LossReason {
            code: it.code,
            name: it.name,
        });
        answer(ListLossReasonsResponse {
            reasons: reasons.collect(),
        })
    }

    async fn summarise_losses(
        &self,
        request: Request<SummariseLossesRequest>,
    ) -> Answer<SummariseLossesResponse> {
        let filter = read(decode::losses(request.get_ref()))?;
        let reader = self.0.database().reader();
        let rows = losses::by_reason_and_stage(reader, filter)
            .await
            .map_err(Error::from)?;
        answer(SummariseLossesResponse {
            rows: rows.iter().map(encode::loss).collect(),
        })
    }
}

impl Rpc {
    async fn topic(&self, id: &str) -> Result<crate::domain::topic::Topic, Error> {
        let id: TopicId = decode::id("topic_id", id)?;
        let topic = topics::get(self.0.database().reader(), id).await?;
        topic.ok_or(Error::TopicNotFound(id))
    }

    async fn card(
        &self,
        id: DealId,
    ) -> Result<
        (
            deal::Deal,
            Vec<crate::domain::activity::Activity>,
            Vec<visits::Visit>,
        ),
        Error,
    > {
        let reader = self.0.database().reader();
        let deal = deals::get(reader, id)
            .await?
            .ok_or(Error::DealNotFound(id))?;
        let activities = activities::of_deal(reader, id).await?;
        let visits = visits::of_deal(reader, id).await?;
        Ok((deal, activities, visits))
    }

    async fn shown(&self, deal: deal::Deal) -> Result<Deal, Error> {
        let mut shown = self.all_shown(vec![deal]).await?;
        Ok(shown.pop().unwrap_or_default())
    }

    async fn all_shown(&self, deals: Vec<deal::Deal>) -> Result<Vec<Deal>, Error> {
        let ids: BTreeSet<TopicId> = deals.iter().map(|deal| deal.topic).collect();
        let topics = topics::some(self.0.database().reader(), ids).await?;
        let now = self.0.clock.now();
        let erased = erased::of(self.0.database().reader(), deals.iter().flat_map(whose));
        let erased = erased.await?;
        let shown = deals.iter().map(|deal| {
            let at = whose(deal).into_iter().find_map(|id| erased.get(&id));
            Deal {
                erased_at: at.copied().map(timestamp),
                ..encode::deal(deal, topics.get(&deal.topic), now)
            }
        });
        Ok(shown.collect())
    }
}

/// By what a deal may have been erased: itself, its lead and its person.
fn whose(deal: &deal::Deal) -> Vec<Uuid> {
    let lead = deal.origin.lead().map(LeadId::uuid);
    let person = deal.client.person.map(PersonId::uuid);
    [Some(deal.id.uuid()), lead, person]
        .into_iter()
        .flatten()
        .collect()
}

/// The member of the staff who asks.
fn staff<T>(request: &Request<T>) -> Option<StaffId> {
    match rpc::identity(request) {
        Identity::Staff { id, .. } => id.parse().ok(),
        Identity::Anyone | Identity::Partner { .. } | Identity::Service { .. } => None,
    }
}

fn read<T>(decoded: Result<T, Invalid>) -> Result<T, Error> {
    Ok(decoded?)
}

#[expect(clippy::unnecessary_wraps, reason = "it ends methods that may fail")]
fn answer<T>(message: T) -> Answer<T> {
    Ok(Response::new(message))
}
