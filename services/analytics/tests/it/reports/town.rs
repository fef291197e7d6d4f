//! What happened in the company that the reports are about: a bit of everything.

use analytics::store::rates::Rate;
use ids::{
    CampaignId, ContractId, CostId, DealId, FiguresId, GrowthId, LeadId, ParticipantId, PaymentId,
    PlanId, ResponseId, StaffId, SubmissionId, TopicId,
};
use messaging::RawEvent;
use proto::{campaigns, contracts, deals, gateway, intake};

use crate::story::{Ids, arrival, at, contract, deal, money, qualification, source, time};
use crate::world::World;

/// What tests ask for.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) journeys: Vec<Ids>,
    pub(crate) staff: [StaffId; 2],
    pub(crate) topic: TopicId,
    pub(crate) campaign: CampaignId,
    /// Opened without a lead.
    pub(crate) direct: (DealId, ContractId),
}

impl Known {
    pub(crate) fn agnes(&self) -> StaffId {
        self.staff[0]
    }

    pub(crate) fn boris(&self) -> StaffId {
        self.staff[1]
    }

    pub(crate) fn journey(&self, place: usize) -> Ids {
        *self.journeys.get(place).unwrap()
    }
}

pub(crate) const CHANNELS: [&str; 4] = ["form", "email", "call", "campaign"];

/// A name that a spreadsheet would run.
pub(crate) const CAMPAIGN: &str = "=HYPERLINK(\"http://x\"), Autumn";

/// Rates of HUF; there is none of RUB.
pub(crate) fn rates() -> Vec<Rate> {
    let day = i32::try_from(time(0).timestamp() / 86_400).unwrap();
    vec![
        Rate {
            currency: "HUF".to_owned(),
            day: day - 30,
            billionths: 2_500_000,
        },
        Rate {
            currency: "HUF".to_owned(),
            day: day + 25,
            billionths: 2_600_000,
        },
    ]
}

pub(crate) fn events(world: &World) -> (Known, Vec<RawEvent>) {
    let known = Known {
        journeys: (0..12).map(|_| Ids::new()).collect(),
        staff: [StaffId::generate(), StaffId::generate()],
        topic: TopicId::generate(),
        campaign: CampaignId::generate(),
        direct: (DealId::generate(), ContractId::generate()),
    };
    let mut events = directory(world, &known);
    for (place, ids) in known.journeys.iter().enumerate() {
        let day = u64::try_from(place).unwrap() * 7;
        let staff = *known.staff.iter().cycle().nth(place).unwrap();
        let channel = CHANNELS.iter().cycle().nth(place).unwrap();
        events.extend(arrival(world, *ids, day, channel, staff));
        events.extend(qualification(world, *ids, day + 2, staff));
        let amount = match place % 3 {
            0 => money(250_000, "EUR"),
            1 => money(90_000_000, "HUF"),
            _ => money(7_000_000, "RUB"),
        };
        if place % 4 != 3 {
            let topic = known.topic;
            events.extend(deal(world, *ids, day + 3, amount.clone(), staff, topic));
            events.extend(contract(world, *ids, day + 8, amount, staff));
        }
    }
    events.extend(marketing(world, &known));
    events.extend(losses(world, &known));
    events.extend(afterwards(world, &known));
    events.extend(others(world, &known));
    (known, events)
}

