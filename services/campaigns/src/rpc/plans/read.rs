//! Reads of plans and channels: rows straight to the wire.

use proto::campaigns::v1 as pb;
use rpc::{decode::Fields, page};

use super::encode;
use crate::{
    app::App,
    domain::plan::Facts,
    error::Error,
    rpc::convert::{NAME, instant, text},
    store::{
        Cursor, channels,
        facts::{self, Span},
        plans,
    },
};

pub(super) async fn plan(
    app: &App,
    request: &pb::GetPlanRequest,
) -> Result<pb::GetPlanResponse, Error> {
    let mut fields = Fields::new();
    let id = fields.parse("plan_id", &request.plan_id);
    let id = fields.finish(|| id)?;
    let db = app.outbox.database().reader();
    let plan = plans::get(db, id).await?;
    let facts = facts::of_plans(db, &[id]).await?.remove(&id);
    let line = Some(encode::line(&plan, &facts.unwrap_or_default()));
    Ok(pb::GetPlanResponse { line })
}

pub(super) async fn plans(
    app: &App,
    request: &pb::ListPlansRequest,
) -> Result<pb::ListPlansResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Cursor> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse_optional("campaign_id", &request.campaign_id);
    let channel = text(&mut fields, "channel", &request.channel, NAME);
    let from = instant(&mut fields, "from", request.from.as_ref());
    let to = instant(&mut fields, "to", request.to.as_ref());
    let wanted = fields.finish(|| {
        Some(plans::Wanted {
            campaign: campaign?,
            channel: channel?,
            from: from?,
            to: to?,
            removed: request.include_removed,
        })
    })?;
    let db = app.outbox.database().reader();
    let rows = plans::list(db, &wanted, before.as_ref(), u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.entry.starts_at,
        id: it.id.uuid(),
    });
    let ids: Vec<_> = rows.iter().map(|plan| plan.id).collect();
    let facts = facts::of_plans(db, &ids).await?;
    let none = Facts::default();
    let line = |plan| encode::line(plan, facts.get(&plan.id).unwrap_or(&none));
    Ok(pb::ListPlansResponse {
        lines: rows.iter().map(line).collect(),
        next_page_token,
    })
}

pub(super) async fn figures(
    app: &App,
    request: &pb::ListChannelFiguresRequest,
) -> Result<pb::ListChannelFiguresResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Cursor> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse_optional("campaign_id", &request.campaign_id);
    let channel = text(&mut fields, "channel", &request.channel, NAME);
    let from = instant(&mut fields, "from", request.from.as_ref());
    let to = instant(&mut fields, "to", request.to.as_ref());
    let wanted = fields.finish(|| {
        Some(channels::Wanted {
            campaign: campaign?,
            channel: channel?,
            from: from?,
            to: to?,
            removed: request.include_removed,
        })
    })?;
    let db = app.outbox.database().reader();
    let rows = channels::list(db, &wanted, before.as_ref(), u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.entry.starts_at,
        id: it.id.uuid(),
    });
    Ok(pb::ListChannelFiguresResponse {
        figures: rows.iter().map(encode::figures).collect(),
        next_page_token,
    })
}

pub(super) async fn results(
    app: &App,
    request: &pb::ListChannelResultsRequest,
) -> Result<pb::ListChannelResultsResponse, Error> {
    let size = page::size(request.page_size)?;
    let after: Option<String> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse_optional("campaign_id", &request.campaign_id);
    let from = instant(&mut fields, "from", request.from.as_ref());
    let to = instant(&mut fields, "to", request.to.as_ref());
    let span = fields.finish(|| {
        Some(Span {
            campaign: campaign?,
            from: from?,
            to: to?,
        })
    })?;
    let db = app.outbox.database().reader();
    let after = after.unwrap_or_default();
    let rows = facts::channels(db, span, &after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.channel.clone());
    Ok(pb::ListChannelResultsResponse {
        channels: rows.iter().map(encode::result).collect(),
        next_page_token,
    })
}
