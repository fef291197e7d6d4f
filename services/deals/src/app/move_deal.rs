//! Moves a deal to another stage.

use clock::Timestamp;
use ids::{DealId, StaffId};
use messaging::Tx;

use super::again::again;
use super::record_deal::save;
use super::{App, deal};
use crate::domain::code::Code;
use crate::domain::deal::Deal;
use crate::error::Error;
use crate::events;
use crate::store::{activities, topics, visits};

#[derive(Debug, Clone)]
pub struct MoveDeal {
    pub deal: DealId,
    pub stage: Code,
    pub by: Option<StaffId>,
}

/// Moves an open deal to a stage of its topic. A move to where it is changes nothing.
pub async fn move_deal(app: &App, cmd: &MoveDeal) -> Result<Deal, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &MoveDeal) -> Result<Deal, Error> {
    let tx = app.outbox.begin().await?;
    let mut deal = deal(&tx, cmd.deal).await?;
    enter(&tx, &mut deal, &cmd.stage, cmd.by, app.clock.now()).await?;
    tx.commit().await?;
    Ok(deal)
}

/// Moves a deal within a transaction; a refusal leaves the transaction as it was.
pub(super) async fn enter(
    tx: &Tx,
    deal: &mut Deal,
    stage: &Code,
    by: Option<StaffId>,
    now: Timestamp,
) -> Result<(), Error> {
    let topic = topics::get(tx.connection(), deal.topic).await?;
    let topic = topic.ok_or(Error::TopicNotFound(deal.topic))?;
    let done = activities::done(tx.connection(), deal.id).await?;
    let Some(changed) = deal.move_to(&topic, stage, &done, now)? else {
        return Ok(());
    };
    save(tx, deal, now).await?;
    visits::leave(tx, deal.id, now).await?;
    visits::enter(tx, deal, by).await?;
    tx.publish(events::deal_stage_changed(deal, &changed))
        .await?;
    Ok(())
}
