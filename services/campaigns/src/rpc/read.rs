//! Reads: rows straight to the wire.

use std::collections::BTreeSet;

use messaging::erased;
use persons::{
    merges,
    reach::{self, Target},
};
use proto::{campaigns::v1 as pb, convert::timestamp};
use rpc::{decode::Fields, page};

use super::convert;
use crate::{
    app::App,
    domain::participant::Participant,
    error::Error,
    store::{Cursor, activities, campaigns, figures, interactions, participants, responses},
};

/// What participants are reached for, in the words of consents.
const MAILING: &str = "mailing";

pub(super) async fn campaign(
    app: &App,
    request: &pb::GetCampaignRequest,
) -> Result<pb::GetCampaignResponse, Error> {
    let id = id(&request.campaign_id)?;
    let db = app.outbox.database().reader();
    let campaign = campaigns::get(db, id).await?;
    let activities = activities::of(db, id).await?;
    Ok(pb::GetCampaignResponse {
        campaign: Some(convert::campaign(&campaign)),
        activities: activities.iter().map(convert::activity).collect(),
        figures: Some(convert::figures(&figures::of(db, id).await?)),
    })
}

pub(super) async fn campaigns(
    app: &App,
    request: &pb::ListCampaignsRequest,
) -> Result<pb::ListCampaignsResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = page::decode(&request.page_token)?;
    let state = convert::state(request.state());
    let db = app.outbox.database().reader();
    let (rows, total) = campaigns::list(db, state, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.created_at,
        id: it.id.uuid(),
    });
    Ok(pb::ListCampaignsResponse {
        campaigns: rows.iter().map(convert::campaign).collect(),
        next_page_token,
        total: i64::try_from(total).unwrap_or(i64::MAX),
    })
}

pub(super) async fn participants(
    app: &App,
    request: &pb::ListParticipantsRequest,
) -> Result<pb::ListParticipantsResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = page::decode(&request.page_token)?;
    let status = convert::status(request.status());
    let id = id(&request.campaign_id)?;
    let db = app.outbox.database().reader();
    campaigns::get(db, id).await?;
    let mut fields = Fields::new();
    let person = fields.parse_optional("person_id", &request.person_id);
    let persons = fields.finish(|| person)?.into_iter().collect();
    let persons = merges::as_one(db, persons).await?;
    let limit = u64::from(size) + 1;
    let (rows, total) = participants::list(db, id, status, &persons, after, limit).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.added_at,
        id: it.id.uuid(),
    });
    let targets: Vec<Target> = rows.iter().map(target).collect();
    let refused = reach::refused(db, MAILING, &targets).await?;
    let erased = erased::of(db, rows.iter().map(|row| row.id.uuid())).await?;
    let participant = |(row, refused): (&Participant, BTreeSet<String>)| pb::Participant {
        refused_channels: refused.into_iter().collect(),
        erased_at: erased.get(&row.id.uuid()).copied().map(timestamp),
        ..convert::participant(row)
    };
    Ok(pb::ListParticipantsResponse {
        participants: rows.iter().zip(refused).map(participant).collect(),
        next_page_token,
        total: i64::try_from(total).unwrap_or(i64::MAX),
    })
}

/// Whom a participant is: its person, and whoever bears its contacts.
fn target(participant: &Participant) -> Target {
    let contact = &participant.contact;
    Target {
        person: participant.person,
        keys: contact
            .emails
            .iter()
            .chain(&contact.phones)
            .cloned()
            .collect(),
    }
}

pub(super) async fn responses(
    app: &App,
    request: &pb::ListResponsesRequest,
) -> Result<pb::ListResponsesResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = page::decode(&request.page_token)?;
    let id = id(&request.campaign_id)?;
    let db = app.outbox.database().reader();
    campaigns::get(db, id).await?;
    let rows = responses::list(db, id, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.responded_at,
        id: it.id.uuid(),
    });
    Ok(pb::ListResponsesResponse {
        responses: rows.iter().map(convert::response).collect(),
        next_page_token,
    })
}

pub(super) async fn interactions(
    app: &App,
    request: &pb::ListInteractionsRequest,
) -> Result<pb::ListInteractionsResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let participant = fields.parse("participant_id", &request.participant_id);
    let (campaign, participant) = fields.finish(|| Some((campaign?, participant?)))?;
    let db = app.outbox.database().reader();
    participants::get(db, campaign, participant).await?;
    let rows = interactions::list(db, participant, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |(_, cursor)| cursor.clone());
    Ok(pb::ListInteractionsResponse {
        interactions: rows
            .iter()
            .map(|(it, _)| convert::interaction(it))
            .collect(),
        next_page_token,
    })
}

fn id(text: &str) -> Result<ids::CampaignId, Error> {
    let mut fields = Fields::new();
    let id = fields.parse("campaign_id", text);
    Ok(fields.finish(|| id)?)
}
