//! Refusals of leads and losses of deals, and what came back of them.

use clock::Timestamp;
use ids::{DealId, LeadId};
use uuid::Uuid;

use super::{
    Desk,
    book::{Book, Labels},
    day, made,
};
use crate::domain::figures::{cells, records};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let refusals = all(book);
    let mut returns = vec![0_i64; refusals.len()];
    let mut last_win = None;
    for deal in book.deals.values() {
        let Some(won_at) = deal.won_at() else {
            continue;
        };
        last_win = last_win.max(Some(won_at));
        // What a win brought counts for one refusal only: the last one before it.
        let before = refusals.iter().rposition(|refusal| refusal.at < won_at);
        if let Some(place) = before.and_then(|place| returns.get_mut(place)) {
            *place += book
                .contracts
                .values()
                .filter(|contract| contract.deal() == Some(deal.id))
                .map(|contract| contract.revenue().value)
                .sum::<i64>();
        }
    }
    for (refusal, revenue) in refusals.into_iter().zip(returns) {
        let recovered = last_win.is_some_and(|at| at > refusal.at);
        desk.cell(refusal.cell(recovered, revenue));
        desk.record(refusal.record(recovered));
    }
}

struct Refusal {
    at: Timestamp,
    subject: Uuid,
    lead: Option<LeadId>,
    deal: Option<DealId>,
    stage: String,
    reason: String,
    labels: Labels,
    lost_value: i64,
}

/// In the order of time.
fn all(book: &Book<'_>) -> Vec<Refusal> {
    let of_leads = book.leads.values().flat_map(|lead| {
        lead.refusals.iter().map(|refusal| {
            let talked = lead.talked_at().is_some_and(|at| at <= refusal.at);
            Refusal {
                at: refusal.at,
                subject: lead.id.uuid(),
                lead: Some(lead.id),
                deal: None,
                stage: if talked { "talk" } else { "enquiry" }.to_owned(),
                reason: refusal.reason.to_owned(),
                labels: lead.labels(),
                lost_value: 0,
            }
        })
    });
    let of_deals = book.deals.values().filter_map(|deal| {
        let loss = deal.loss()?;
        Some(Refusal {
            at: loss.at,
            subject: deal.id.uuid(),
            lead: deal.lead(),
            deal: Some(deal.id),
            stage: loss.stage.to_owned(),
            reason: loss.reason.to_owned(),
            labels: book.labels_of_deal(deal),
            lost_value: deal.worth.value,
        })
    });
    let mut refusals: Vec<Refusal> = of_leads.chain(of_deals).collect();
    refusals.sort_by_key(|refusal| (refusal.at, refusal.subject));
    refusals
}

impl Refusal {
    fn phase(&self) -> &'static str {
        if self.deal.is_some() { "deal" } else { "lead" }
    }

    fn cell(&self, recovered: bool, revenue: i64) -> cells::Refusal {
        cells::Refusal {
            day: day(self.at),
            phase: self.phase().to_owned(),
            stage: self.stage.clone(),
            reason: self.reason.clone(),
            topic: self.labels.topic.clone(),
            channel: self.labels.channel.clone(),
            agent: self.labels.agent.clone(),
            refusals: 1,
            lost_value: self.lost_value,
            recovered: i64::from(recovered),
            recovered_revenue: revenue,
        }
    }

    fn record(self, recovered: bool) -> records::Refusal {
        let time = self.at.timestamp_micros().to_be_bytes();
        records::Refusal {
            id: made::id(self.subject, &[&time]),
            phase: self.phase().to_owned(),
            lead: self.lead.map(LeadId::uuid),
            deal: self.deal.map(DealId::uuid),
            refused_at: Some(self.at),
            stage: self.stage,
            reason: self.reason,
            topic: self.labels.topic,
            channel: self.labels.channel,
            agent: self.labels.agent,
            lost_value: self.lost_value,
            recovered,
        }
    }
}
