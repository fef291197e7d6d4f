//! What is known to what callers are told.

use super::printed;
use proto::{campaigns::v1 as pb, convert::timestamp, types::v1::PersonName};

use crate::{
    domain::{
        campaign::{Activity, Campaign, KINDS, State},
        participant::{Interaction, Participant, Response, Status},
    },
    store::figures::Figures,
};

fn status_code(status: Status) -> pb::ParticipantStatus {
    match status {
        Status::Undefined => pb::ParticipantStatus::Undefined,
        Status::Potential => pb::ParticipantStatus::Potential,
        Status::Actual => pb::ParticipantStatus::Actual,
        Status::Refused => pb::ParticipantStatus::Refused,
    }
}

pub(in crate::rpc) fn campaign(campaign: &Campaign) -> pb::Campaign {
    let card = &campaign.card;
    let state = match campaign.state {
        State::Preparing => pb::CampaignState::Preparing,
        State::Running => pb::CampaignState::Running,
        State::Past => pb::CampaignState::Past,
    };
    pb::Campaign {
        campaign_id: campaign.id.to_string(),
        revision: campaign.revision,
        kind: card.kind.clone(),
        state: state.into(),
        name: card.name.clone(),
        department: card.department.clone(),
        place: card.place.clone(),
        starts_at: card.starts_at.map(timestamp),
        ends_at: card.ends_at.map(timestamp),
        organiser: card.organiser.clone(),
        project: card.project.clone(),
        responsible_id: printed(card.responsible),
        note: card.note.clone(),
        created_at: Some(timestamp(campaign.created_at)),
        quick: campaign.quick,
    }
}

pub(in crate::rpc) fn activity(activity: &Activity) -> pb::Activity {
    pb::Activity {
        activity_id: activity.id.to_string(),
        kind: activity.kind.clone(),
        name: activity.name.clone(),
        starts_at: activity.starts_at.map(timestamp),
        ends_at: activity.ends_at.map(timestamp),
        result: activity.result.clone(),
    }
}

pub(in crate::rpc) fn figures(figures: &Figures) -> pb::CampaignFigures {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    pb::CampaignFigures {
        participants: count(figures.participants),
        responses: count(figures.responses),
        positive_responses: count(figures.positive_responses),
        leads: count(figures.leads),
        deals: count(figures.deals),
        won: count(figures.won),
    }
}

pub(in crate::rpc) fn participant(participant: &Participant) -> pb::Participant {
    let contact = &participant.contact;
    pb::Participant {
        refused_channels: Vec::new(),
        erased_at: None,
        participant_id: participant.id.to_string(),
        revision: participant.revision,
        status: status_code(participant.status).into(),
        name: Some(PersonName {
            full: contact.full_name.clone(),
            given: contact.given_name.clone(),
            family: contact.family_name.clone(),
        }),
        organisation: contact.organisation.clone(),
        emails: contact.emails.clone(),
        phones: contact.phones.clone(),
        locale: contact.locale.clone(),
        person_id: printed(participant.person),
        added_at: Some(timestamp(participant.added_at)),
    }
}

pub(in crate::rpc) fn response(response: &Response) -> pb::Response {
    pb::Response {
        response_id: response.id.to_string(),
        activity_id: printed(response.activity),
        participant_id: response.participant.to_string(),
        positive: response.positive,
        text: response.text.clone(),
        lead_id: printed(response.lead),
        recorded_by: printed(response.recorded_by),
        responded_at: Some(timestamp(response.responded_at)),
    }
}

pub(in crate::rpc) fn interaction(interaction: &Interaction) -> pb::Interaction {
    pb::Interaction {
        interaction_id: interaction.id.to_string(),
        activity_id: printed(interaction.activity),
        kind: interaction.kind.clone(),
        inbound: interaction.inbound,
        result: interaction.result.clone(),
        at: Some(timestamp(interaction.at)),
        by: printed(interaction.by),
    }
}

pub(in crate::rpc) fn kinds() -> Vec<pb::CampaignKind> {
    let entry = |(code, name): &(&str, &str)| pb::CampaignKind {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
    };
    KINDS.iter().map(entry).collect()
}
