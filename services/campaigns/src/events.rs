//! All that campaigns announce.

pub mod money;

use chrono::{DateTime, Utc};
use ids::CampaignId;
use messaging::Event;
use proto::{
    campaigns::v1::{CampaignRecorded, ResponseRecorded},
    convert::timestamp,
    types::v1::PersonName,
};

use crate::domain::{
    campaign::Campaign,
    participant::{Participant, Response},
};

pub fn campaign_recorded(campaign: &Campaign, now: DateTime<Utc>) -> Event {
    let message = CampaignRecorded {
        campaign_id: campaign.id.to_string(),
        name: campaign.card.name.clone(),
        kind: campaign.card.kind.clone(),
        state: campaign.state.as_str().to_owned(),
        responsible_id: campaign
            .card
            .responsible
            .map(|id| id.to_string())
            .unwrap_or_default(),
        starts_at: campaign.card.starts_at.map(timestamp),
        ends_at: campaign.card.ends_at.map(timestamp),
        department: campaign.card.department.clone(),
        place: campaign.card.place.clone(),
        project: campaign.card.project.clone(),
        organiser: campaign.card.organiser.clone(),
        quick: false,
    };
    Event::new(&message, campaign.id, campaign.revision, now)
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
        activity_id: response
            .activity
            .map(|id| id.to_string())
            .unwrap_or_default(),
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
        person_id: participant
            .person
            .map(|id| id.to_string())
            .unwrap_or_default(),
    };
    // A response never changes, so it has but one revision.
    Event::new(&message, response.id, 1, now)
}
