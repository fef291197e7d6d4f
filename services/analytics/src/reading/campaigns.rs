//! Campaigns, their participants, costs and plans.

use clock::Timestamp;
use proto::campaigns::v1::{
    ActivityRecorded, CampaignRecorded, ChannelFiguresRecorded, CostRecorded, ParticipantContacted,
    ParticipantRecorded, PlanRecorded, ReferralMade, ReferralRewarded, ResponseRecorded,
    SurveyAnswered,
};
use rpc::decode::Fields;

use super::Kept;
use super::fields::{money, time, time_or};
use crate::domain::fact::What;

impl Kept for CampaignRecorded {
    const KIND: i16 = 40;

    fn kept(self) -> Self {
        Self {
            campaign_id: self.campaign_id,
            name: self.name,
            kind: self.kind,
            state: self.state,
            responsible_id: self.responsible_id,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            department: self.department,
            place: self.place,
            project: self.project,
            quick: self.quick,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        let starts_at = time(fields, "starts_at", self.starts_at.as_ref());
        let ends_at = time(fields, "ends_at", self.ends_at.as_ref());
        Some(What::CampaignRecorded {
            campaign: campaign?,
            name: self.name.clone(),
            kind: self.kind.clone(),
            state: self.state.clone(),
            responsible: responsible?,
            starts_at: starts_at?,
            ends_at: ends_at?,
            department: self.department.clone(),
            place: self.place.clone(),
            project: self.project.clone(),
            quick: self.quick,
        })
    }
}

impl Kept for ActivityRecorded {
    const KIND: i16 = 41;

