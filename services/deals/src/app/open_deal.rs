//! Opens a deal: asked for by somebody, or by an event.

use clock::Timestamp;
use ids::{StaffId, TopicId};
use messaging::Tx;
use persons::clients;

use super::App;
use super::again::again;
use super::record_deal::record;
use super::record_persons::follow;
use crate::domain::code::Code;
use crate::domain::deal::{Deal, Opening};
use crate::domain::topic::Topic;
use crate::error::Error;
use crate::events;
use crate::store::{deals, topics, visits};

#[derive(Debug, Clone)]
pub struct OpenDeal {
    pub opening: Opening,
    /// `None` for the default.
    pub topic: Option<TopicId>,
    pub by: Option<StaffId>,
}

/// Opens a deal at the first stage of its topic. The same id twice returns the deal as it is.
pub async fn open_deal(app: &App, cmd: &OpenDeal) -> Result<Deal, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &OpenDeal) -> Result<Deal, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = deals::get(tx.connection(), cmd.opening.id).await? {
        return Ok(known);
    }
    let topic = match cmd.topic {
        Some(id) => topics::get(tx.connection(), id)
            .await?
            .ok_or(Error::TopicNotFound(id))?,
        None => default_topic(&tx).await?,
    };
    let deal = open(&tx, cmd.opening.clone(), &topic, cmd.by, app.clock.now()).await?;
    tx.commit().await?;
    Ok(deal)
}

/// Opens a deal within a transaction and announces it; one that is there already is returned.
pub async fn open(
    tx: &Tx,
    opening: Opening,
    topic: &Topic,
    by: Option<StaffId>,
    at: Timestamp,
) -> Result<Deal, Error> {
    let mut deal = Deal::open(opening, topic, at);
    let (lead, person) = (deal.origin.lead(), deal.client.person);
    clients::take_turns(tx.connection(), person, lead).await?;
    let known = clients::known(tx.connection(), lead, person).await?;
    follow(&mut deal, &known);
    if !deals::insert(tx, &deal).await? {
        let known = deals::get(tx.connection(), deal.id).await?;
        return known.ok_or(Error::DealNotFound(deal.id));
    }
    visits::enter(tx, &deal, by).await?;
    tx.publish(events::deal_opened(&deal)).await?;
    record(tx, &deal, at).await?;
    Ok(deal)
}

/// The topic of this id or code.
pub async fn topic_named(tx: &Tx, name: &str) -> Result<Option<Topic>, Error> {
    let topic = match (name.parse(), Code::try_new(name)) {
        (Ok(id), _) => topics::get(tx.connection(), id).await?,
        (_, Ok(code)) => topics::by_code(tx.connection(), &code).await?,
        _ => None,
    };
    Ok(topic)
}

/// The topic of deals that name none.
pub async fn default_topic(tx: &Tx) -> Result<Topic, Error> {
    let topic = topics::default(tx.connection()).await?;
    topic.ok_or(Error::TopicNotFound(Topic::GENERAL))
}
