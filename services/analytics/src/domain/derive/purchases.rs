//! What it took until the first purchase.

use super::{Desk, book::Book, count, day, printed, seconds};
use crate::domain::figures::cells::Purchase;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let Some(first) = book.signings().into_iter().next() else {
        return;
    };
    let Some(signed_at) = first.signed_at else {
        return;
    };
    let labels = book.labels_of_contract(first);
    let deal = first.deal().and_then(|deal| book.deals.get(&deal));
    let agent = deal.and_then(super::book::deal::Deal::agent);
    let before = || book.touches.iter().filter(|touch| touch.at <= signed_at);
    let first_touch = before().next();
    desk.cell(Purchase {
        day: day(signed_at),
        channel: book.first_channel(first),
        topic: labels.topic,
        agent: agent.map_or(labels.agent, |agent| printed(Some(agent))),
        clients: 1,
        touches: count(before().count()),
        seconds: first_touch.map_or(0, |touch| seconds(touch.at, signed_at)),
        revenue: first.revenue().value,
    });
}
