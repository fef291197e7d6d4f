//! All that campaigns announce.

pub mod money;
mod referrals;
mod surveys;
mod tasks;

use chrono::{DateTime, Utc};
use ids::{CampaignId, ParticipantId};
use messaging::Event;
use proto::{
    campaigns::v1::{
        ActivityRecorded, CampaignRecorded, ParticipantContacted, ParticipantErased,
        ParticipantRecorded, ResponseRecorded,
    },
    convert::timestamp,
    types::v1::PersonName,
};

use crate::domain::{
    campaign::{Activity, Campaign},
    participant::{Interaction, Participant, Response},
};
use crate::rpc::convert::printed;

pub use self::{
    referrals::{referral_made, referral_rewarded},
    surveys::survey_answered,
    tasks::task_recorded,
};

pub fn campaign_recorded(campaign: &Campaign, now: DateTime<Utc>) -> Event {
    let message = CampaignRecorded {
        campaign_id: campaign.id.to_string(),
        name: campaign.card.name.clone(),
        kind: campaign.card.kind.clone(),
        state: campaign.state.as_str().to_owned(),
        responsible_id: printed(campaign.card.responsible),
        starts_at: campaign.card.starts_at.map(timestamp),
        ends_at: campaign.card.ends_at.map(timestamp),
        department: campaign.card.department.clone(),
        place: campaign.card.place.clone(),
        project: campaign.card.project.clone(),
        organiser: campaign.card.organiser.clone(),
        quick: campaign.quick,
    };
    Event::new(&message, campaign.id, campaign.revision, now)
}

pub fn participant_erased(participant: ParticipantId, at: DateTime<Utc>) -> Event {
    let message = ParticipantErased {
        participant_id: participant.to_string(),
        erased_at: Some(timestamp(at)),
    };
    Event::new(&message, participant, 0, at)
}

pub fn activity_recorded(campaign: CampaignId, activity: &Activity, now: DateTime<Utc>) -> Event {
    let message = ActivityRecorded {
        activity_id: activity.id.to_string(),
        campaign_id: campaign.to_string(),
        kind: activity.kind.clone(),
        name: activity.name.clone(),
        starts_at: activity.starts_at.map(timestamp),
        ends_at: activity.ends_at.map(timestamp),
    };
    Event::new(&message, activity.id, activity.revision, now)
}

pub fn participant_recorded(
    campaign: CampaignId,
    participant: &Participant,
    now: DateTime<Utc>,
) -> Event {
    let message = ParticipantRecorded {
        participant_id: participant.id.to_string(),
        campaign_id: campaign.to_string(),
        status: participant.status.as_str().to_owned(),
        person_id: printed(participant.person),
    };
    Event::new(&message, participant.id, participant.revision, now)
}

pub fn participant_contacted(
    campaign: CampaignId,
    participant: ParticipantId,
    interaction: &Interaction,
    now: DateTime<Utc>,
) -> Event {
    let message = ParticipantContacted {
        interaction_id: interaction.id.to_string(),
        campaign_id: campaign.to_string(),
        activity_id: printed(interaction.activity),
        participant_id: participant.to_string(),
        kind: interaction.kind.clone(),
        inbound: interaction.inbound,
        contacted_at: Some(timestamp(interaction.at)),
    };
    // A line of the log never changes.
    Event::new(&message, interaction.id, 1, now)
}

pub fn response_recorded(
    campaign: CampaignId,
    response: &Response,
    participant: &Participant,
    now: DateTime<Utc>,
) -> Event {
    let contact = &participant.contact;
    let message = ResponseRecorded {
        response_id: response.id.to_string(),
        campaign_id: campaign.to_string(),
        activity_id: printed(response.activity),
        participant_id: participant.id.to_string(),
        positive: response.positive,
        text: response.text.clone(),
        name: Some(PersonName {
            full: contact.full_name.clone(),
            given: contact.given_name.clone(),
            family: contact.family_name.clone(),
        }),
        emails: contact.emails.clone(),
        phones: contact.phones.clone(),
        organisation: contact.organisation.clone(),
        locale: contact.locale.clone(),
        responded_at: Some(timestamp(response.responded_at)),
        person_id: printed(participant.person),
    };
    // A response never changes, so it has but one revision.
    Event::new(&message, response.id, 1, now)
}