    fn kept(self) -> Self {
        Self {
            activity_id: self.activity_id,
            campaign_id: self.campaign_id,
            kind: self.kind,
            name: self.name,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let activity = fields.parse("activity_id", &self.activity_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        Some(What::ActivityRecorded {
            activity: activity?,
            campaign: campaign?,
            kind: self.kind.clone(),
            name: self.name.clone(),
        })
    }
}

impl Kept for ParticipantRecorded {
    const KIND: i16 = 42;

    fn kept(self) -> Self {
        Self {
            participant_id: self.participant_id,
            campaign_id: self.campaign_id,
            status: self.status,
            person_id: self.person_id,
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let participant = fields.parse("participant_id", &self.participant_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        Some(What::ParticipantRecorded {
            participant: participant?,
            campaign: campaign?,
            status: self.status.clone(),
            person: person?,
        })
    }
}

impl Kept for ParticipantContacted {
    const KIND: i16 = 43;

    fn kept(self) -> Self {
        Self {
            interaction_id: self.interaction_id,
            campaign_id: self.campaign_id,
            activity_id: self.activity_id,
            participant_id: self.participant_id,
            kind: self.kind,
            inbound: self.inbound,
            contacted_at: self.contacted_at,
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let interaction = fields.parse("interaction_id", &self.interaction_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let activity = fields.parse_optional("activity_id", &self.activity_id);
        let participant = fields.parse("participant_id", &self.participant_id);
        let contacted_at = time_or(fields, "contacted_at", self.contacted_at.as_ref(), at);
        Some(What::ParticipantContacted {
            interaction: interaction?,
            campaign: campaign?,
            activity: activity?,
            participant: participant?,
            kind: self.kind.clone(),
            inbound: self.inbound,
            contacted_at: contacted_at?,
        })
    }
}

impl Kept for ResponseRecorded {
    const KIND: i16 = 44;

    fn kept(self) -> Self {
        Self {
            response_id: self.response_id,
            campaign_id: self.campaign_id,
            activity_id: self.activity_id,
            participant_id: self.participant_id,
            person_id: self.person_id,
            positive: self.positive,
            responded_at: self.responded_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let response = fields.parse("response_id", &self.response_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let activity = fields.parse_optional("activity_id", &self.activity_id);
        let participant = fields.parse("participant_id", &self.participant_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        let responded_at = time_or(fields, "responded_at", self.responded_at.as_ref(), at);
        Some(What::ResponseRecorded {
            response: response?,
            campaign: campaign?,
            activity: activity?,
            participant: participant?,
            person: person?,
            positive: self.positive,
            responded_at: responded_at?,
        })
    }
}

impl Kept for CostRecorded {
    const KIND: i16 = 45;

    fn kept(self) -> Self {
        Self {
            cost_id: self.cost_id,
            campaign_id: self.campaign_id,
            activity_id: self.activity_id,
            channel: self.channel,
            kind: self.kind,
            line: self.line,
            planned: self.planned,
            actual: self.actual,
            planned_minutes: self.planned_minutes,
            actual_minutes: self.actual_minutes,
            spent_at: self.spent_at,
            removed: self.removed,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let cost = fields.parse("cost_id", &self.cost_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let activity = fields.parse_optional("activity_id", &self.activity_id);
        let planned = money(fields, "planned", self.planned.as_ref());
        let actual = money(fields, "actual", self.actual.as_ref());
        let spent_at = time_or(fields, "spent_at", self.spent_at.as_ref(), at);
        Some(What::CostRecorded {
            cost: cost?,
            campaign: campaign?,
            activity: activity?,
            channel: self.channel.clone(),
            kind: self.kind.clone(),
            line: self.line.clone(),
            planned: planned?,
            actual: actual?,
            planned_minutes: self.planned_minutes,
            actual_minutes: self.actual_minutes,
            spent_at: spent_at?,
            removed: self.removed,
        })
    }
}

impl Kept for ChannelFiguresRecorded {
    const KIND: i16 = 46;

    fn kept(self) -> Self {
        Self {
            figures_id: self.figures_id,
            campaign_id: self.campaign_id,
            channel: self.channel,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            reach: self.reach,
            clicks: self.clicks,
            requests: self.requests,
            cost: self.cost,
            removed: self.removed,
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let figures = fields.parse("figures_id", &self.figures_id);
        let campaign = fields.parse_optional("campaign_id", &self.campaign_id);
        let starts_at = time_or(fields, "starts_at", self.starts_at.as_ref(), at);
        let ends_at = time_or(fields, "ends_at", self.ends_at.as_ref(), at);
        let cost = money(fields, "cost", self.cost.as_ref());
        Some(What::ChannelFiguresRecorded {
            figures: figures?,
            campaign: campaign?,
            channel: self.channel.clone(),
            starts_at: starts_at?,
            ends_at: ends_at?,
            reach: self.reach,
            clicks: self.clicks,
            requests: self.requests,
            cost: cost?,
            removed: self.removed,
        })
    }
}

impl Kept for PlanRecorded {
    const KIND: i16 = 47;

    fn kept(self) -> Self {
        Self {
            plan_id: self.plan_id,
            campaign_id: self.campaign_id,
            channel: self.channel,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            target_leads: self.target_leads,
            allowed_cost_per_lead: self.allowed_cost_per_lead,
            responsible_id: self.responsible_id,
            removed: self.removed,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let plan = fields.parse("plan_id", &self.plan_id);
        let campaign = fields.parse_optional("campaign_id", &self.campaign_id);
        let starts_at = time_or(fields, "starts_at", self.starts_at.as_ref(), at);
        let ends_at = time_or(fields, "ends_at", self.ends_at.as_ref(), at);
        let allowed_cost_per_lead = money(
            fields,
            "allowed_cost_per_lead",
            self.allowed_cost_per_lead.as_ref(),
        );
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        Some(What::PlanRecorded {
            plan: plan?,
            campaign: campaign?,
            channel: self.channel.clone(),
            starts_at: starts_at?,
            ends_at: ends_at?,
            target_leads: self.target_leads,
            allowed_cost_per_lead: allowed_cost_per_lead?,
            responsible: responsible?,
            removed: self.removed,
        })
    }
}

impl Kept for SurveyAnswered {
    const KIND: i16 = 48;

    fn kept(self) -> Self {
        Self {
            answer_id: self.answer_id,
            campaign_id: self.campaign_id,
            participant_id: self.participant_id,
            person_id: self.person_id,
            recommends: self.recommends,
            answered_at: self.answered_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let answer = fields.parse("answer_id", &self.answer_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let participant = fields.parse_optional("participant_id", &self.participant_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        let answered_at = time_or(fields, "answered_at", self.answered_at.as_ref(), at);
        Some(What::SurveyAnswered {
            answer: answer?,
            campaign: campaign?,
            participant: participant?,
            person: person?,
            recommends: self.recommends,
            answered_at: answered_at?,
        })
    }
}

impl Kept for ReferralMade {
    const KIND: i16 = 49;

    fn kept(self) -> Self {
        Self {
            referral_id: self.referral_id,
            campaign_id: self.campaign_id,
            referrer_id: self.referrer_id,
            lead_id: self.lead_id,
            made_at: self.made_at,
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let referral = fields.parse("referral_id", &self.referral_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let referrer = fields.parse("referrer_id", &self.referrer_id);
        let lead = fields.parse("lead_id", &self.lead_id);
        let made_at = time_or(fields, "made_at", self.made_at.as_ref(), at);
        Some(What::ReferralMade {
            referral: referral?,
            campaign: campaign?,
            referrer: referrer?,
            lead: lead?,
            made_at: made_at?,
        })
    }
}

impl Kept for ReferralRewarded {
    const KIND: i16 = 50;

    fn kept(self) -> Self {
        Self {
            referral_id: self.referral_id,
            campaign_id: self.campaign_id,
            referrer_id: self.referrer_id,
            deal_id: self.deal_id,
            reward: self.reward,
            rewarded_at: self.rewarded_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let referral = fields.parse("referral_id", &self.referral_id);
        let campaign = fields.parse("campaign_id", &self.campaign_id);
        let referrer = fields.parse("referrer_id", &self.referrer_id);
        let deal = fields.parse("deal_id", &self.deal_id);
        let reward = money(fields, "reward", self.reward.as_ref());
        let rewarded_at = time_or(fields, "rewarded_at", self.rewarded_at.as_ref(), at);
        Some(What::ReferralRewarded {
            referral: referral?,
            campaign: campaign?,
            referrer: referrer?,
            deal: deal?,
            reward: reward?,
            rewarded_at: rewarded_at?,
        })
    }
}
