//! Requests about lists to commands.

use std::collections::BTreeSet;
use std::str::FromStr;

use ids::{ActivityId, CampaignId, InteractionId, StaffId};
use proto::campaigns::v1 as pb;
use rpc::decode::{Fields, Invalid};

use super::super::convert;
use crate::{
    app::{
        App,
        add_list::AddList,
        change_statuses::{ChangeStatuses, Whom},
        create_quick_campaign::CreateQuickCampaign,
        record_result::RecordResult,
    },
    domain::{
        participant::{INTERACTION_KINDS, Participant},
        people::{Answered, Filter, PeopleList},
    },
};

/// Characters of what was said.
const TEXT: usize = 20_000;
/// Statuses of one filter: each once.
const STATUSES: usize = 4;

pub(super) fn quick_campaign(
    app: &App,
    request: &pb::CreateQuickCampaignRequest,
) -> Result<CreateQuickCampaign, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.require("campaign", request.campaign.as_ref());
    let id = campaign.and_then(|it| fields.parse_optional("campaign.campaign_id", &it.campaign_id));
    let card = campaign.and_then(|it| fields.nested("campaign", |it2| convert::card(it2, it)));
    let activity = fields.require("activity", request.activity.as_ref());
    let named = activity.map(|it| pb::Activity {
        name: match (it.name.trim(), campaign) {
            ("", Some(campaign)) => campaign.name.clone(),
            _ => it.name.clone(),
        },
        ..it.clone()
    });
    let activity = named.and_then(|it| {
        fields.nested("activity", |fields| {
            let id = fields.parse_optional("activity_id", &it.activity_id)?;
            convert::read_activity(fields, id.unwrap_or_else(ActivityId::generate), &it)
        })
    });
    let list = people(app, &mut fields, request.list.as_ref());
    fields.finish(|| {
        Some(CreateQuickCampaign {
            id: id?.unwrap_or_else(CampaignId::generate),
            card: card?,
            activity: activity?,
            list: list?,
        })
    })
}

pub(super) fn add_list(app: &App, request: &pb::AddListRequest) -> Result<AddList, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let list = people(app, &mut fields, request.list.as_ref());
    fields.finish(|| {
        Some(AddList {
            campaign: campaign?,
            list: list?,
            status: convert::status(request.status()),
        })
    })
}

pub(super) fn result(
    app: &App,
    request: &pb::RecordResultRequest,
    by: Option<StaffId>,
) -> Result<RecordResult, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let participant = fields.parse("participant_id", &request.participant_id);
    let id = fields.parse_optional("interaction_id", &request.interaction_id);
    let activity = fields.parse_optional("activity_id", &request.activity_id);
    let answered = fields.require("answered", answered(request.answered()));
    let kind = match request.kind.as_str() {
        "" => Some(None),
        kind => convert::one_of(&mut fields, "kind", kind, INTERACTION_KINDS).map(Some),
    };
    let text = convert::text(&mut fields, "text", &request.text, TEXT);
    let at = convert::instant(&mut fields, "at", request.at.as_ref());
    fields.finish(|| {
        Some(RecordResult {
            campaign: campaign?,
            participant: participant?,
            interaction: id?.unwrap_or_else(InteractionId::generate),
            activity: activity?,
            answered: answered?,
            kind: kind?,
            text: text?,
            at: at?.unwrap_or_else(|| app.clock.now()),
            by,
        })
    })
}

pub(super) fn change_statuses(
    app: &App,
    request: &pb::ChangeStatusesRequest,
) -> Result<ChangeStatuses, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let status = fields.require("status", convert::status(request.status()));
    let whom = match &request.filter {
        Some(told) if request.participant_ids.is_empty() => fields
            .nested("filter", |fields| filter(fields, told))
            .map(Whom::These),
        Some(_) => {
            fields.wrong("filter", "CONFLICT", "either ids or a filter can be given");
            None
        }
        None => {
            let most = app.settings.participants_per_call;
            let ids = ids(
                &mut fields,
                "participant_ids",
                &request.participant_ids,
                1..=most,
            );
            ids.map(Whom::Named)
        }
    };
    fields.finish(|| {
        Some(ChangeStatuses {
            campaign: campaign?,
            whom: whom?,
            status: status?,
        })
    })
}

fn people(app: &App, fields: &mut Fields, list: Option<&pb::PeopleList>) -> Option<PeopleList> {
    let list = fields.require("list", list)?;
    fields.nested("list", |fields| {
        let most = app.settings.participants_per_call;
        fields.within("participants", list.participants.len(), &(0..=most))?;
        let now = app.clock.now();
        // All are read, so that the caller learns of every wrong one.
        let contacts: Vec<Option<Participant>> = list
            .participants
            .iter()
            .enumerate()
            .map(|(index, it)| {
                fields.nested(&format!("participants[{index}]"), |fields| {
                    convert::read_participant(fields, it, now)
                })
            })
            .collect();
        let persons = ids(fields, "person_ids", &list.person_ids, 0..=most);
        let from = match &list.from_campaign {
            None => Some(None),
            Some(from) => fields
                .nested("from_campaign", |fields| {
                    let id = fields.parse("campaign_id", &from.campaign_id);
                    let told = from.filter.clone().unwrap_or_default();
                    let filter = fields.nested("filter", |fields| filter(fields, &told));
                    Some((id?, filter?))
                })
                .map(Some),
        };
        let contacts: Option<Vec<Participant>> = contacts.into_iter().collect();
        Some(PeopleList {
            contacts: contacts?,
            persons: persons?,
            from: from?,
        })
    })
}

fn filter(fields: &mut Fields, told: &pb::ParticipantFilter) -> Option<Filter> {
    fields.within("statuses", told.statuses.len(), &(0..=STATUSES))?;
    let read = |status| pb::ParticipantStatus::try_from(status).ok();
    let statuses = told.statuses.iter().map(|status| read(*status));
    let statuses: Option<Vec<_>> = statuses.map(|it| it.and_then(convert::status)).collect();
    let statuses = fields.read("statuses", statuses.ok_or("are not all known"));
    Some(Filter {
        statuses: statuses?,
        answered: answered(told.answered()),
    })
}

fn ids<T: FromStr + Ord>(
    fields: &mut Fields,
    field: &str,
    texts: &[String],
    bounds: std::ops::RangeInclusive<usize>,
) -> Option<BTreeSet<T>>
where
    T::Err: std::fmt::Display,
{
    fields.within(field, texts.len(), &bounds)?;
    let read: Vec<Option<T>> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| fields.parse(&format!("{field}[{index}]"), text))
        .collect();
    read.into_iter().collect()
}

fn answered(answered: pb::Answered) -> Option<Answered> {
    match answered {
        pb::Answered::Unspecified => None,
        pb::Answered::Positive => Some(Answered::Positive),
        pb::Answered::Negative => Some(Answered::Negative),
        pb::Answered::Not => Some(Answered::Not),
    }
}
