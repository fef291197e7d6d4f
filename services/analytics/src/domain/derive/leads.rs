//! Leads, one by one.

use super::{
    Desk,
    book::{
        Book, Home,
        lead::{Arrival, Lead},
    },
    count,
};
use crate::domain::figures::records;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for (lead, arrival) in book.arrived() {
        desk.record(record(book, lead, arrival));
    }
}

fn record(book: &Book<'_>, lead: &Lead<'_>, arrival: Arrival<'_>) -> records::Lead {
    let labels = lead.labels();
    let (filled_fields, wanted_fields) = lead.fields();
    let refusal = lead.refusals.last();
    let contracts = || {
        book.contracts_of(Home::Lead(lead.id))
            .filter(|contract| contract.signed_at.is_some())
    };
    records::Lead {
        id: lead.id.uuid(),
        received_at: Some(arrival.at),
        topic: labels.topic,
        channel: labels.channel,
        source: labels.source,
        campaign: labels.campaign,
        activity: labels.activity,
        partner: labels.partner,
        agent: labels.agent,
        temperature: labels.temperature,
        state: lead.state().to_owned(),
        reason: refusal.map_or("", |refusal| refusal.reason).to_owned(),
        talked_at: lead.talked_at(),
        qualified_at: lead.qualified_at,
        refused_at: refusal.map(|refusal| refusal.at),
        recovered: book.recovered(lead),
        enquiries: count(lead.enquiries.len()),
        deals: count(book.deals_of(lead.id).count()),
        won: count(
            book.deals_of(lead.id)
                .filter(|deal| deal.won_at().is_some())
                .count(),
        ),
        contracts: count(contracts().count()),
        revenue: contracts().map(|contract| contract.revenue().value).sum(),
        filled_fields,
        wanted_fields,
    }
}
