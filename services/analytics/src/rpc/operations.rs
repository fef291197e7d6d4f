//! How the figures are made.

mod rebuild;

use std::pin::Pin;

use futures::Stream;
use proto::analytics::v1;
use proto::analytics::v1::operations_service_server::OperationsService;
use proto::convert::timestamp;
use rpc::decode::{Fields, Invalid};
use tonic::{Request, Status};

use super::{Answer, Rpc, answer, read};
use crate::app::fit_weights::{Fitted, fit_weights, read as fitted};
use crate::app::import_rates::{currency, import_rates};
use crate::app::record_rates::record_rates;
use crate::domain::decimal;
use crate::error::Error;
use crate::projector::ensure_living;
use crate::reading::Kept;
use crate::store::generations::{self, Generation, State};
use crate::store::rates::{self, Rate};
use crate::store::{log, stale};

/// Rates of one request.
const MOST_RATES: usize = 1_000;

#[tonic::async_trait]
impl OperationsService for Rpc {
    type RebuildStream =
        Pin<Box<dyn Stream<Item = Result<v1::RebuildResponse, Status>> + Send + 'static>>;

    async fn get_status(&self, _: Request<v1::GetStatusRequest>) -> Answer<v1::GetStatusResponse> {
        answer(self.status().await?)
    }

    async fn rebuild(&self, request: Request<v1::RebuildRequest>) -> Answer<Self::RebuildStream> {
        ensure_living(&self.0).await?;
        answer(rebuild::stream(&self.0, request.get_ref().verify).await?)
    }

    async fn record_rates(
        &self,
        request: Request<v1::RecordRatesRequest>,
    ) -> Answer<v1::RecordRatesResponse> {
        let base = &self.0.settings.base_currency;
        let rates = read(decode_rates(&request.get_ref().rates, base))?;
        let recorded = record_rates(&self.0, rates).await?;
        answer(v1::RecordRatesResponse {
            recorded: count(recorded),
        })
    }

    async fn import_rates(
        &self,
        request: Request<v1::ImportRatesRequest>,
    ) -> Answer<v1::ImportRatesResponse> {
        let (read, recorded) = import_rates(&self.0, &request.get_ref().csv).await?;
        answer(v1::ImportRatesResponse {
            read: count(read),
            recorded: count(recorded),
        })
    }

    async fn list_rates(
        &self,
        request: Request<v1::ListRatesRequest>,
    ) -> Answer<v1::ListRatesResponse> {
        let request = request.get_ref();
        let base = &self.0.settings.base_currency;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode(&request.page_token))?;
        let currency = Some(request.currency.as_str()).filter(|it| !it.is_empty());
        let reader = self.0.database().reader();
        let page = rates::page(reader, base, currency, after, (size + 1).into()).await;
        let page = page.map_err(Error::from)?;
        let cursor = |rate: &Rate| (rate.currency.clone(), rate.day);
        let (page, next_page_token) = rpc::page::cut(page, size, cursor);
        answer(v1::ListRatesResponse {
            rates: page.into_iter().map(encode_rate).collect(),
            next_page_token,
            base_currency: base.clone(),
        })
    }

    async fn fit_weights(
        &self,
        _: Request<v1::FitWeightsRequest>,
    ) -> Answer<v1::FitWeightsResponse> {
        ensure_living(&self.0).await?;
        let (changed, weights) = fit_weights(&self.0).await?;
        answer(v1::FitWeightsResponse {
            changed,
            weights: weights.map(encode_weights),
        })
    }

    async fn list_weights(
        &self,
        request: Request<v1::ListWeightsRequest>,
    ) -> Answer<v1::ListWeightsResponse> {
        let request = request.get_ref();
        let size = read(rpc::page::size(request.page_size))?;
        let before: Option<i64> = read(rpc::page::decode(&request.page_token))?;
        let reader = self.0.database().reader();
        let kind = proto::analytics::v1::WeightsFitted::KIND;
        let before = before.unwrap_or(i64::MAX);
        let found = rates::fitted(reader, kind, before, (size + 1).into()).await;
        let found = found.map_err(Error::from)?;
        let found: Vec<Fitted> = found.into_iter().filter_map(fitted).collect();
        let (page, next_page_token) = rpc::page::cut(found, size, |it| it.position);
        answer(v1::ListWeightsResponse {
            weights: page.into_iter().map(encode_weights).collect(),
            next_page_token,
        })
    }
}

impl Rpc {
    async fn status(&self) -> Result<v1::GetStatusResponse, Error> {
        ensure_living(&self.0).await?;
        let reader = self.0.database().reader();
        let head = log::head(reader).await?;
        let mut status = v1::GetStatusResponse {
            head,
            base_currency: self.0.settings.base_currency.clone(),
            model: self.0.model(),
            ..v1::GetStatusResponse::default()
        };
        for it in generations::all(reader).await? {
            let stale = stale::count(reader, it.number).await?;
            if it.state == State::Living {
                status.position = it.position;
                status.as_of = it.as_of.map(timestamp);
                status.lag_facts = (head - it.position).max(0);
                status.stale = stale;
                let since = log::waiting_since(reader, it.position).await?;
                let waiting = since.map(|since| (self.0.clock.now() - since).num_seconds());
                status.lag_seconds = waiting.unwrap_or_default().max(0);
            }
            status.generations.push(encode_generation(it, stale));
        }
        Ok(status)
    }
}

fn decode_rates(rates: &[v1::Rate], base: &str) -> Result<Vec<Rate>, Invalid> {
    let mut fields = Fields::new();
    if rates.is_empty() || rates.len() > MOST_RATES {
        let description = format!("are 1 to {MOST_RATES}");
        fields.wrong("rates", "OUT_OF_RANGE", description);
    }
    let read: Vec<Option<Rate>> = rates
        .iter()
        .take(MOST_RATES)
        .enumerate()
        .map(|(place, rate)| {
            fields.nested(&format!("rates[{place}]"), |fields| {
                let currency = fields.read("currency", currency(&rate.currency, base));
                let day = fields.read("day", decimal::day(&rate.day));
                let billionths = fields.read("rate", decimal::billionths(&rate.rate));
                Some(Rate {
                    currency: currency?,
                    day: day?,
                    billionths: billionths?,
                })
            })
        })
        .collect();
    fields.finish(|| read.into_iter().collect())
}

fn encode_rate(rate: Rate) -> v1::Rate {
    v1::Rate {
        currency: rate.currency,
        day: decimal::printed_day(rate.day),
        rate: decimal::printed(rate.billionths),
    }
}

fn encode_weights(fitted: Fitted) -> v1::Weights {
    let weights = fitted.weights.into_iter();
    v1::Weights {
        version: fitted.version,
        fitted_at: Some(timestamp(fitted.at)),
        weights: weights
            .map(|(channel, millionths)| v1::Weight {
                channel,
                millionths,
            })
            .collect(),
    }
}

fn encode_generation(it: Generation, stale: i64) -> v1::Generation {
    v1::Generation {
        number: it.number.into(),
        state: encode_state(it.state).into(),
        position: it.position,
        stale,
        model: it.model,
        started_at: Some(timestamp(it.started_at)),
    }
}

fn encode_state(state: State) -> v1::GenerationState {
    match state {
        State::Living => v1::GenerationState::Living,
        State::Building => v1::GenerationState::Building,
        State::Verifying => v1::GenerationState::Verifying,
        State::Leaving => v1::GenerationState::Leaving,
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
