//! What happens in a small company: the events of a few journeys, with all that is personal in them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use ids::{
    CampaignId, CaseId, ContractId, CostId, DealActivityId, DealId, LeadId, MergeId, ParticipantId,
    PaymentId, PersonId, ReferralId, ResponseId, StaffId, SubmissionId, TopicId,
};
use messaging::RawEvent;
use proto::types::v1::{Money, PersonName, Source};
use proto::{campaigns, contracts, customers, deals, gateway, intake};

use crate::world::{World, noon};

/// Stands wherever somebody could be known by it.
pub(crate) const CANARY: &str = "kanarek-9f3";

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn name() -> Option<PersonName> {
    Some(PersonName {
        full: format!("{CANARY} full"),
        given: format!("{CANARY} given"),
        family: format!("{CANARY} family"),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn at(days: u64) -> Option<prost_types::Timestamp> {
    Some(proto::convert::timestamp(time(days)))
}

pub(crate) fn time(days: u64) -> DateTime<Utc> {
    noon() + Duration::from_hours(24 * days)
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn money(minor: i64, currency: &str) -> Option<Money> {
    Some(Money {
        minor,
        currency: currency.to_owned(),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn source(channel: &str, campaign: Option<CampaignId>) -> Option<Source> {
    Some(Source {
        channel: channel.to_owned(),
        name: format!("{channel} of the site"),
        campaign_id: campaign.map(|it| it.to_string()).unwrap_or_default(),
        referrer: format!("https://{CANARY}.example"),
        utm: [("utm_source".to_owned(), CANARY.to_owned())].into(),
        referral_code: CANARY.to_owned(),
        ..Source::default()
    })
}

/// Ids of a journey.
#[derive(Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) lead: LeadId,
    pub(crate) person: PersonId,
    pub(crate) deal: DealId,
    pub(crate) contract: ContractId,
}

impl Ids {
    pub(crate) fn new() -> Self {
        Self {
            lead: LeadId::generate(),
            person: PersonId::generate(),
            deal: DealId::generate(),
            contract: ContractId::generate(),
        }
    }
}

/// A lead that arrives on a day by a channel.
pub(crate) fn arrival(
    world: &World,
    ids: Ids,
    day: u64,
    channel: &str,
    of: StaffId,
) -> Vec<RawEvent> {
    let lead_id = ids.lead.to_string();
    let created = intake::v1::LeadCreated {
        lead_id: lead_id.clone(),
        submission_id: SubmissionId::generate().to_string(),
        name: name(),
        emails: vec![format!("{CANARY}@mail.example")],
        phones: vec![CANARY.to_owned()],
        organisation: CANARY.to_owned(),
        topic: "desks".to_owned(),
        source: source(channel, None),
        responsible_id: of.to_string(),
        received_at: at(day),
        ..intake::v1::LeadCreated::default()
    };
    let recorded = intake::v1::LeadRecorded {
        lead_id: lead_id.clone(),
        state: "qualified".to_owned(),
        topic: "desks".to_owned(),
        temperature: "warm".to_owned(),
        responsible_id: of.to_string(),
        filled_fields: 6,
        wanted_fields: 9,
        ..intake::v1::LeadRecorded::default()
    };
    let attached = intake::v1::EnquiryAttached {
        lead_id,
        submission_id: SubmissionId::generate().to_string(),
        source: source("email", None),
        received_at: at(day + 1),
        ..intake::v1::EnquiryAttached::default()
    };
    vec![
        world.event(&created, 1),
        world.event(&recorded, 2),
        world.event(&attached, 3),
    ]
}

/// A talk that goes well.
pub(crate) fn qualification(world: &World, ids: Ids, day: u64, of: StaffId) -> Vec<RawEvent> {
    let lead_id = ids.lead.to_string();
    let outcome = intake::v1::LeadOutcomeRecorded {
        lead_id: lead_id.clone(),
        outcome: "positive".to_owned(),
        recorded_by: of.to_string(),
        recorded_at: at(day),
        ..intake::v1::LeadOutcomeRecorded::default()
    };
    let qualified = intake::v1::LeadQualified {
        lead_id: lead_id.clone(),
        person_id: ids.person.to_string(),
        name: name(),
        emails: vec![CANARY.to_owned()],
        phones: vec![CANARY.to_owned()],
        organisation: CANARY.to_owned(),
        source: source("form", None),
        new_deal: Some(intake::v1::lead_qualified::NewDeal {
            deal_id: ids.deal.to_string(),
            title: CANARY.to_owned(),
            ..intake::v1::lead_qualified::NewDeal::default()
        }),
        qualified_at: at(day),
        ..intake::v1::LeadQualified::default()
    };
    let person = customers::v1::PersonRecorded {
        person_id: ids.person.to_string(),
        name: name(),
        emails: vec![CANARY.to_owned()],
        phones: vec![CANARY.to_owned()],
        organisation: CANARY.to_owned(),
        lead_ids: vec![lead_id],
        ..customers::v1::PersonRecorded::default()
    };
    vec![
        world.event(&outcome, 4),
        world.event(&qualified, 5),
        world.event(&person, 1),
    ]
}

/// The deal of a journey, won for an amount.
pub(crate) fn deal(
    world: &World,
    ids: Ids,
    day: u64,
    amount: Option<Money>,
    of: StaffId,
    topic: TopicId,
) -> Vec<RawEvent> {
    let deal_id = ids.deal.to_string();
    let opened = deals::v1::DealOpened {
        deal_id: deal_id.clone(),
        topic_id: topic.to_string(),
        stage: "need".to_owned(),
        title: CANARY.to_owned(),
        amount: amount.clone(),
        lead_id: ids.lead.to_string(),
        person_id: ids.person.to_string(),
        responsible_id: of.to_string(),
        origin: "lead".to_owned(),
        source: source("form", None),
        ..deals::v1::DealOpened::default()
    };
    let moved = deals::v1::DealStageChanged {
        deal_id: deal_id.clone(),
        from_stage: "need".to_owned(),
        to_stage: "offer".to_owned(),
        changed_at: at(day + 1),
        ..deals::v1::DealStageChanged::default()
    };
    let met = deals::v1::DealActivityCompleted {
        deal_id: deal_id.clone(),
        activity_id: DealActivityId::generate().to_string(),
        kind: "meeting".to_owned(),
        responsible_id: of.to_string(),
        completed_at: at(day + 1),
    };
    let won = deals::v1::DealWon {
        deal_id,
        title: CANARY.to_owned(),
        amount,
        won_at: at(day + 3),
        ..deals::v1::DealWon::default()
    };
    vec![
        world.event(&opened, 1),
        world.event(&moved, 2),
        world.event(&met, 3),
        world.event(&won, 4),
    ]
}

/// The contract of a won deal, signed and paid.
pub(crate) fn contract(
    world: &World,
    ids: Ids,
    day: u64,
    amount: Option<Money>,
    of: StaffId,
) -> Vec<RawEvent> {
    let contract_id = ids.contract.to_string();
    let signed = contracts::v1::ContractSigned {
        contract_id: contract_id.clone(),
        deal_id: ids.deal.to_string(),
        lead_id: ids.lead.to_string(),
        person_id: ids.person.to_string(),
        amount: amount.clone(),
        signed_at: at(day),
        ..contracts::v1::ContractSigned::default()
    };
    let recorded = contracts::v1::ContractRecorded {
        contract_id: contract_id.clone(),
        number: "C-1".to_owned(),
        state: "active".to_owned(),
        kind: "new".to_owned(),
        deal_id: ids.deal.to_string(),
        lead_id: ids.lead.to_string(),
        person_id: ids.person.to_string(),
        responsible_id: of.to_string(),
        value: amount.clone(),
        starts_at: at(day + 1),
        ends_at: at(day + 366),
        signed_at: at(day),
        ..contracts::v1::ContractRecorded::default()
    };
    let paid = contracts::v1::PaymentRecorded {
        payment_id: PaymentId::generate().to_string(),
        contract_id,
        amount,
        due_at: at(day + 15),
        received_at: at(day + 14),
        ..contracts::v1::PaymentRecorded::default()
    };
    vec![
        world.event(&signed, 3),
        world.event(&recorded, 4),
        world.event(&paid, 1),
    ]
}

/// That two persons are one, or are so no more.
pub(crate) fn link(world: &World, merge: MergeId, ids: [PersonId; 2], merged: bool) -> RawEvent {
    let [kept, joined] = ids.map(|id| id.to_string());
    if merged {
        world.event(
            &customers::v1::PersonsMerged {
                merge_id: merge.to_string(),
                kept_id: kept,
                joined_id: joined,
                ..customers::v1::PersonsMerged::default()
            },
            1,
        )
    } else {
        world.event(
            &customers::v1::PersonsSplit {
                merge_id: merge.to_string(),
                kept_id: kept,
                joined_id: joined,
                ..customers::v1::PersonsSplit::default()
            },
            2,
        )
    }
}

/// A whole company: journeys with deals in three currencies, a campaign with a cost, a referral, a case.
pub(crate) struct Company {
    pub(crate) journeys: Vec<Ids>,
    pub(crate) events: Vec<RawEvent>,
}

pub(crate) fn company(world: &World) -> Company {
    let staff = StaffId::generate();
    let topic = TopicId::generate();
    let campaign = CampaignId::generate();
    let journeys: Vec<Ids> = (0..8).map(|_| Ids::new()).collect();
    let mut events = directory(world, staff, campaign);
    let mut channels = ["form", "email", "call", "campaign"].into_iter().cycle();
    for (place, ids) in journeys.iter().enumerate() {
        let day = u64::try_from(place).unwrap() * 9;
        let channel = channels.next().unwrap();
        events.extend(arrival(world, *ids, day, channel, staff));
        events.extend(qualification(world, *ids, day + 2, staff));
        let amount = match place % 3 {
            0 => money(250_000, "EUR"),
            1 => money(90_000_000, "HUF"),
            _ => money(7_000_000, "RUB"),
        };
        if place % 4 != 3 {
            events.extend(deal(world, *ids, day + 3, amount.clone(), staff, topic));
            events.extend(contract(world, *ids, day + 8, amount, staff));
        }
    }
    if let [first, second, .., last] = &*journeys {
        events.extend(engagement(world, [*first, *second, *last], campaign));
    }
    Company { journeys, events }
}

fn directory(world: &World, staff: StaffId, campaign: CampaignId) -> Vec<RawEvent> {
    let recorded = gateway::v1::StaffRecorded {
        staff_id: staff.to_string(),
        name: "Agnes".to_owned(),
        email: format!("{CANARY}@office.example"),
        active: true,
        ..gateway::v1::StaffRecorded::default()
    };
    let autumn = campaigns::v1::CampaignRecorded {
        campaign_id: campaign.to_string(),
        name: "Autumn".to_owned(),
        kind: "mailing".to_owned(),
        state: "running".to_owned(),
        ..campaigns::v1::CampaignRecorded::default()
    };
    let printing = campaigns::v1::CostRecorded {
        cost_id: CostId::generate().to_string(),
        campaign_id: campaign.to_string(),
        line: "printing".to_owned(),
        kind: "expense".to_owned(),
        planned: money(40_000, "EUR"),
        actual: money(16_000_000, "HUF"),
        spent_at: at(0),
        ..campaigns::v1::CostRecorded::default()
    };
    vec![
        world.event(&recorded, 1),
        world.event(&autumn, 1),
        world.event(&printing, 1),
    ]
}

/// The first responds and brings the last; the second complains.
fn engagement(world: &World, journeys: [Ids; 3], campaign: CampaignId) -> Vec<RawEvent> {
    let [first, second, last] = journeys;
    let response = campaigns::v1::ResponseRecorded {
        response_id: ResponseId::generate().to_string(),
        campaign_id: campaign.to_string(),
        participant_id: ParticipantId::generate().to_string(),
        positive: true,
        text: CANARY.to_owned(),
        name: name(),
        emails: vec![CANARY.to_owned()],
        phones: vec![CANARY.to_owned()],
        organisation: CANARY.to_owned(),
        responded_at: at(1),
        person_id: first.person.to_string(),
        ..campaigns::v1::ResponseRecorded::default()
    };
    let brought = campaigns::v1::ReferralMade {
        referral_id: ReferralId::generate().to_string(),
        campaign_id: campaign.to_string(),
        referrer_id: first.person.to_string(),
        lead_id: last.lead.to_string(),
        made_at: at(45),
    };
    let case = customers::v1::CaseRecorded {
        case_id: CaseId::generate().to_string(),
        person_id: second.person.to_string(),
        step: "delivery".to_owned(),
        severity: "major".to_owned(),
        state: "open".to_owned(),
        opened_at: at(40),
        ..customers::v1::CaseRecorded::default()
    };
    vec![
        world.event(&response, 1),
        world.event(&brought, 1),
        world.event(&case, 1),
    ]
}
