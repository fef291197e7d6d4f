//! Participants, and what they say.

use chrono::{DateTime, Utc};
use ids::{InteractionId, ParticipantId, ResponseId, StaffId};
use proto::campaigns::v1 as pb;
use rpc::decode::{Fields, Invalid};

use super::{NAME, TEXT, instant, one_of, text};
use crate::{
    app::{
        App, add_participants::AddParticipants, log_interaction::LogInteraction,
        record_response::RecordResponse, update_participant::UpdateParticipant,
    },
    domain::participant::{Contact, INTERACTION_KINDS, Interaction, Participant, Response, Status},
};

/// Contacts of one participant.
const MOST: usize = 10;

pub(in crate::rpc) fn add_participants(
    app: &App,
    request: &pb::AddParticipantsRequest,
) -> Result<AddParticipants, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let most = app.settings.participants_per_call;
    let count = fields.within("participants", request.participants.len(), &(1..=most));
    let now = app.clock.now();
    // All are read, so that the caller learns of every wrong one.
    let read: Vec<Option<Participant>> = request
        .participants
        .iter()
        .take(count.unwrap_or_default())
        .enumerate()
        .map(|(index, participant)| {
            fields.nested(&format!("participants[{index}]"), |fields| {
                read_participant(fields, participant, now)
            })
        })
        .collect();
    let participants: Option<Vec<Participant>> = read.into_iter().collect();
    fields.finish(|| {
        Some(AddParticipants {
            campaign: campaign?,
            participants: participants?,
        })
    })
}

pub(in crate::rpc) fn read_participant(
    fields: &mut Fields,
    participant: &pb::Participant,
    now: DateTime<Utc>,
) -> Option<Participant> {
    let id = fields.parse_optional("participant_id", &participant.participant_id);
    let name = participant.name.clone().unwrap_or_default();
    let given = text(fields, "name.given", &name.given, NAME);
    let family = text(fields, "name.family", &name.family, NAME);
    let full = match (name.full.trim(), given.as_deref(), family.as_deref()) {
        ("", Some(given), Some(family)) => format!("{given} {family}").trim().to_owned(),
        (full, ..) => full.to_owned(),
    };
    let full = text(fields, "name.full", &full, NAME);
    let organisation = text(fields, "organisation", &participant.organisation, NAME);
    let emails = list(fields, "emails", &participant.emails);
    let phones = list(fields, "phones", &participant.phones);
    let locale = text(fields, "locale", &participant.locale, 10);
    let person = fields.parse_optional("person_id", &participant.person_id);
    let contact = Contact {
        full_name: full?,
        given_name: given?,
        family_name: family?,
        organisation: organisation?,
        emails: emails?,
        phones: phones?,
        locale: locale?,
    };
    if contact.key().is_none() {
        fields.wrong(
            "name",
            "REQUIRED",
            "a name, an organisation or a contact is required",
        );
    }
    Some(Participant {
        id: id?.unwrap_or_else(ParticipantId::generate),
        revision: 1,
        status: status(participant.status()).unwrap_or(Status::Undefined),
        contact,
        person: person?,
        added_at: now,
    })
}

pub(in crate::rpc) fn update_participant(
    request: &pb::UpdateParticipantRequest,
) -> Result<UpdateParticipant, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let participant = fields.parse("participant_id", &request.participant_id);
    let status = fields.require("status", status(request.status()));
    fields.finish(|| {
        Some(UpdateParticipant {
            campaign: campaign?,
            participant: participant?,
            status: status?,
        })
    })
}

pub(in crate::rpc) fn record_response(
    app: &App,
    request: &pb::RecordResponseRequest,
    by: Option<StaffId>,
) -> Result<RecordResponse, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let participant = fields.parse("participant_id", &request.participant_id);
    let response = request.response.clone().unwrap_or_default();
    let id = fields.parse_optional("response.response_id", &response.response_id);
    let activity = fields.parse_optional("response.activity_id", &response.activity_id);
    let answer = text(&mut fields, "response.text", &response.text, TEXT);
    let at = instant(
        &mut fields,
        "response.responded_at",
        response.responded_at.as_ref(),
    );
    fields.finish(|| {
        let response = Response {
            id: id?.unwrap_or_else(ResponseId::generate),
            activity: activity?,
            participant: participant?,
            positive: response.positive,
            text: answer?,
            lead: None,
            recorded_by: by,
            responded_at: at?.unwrap_or_else(|| app.clock.now()),
        };
        Some(RecordResponse {
            campaign: campaign?,
            response,
        })
    })
}

pub(in crate::rpc) fn log_interaction(
    app: &App,
    request: &pb::LogInteractionRequest,
    by: Option<StaffId>,
) -> Result<LogInteraction, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let participant = fields.parse("participant_id", &request.participant_id);
    let told = request.interaction.clone().unwrap_or_default();
    let kind = one_of(
        &mut fields,
        "interaction.kind",
        &told.kind,
        INTERACTION_KINDS,
    );
    let id = fields.parse_optional("interaction.interaction_id", &told.interaction_id);
    let activity = fields.parse_optional("interaction.activity_id", &told.activity_id);
    let result = text(&mut fields, "interaction.result", &told.result, TEXT);
    let at = instant(&mut fields, "interaction.at", told.at.as_ref());
    fields.finish(|| {
        let at = at?.unwrap_or_else(|| app.clock.now());
        let interaction = Interaction {
            id: id?.unwrap_or_else(InteractionId::generate),
            activity: activity?,
            kind: kind?,
            inbound: told.inbound,
            result: result?,
            at,
            by,
        };
        Some(LogInteraction {
            campaign: campaign?,
            participant: participant?,
            interaction,
        })
    })
}

fn list(fields: &mut Fields, field: &str, values: &[String]) -> Option<Vec<String>> {
    fields.within(field, values.len(), &(0..=MOST))?;
    values
        .iter()
        .map(|value| fields.text(field, value, NAME))
        .collect()
}

pub(in crate::rpc) fn status(status: pb::ParticipantStatus) -> Option<Status> {
    match status {
        pb::ParticipantStatus::Unspecified => None,
        pb::ParticipantStatus::Undefined => Some(Status::Undefined),
        pb::ParticipantStatus::Potential => Some(Status::Potential),
        pb::ParticipantStatus::Actual => Some(Status::Actual),
        pb::ParticipantStatus::Refused => Some(Status::Refused),
    }
}
