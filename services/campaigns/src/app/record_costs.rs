use std::collections::{BTreeMap, BTreeSet};

use ids::{ActivityId, CampaignId, CostId};
use messaging::Tx;

use super::{App, again::again};
use crate::{domain::cost::Cost, error::Error, events, store};

pub struct RecordCosts {
    pub campaign: CampaignId,
    pub costs: Vec<Cost>,
    /// Nothing is kept: only the answers count.
    pub dry_run: bool,
}

/// A line that is there now, and whether it was recorded just now.
pub struct Recorded {
    pub cost: Cost,
    pub created: bool,
}

/// Records lines of costs, those that can be; the same id twice returns what is there.
pub async fn record_costs(
    app: &App,
    cmd: RecordCosts,
) -> Result<Vec<Result<Recorded, Error>>, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordCosts) -> Result<Vec<Result<Recorded, Error>>, Error> {
    let tx = app.outbox.begin().await?;
    store::campaigns::get(&*tx, cmd.campaign).await?;
    let ids: Vec<CostId> = cmd.costs.iter().map(|cost| cost.id).collect();
    let mut known = store::costs::known(&*tx, &ids).await?;
    let activities = activities(&tx, cmd).await?;
    let mut new = Vec::new();
    let answers = cmd
        .costs
        .iter()
        .map(|cost| {
            let recorded = record(cost, &known, &activities)?;
            if recorded.created {
                known.insert(cost.id, cost.clone());
                new.push(cost.clone());
            }
            Ok(recorded)
        })
        .collect();
    if !cmd.dry_run {
        store::costs::insert(&tx, &new).await?;
        let now = app.clock.now();
        let events = new
            .iter()
            .map(|cost| events::money::cost_recorded(cost, now));
        tx.publish_all(events.collect()).await?;
        tx.commit().await?;
    }
    Ok(answers)
}

fn record(
    cost: &Cost,
    known: &BTreeMap<CostId, Cost>,
    activities: &BTreeSet<ActivityId>,
) -> Result<Recorded, Error> {
    if let Some(known) = known.get(&cost.id) {
        if known.campaign != cost.campaign {
            return Err(Error::IdTaken("cost"));
        }
        return Ok(Recorded {
            cost: known.clone(),
            created: false,
        });
    }
    if let Some(activity) = cost.entry.activity
        && !activities.contains(&activity)
    {
        return Err(Error::ActivityNotFound(activity));
    }
    Ok(Recorded {
        cost: cost.clone(),
        created: true,
    })
}

/// Those of the activities that are named that the campaign has.
async fn activities(tx: &Tx, cmd: &RecordCosts) -> Result<BTreeSet<ActivityId>, Error> {
    let named: BTreeSet<ActivityId> = cmd
        .costs
        .iter()
        .filter_map(|cost| cost.entry.activity)
        .collect();
    let mut found = BTreeSet::new();
    for activity in named {
        let its = store::activities::find(&**tx, cmd.campaign, activity).await?;
        found.extend(its.map(|it| it.id));
    }
    Ok(found)
}
