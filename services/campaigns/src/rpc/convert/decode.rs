//! Requests to commands; the only place where a field is found wrong.

use chrono::{DateTime, Utc};
use ids::{ActivityId, CampaignId, ParticipantId, ResponseId, StaffId};
use prost_types::Timestamp;
use proto::{campaigns::v1 as pb, convert::to_timestamp};
use rpc::decode::{Fields, Invalid};

use crate::{
    app::{
        App, add_activity::AddActivity, add_participants::AddParticipants,
        create_campaign::CreateCampaign, log_interaction::LogInteraction,
        move_campaign::MoveCampaign, record_response::RecordResponse,
        update_activity::UpdateActivity, update_campaign::UpdateCampaign,
        update_participant::UpdateParticipant,
    },
    domain::{
        campaign::{ACTIVITY_KINDS, Activity, Card, KINDS, State},
        participant::{Contact, INTERACTION_KINDS, Interaction, Participant, Response, Status},
    },
};

const NAME: usize = 200;
const TEXT: usize = 20_000;
/// Contacts of one participant.
const MOST: usize = 10;

pub(in crate::rpc) fn create_campaign(
    request: &pb::CreateCampaignRequest,
) -> Result<CreateCampaign, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.require("campaign", request.campaign.as_ref());
    let id = campaign.and_then(|it| fields.parse_optional("campaign.campaign_id", &it.campaign_id));
    let card = campaign.and_then(|it| fields.nested("campaign", |fields| card(fields, it)));
    fields.finish(|| {
        Some(CreateCampaign {
            id: id?.unwrap_or_else(CampaignId::generate),
            card: card?,
        })
    })
}

pub(in crate::rpc) fn update_campaign(
    request: &pb::UpdateCampaignRequest,
) -> Result<UpdateCampaign, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("campaign_id", &request.campaign_id);
    let campaign = fields.require("campaign", request.campaign.as_ref());
    let revision = campaign.map_or(0, |it| it.revision);
    let card = campaign.and_then(|it| fields.nested("campaign", |fields| card(fields, it)));
    fields.finish(|| {
        Some(UpdateCampaign {
            id: id?,
            revision,
            card: card?,
        })
    })
}

fn card(fields: &mut Fields, campaign: &pb::Campaign) -> Option<Card> {
    let known = KINDS.iter().map(|(code, _)| *code);
    let kind = one_of(fields, "kind", &campaign.kind, &known.collect::<Vec<_>>());
    let name = fields.text("name", &campaign.name, NAME);
    let department = text(fields, "department", &campaign.department, NAME);
    let place = text(fields, "place", &campaign.place, NAME);
    let period = period(
        fields,
        campaign.starts_at.as_ref(),
        campaign.ends_at.as_ref(),
    );
    let organiser = text(fields, "organiser", &campaign.organiser, NAME);
    let project = text(fields, "project", &campaign.project, NAME);
    let responsible = fields.parse_optional("responsible_id", &campaign.responsible_id);
    let note = text(fields, "note", &campaign.note, TEXT);
    let (starts_at, ends_at) = period?;
    Some(Card {
        kind: kind?,
        name: name?,
        department: department?,
        place: place?,
        starts_at,
        ends_at,
        organiser: organiser?,
        project: project?,
        responsible: responsible?,
        note: note?,
    })
}

pub(in crate::rpc) fn move_campaign(
    request: &pb::MoveCampaignRequest,
) -> Result<MoveCampaign, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("campaign_id", &request.campaign_id);
    let state = fields.require("state", state(request.state()));
    fields.finish(|| {
        Some(MoveCampaign {
            id: id?,
            state: state?,
        })
    })
}

pub(in crate::rpc) fn add_activity(
    request: &pb::AddActivityRequest,
) -> Result<AddActivity, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let activity = fields.require("activity", request.activity.as_ref());
    let id = activity.and_then(|it| fields.parse_optional("activity.activity_id", &it.activity_id));
    let id = id.map(|id| id.unwrap_or_else(ActivityId::generate));
    let activity = activity
        .zip(id)
        .and_then(|(it, id)| fields.nested("activity", |fields| read_activity(fields, id, it)));
    fields.finish(|| {
        Some(AddActivity {
            campaign: campaign?,
            activity: activity?,
        })
    })
}

pub(in crate::rpc) fn update_activity(
    request: &pb::UpdateActivityRequest,
) -> Result<UpdateActivity, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let id = fields.parse("activity_id", &request.activity_id);
    let activity = fields.require("activity", request.activity.as_ref());
    let activity = activity
        .zip(id)
        .and_then(|(it, id)| fields.nested("activity", |fields| read_activity(fields, id, it)));
    fields.finish(|| {
        Some(UpdateActivity {
            campaign: campaign?,
            activity: activity?,
        })
    })
}

fn read_activity(fields: &mut Fields, id: ActivityId, activity: &pb::Activity) -> Option<Activity> {
    let kind = one_of(fields, "kind", &activity.kind, ACTIVITY_KINDS);
    let name = fields.text("name", &activity.name, NAME);
    let period = period(
        fields,
        activity.starts_at.as_ref(),
        activity.ends_at.as_ref(),
    );
    let result = text(fields, "result", &activity.result, TEXT);
    let (starts_at, ends_at) = period?;
    Some(Activity {
        id,
        kind: kind?,
        name: name?,
        starts_at,
        ends_at,
        result: result?,
    })
}

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

fn read_participant(
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
    let result = text(&mut fields, "interaction.result", &told.result, TEXT);
    let at = instant(&mut fields, "interaction.at", told.at.as_ref());
    fields.finish(|| {
        let at = at?.unwrap_or_else(|| app.clock.now());
        let interaction = Interaction {
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

fn text(fields: &mut Fields, field: &str, value: &str, longest: usize) -> Option<String> {
    fields
        .text_optional(field, value, longest)
        .map(Option::unwrap_or_default)
}

fn list(fields: &mut Fields, field: &str, values: &[String]) -> Option<Vec<String>> {
    fields.within(field, values.len(), &(0..=MOST))?;
    values
        .iter()
        .map(|value| fields.text(field, value, NAME))
        .collect()
}

fn one_of(fields: &mut Fields, field: &str, value: &str, known: &[&str]) -> Option<String> {
    if known.contains(&value) {
        return Some(value.to_owned());
    }
    fields.wrong(
        field,
        "UNKNOWN",
        format!("must be one of {}", known.join(", ")),
    );
    None
}

/// `Some(None)` when absent, `None` when wrong.
#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three things"
)]
fn instant(
    fields: &mut Fields,
    field: &str,
    value: Option<&Timestamp>,
) -> Option<Option<DateTime<Utc>>> {
    match value {
        None => Some(None),
        Some(value) => fields
            .read(field, to_timestamp(value).ok_or("is no instant"))
            .map(Some),
    }
}

type Period = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

fn period(fields: &mut Fields, from: Option<&Timestamp>, to: Option<&Timestamp>) -> Option<Period> {
    let from = instant(fields, "starts_at", from);
    let to = instant(fields, "ends_at", to);
    let (from, to) = (from?, to?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        fields.wrong("ends_at", "OUT_OF_RANGE", "is before the start");
        return None;
    }
    Some((from, to))
}

pub(in crate::rpc) fn state(state: pb::CampaignState) -> Option<State> {
    match state {
        pb::CampaignState::Unspecified => None,
        pb::CampaignState::Preparing => Some(State::Preparing),
        pb::CampaignState::Running => Some(State::Running),
        pb::CampaignState::Past => Some(State::Past),
    }
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
