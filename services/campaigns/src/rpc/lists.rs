//! Participants by the list, over gRPC.

mod decode;
mod sheet;

use std::sync::Arc;

use futures::{StreamExt as _, stream::BoxStream, stream::try_unfold};
use proto::campaigns::v1::{self as pb, lists_service_server::ListsService};
use rpc::decode::Fields;
use tonic::{Request, Response, Status};

use super::{Answer, Rpc, convert, staff, status};
use crate::{
    app::{
        App,
        add_list::add_list,
        change_statuses::change_statuses,
        create_quick_campaign::create_quick_campaign,
        import_participants::{Import, Verdict},
        record_result::record_result,
    },
    domain::people::Summary,
};

#[tonic::async_trait]
impl ListsService for Rpc {
    async fn create_quick_campaign(
        &self,
        request: Request<pb::CreateQuickCampaignRequest>,
    ) -> Answer<pb::CreateQuickCampaignResponse> {
        let cmd = decode::quick_campaign(&self.0, &request.into_inner()).map_err(status)?;
        let made = create_quick_campaign(&self.0, cmd).await.map_err(status)?;
        let (campaign, activity, list) = made;
        Ok(Response::new(pb::CreateQuickCampaignResponse {
            campaign: Some(convert::campaign(&campaign)),
            activity: Some(convert::activity(&activity)),
            list: Some(summary(&list)),
        }))
    }

    async fn record_result(
        &self,
        request: Request<pb::RecordResultRequest>,
    ) -> Answer<pb::RecordResultResponse> {
        let by = staff(rpc::identity(&request));
        let cmd = decode::result(&self.0, &request.into_inner(), by).map_err(status)?;
        let (interaction, response) = record_result(&self.0, cmd).await.map_err(status)?;
        Ok(Response::new(pb::RecordResultResponse {
            interaction: Some(convert::interaction(&interaction)),
            response: response.as_ref().map(convert::response),
        }))
    }

    async fn add_list(&self, request: Request<pb::AddListRequest>) -> Answer<pb::AddListResponse> {
        let cmd = decode::add_list(&self.0, &request.into_inner()).map_err(status)?;
        let list = add_list(&self.0, &cmd).await.map_err(status)?;
        let list = Some(summary(&list));
        Ok(Response::new(pb::AddListResponse { list }))
    }

    type ImportParticipantsStream =
        BoxStream<'static, Result<pb::ImportParticipantsResponse, Status>>;

    async fn import_participants(
        &self,
        request: Request<pb::ImportParticipantsRequest>,
    ) -> Answer<Self::ImportParticipantsStream> {
        let request = request.into_inner();
        let mut fields = Fields::new();
        let campaign = fields.parse("campaign_id", &request.campaign_id);
        let sheet = sheet::read(&mut fields, &request, self.0.clock.now());
        let read = fields.finish(|| Some((campaign?, sheet?)));
        let (campaign, sheet) = read.map_err(status)?;
        let total = count(sheet.rows.len());
        let import = Import::begin(&self.0, campaign, sheet.rows, request.dry_run).await;
        let first = pb::ImportParticipantsResponse {
            total,
            unused_columns: sheet.unused,
            ..pb::ImportParticipantsResponse::default()
        };
        let told = progress(self.0.clone(), import.map_err(status)?, first);
        Ok(Response::new(told.boxed()))
    }

    async fn change_statuses(
        &self,
        request: Request<pb::ChangeStatusesRequest>,
    ) -> Answer<pb::ChangeStatusesResponse> {
        let cmd = decode::change_statuses(&self.0, &request.into_inner()).map_err(status)?;
        let changed = change_statuses(&self.0, &cmd).await.map_err(status)?;
        let changed = count(changed);
        Ok(Response::new(pb::ChangeStatusesResponse { changed }))
    }
}

/// Nothing is done but for a response that is waited for: whoever hangs up stops it.
fn progress(
    app: Arc<App>,
    import: Import,
    first: pb::ImportParticipantsResponse,
) -> impl futures::Stream<Item = Result<pb::ImportParticipantsResponse, Status>> + Send {
    try_unfold(
        (app, import, first),
        |(app, mut import, so_far)| async move {
            if so_far.done {
                return Ok(None);
            }
            let chunk = import.go_on(&app).await.map_err(status)?;
            let told = add_up(so_far, chunk);
            let next = pb::ImportParticipantsResponse {
                rows: told.rows,
                total: told.total,
                added: told.added,
                known: told.known,
                rejected: told.rejected,
                done: told.done,
                ..pb::ImportParticipantsResponse::default()
            };
            Ok::<_, Status>(Some((told, (app, import, next))))
        },
    )
}

fn add_up(
    so_far: pb::ImportParticipantsResponse,
    chunk: Vec<(u64, Verdict)>,
) -> pb::ImportParticipantsResponse {
    let mut told = so_far;
    for (line, verdict) in chunk {
        told.rows += 1;
        let (verdict, participant, fields) = match verdict {
            Verdict::Added(id) => (pb::RowVerdict::Added, id, Vec::new()),
            Verdict::Known(id) => (pb::RowVerdict::Known, id, Vec::new()),
            Verdict::Rejected(wrong) => (pb::RowVerdict::Rejected, None, wrong),
        };
        match verdict {
            pb::RowVerdict::Added => told.added += 1,
            pb::RowVerdict::Known => told.known += 1,
            _ => told.rejected += 1,
        }
        told.results.push(pb::RowResult {
            line: i64::try_from(line).unwrap_or(i64::MAX),
            verdict: verdict.into(),
            participant_id: convert::printed(participant),
            fields,
        });
    }
    told.done = told.rows >= told.total;
    told
}

fn summary(summary: &Summary) -> pb::ListSummary {
    pb::ListSummary {
        added: count(summary.added),
        known: count(summary.known),
        unknown_person_ids: summary.unknown.iter().map(ToString::to_string).collect(),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
