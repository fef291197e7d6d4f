//! Deals, one by one.

use ids::LeadId;

use super::{
    Desk,
    book::{Book, deal::Deal},
    printed,
};
use crate::domain::figures::records;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for deal in book.deals.values() {
        desk.record(record(book, deal));
    }
}

fn record(book: &Book<'_>, deal: &Deal<'_>) -> records::Deal {
    let labels = book.labels_of_deal(deal);
    let forecast = deal.forecast();
    let amount = deal.amount();
    records::Deal {
        id: deal.id.uuid(),
        lead: deal.lead().map(LeadId::uuid),
        counted_at: Some(book.deal_counted_at(deal)),
        opened_at: Some(deal.opened_at),
        closed_at: deal.closing.map(|closing| closing.at),
        topic: deal.topic(),
        stage: deal.stage().to_owned(),
        stage_since: deal.stays.last().map(|stay| stay.entered_at),
        state: match deal.closing {
            None => "open",
            Some(closing) if closing.won => "won",
            Some(_) => "lost",
        }
        .to_owned(),
        origin: deal.origin().to_owned(),
        agent: printed(deal.agent()),
        channel: labels.channel,
        source: labels.source,
        campaign: labels.campaign,
        partner: labels.partner,
        sale_object: forecast.sale_object.to_owned(),
        minor: amount.map_or(0, |amount| amount.minor),
        currency: amount
            .map(|amount| amount.currency.clone())
            .unwrap_or_default(),
        value: deal.worth.value,
        converted: deal.worth.converted(),
        probability_percent: forecast.probability_percent.into(),
        committed: forecast.committed,
        expected_close_at: forecast.expected_close_at,
        reason: deal.loss().map_or("", |loss| loss.reason).to_owned(),
    }
}
