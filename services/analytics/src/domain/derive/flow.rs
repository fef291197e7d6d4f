//! What happened on each day.

use std::collections::BTreeMap;

use super::{
    Desk,
    book::{Book, Home, Labels, contract::Contract, deal::Deal, lead::Lead},
    day,
    desk::Worth,
};
use crate::domain::figures::{
    Day,
    cells::{Channel, Flow},
};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for (lead, arrival) in book.arrived() {
        let mut days = Days::default();
        days.on(arrival.at).leads += 1;
        let labels = lead.labels();
        desk.cell(Channel {
            day: day(arrival.at),
            channel: labels.channel.clone(),
            campaign: labels.campaign.clone(),
            leads: 1,
            ..Channel::default()
        });
        add_lead(&mut days, lead);
        for deal in book.deals_of(lead.id) {
            add_deal(&mut days, deal);
        }
        for contract in book.contracts_of(Home::Lead(lead.id)) {
            add_contract(&mut days, contract);
        }
        days.close(&labels, desk);
    }
    for deal in book.deals.values().filter(|deal| deal.home.is_none()) {
        let mut days = Days::default();
        add_deal(&mut days, deal);
        for contract in book.contracts_of(Home::Deal(deal.id)) {
            add_contract(&mut days, contract);
        }
        days.close(&deal.labels(), desk);
    }
    for contract in book.contracts_of(Home::None) {
        let mut days = Days::default();
        add_contract(&mut days, contract);
        days.close(&book.labels_of_contract(contract), desk);
    }
}

/// Rows with the same labels, by day.
#[derive(Default)]
struct Days(BTreeMap<Day, Flow>);

impl Days {
    fn on(&mut self, at: clock::Timestamp) -> &mut Flow {
        self.0.entry(day(at)).or_default()
    }

    fn close(self, labels: &Labels, desk: &mut Desk<'_>) {
        for (day, cell) in self.0 {
            desk.cell(Flow {
                day,
                topic: labels.topic.clone(),
                channel: labels.channel.clone(),
                source: labels.source.clone(),
                campaign: labels.campaign.clone(),
                partner: labels.partner.clone(),
                agent: labels.agent.clone(),
                ..cell
            });
        }
    }
}

fn add_lead(days: &mut Days, lead: &Lead<'_>) {
    for enquiry in lead.enquiries.values() {
        days.on(enquiry.at).enquiries += 1;
    }
    if let Some(at) = lead.qualified_at {
        days.on(at).qualified += 1;
    }
    for refusal in &lead.refusals {
        days.on(refusal.at).refused += 1;
    }
    for at in &lead.reopenings {
        days.on(*at).reopened += 1;
    }
}

fn add_deal(days: &mut Days, deal: &Deal<'_>) {
    days.on(deal.opened_at).deals += 1;
    let Some(closing) = deal.closing else {
        return;
    };
    let cell = days.on(closing.at);
    let Worth { value, missing } = deal.worth;
    if closing.won {
        cell.won += 1;
        cell.won_value += value;
    } else {
        cell.lost += 1;
        cell.lost_value += value;
    }
    cell.unconverted += missing;
}

fn add_contract(days: &mut Days, contract: &Contract<'_>) {
    if let Some(at) = contract.signed_at {
        let cell = days.on(at);
        cell.contracts += 1;
        add_revenue(cell, contract.worth);
        for growth in contract.growths.values() {
            add_revenue(days.on(growth.at), growth.worth);
        }
    }
    for (at, worth) in contract.receipts() {
        let cell = days.on(at);
        cell.received += worth.value;
        cell.refunded += worth.value.min(0).saturating_neg();
        cell.unconverted += worth.missing;
    }
}

fn add_revenue(cell: &mut Flow, worth: Worth) {
    cell.revenue += worth.value;
    cell.unconverted += worth.missing;
}
