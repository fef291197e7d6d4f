//! What figures are named by: campaigns, activities, staff, partners, topics and plans.

use uuid::Uuid;

use super::{
    Desk,
    costs::{currency, minor},
    count, made, newest, printed,
};
use crate::domain::{
    fact::{Fact, StageName, What},
    figures::records::{self, Campaign, Name, Plan},
};

pub(super) fn derive<'a>(facts: &'a [Fact], desk: &mut Desk<'a>) {
    let named = newest(facts, |what| match what {
        What::CampaignRecorded { campaign, .. } => Some(campaign.uuid()),
        What::ActivityRecorded { activity, .. } => Some(activity.uuid()),
        What::StaffRecorded { staff, .. } => Some(staff.uuid()),
        What::PartnerRecorded { partner, .. } => Some(partner.uuid()),
        What::TopicRecorded { topic, .. } => Some(topic.uuid()),
        What::PlanRecorded { plan, .. } => Some(plan.uuid()),
        _ => None,
    });
    for fact in named {
        match &fact.what {
            What::CampaignRecorded { .. } => campaign(&fact.what, desk),
            What::PlanRecorded { .. } => plan(&fact.what, desk),
            What::TopicRecorded {
                topic,
                code,
                name,
                stages,
            } => {
                desk.record(Name {
                    id: topic.uuid(),
                    kind: "topic".to_owned(),
                    code: code.clone(),
                    name: name.clone(),
                    active: true,
                });
                stages_of(topic.uuid(), stages, desk);
            }
            other => name(other, desk),
        }
    }
}

fn name(what: &What, desk: &mut Desk<'_>) {
    let (id, kind, code, name, active) = match what {
        What::ActivityRecorded {
            activity,
            campaign,
            name,
            ..
        } => (
            activity.uuid(),
            "activity",
            campaign.to_string(),
            name,
            true,
        ),
        What::StaffRecorded {
            staff,
            name,
            active,
        } => (staff.uuid(), "staff", String::new(), name, *active),
        What::PartnerRecorded {
            partner,
            name,
            active,
        } => (partner.uuid(), "partner", String::new(), name, *active),
        _ => return,
    };
    desk.record(Name {
        id,
        kind: kind.to_owned(),
        code,
        name: name.clone(),
        active,
    });
}

fn stages_of(topic: Uuid, stages: &[StageName], desk: &mut Desk<'_>) {
    for (place, stage) in stages.iter().enumerate() {
        desk.record(records::StageName {
            id: made::id(topic, &[stage.code.as_bytes()]),
            topic: Some(topic),
            code: stage.code.clone(),
            name: stage.name.clone(),
            place: count(place),
            probability_percent: stage.probability_percent.into(),
            limit_days: stage.limit_days.into(),
        });
    }
}

fn campaign(what: &What, desk: &mut Desk<'_>) {
    let What::CampaignRecorded {
        campaign,
        name,
        kind,
        state,
        responsible,
        starts_at,
        ends_at,
        department,
        place,
        project,
        quick,
    } = what
    else {
        return;
    };
    desk.record(Campaign {
        id: campaign.uuid(),
        name: name.clone(),
        kind: kind.clone(),
        state: state.clone(),
        agent: printed(responsible.as_ref()),
        starts_at: *starts_at,
        ends_at: *ends_at,
        department: department.clone(),
        place: place.clone(),
        project: project.clone(),
        quick: *quick,
    });
}

fn plan<'a>(what: &'a What, desk: &mut Desk<'a>) {
    let What::PlanRecorded {
        plan,
        campaign,
        channel,
        starts_at,
        ends_at,
        target_leads,
        allowed_cost_per_lead: allowed,
        responsible,
        removed: false,
    } = what
    else {
        return;
    };
    let worth = desk.worth(allowed.as_ref(), *starts_at);
    desk.record(Plan {
        id: plan.uuid(),
        starts_at: Some(*starts_at),
        ends_at: Some(*ends_at),
        channel: channel.clone(),
        campaign: printed(campaign.as_ref()),
        target_leads: *target_leads,
        allowed_minor: minor(allowed.as_ref()),
        allowed_currency: currency(allowed.as_ref()),
        allowed: worth.value,
        agent: printed(responsible.as_ref()),
    });
}
