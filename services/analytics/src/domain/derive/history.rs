//! What happened to leads and deals, and what members of staff did with them, one by one.

use clock::Timestamp;
use uuid::Uuid;

use super::{
    Desk,
    book::{
        Book, Labels,
        deal::{Deal, route::Stay},
        lead::{Lead, Talk},
    },
    count, made, printed, purchases,
};
use crate::domain::figures::records::History;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for lead in book.leads.values() {
        of_lead(lead, desk);
    }
    for deal in book.deals.values() {
        let labels = book.labels_of_deal(deal);
        for (place, stay) in deal.stays.iter().enumerate() {
            desk.record(stayed(deal, place, stay, &labels));
        }
        for (id, work) in &deal.activities {
            desk.record(History {
                lead: deal.lead().map(ids::LeadId::uuid),
                deal: Some(deal.id.uuid()),
                agent: printed(work.by.or(deal.agent())),
                outcome: work.kind.to_owned(),
                ..row("activity", id.uuid(), work.at, &labels)
            });
        }
    }
    if let Some(purchase) = purchases::first(book) {
        desk.record(History {
            contract: Some(purchase.contract.uuid()),
            channel: purchase.channel,
            agent: purchase.agent,
            seconds: purchase.seconds,
            value: purchase.revenue,
            ..row(
                "purchase",
                purchase.contract.uuid(),
                purchase.at,
                &purchase.labels,
            )
        });
    }
}

/// The id of what has none of its own: of what it happened to, what it was, and its place among its like.
fn id(within: Uuid, kind: &str, place: usize) -> Uuid {
    made::id(within, &[&count(place).to_be_bytes(), kind.as_bytes()])
}

fn row(kind: &str, id: Uuid, at: Timestamp, labels: &Labels) -> History {
    History {
        id,
        kind: kind.to_owned(),
        happened_at: Some(at),
        topic: labels.topic.clone(),
        channel: labels.channel.clone(),
        source: labels.source.clone(),
        campaign: labels.campaign.clone(),
        partner: labels.partner.clone(),
        agent: labels.agent.clone(),
        temperature: labels.temperature.clone(),
        ..History::default()
    }
}

fn of_lead(lead: &Lead<'_>, desk: &mut Desk<'_>) {
    let labels = lead.labels();
    let of = |kind: &str, place: usize, at: Timestamp| History {
        lead: Some(lead.id.uuid()),
        ..row(kind, id(lead.id.uuid(), kind, place), at, &labels)
    };
    for (place, holder) in lead.holders.iter().enumerate() {
        if holder.agent.is_some() {
            desk.record(History {
                agent: printed(holder.agent),
                ..of("assignment", place, holder.at)
            });
        }
    }
    let first = lead.first_talk();
    for (place, talk) in lead.talks.iter().enumerate() {
        let first = first.filter(|first| place == 0 && first.told);
        desk.record(History {
            agent: printed(talk.by.or(lead.agent())),
            outcome: outcome(*talk).to_owned(),
            first: first.is_some(),
            seconds: first.map_or(0, |first| first.waited),
            ..of("talk", place, talk.at)
        });
    }
    // Only that it was qualified tells of the talk.
    if let Some(first) = first.filter(|first| !first.told) {
        desk.record(History {
            agent: printed(first.by),
            first: true,
            seconds: first.waited,
            ..of("talk", lead.talks.len(), first.at)
        });
    }
    if lead.arrival.is_some() {
        for (place, at) in lead.reopenings.iter().enumerate() {
            desk.record(of("reopening", place, *at));
        }
    }
}

/// As talks are counted: what is none of three is undecided.
fn outcome(talk: Talk<'_>) -> &str {
    match talk.outcome {
        known @ ("positive" | "negative" | "satisfactory") => known,
        _ => "undecided",
    }
}

fn stayed(deal: &Deal<'_>, place: usize, stay: &Stay<'_>, labels: &Labels) -> History {
    let lost = stay.closed && deal.loss().is_some();
    let outcome = match stay.left_at {
        None => "",
        Some(_) if lost => "lost",
        Some(_) if stay.closed && deal.won_at().is_some() => "won",
        Some(_) => "moved",
    };
    History {
        lead: deal.lead().map(ids::LeadId::uuid),
        deal: Some(deal.id.uuid()),
        topic: deal.topic(),
        agent: printed(deal.agent()),
        stage: stay.stage.to_owned(),
        outcome: outcome.to_owned(),
        advanced: stay.advanced,
        ended_at: stay.left_at,
        seconds: stay.seconds(),
        value: if lost { deal.worth.value } else { 0 },
        ..row(
            "stay",
            id(deal.id.uuid(), "stay", place),
            stay.entered_at,
            labels,
        )
    }
}