fn directory(world: &World, known: &Known) -> Vec<RawEvent> {
    let stage = |code: &str, name: &str, probability_percent| deals::v1::topic_recorded::Stage {
        code: code.to_owned(),
        name: name.to_owned(),
        probability_percent,
        limit_days: 14,
    };
    let mut events = vec![
        world.event(
            &deals::v1::TopicRecorded {
                topic_id: known.topic.to_string(),
                code: "desks".to_owned(),
                name: "Desks and chairs".to_owned(),
                stages: vec![stage("need", "Need", 10), stage("offer", "Offer", 50)],
            },
            1,
        ),
        world.event(
            &campaigns::v1::CampaignRecorded {
                campaign_id: known.campaign.to_string(),
                name: CAMPAIGN.to_owned(),
                kind: "mailing".to_owned(),
                state: "running".to_owned(),
                starts_at: at(0),
                responsible_id: known.agnes().to_string(),
                ..campaigns::v1::CampaignRecorded::default()
            },
            1,
        ),
    ];
    for (staff, name) in known.staff.iter().zip(["Agnes", "Boris"]) {
        events.push(world.event(
            &gateway::v1::StaffRecorded {
                staff_id: staff.to_string(),
                name: name.to_owned(),
                active: true,
                ..gateway::v1::StaffRecorded::default()
            },
            1,
        ));
    }
    events
}

fn marketing(world: &World, known: &Known) -> Vec<RawEvent> {
    let campaign_id = known.campaign.to_string();
    let cost = |line: &str, kind: &str, actual, minutes, day| {
        world.event(
            &campaigns::v1::CostRecorded {
                cost_id: CostId::generate().to_string(),
                campaign_id: campaign_id.clone(),
                line: line.to_owned(),
                kind: kind.to_owned(),
                channel: "campaign".to_owned(),
                planned: money(40_000, "EUR"),
                actual,
                actual_minutes: minutes,
                spent_at: at(day),
                ..campaigns::v1::CostRecorded::default()
            },
            1,
        )
    };
    let response = |place: usize, day| {
        world.event(
            &campaigns::v1::ResponseRecorded {
                response_id: ResponseId::generate().to_string(),
                campaign_id: campaign_id.clone(),
                participant_id: ParticipantId::generate().to_string(),
                positive: true,
                responded_at: at(day),
                person_id: known.journey(place).person.to_string(),
                ..campaigns::v1::ResponseRecorded::default()
            },
            1,
        )
    };
    vec![
        cost("printing", "expense", money(16_000_000, "HUF"), 0, 2),
        cost("calling", "labour", money(9_000, "EUR"), 180, 12),
        cost("from abroad", "expense", money(500_000, "RUB"), 0, 12),
        response(0, 1),
        response(4, 29),
        response(8, 57),
        world.event(
            &campaigns::v1::ChannelFiguresRecorded {
                figures_id: FiguresId::generate().to_string(),
                channel: "form".to_owned(),
                starts_at: at(0),
                ends_at: at(10),
                reach: 10_000,
                clicks: 500,
                requests: 40,
                cost: money(12_345, "EUR"),
                ..campaigns::v1::ChannelFiguresRecorded::default()
            },
            1,
        ),
        world.event(
            &campaigns::v1::PlanRecorded {
                plan_id: PlanId::generate().to_string(),
                channel: "form".to_owned(),
                starts_at: at(0),
                ends_at: at(30),
                target_leads: 4,
                allowed_cost_per_lead: money(10_000, "EUR"),
                ..campaigns::v1::PlanRecorded::default()
            },
            1,
        ),
    ]
}

/// Of the three leads without a sale one is refused, one loses its deal, one is still worked.
fn losses(world: &World, known: &Known) -> Vec<RawEvent> {
    let refused = known.journey(3);
    let lost = known.journey(7);
    let fresh = LeadId::generate();
    vec![
        world.event(
            &intake::v1::LeadRefused {
                lead_id: refused.lead.to_string(),
                reason: "too_expensive".to_owned(),
                refused_at: at(30),
                ..intake::v1::LeadRefused::default()
            },
            6,
        ),
        world.event(
            &deals::v1::DealOpened {
                deal_id: lost.deal.to_string(),
                topic_id: known.topic.to_string(),
                stage: "need".to_owned(),
                amount: money(80_000, "EUR"),
                lead_id: lost.lead.to_string(),
                person_id: lost.person.to_string(),
                responsible_id: known.boris().to_string(),
                origin: "lead".to_owned(),
                ..deals::v1::DealOpened::default()
            },
            1,
        ),
        world.event(
            &deals::v1::DealLost {
                deal_id: lost.deal.to_string(),
                lead_id: lost.lead.to_string(),
                reason: "no_budget".to_owned(),
                stage: "need".to_owned(),
                amount: money(80_000, "EUR"),
                lost_at: at(60),
            },
            2,
        ),
        world.event(
            &intake::v1::LeadCreated {
                lead_id: fresh.to_string(),
                submission_id: SubmissionId::generate().to_string(),
                topic: "Desks and chairs".to_owned(),
                source: source("form", Some(known.campaign)),
                responsible_id: known.agnes().to_string(),
                received_at: at(33),
                ..intake::v1::LeadCreated::default()
            },
            1,
        ),
    ]
}

