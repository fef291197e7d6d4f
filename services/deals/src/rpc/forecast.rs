//! What open deals are expected to bring.

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use ids::{StaffId, TopicId};
use proto::deals::v1 as shown;
use proto::deals::v1::forecast_service_server::ForecastService;
use proto::deals::v1::{
    GetForecastRequest, GetForecastResponse, ListForecastDealsRequest, ListForecastDealsResponse,
};
use proto::types::v1 as types;
use tonic::Request;
use uuid::Uuid;

use super::{Answer, Rpc, answer, decode, encode, read};
use crate::domain::deal::Deal;
use crate::domain::forecast::{Span, weighted as forecast_worth};
use crate::domain::topic::Topic;
use crate::error::Error;
use crate::store::forecast::{self, Figures, Key, Sums};
use crate::store::{deals, topics};

/// Where the next page goes on: after this row.
type Cursor = (String, Option<Uuid>, Uuid);

#[tonic::async_trait]
impl ForecastService for Rpc {
    async fn get_forecast(
        &self,
        request: Request<GetForecastRequest>,
    ) -> Answer<GetForecastResponse> {
        let request = request.get_ref();
        let filter = read(decode::forecast(request, self.0.clock.now()))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<Cursor>(&request.page_token))?;
        let rows = forecast::rows(self.0.database().reader(), filter)
            .await
            .map_err(Error::from)?;
        let totals = totals(rows.values());
        let after = after.as_ref().and_then(key);
        let wanted = usize::try_from(size)
            .unwrap_or(usize::MAX)
            .saturating_add(1);
        let rest = rows
            .into_iter()
            .filter(|(key, _)| after.is_none_or(|after| *key > after));
        let (page, next_page_token) =
            rpc::page::cut(rest.take(wanted).collect(), size, |(key, _)| cursor(*key));
        answer(GetForecastResponse {
            rows: page
                .iter()
                .map(|(key, figures)| row(*key, figures))
                .collect(),
            next_page_token,
            totals: sums(&totals),
        })
    }

    async fn list_forecast_deals(
        &self,
        request: Request<ListForecastDealsRequest>,
    ) -> Answer<ListForecastDealsResponse> {
        let request = request.get_ref();
        let now = self.0.clock.now();
        let behind = read(decode::behind(request, now))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<deals::Cursor>(&request.page_token))?;
        let reader = self.0.database().reader();
        let total = forecast::count(reader, &behind)
            .await
            .map_err(Error::from)?;
        let found = forecast::page(reader, &behind, after, size + 1)
            .await
            .map_err(Error::from)?;
        let (found, next_page_token) =
            rpc::page::cut(found, size, |deal| (deal.opened_at, deal.id.uuid()));
        let ids: BTreeSet<TopicId> = found.iter().map(|deal| deal.topic).collect();
        let topics = topics::some(reader, ids).await.map_err(Error::from)?;
        answer(ListForecastDealsResponse {
            deals: found
                .iter()
                .map(|deal| forecast_deal(deal, topics.get(&deal.topic), now))
                .collect(),
            next_page_token,
            total,
        })
    }
}

fn cursor((span, responsible, topic): Key) -> Cursor {
    let responsible = responsible.map(StaffId::uuid);
    (span.to_string(), responsible, topic.uuid())
}

fn key((span, responsible, topic): &Cursor) -> Option<Key> {
    let responsible = responsible.map(StaffId::from_uuid);
    let span = span.parse().ok()?;
    Some((span, responsible, TopicId::from_uuid(*topic)))
}

fn totals<'a>(rows: impl Iterator<Item = &'a Figures>) -> BTreeMap<String, Sums> {
    let mut totals: BTreeMap<String, Sums> = BTreeMap::new();
    for (currency, sums) in rows.flat_map(|figures| &figures.sums) {
        totals.entry(currency.clone()).or_default().add(*sums);
    }
    totals
}

fn row((span, responsible, topic): Key, figures: &Figures) -> shown::ForecastRow {
    let (kind, month) = match span {
        Span::Overdue => (shown::ForecastSpan::Overdue, String::new()),
        Span::Month(month) => (shown::ForecastSpan::Month, month.to_string()),
        Span::Undated => (shown::ForecastSpan::Undated, String::new()),
    };
    shown::ForecastRow {
        span: kind.into(),
        month,
        responsible_id: encode::printed(responsible),
        topic_id: topic.to_string(),
        open_count: figures.open,
        committed_count: figures.committed,
        won_count: figures.won,
        sums: sums(&figures.sums),
    }
}

fn sums(sums: &BTreeMap<String, Sums>) -> Vec<shown::ForecastSums> {
    sums.iter()
        .map(|(currency, sums)| shown::ForecastSums {
            currency: currency.clone(),
            open_minor: sums.open,
            weighted_minor: sums.weighted,
            committed_minor: sums.committed,
            won_minor: sums.won,
        })
        .collect()
}

fn forecast_deal(deal: &Deal, topic: Option<&Topic>, now: Timestamp) -> shown::ForecastDeal {
    let chance = topic
        .and_then(|topic| topic.stages.get(&deal.stage))
        .map(|stage| stage.probability);
    let weighted = deal.amount.as_ref().zip(chance);
    shown::ForecastDeal {
        deal: Some(encode::deal(deal, topic, now)),
        probability_percent: chance.map_or(0, |chance| chance.number().into()),
        weighted: weighted.map(|(amount, chance)| types::Money {
            minor: forecast_worth(amount.minor(), chance),
            currency: amount.currency().to_owned(),
        }),
    }
}
