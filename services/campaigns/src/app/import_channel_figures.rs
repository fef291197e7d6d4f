use std::collections::{BTreeMap, BTreeSet};

use ids::CampaignId;

use super::{
    App,
    record_channel_figures::{RecordChannelFigures, record_channel_figures},
};
use crate::{
    domain::channel::ChannelFigures,
    error::Error,
    reading::{Outcome, Problem, Row, Verdict, settle},
    store,
};

/// Figures of one transaction.
const CHUNK: usize = 500;

pub struct ImportChannelFigures {
    pub rows: Vec<Row<ChannelFigures>>,
    pub dry_run: bool,
}

/// Records the figures of a file that can be recorded. A file that was cut short is imported again.
pub async fn import_channel_figures(
    app: &App,
    cmd: ImportChannelFigures,
) -> Result<Vec<Outcome>, Error> {
    let (mut outcomes, mut lines) = settle(cmd.rows, |figures| figures.id);
    let missing = missing(app, lines.iter().map(|(_, figures)| figures)).await?;
    lines.retain(|(line, figures)| {
        let Some(problem) = figures.entry.campaign.and_then(|id| missing.get(&id)) else {
            return true;
        };
        outcomes.insert(*line, Verdict::Rejected(vec![problem.clone()]));
        false
    });
    for chunk in lines.chunks(CHUNK) {
        let figures = chunk.iter().map(|(_, figures)| figures.clone()).collect();
        let dry_run = cmd.dry_run;
        let recorded = record_channel_figures(app, RecordChannelFigures { figures, dry_run });
        for ((line, figures), recorded) in chunk.iter().zip(recorded.await?) {
            let id = figures.id.to_string();
            let verdict = if recorded.created {
                Verdict::Created(id)
            } else {
                Verdict::Known(id)
            };
            outcomes.insert(*line, verdict);
        }
    }
    Ok(outcomes
        .into_iter()
        .map(|(line, verdict)| Outcome { line, verdict })
        .collect())
}

/// What is to be said of campaigns that are named and not known.
async fn missing(
    app: &App,
    figures: impl Iterator<Item = &ChannelFigures>,
) -> Result<BTreeMap<CampaignId, Problem>, Error> {
    let named: BTreeSet<CampaignId> = figures.filter_map(|it| it.entry.campaign).collect();
    let mut missing = BTreeMap::new();
    for id in named {
        let found = store::campaigns::find(app.outbox.database().reader(), id).await?;
        if found.is_none() {
            let problem = Problem {
                field: "campaign_id".to_owned(),
                reason: "NOT_FOUND".to_owned(),
                description: Error::CampaignNotFound(id).to_string(),
            };
            missing.insert(id, problem);
        }
    }
    Ok(missing)
}