/// Contracts that grow, end and are paid back; a deal of which all is known.
fn afterwards(world: &World, known: &Known) -> Vec<RawEvent> {
    let first = known.journey(0);
    let ended = known.journey(1);
    let touched = known.journey(4);
    vec![
        world.event(
            &deals::v1::DealRecorded {
                deal_id: touched.deal.to_string(),
                topic_id: known.topic.to_string(),
                stage: "offer".to_owned(),
                state: "won".to_owned(),
                amount: money(90_000_000, "HUF"),
                lead_id: touched.lead.to_string(),
                person_id: touched.person.to_string(),
                responsible_id: known.agnes().to_string(),
                origin: "lead".to_owned(),
                opened_at: at(31),
                ..deals::v1::DealRecorded::default()
            },
            5,
        ),
        world.event(
            &contracts::v1::ContractGrown {
                growth_id: GrowthId::generate().to_string(),
                contract_id: first.contract.to_string(),
                kind: "expansion".to_owned(),
                added: money(50_000, "EUR"),
                grown_at: at(40),
                ..contracts::v1::ContractGrown::default()
            },
            6,
        ),
        world.event(
            &contracts::v1::PaymentRecorded {
                payment_id: PaymentId::generate().to_string(),
                contract_id: first.contract.to_string(),
                amount: money(-20_000, "EUR"),
                received_at: at(44),
                ..contracts::v1::PaymentRecorded::default()
            },
            1,
        ),
        world.event(
            &contracts::v1::ContractEnded {
                contract_id: ended.contract.to_string(),
                kind: "terminated".to_owned(),
                reason: "moved_away".to_owned(),
                ended_at: at(50),
                ..contracts::v1::ContractEnded::default()
            },
            7,
        ),
    ]
}

/// A sale without a lead, and a deal that is still open.
fn others(world: &World, known: &Known) -> Vec<RawEvent> {
    let open = known.journey(11);
    let (deal, contract) = known.direct;
    vec![
        world.event(
            &deals::v1::DealOpened {
                deal_id: deal.to_string(),
                topic_id: known.topic.to_string(),
                stage: "need".to_owned(),
                amount: money(99_900, "EUR"),
                responsible_id: known.agnes().to_string(),
                origin: "direct".to_owned(),
                ..deals::v1::DealOpened::default()
            },
            1,
        ),
        world.event(
            &deals::v1::DealWon {
                deal_id: deal.to_string(),
                amount: money(99_900, "EUR"),
                won_at: at(9),
                ..deals::v1::DealWon::default()
            },
            2,
        ),
        world.event(
            &contracts::v1::ContractSigned {
                contract_id: contract.to_string(),
                deal_id: deal.to_string(),
                amount: money(99_900, "EUR"),
                signed_at: at(10),
                ..contracts::v1::ContractSigned::default()
            },
            1,
        ),
        world.event(
            &deals::v1::DealOpened {
                deal_id: open.deal.to_string(),
                topic_id: known.topic.to_string(),
                stage: "need".to_owned(),
                amount: money(70_000, "EUR"),
                lead_id: open.lead.to_string(),
                person_id: open.person.to_string(),
                responsible_id: known.boris().to_string(),
                origin: "lead".to_owned(),
                ..deals::v1::DealOpened::default()
            },
            1,
        ),
    ]
}
