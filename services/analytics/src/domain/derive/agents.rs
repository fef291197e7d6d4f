//! What members of staff did on each day.

use std::collections::BTreeMap;

use super::{
    Desk,
    book::{Agent, Book, Labels, deal::Deal, lead::Lead},
    day, printed,
};
use crate::domain::figures::{Day, cells};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for lead in book.leads.values() {
        let mut days = Days::default();
        add_lead(&mut days, lead);
        add_first_talk(&mut days, lead);
        if let Some(arrival) = lead.arrival.filter(|_| lead.is_open()) {
            days.of(lead.agent(), arrival.at).open_leads += 1;
        }
        for deal in book.deals_of(lead.id) {
            add_deal(&mut days, deal);
        }
        days.close(&lead.labels(), desk);
    }
    for deal in book.deals.values().filter(|deal| deal.home.is_none()) {
        let mut days = Days::default();
        add_deal(&mut days, deal);
        days.close(&deal.labels(), desk);
    }
}

/// Rows with the same topic and temperature.
#[derive(Default)]
struct Days(BTreeMap<(Day, Agent), cells::Agent>);

impl Days {
    fn of(&mut self, agent: Agent, at: clock::Timestamp) -> &mut cells::Agent {
        self.0.entry((day(at), agent)).or_default()
    }

    fn close(self, labels: &Labels, desk: &mut Desk<'_>) {
        for ((day, agent), cell) in self.0 {
            desk.cell(cells::Agent {
                day,
                agent: printed(agent),
                temperature: labels.temperature.clone(),
                topic: labels.topic.clone(),
                ..cell
            });
        }
    }
}

fn add_lead(days: &mut Days, lead: &Lead<'_>) {
    for holder in &lead.holders {
        if holder.agent.is_some() {
            days.of(holder.agent, holder.at).assigned += 1;
        }
    }
    for talk in &lead.talks {
        let cell = days.of(talk.by.or(lead.agent()), talk.at);
        let outcome = match talk.outcome {
            "positive" => &mut cell.positive,
            "negative" => &mut cell.negative,
            "satisfactory" => &mut cell.satisfactory,
            _ => &mut cell.undecided,
        };
        *outcome += 1;
    }
}

fn add_first_talk(days: &mut Days, lead: &Lead<'_>) {
    if let Some(talk) = lead.first_talk() {
        let cell = days.of(talk.by, talk.at);
        cell.first_talks += 1;
        cell.first_talk_seconds += talk.waited;
    }
}

fn add_deal(days: &mut Days, deal: &Deal<'_>) {
    for work in deal.activities.values() {
        days.of(work.by.or(deal.agent()), work.at).activities += 1;
    }
    if deal.closing.is_none() {
        let cell = days.of(deal.agent(), deal.opened_at);
        cell.open_deals += 1;
        cell.open_value += deal.worth.value;
    }
    if let Some(at) = deal.won_at() {
        let cell = days.of(deal.agent(), at);
        cell.won += 1;
        cell.won_value += deal.worth.value;
    }
}
