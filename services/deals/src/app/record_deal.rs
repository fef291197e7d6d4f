//! Saves deals, and announces their whole state with every change.

use std::collections::BTreeSet;

use clock::Timestamp;
use ids::TopicId;
use messaging::Tx;

use crate::domain::deal::Deal;
use crate::error::Error;
use crate::events;
use crate::store::{deals, topics};

/// Saves a deal as its next revision and announces it.
pub(super) async fn save(tx: &Tx, deal: &mut Deal, now: Timestamp) -> Result<(), Error> {
    deals::save(tx, deal).await?;
    record(tx, deal, now).await
}

/// Announces a deal as it was written in this transaction.
pub(super) async fn record(tx: &Tx, deal: &Deal, now: Timestamp) -> Result<(), Error> {
    record_all(tx, std::slice::from_ref(deal), now).await
}

/// Announces deals; the number of statements does not depend on theirs.
pub(super) async fn record_all(tx: &Tx, deals: &[Deal], now: Timestamp) -> Result<(), Error> {
    let ids: BTreeSet<TopicId> = deals.iter().map(|deal| deal.topic).collect();
    let topics = topics::some(tx.connection(), ids).await?;
    for deal in deals {
        let topic = topics
            .get(&deal.topic)
            .ok_or(Error::TopicNotFound(deal.topic))?;
        // A foreign key keeps the stage of a deal in its topic.
        let stage = topic
            .stages
            .get(&deal.stage)
            .ok_or_else(|| database::Error::conflict("stage"))?;
        tx.publish(events::deal_recorded(deal, stage.probability, now))
            .await?;
    }
    Ok(())
}
