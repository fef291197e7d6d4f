//! Tasks and messages to staff: given, changed, done, taken up again.

use ids::{CampaignId, StaffId, TaskId};
use messaging::Tx;

use super::{App, again::again};
use crate::{
    domain::task::{Done, Order, Refusal, Task},
    error::Error,
    events, store,
};

pub struct GiveTask {
    pub id: TaskId,
    pub campaign: CampaignId,
    pub order: Order,
    pub is_message: bool,
    pub by: Option<StaffId>,
}

/// Gives a task. The same id twice returns what is there.
pub async fn give_task(app: &App, cmd: &GiveTask) -> Result<Task, Error> {
    again(|| give(app, cmd)).await
}

async fn give(app: &App, cmd: &GiveTask) -> Result<Task, Error> {
    let tx = app.outbox.begin().await?;
    store::campaigns::get(&*tx, cmd.campaign).await?;
    if let Some(known) = store::tasks::find(&*tx, cmd.id).await? {
        return if known.campaign == cmd.campaign {
            Ok(known)
        } else {
            Err(Error::IdTaken("task"))
        };
    }
    if cmd.is_message && cmd.order.due_at.is_some() {
        return Err(Refusal::MessageDue.into());
    }
    let task = Task {
        id: cmd.id,
        revision: 1,
        campaign: cmd.campaign,
        order: cmd.order.clone(),
        is_message: cmd.is_message,
        given_by: cmd.by,
        given_at: app.clock.now(),
        done: None,
    };
    store::tasks::insert(&tx, &task).await?;
    announce(app, &tx, &task).await?;
    tx.commit().await?;
    Ok(task)
}

/// Changes what is to be done. `seen` is the revision that the caller saw, 0 to overwrite.
pub async fn change_task(app: &App, id: TaskId, seen: i64, order: &Order) -> Result<Task, Error> {
    change(app, id, |task| {
        if seen != 0 && seen != task.revision {
            return Err(Error::Changed("task"));
        }
        Ok(task.change(order.clone())?)
    })
    .await
}

/// Notes that a task is done. Again changes nothing.
pub async fn complete_task(
    app: &App,
    id: TaskId,
    report: &str,
    by: Option<StaffId>,
) -> Result<Task, Error> {
    change(app, id, |task| {
        Ok(task.complete(Done {
            at: app.clock.now(),
            by,
            report: report.to_owned(),
        }))
    })
    .await
}

/// Takes a task up again.
pub async fn reopen_task(app: &App, id: TaskId) -> Result<Task, Error> {
    change(app, id, |task| Ok(task.reopen())).await
}

async fn change(
    app: &App,
    id: TaskId,
    change: impl Fn(&mut Task) -> Result<bool, Error>,
) -> Result<Task, Error> {
    again(|| async {
        let tx = app.outbox.begin().await?;
        let found = store::tasks::find(&*tx, id).await?;
        let mut task = found.ok_or(Error::TaskNotFound(id))?;
        if change(&mut task)? {
            store::tasks::save(&tx, &task).await?;
            announce(app, &tx, &task).await?;
            tx.commit().await?;
        }
        Ok(task)
    })
    .await
}

async fn announce(app: &App, tx: &Tx, task: &Task) -> Result<(), Error> {
    let campaign = store::campaigns::get(&**tx, task.campaign).await?;
    let event = events::task_recorded(task, &campaign.card.name, app.clock.now());
    tx.publish(event).await?;
    Ok(())
}
