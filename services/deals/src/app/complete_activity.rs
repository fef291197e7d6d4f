//! Completes work on a deal, which may move it on.

use clock::Timestamp;
use ids::{DealActivityId, DealId, StaffId};
use messaging::Tx;

use super::again::again;
use super::move_deal::enter;
use super::{App, deal};
use crate::domain::activity::Activity;
use crate::domain::deal::{Deal, MoveRefused};
use crate::domain::gate::Requirement;
use crate::error::Error;
use crate::events;
use crate::store::{activities, topics};

#[derive(Debug, Clone)]
pub struct CompleteActivity {
    pub deal: DealId,
    pub activity: DealActivityId,
    pub result: String,
    pub by: Option<StaffId>,
}

/// A completed activity and what it did to its deal.
#[derive(Debug, Clone)]
pub struct Completed {
    pub activity: Activity,
    pub deal: Deal,
    /// What kept the deal from the stage that the activity was to move it to.
    pub missing: Vec<Requirement>,
}

/// Completes an activity and moves its deal if the gate lets it; the completion stands either way.
///
/// A repeat changes nothing, and tells what the gate wants by now.
pub async fn complete_activity(app: &App, cmd: &CompleteActivity) -> Result<Completed, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &CompleteActivity) -> Result<Completed, Error> {
    let tx = app.outbox.begin().await?;
    let mut deal = deal(&tx, cmd.deal).await?;
    let activity = activities::get(tx.connection(), deal.id, cmd.activity).await?;
    let mut activity = activity.ok_or(Error::ActivityNotFound(cmd.activity))?;
    let now = app.clock.now();
    let missing = if activity.complete(cmd.result.clone(), now) {
        if let Some(completion) = &activity.completion {
            activities::save_completion(&tx, &activity, completion).await?;
            tx.publish(events::deal_activity_completed(
                &deal, &activity, completion,
            ))
            .await?;
        }
        let missing = move_on(&tx, &mut deal, &activity, cmd.by, now).await?;
        tx.commit().await?;
        missing
    } else {
        still_missing(&tx, &deal, &activity).await?
    };
    Ok(Completed {
        activity,
        deal,
        missing,
    })
}

async fn move_on(
    tx: &Tx,
    deal: &mut Deal,
    activity: &Activity,
    by: Option<StaffId>,
    now: Timestamp,
) -> Result<Vec<Requirement>, Error> {
    let Some(stage) = &activity.move_to else {
        return Ok(Vec::new());
    };
    match enter(tx, deal, stage, by, now).await {
        Err(Error::Move(MoveRefused::GateNotMet(missing))) => Ok(missing),
        // The deal was closed or the stage taken away since the work was planned: it is done all the same.
        Ok(()) | Err(Error::Move(MoveRefused::Closed(_) | MoveRefused::UnknownStage(_))) => {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

async fn still_missing(
    tx: &Tx,
    deal: &Deal,
    activity: &Activity,
) -> Result<Vec<Requirement>, Error> {
    let topic = topics::get(tx.connection(), deal.topic).await?;
    let Some((topic, stage)) = topic.zip(activity.move_to.as_ref()) else {
        return Ok(Vec::new());
    };
    let done = activities::done(tx.connection(), deal.id).await?;
    Ok(deal.missing(&topic, stage, &done))
}
