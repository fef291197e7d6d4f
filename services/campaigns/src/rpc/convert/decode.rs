//! Requests to commands; the only place where a field is found wrong.

mod participant;

use chrono::{DateTime, Utc};
use ids::{ActivityId, CampaignId};
use prost_types::Timestamp;
use proto::{campaigns::v1 as pb, convert::to_timestamp};
use rpc::decode::{Fields, Invalid};

pub(in crate::rpc) use self::participant::*;
use crate::{
    app::{
        add_activity::AddActivity, create_campaign::CreateCampaign, move_campaign::MoveCampaign,
        update_activity::UpdateActivity, update_campaign::UpdateCampaign,
    },
    domain::campaign::{ACTIVITY_KINDS, Activity, Card, KINDS, State},
};

pub(in crate::rpc) const NAME: usize = 200;
pub(in crate::rpc) const TEXT: usize = 20_000;

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

pub(in crate::rpc) fn card(fields: &mut Fields, campaign: &pb::Campaign) -> Option<Card> {
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

pub(in crate::rpc) fn read_activity(
    fields: &mut Fields,
    id: ActivityId,
    activity: &pb::Activity,
) -> Option<Activity> {
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
        revision: 1,
        kind: kind?,
        name: name?,
        starts_at,
        ends_at,
        result: result?,
    })
}

pub(in crate::rpc) fn text(
    fields: &mut Fields,
    field: &str,
    value: &str,
    longest: usize,
) -> Option<String> {
    fields
        .text_optional(field, value, longest)
        .map(Option::unwrap_or_default)
}

pub(in crate::rpc) fn one_of(
    fields: &mut Fields,
    field: &str,
    value: &str,
    known: &[&str],
) -> Option<String> {
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
pub(in crate::rpc) fn instant(
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
