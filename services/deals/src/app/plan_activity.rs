//! Plans work on a deal.

use clock::Timestamp;
use ids::{DealActivityId, DealId, StaffId};

use super::again::again;
use super::{App, deal};
use crate::domain::activity::{Activity, Kind};
use crate::domain::code::Code;
use crate::domain::deal::MoveRefused;
use crate::error::Error;
use crate::store::{activities, topics};

#[derive(Debug, Clone)]
pub struct PlanActivity {
    pub id: DealActivityId,
    pub deal: DealId,
    pub kind: Kind,
    pub note: String,
    pub due_at: Option<Timestamp>,
    pub move_to: Option<Code>,
    pub responsible: Option<StaffId>,
}

/// Plans an activity of an open deal. The same id twice returns the activity as it is.
pub async fn plan_activity(app: &App, cmd: &PlanActivity) -> Result<Activity, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &PlanActivity) -> Result<Activity, Error> {
    let tx = app.outbox.begin().await?;
    let deal = deal(&tx, cmd.deal).await?;
    if let Some(known) = activities::get(tx.connection(), deal.id, cmd.id).await? {
        return Ok(known);
    }
    deal.check_open()?;
    if let Some(stage) = &cmd.move_to {
        let topic = topics::get(tx.connection(), deal.topic).await?;
        let topic = topic.ok_or(Error::TopicNotFound(deal.topic))?;
        if topic.stages.get(stage).is_none() {
            return Err(MoveRefused::UnknownStage(stage.clone()).into());
        }
    }
    let activity = cmd.clone().activity(app.clock.now());
    if !activities::insert(&tx, &activity).await? {
        return Err(Error::ActivityNotFound(cmd.id));
    }
    tx.commit().await?;
    Ok(activity)
}

impl PlanActivity {
    fn activity(self, now: Timestamp) -> Activity {
        Activity {
            id: self.id,
            deal: self.deal,
            kind: self.kind,
            note: self.note,
            due_at: self.due_at,
            move_to: self.move_to,
            responsible: self.responsible,
            planned_at: now,
            completion: None,
        }
    }
}
