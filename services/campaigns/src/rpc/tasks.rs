//! Tasks and messages to staff over gRPC.

use ids::{StaffId, TaskId};
use proto::{
    campaigns::v1::{self as pb, tasks_service_server::TasksService},
    convert::timestamp,
};
use rpc::{
    decode::{Fields, Invalid},
    page,
};
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Rpc, convert, staff, status};
use crate::{
    app::{
        App,
        tasks::{GiveTask, change_task, complete_task, give_task, reopen_task},
    },
    domain::task::{Order, Task},
    error::Error,
    store::tasks::{self, Filter},
};

const TITLE: usize = 200;
const TEXT: usize = 20_000;

#[tonic::async_trait]
impl TasksService for Rpc {
    async fn give_task(
        &self,
        request: Request<pb::GiveTaskRequest>,
    ) -> Answer<pb::GiveTaskResponse> {
        let by = staff(rpc::identity(&request));
        let cmd = decode_give(&request.into_inner(), by).map_err(status)?;
        let given = give_task(&self.0, &cmd).await.map_err(status)?;
        let task = Some(encode(given));
        Ok(Response::new(pb::GiveTaskResponse { task }))
    }

    async fn get_task(&self, request: Request<pb::GetTaskRequest>) -> Answer<pb::GetTaskResponse> {
        let id = id(&request.get_ref().task_id).map_err(status)?;
        let db = self.0.outbox.database().reader();
        let found = tasks::find(db, id).await.map_err(status)?;
        let found = found.ok_or(Error::TaskNotFound(id)).map_err(status)?;
        let task = Some(encode(found));
        Ok(Response::new(pb::GetTaskResponse { task }))
    }

    async fn change_task(
        &self,
        request: Request<pb::ChangeTaskRequest>,
    ) -> Answer<pb::ChangeTaskResponse> {
        let request = request.into_inner();
        let mut fields = Fields::new();
        let id = fields.parse("task_id", &request.task_id);
        let task = request.task.unwrap_or_default();
        let order = fields.nested("task", |fields| order(fields, &task, None));
        let (id, order) = fields.finish(|| Some((id?, order?))).map_err(status)?;
        let changed = change_task(&self.0, id, task.revision, &order).await;
        let task = Some(encode(changed.map_err(status)?));
        Ok(Response::new(pb::ChangeTaskResponse { task }))
    }

    async fn complete_task(
        &self,
        request: Request<pb::CompleteTaskRequest>,
    ) -> Answer<pb::CompleteTaskResponse> {
        let by = staff(rpc::identity(&request));
        let request = request.into_inner();
        let mut fields = Fields::new();
        let id = fields.parse("task_id", &request.task_id);
        let report = convert::text(&mut fields, "report", &request.report, TEXT);
        let (id, report) = fields.finish(|| Some((id?, report?))).map_err(status)?;
        let done = complete_task(&self.0, id, &report, by).await;
        let task = Some(encode(done.map_err(status)?));
        Ok(Response::new(pb::CompleteTaskResponse { task }))
    }

    async fn reopen_task(
        &self,
        request: Request<pb::ReopenTaskRequest>,
    ) -> Answer<pb::ReopenTaskResponse> {
        let id = id(&request.get_ref().task_id).map_err(status)?;
        let reopened = reopen_task(&self.0, id).await.map_err(status)?;
        let task = Some(encode(reopened));
        Ok(Response::new(pb::ReopenTaskResponse { task }))
    }

    async fn list_tasks(
        &self,
        request: Request<pb::ListTasksRequest>,
    ) -> Answer<pb::ListTasksResponse> {
        let listed = list(&self.0, &request.into_inner()).await;
        listed.map(Response::new).map_err(status)
    }
}

fn decode_give(request: &pb::GiveTaskRequest, by: Option<StaffId>) -> Result<GiveTask, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let task = request.task.clone().unwrap_or_default();
    let id = fields.parse_optional("task.task_id", &task.task_id);
    let order = fields.nested("task", |fields| order(fields, &task, by));
    fields.finish(|| {
        Some(GiveTask {
            id: id?.unwrap_or_else(TaskId::generate),
            campaign: campaign?,
            order: order?,
            is_message: task.message,
            by,
        })
    })
}

/// What is to be done; by `caller` where nobody is named.
fn order(fields: &mut Fields, task: &pb::CampaignTask, caller: Option<StaffId>) -> Option<Order> {
    let title = fields.text("title", &task.title, TITLE);
    let text = convert::text(fields, "text", &task.text, TEXT);
    let responsible = fields.parse_optional("responsible_id", &task.responsible_id);
    let responsible = responsible.map(|named| named.or(caller));
    let responsible = responsible.and_then(|it| fields.require("responsible_id", it));
    let due_at = convert::instant(fields, "due_at", task.due_at.as_ref());
    Some(Order {
        title: title?,
        text: text?,
        responsible: responsible?,
        due_at: due_at?,
    })
}

fn id(text: &str) -> Result<TaskId, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("task_id", text);
    fields.finish(|| id)
}

async fn list(app: &App, request: &pb::ListTasksRequest) -> Result<pb::ListTasksResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Uuid> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse_optional("campaign_id", &request.campaign_id);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let filter = fields.finish(|| {
        Some(Filter {
            campaign: campaign?,
            responsible: responsible?,
            include_done: request.include_done,
        })
    })?;
    let db = app.outbox.database().reader();
    let rows = tasks::list(db, filter, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid());
    Ok(pb::ListTasksResponse {
        tasks: rows.into_iter().map(encode).collect(),
        next_page_token,
    })
}

fn encode(task: Task) -> pb::CampaignTask {
    let (order, done) = (task.order, task.done);
    pb::CampaignTask {
        task_id: task.id.to_string(),
        campaign_id: task.campaign.to_string(),
        revision: task.revision,
        title: order.title,
        text: order.text,
        responsible_id: order.responsible.to_string(),
        given_by: convert::printed(task.given_by),
        given_at: Some(timestamp(task.given_at)),
        due_at: order.due_at.map(timestamp),
        message: task.is_message,
        done_at: done.as_ref().map(|done| timestamp(done.at)),
        done_by: convert::printed(done.as_ref().and_then(|done| done.by)),
        report: done.map(|done| done.report).unwrap_or_default(),
    }
}
