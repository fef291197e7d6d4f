//! Reads of costs and suppliers: rows straight to the wire.

use proto::campaigns::v1 as pb;
use rpc::{decode::Fields, page};

use super::encode;
use crate::{
    app::App,
    error::Error,
    store::{Cursor, campaigns, costs, suppliers},
};

pub(super) async fn costs(
    app: &App,
    request: &pb::ListCostsRequest,
) -> Result<pb::ListCostsResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Cursor> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let activity = fields.parse_optional("activity_id", &request.activity_id);
    let kind = match request.kind() {
        pb::CostKind::Unspecified => None,
        pb::CostKind::Expense => Some("expense"),
        pb::CostKind::Labour => Some("labour"),
    };
    let wanted = fields.finish(|| {
        Some(costs::Wanted {
            campaign: campaign?,
            activity: activity?,
            kind,
            removed: request.include_removed,
        })
    })?;
    let db = app.outbox.database().reader();
    campaigns::get(db, wanted.campaign).await?;
    let (rows, total) = costs::list(db, wanted, before.as_ref(), u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.entry.spent_at,
        id: it.id.uuid(),
    });
    let sums = costs::sums(db, wanted).await?;
    Ok(pb::ListCostsResponse {
        costs: rows.iter().map(encode::cost).collect(),
        next_page_token,
        sums: encode::sums(&sums),
        planned_minutes: sums.planned_minutes,
        actual_minutes: sums.actual_minutes,
        total: i64::try_from(total).unwrap_or(i64::MAX),
    })
}

pub(super) async fn suppliers(
    app: &App,
    request: &pb::ListSuppliersRequest,
) -> Result<pb::ListSuppliersResponse, Error> {
    let size = page::size(request.page_size)?;
    let after: Option<Cursor> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let campaign = fields.finish(|| campaign)?;
    let db = app.outbox.database().reader();
    campaigns::get(db, campaign).await?;
    let (removed, limit) = (request.include_removed, u64::from(size) + 1);
    let rows = suppliers::list(db, campaign, removed, after.as_ref(), limit).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.added_at,
        id: it.organisation.uuid(),
    });
    Ok(pb::ListSuppliersResponse {
        suppliers: rows.iter().map(encode::supplier).collect(),
        next_page_token,
    })
}

pub(super) async fn interactions(
    app: &App,
    request: &pb::ListSupplierInteractionsRequest,
) -> Result<pb::ListSupplierInteractionsResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Cursor> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let organisation = fields.parse("organisation_id", &request.organisation_id);
    let (campaign, organisation) = fields.finish(|| Some((campaign?, organisation?)))?;
    let db = app.outbox.database().reader();
    suppliers::get(db, campaign, organisation).await?;
    let limit = u64::from(size) + 1;
    let rows = suppliers::interactions(db, campaign, organisation, before.as_ref(), limit).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.at,
        id: it.id.uuid(),
    });
    Ok(pb::ListSupplierInteractionsResponse {
        interactions: rows.iter().map(encode::interaction).collect(),
        next_page_token,
    })
}
