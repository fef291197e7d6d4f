//! Records as callers see them.

use ids::{CaseId, ContractId, CostId, DealId, FiguresId, GrowthId, LeadId, PaymentId, PersonId};
use proto::analytics::v1::{
    CaseRecord, ChannelRecord, ContractRecord, CostRecord, CreditRecord, DealRecord, GrowthRecord,
    HistoryRecord, LeadRecord, Named, PaymentRecord, RefusalRecord, TouchRecord,
};
use proto::convert::timestamp;
use proto::types::v1::Money;
use uuid::Uuid;

use super::reader::Reader;
use crate::domain::figures::records;

impl Reader {
    pub(crate) fn lead(&self, it: records::Lead) -> LeadRecord {
        LeadRecord {
            lead_id: LeadId::from_uuid(it.id).to_string(),
            received_at: it.received_at.map(timestamp),
            topic: self.named("topic", &it.topic),
            campaign: self.named("campaign", &it.campaign),
            activity: self.named("activity", &it.activity),
            partner: self.named("partner", &it.partner),
            agent: self.named("agent", &it.agent),
            channel: it.channel,
            source: it.source,
            temperature: it.temperature,
            state: it.state,
            reason: it.reason,
            talked_at: it.talked_at.map(timestamp),
            qualified_at: it.qualified_at.map(timestamp),
            refused_at: it.refused_at.map(timestamp),
            recovered: it.recovered,
            enquiries: it.enquiries,
            deals: it.deals,
            won: it.won,
            contracts: it.contracts,
            revenue: self.money(it.revenue),
            filled_fields: narrow(it.filled_fields),
            wanted_fields: narrow(it.wanted_fields),
        }
    }

    pub(crate) fn deal(&self, it: records::Deal) -> DealRecord {
        DealRecord {
            deal_id: DealId::from_uuid(it.id).to_string(),
            lead_id: printed(it.lead, LeadId::from_uuid),
            opened_at: it.opened_at.map(timestamp),
            closed_at: it.closed_at.map(timestamp),
            stage: Some(self.stage(&it.topic, &it.stage)),
            topic: self.named("topic", &it.topic),
            stage_since: it.stage_since.map(timestamp),
            state: it.state,
            origin: it.origin,
            agent: self.named("agent", &it.agent),
            channel: it.channel,
            source: it.source,
            campaign: self.named("campaign", &it.campaign),
            partner: self.named("partner", &it.partner),
            sale_object: it.sale_object,
            value: self.converted(it.value, it.converted),
            amount: money(it.minor, it.currency),
            probability_percent: narrow(it.probability_percent),
            committed: it.committed,
            expected_close_at: it.expected_close_at.map(timestamp),
            reason: it.reason,
        }
    }

    pub(crate) fn contract(&self, it: records::Contract) -> ContractRecord {
        ContractRecord {
            contract_id: ContractId::from_uuid(it.id).to_string(),
            deal_id: printed(it.deal, DealId::from_uuid),
            lead_id: printed(it.lead, LeadId::from_uuid),
            number: it.number,
            state: it.state,
            kind: it.kind,
            previous_id: printed(it.previous, ContractId::from_uuid),
            agent: self.named("agent", &it.agent),
            channel: it.channel,
            source: it.source,
            campaign: self.named("campaign", &it.campaign),
            partner: self.named("partner", &it.partner),
            signed_at: it.signed_at.map(timestamp),
            starts_at: it.starts_at.map(timestamp),
            ends_at: it.ends_at.map(timestamp),
            ended_at: it.ended_at.map(timestamp),
            end_kind: it.end_kind,
            reason: it.reason,
            continued: it.continued,
            value: self.converted(it.value, it.converted),
            amount: money(it.minor, it.currency),
            expected: self.money(it.expected),
            received: self.money(it.received),
        }
    }

    pub(crate) fn touch(&self, it: records::Touch) -> TouchRecord {
        TouchRecord {
            touch_id: it.id.simple().to_string(),
            touched_at: it.touched_at.map(timestamp),
            kind: it.kind,
            channel: it.channel,
            source: it.source,
            campaign: self.named("campaign", &it.campaign),
            activity: self.named("activity", &it.activity),
            partner: self.named("partner", &it.partner),
            lead_id: printed(it.lead, LeadId::from_uuid),
            person_id: printed(it.person, PersonId::from_uuid),
            place: narrow(it.place),
            from_channel: it.from_channel,
            path: it.path,
        }
    }

    pub(crate) fn credit(&self, it: records::Credit) -> CreditRecord {
        CreditRecord {
            model: it.model,
            contract_id: printed(it.contract, ContractId::from_uuid),
            touch_id: it
                .touch
                .map(|id| id.simple().to_string())
                .unwrap_or_default(),
            signed_at: it.signed_at.map(timestamp),
            channel: it.channel,
            source: it.source,
            campaign: self.named("campaign", &it.campaign),
            activity: self.named("activity", &it.activity),
            partner: self.named("partner", &it.partner),
            parts: it.parts,
            revenue: self.money(it.revenue),
        }
    }

