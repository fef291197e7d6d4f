//! Tasks of campaigns.

use chrono::{DateTime, Utc};
use database::{Error, rows};
use ids::{CampaignId, StaffId, TaskId};
use messaging::Tx;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::members::query;
use crate::domain::task::{Done, Order, Task};

pub async fn find(db: &impl ConnectionTrait, id: TaskId) -> Result<Option<Task>, Error> {
    let sql = "select * from task where id = $1".to_owned();
    let found = query(db, sql, [id.uuid().into()]).await?;
    found.first().map(read).transpose()
}

pub async fn insert(tx: &Tx, task: &Task) -> Result<(), Error> {
    let sql = "insert into task (id, revision, campaign_id, title, text, responsible_id, given_by, \
               given_at, due_at, is_message, report) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')";
    let order = &task.order;
    let values = [
        task.id.uuid().into(),
        task.revision.into(),
        task.campaign.uuid().into(),
        order.title.clone().into(),
        order.text.clone().into(),
        order.responsible.uuid().into(),
        task.given_by.map(StaffId::uuid).into(),
        task.given_at.into(),
        order.due_at.into(),
        task.is_message.into(),
    ];
    rows::execute(&**tx, sql, values).await?;
    Ok(())
}

/// Saves over the revision before.
pub async fn save(tx: &Tx, task: &Task) -> Result<(), Error> {
    let sql = "update task set revision = $2, title = $3, text = $4, responsible_id = $5, \
               due_at = $6, done_at = $7, done_by = $8, report = $9 \
               where id = $1 and revision = $2 - 1";
    let (order, done) = (&task.order, task.done.as_ref());
    let values = [
        task.id.uuid().into(),
        task.revision.into(),
        order.title.clone().into(),
        order.text.clone().into(),
        order.responsible.uuid().into(),
        order.due_at.into(),
        done.map(|it| it.at).into(),
        done.and_then(|it| it.by.map(StaffId::uuid)).into(),
        done.map(|it| it.report.clone()).unwrap_or_default().into(),
    ];
    match rows::execute(&**tx, sql, values).await? {
        0 => Err(Error::conflict("task")),
        _ => Ok(()),
    }
}

/// Which tasks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub campaign: Option<CampaignId>,
    pub responsible: Option<StaffId>,
    pub include_done: bool,
}

/// Up to `limit` tasks before this one, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: Filter,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Task>, Error> {
    let wanted = [
        ("campaign_id = ", filter.campaign.map(CampaignId::uuid)),
        ("responsible_id = ", filter.responsible.map(StaffId::uuid)),
        ("id < ", before),
    ];
    let (mut conditions, mut values) = (vec!["true".to_owned()], Vec::<Value>::new());
    for (condition, id) in wanted {
        if let Some(id) = id {
            values.push(id.into());
            conditions.push(format!("{condition}${}", values.len()));
        }
    }
    if !filter.include_done {
        conditions.push("done_at is null".to_owned());
    }
    values.push(limit.into());
    let sql = format!(
        "select * from task where {} order by id desc limit ${}",
        conditions.join(" and "),
        values.len()
    );
    query(db, sql, values).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Task, Error> {
    let staff = |column| -> Result<Option<StaffId>, Error> {
        let id: Option<Uuid> = row.try_get("", column)?;
        Ok(id.map(StaffId::from_uuid))
    };
    let done_at: Option<DateTime<Utc>> = row.try_get("", "done_at")?;
    let done = done_at.map(|at| {
        Ok::<_, Error>(Done {
            at,
            by: staff("done_by")?,
            report: row.try_get("", "report")?,
        })
    });
    Ok(Task {
        id: TaskId::from_uuid(row.try_get("", "id")?),
        revision: row.try_get("", "revision")?,
        campaign: CampaignId::from_uuid(row.try_get("", "campaign_id")?),
        order: Order {
            title: row.try_get("", "title")?,
            text: row.try_get("", "text")?,
            responsible: StaffId::from_uuid(row.try_get("", "responsible_id")?),
            due_at: row.try_get("", "due_at")?,
        },
        is_message: row.try_get("", "is_message")?,
        given_by: staff("given_by")?,
        given_at: row.try_get("", "given_at")?,
        done: done.transpose()?,
    })
}
