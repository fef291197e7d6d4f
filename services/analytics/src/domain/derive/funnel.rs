//! The funnel: what became of leads by the day they arrived, and of deals that came without one.

use clock::Timestamp;

use super::{
    Desk,
    book::{
        Book, Home, Labels,
        contract::Contract,
        deal::Deal,
        lead::{Arrival, Lead},
    },
    count, day,
    desk::Worth,
    seconds,
};
use crate::domain::figures::{Day, cells::Funnel};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for (lead, arrival) in book.arrived() {
        desk.cell(of_lead(book, lead, arrival));
    }
    for deal in book.deals.values().filter(|deal| deal.home.is_none()) {
        let mut cell = labelled(day(deal.opened_at), deal.labels());
        add_deal(&mut cell, deal, None);
        add_contracts(&mut cell, book, Home::Deal(deal.id));
        desk.cell(cell);
    }
    for contract in book.contracts_of(Home::None) {
        let Some(at) = known_at(contract) else {
            continue;
        };
        let mut cell = labelled(day(at), book.labels_of_contract(contract));
        add_contract(&mut cell, contract, None);
        desk.cell(cell);
    }
}

/// Of a contract of which neither deal nor lead are known: the signing, else the first money.
fn known_at(contract: &Contract<'_>) -> Option<Timestamp> {
    contract
        .signed_at
        .or_else(|| contract.receipts().map(|(at, _)| at).min())
}

fn labelled(day: Day, labels: Labels) -> Funnel {
    Funnel {
        day,
        topic: labels.topic,
        channel: labels.channel,
        source: labels.source,
        campaign: labels.campaign,
        partner: labels.partner,
        agent: labels.agent,
        temperature: labels.temperature,
        ..Funnel::default()
    }
}

fn of_lead(book: &Book<'_>, lead: &Lead<'_>, arrival: Arrival<'_>) -> Funnel {
    let (filled, wanted) = lead.fields();
    let mut cell = labelled(day(arrival.at), lead.labels());
    cell.leads = 1;
    cell.enquiries = count(lead.enquiries.len());
    if let Some(at) = lead.talked_at() {
        cell.talked = 1;
        cell.talked_seconds = seconds(arrival.at, at);
    }
    if let Some(at) = lead.qualified_at {
        cell.qualified = 1;
        cell.qualified_seconds = seconds(lead.talked_at().unwrap_or(arrival.at), at);
    }
    cell.refused = i64::from(!lead.refusals.is_empty());
    cell.recovered = i64::from(book.recovered(lead));
    cell.filled_fields = filled;
    cell.wanted_fields = wanted;
    for deal in book.deals_of(lead.id) {
        add_deal(
            &mut cell,
            deal,
            Some(lead.qualified_at.unwrap_or(arrival.at)),
        );
    }
    add_contracts(&mut cell, book, Home::Lead(lead.id));
    cell
}

/// `since` is the step before the deal, absent when there was none.
fn add_deal(cell: &mut Funnel, deal: &Deal<'_>, since: Option<Timestamp>) {
    cell.deals += 1;
    cell.deal_seconds += since.map_or(0, |since| seconds(since, deal.opened_at));
    match deal.closing {
        None => {
            cell.pipeline += deal.worth.value;
            cell.unconverted += deal.worth.missing;
        }
        Some(closing) if closing.won => {
            cell.won += 1;
            cell.won_seconds += seconds(deal.opened_at, closing.at);
        }
        Some(_) => {
            cell.lost += 1;
            cell.lost_value += deal.worth.value;
            cell.unconverted += deal.worth.missing;
        }
    }
}

fn add_contracts(cell: &mut Funnel, book: &Book<'_>, home: Home) {
    for contract in book.contracts_of(home) {
        let deal = contract.deal().and_then(|deal| book.deals.get(&deal));
        add_contract(cell, contract, deal);
    }
}

fn add_contract(cell: &mut Funnel, contract: &Contract<'_>, deal: Option<&Deal<'_>>) {
    if let Some(at) = contract.signed_at {
        cell.contracts += 1;
        cell.signed_seconds += deal.map_or(0, |deal| {
            seconds(deal.won_at().unwrap_or(deal.opened_at), at)
        });
    }
    let revenue = contract.revenue();
    let received = contract.received();
    cell.revenue += revenue.value;
    cell.received += received.value;
    let Worth { missing, .. } = revenue + received;
    cell.unconverted += missing;
}