    pub(crate) fn refusal(&self, it: records::Refusal) -> RefusalRecord {
        RefusalRecord {
            lead_id: printed(it.lead, LeadId::from_uuid),
            deal_id: printed(it.deal, DealId::from_uuid),
            refused_at: it.refused_at.map(timestamp),
            stage: Some(self.stage(&it.topic, &it.stage)),
            phase: it.phase,
            reason: it.reason,
            topic: self.named("topic", &it.topic),
            channel: it.channel,
            agent: self.named("agent", &it.agent),
            lost_value: self.money(it.lost_value),
            recovered: it.recovered,
        }
    }

    pub(crate) fn cost(&self, it: records::Cost) -> CostRecord {
        let planned = (!it.planned_currency.is_empty()).then_some(it.planned);
        let actual = (!it.actual_currency.is_empty()).then_some(it.actual);
        CostRecord {
            cost_id: CostId::from_uuid(it.id).to_string(),
            campaign: self.named("campaign", &it.campaign),
            activity: self.named("activity", &it.activity),
            channel: it.channel,
            kind: it.kind,
            line: it.line,
            spent_at: it.spent_at.map(timestamp),
            planned: planned.and_then(|planned| self.money(planned)),
            planned_amount: money(it.planned_minor, it.planned_currency),
            actual: actual.and_then(|actual| self.money(actual)),
            actual_amount: money(it.actual_minor, it.actual_currency),
            planned_minutes: it.planned_minutes,
            actual_minutes: it.actual_minutes,
            converted: it.converted,
        }
    }

    pub(crate) fn channel(&self, it: records::Channel) -> ChannelRecord {
        let day = |at: clock::Timestamp| at.date_naive().to_string();
        let last = it.ends_at.map(|at| at - chrono::TimeDelta::days(1));
        let given = (!it.currency.is_empty()).then_some(it.cost);
        ChannelRecord {
            figures_id: FiguresId::from_uuid(it.id).to_string(),
            channel: it.channel,
            campaign: self.named("campaign", &it.campaign),
            from: it.starts_at.map(day).unwrap_or_default(),
            to: last.map(day).unwrap_or_default(),
            reach: it.reach,
            clicks: it.clicks,
            requests: it.requests,
            cost: given.and_then(|cost| self.money(cost)),
            amount: money(it.minor, it.currency),
            converted: it.converted,
        }
    }

    pub(crate) fn growth(&self, it: records::Growth) -> GrowthRecord {
        GrowthRecord {
            growth_id: GrowthId::from_uuid(it.id).to_string(),
            contract_id: printed(it.contract, ContractId::from_uuid),
            kind: it.kind,
            grown_at: it.grown_at.map(timestamp),
            agent: self.named("agent", &it.agent),
            value: self.converted(it.value, it.converted),
            amount: money(it.minor, it.currency),
        }
    }

    pub(crate) fn history(&self, it: records::History) -> HistoryRecord {
        let is_worth = it.kind == "purchase" || it.outcome == "lost" && it.kind == "stay";
        HistoryRecord {
            happened_at: it.happened_at.map(timestamp),
            ended_at: it.ended_at.map(timestamp),
            stage: Some(self.stage(&it.topic, &it.stage)),
            value: self.converted(it.value, is_worth),
            kind: it.kind,
            outcome: it.outcome,
            first: it.first,
            advanced: it.advanced,
            seconds: it.seconds,
            agent: self.named("agent", &it.agent),
            topic: self.named("topic", &it.topic),
            channel: it.channel,
            source: it.source,
            campaign: self.named("campaign", &it.campaign),
            partner: self.named("partner", &it.partner),
            temperature: it.temperature,
            lead_id: printed(it.lead, LeadId::from_uuid),
            deal_id: printed(it.deal, DealId::from_uuid),
            contract_id: printed(it.contract, ContractId::from_uuid),
        }
    }

    pub(crate) fn payment(&self, it: records::Payment) -> PaymentRecord {
        PaymentRecord {
            payment_id: PaymentId::from_uuid(it.id).to_string(),
            contract_id: printed(it.contract, ContractId::from_uuid),
            due_at: it.due_at.map(timestamp),
            received_at: it.received_at.map(timestamp),
            value: self.converted(it.value, it.converted),
            amount: money(it.minor, it.currency),
        }
    }

    pub(crate) fn case(&self, it: records::Case) -> CaseRecord {
        CaseRecord {
            case_id: CaseId::from_uuid(it.id).to_string(),
            step: it.step,
            severity: it.severity,
            agent: self.named("agent", &it.agent),
            opened_at: it.opened_at.map(timestamp),
            resolved_at: it.resolved_at.map(timestamp),
            churned: it.churned,
        }
    }

    fn stage(&self, topic: &str, code: &str) -> Named {
        let stage = self.names.stage(topic, code);
        Named {
            id: code.to_owned(),
            name: stage.map(|stage| stage.name.clone()).unwrap_or_default(),
        }
    }

    fn converted(&self, value: i64, converted: bool) -> Option<Money> {
        if converted { self.money(value) } else { None }
    }
}

fn printed<T: ToString>(id: Option<Uuid>, kind: impl Fn(Uuid) -> T) -> String {
    id.map(|id| kind(id).to_string()).unwrap_or_default()
}

/// Without a currency no amount was given.
fn money(minor: i64, currency: String) -> Option<Money> {
    (!currency.is_empty()).then_some(Money { minor, currency })
}

fn narrow(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
