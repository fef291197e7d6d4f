//! What it took until the first purchase.

use clock::Timestamp;
use ids::ContractId;

use super::{
    Desk,
    book::{Book, Labels, deal::Deal},
    count, day, printed, seconds,
};
use crate::domain::figures::cells;

/// The first contract of a client.
pub(super) struct Purchase {
    pub(super) contract: ContractId,
    pub(super) at: Timestamp,
    /// What the contract is grouped by. Channel and agent of the purchase are others.
    pub(super) labels: Labels,
    /// Of the first touch.
    pub(super) channel: String,
    /// Who had the deal.
    pub(super) agent: String,
    /// Up to the signing, work on deals among them.
    touches: i64,
    /// From the first touch to the signing.
    pub(super) seconds: i64,
    pub(super) revenue: i64,
}

/// The first purchase of a journey; none before anything was signed.
pub(super) fn first(book: &Book<'_>) -> Option<Purchase> {
    let first = book.signings().into_iter().next()?;
    let at = first.signed_at?;
    let labels = book.labels_of_contract(first);
    let deal = first.deal().and_then(|deal| book.deals.get(&deal));
    let agent = deal.and_then(Deal::agent);
    let before = || book.touches.iter().filter(|touch| touch.at <= at);
    Some(Purchase {
        contract: first.id,
        at,
        channel: book.first_channel(first),
        agent: agent.map_or_else(|| labels.agent.clone(), |agent| printed(Some(agent))),
        labels,
        touches: count(before().count()),
        seconds: before().next().map_or(0, |touch| seconds(touch.at, at)),
        revenue: first.revenue().value,
    })
}

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let Some(first) = first(book) else {
        return;
    };
    desk.cell(cells::Purchase {
        day: day(first.at),
        channel: first.channel,
        topic: first.labels.topic,
        agent: first.agent,
        clients: 1,
        touches: first.touches,
        seconds: first.seconds,
        revenue: first.revenue,
    });
}
