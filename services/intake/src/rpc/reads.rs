//! What is only read: it passes the domain by.

use ids::{InterestId, LeadId, SubmissionId};
use messaging::erased;
use proto::{convert::timestamp, intake::v1};
use rpc::{Identity, page};

use super::{
    convert::{door, history, interest, lead_card, submission},
    decode,
};
use crate::{app::App, error::Error, store};

pub(super) async fn get_submission(
    app: &App,
    identity: &Identity,
    request: &v1::GetSubmissionRequest,
) -> Result<v1::GetSubmissionResponse, Error> {
    let id: SubmissionId = decode::id("submission_id", &request.submission_id)?;
    let found = store::submissions::find(app.reader(), id).await?;
    // What is another's does not exist for a partner.
    let found = found.filter(|it| decode::may_see(identity, &it.submission.scope));
    let found = found.ok_or(Error::SubmissionNotFound(id))?;
    Ok(v1::GetSubmissionResponse {
        submission: Some(submission(found)),
    })
}

pub(super) async fn list_submissions(
    app: &App,
    request: &v1::ListSubmissionsRequest,
) -> Result<v1::ListSubmissionsResponse, Error> {
    let filter = decode::submission_filter(request)?;
    let size = page::size(request.page_size)?;
    let before = decode::cursor(&request.page_token)?.map(SubmissionId::from_uuid);
    let limit = u64::from(size) + 1;
    let rows = store::submissions::list(app.reader(), &filter, before, limit).await?;
    let cursor = |it: &store::submissions::Stored| it.submission.id.uuid().to_string();
    let (rows, next_page_token) = page::cut(rows, size, cursor);
    Ok(v1::ListSubmissionsResponse {
        submissions: rows.into_iter().map(submission).collect(),
        next_page_token,
    })
}

pub(super) async fn get_lead(
    app: &App,
    request: &v1::GetLeadRequest,
) -> Result<v1::GetLeadResponse, Error> {
    let id: LeadId = decode::id("lead_id", &request.lead_id)?;
    let lead = store::leads::find(app.reader(), id).await?;
    let lead = lead.ok_or(Error::LeadNotFound(id))?;
    let lines = store::history::list(app.reader(), id).await?;
    Ok(v1::GetLeadResponse {
        lead: dated(app, vec![lead_card(&lead)]).await?.pop(),
        history: lines.into_iter().map(history).collect(),
    })
}

pub(super) async fn list_leads(
    app: &App,
    request: &v1::ListLeadsRequest,
) -> Result<v1::ListLeadsResponse, Error> {
    let filter = decode::lead_filter(request)?;
    let size = page::size(request.page_size)?;
    let before = decode::cursor(&request.page_token)?.map(LeadId::from_uuid);
    let limit = u64::from(size) + 1;
    let rows = store::leads::list(app.reader(), &filter, before, limit).await?;
    let total = store::leads::count(app.reader(), &filter).await?;
    let (rows, next_page_token) = page::cut(rows, size, |lead| lead.id.uuid().to_string());
    Ok(v1::ListLeadsResponse {
        leads: dated(app, rows.iter().map(lead_card).collect()).await?,
        next_page_token,
        total,
    })
}

/// Says of cards when they were erased: that tells them from those of whom nothing is known.
async fn dated(app: &App, mut leads: Vec<v1::LeadCard>) -> Result<Vec<v1::LeadCard>, Error> {
    let id = |lead: &v1::LeadCard| lead.lead_id.parse().map(LeadId::uuid).ok();
    let erased = erased::of(app.reader(), leads.iter().filter_map(id)).await?;
    for lead in &mut leads {
        let at = id(lead).and_then(|id| erased.get(&id));
        lead.erased_at = at.copied().map(timestamp);
    }
    Ok(leads)
}

pub(super) async fn list_doors(
    app: &App,
    request: &v1::ListDoorsRequest,
) -> Result<v1::ListDoorsResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = decode::name_cursor(&request.page_token)?;
    let rows = store::doors::list(app.reader(), after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| (it.name.clone(), it.id.to_string()));
    Ok(v1::ListDoorsResponse {
        doors: rows.iter().map(door).collect(),
        next_page_token,
    })
}

pub(super) async fn list_interests(
    app: &App,
    request: &v1::ListInterestsRequest,
) -> Result<v1::ListInterestsResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = decode::cursor(&request.page_token)?.map(InterestId::from_uuid);
    let rows = store::interests::list(app.reader(), before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid().to_string());
    Ok(v1::ListInterestsResponse {
        interests: rows.iter().map(interest).collect(),
        next_page_token,
    })
}
