use ids::CampaignId;

use super::{
    App,
    record_costs::{RecordCosts, record_costs},
};
use crate::{
    domain::cost::Cost,
    error::Error,
    reading::{Outcome, Problem, Row, Verdict, settle},
};

/// Lines of one transaction.
const CHUNK: usize = 500;

pub struct ImportCosts {
    pub campaign: CampaignId,
    pub rows: Vec<Row<Cost>>,
    pub dry_run: bool,
}

/// Records the lines of a file that can be recorded. A file that was cut short is imported again.
pub async fn import_costs(app: &App, cmd: ImportCosts) -> Result<Vec<Outcome>, Error> {
    let (mut outcomes, lines) = settle(cmd.rows, |cost| cost.id);
    for chunk in lines.chunks(CHUNK) {
        let costs = chunk.iter().map(|(_, cost)| cost.clone()).collect();
        let recorded = record_costs(
            app,
            RecordCosts {
                campaign: cmd.campaign,
                costs,
                dry_run: cmd.dry_run,
            },
        );
        for ((line, cost), recorded) in chunk.iter().zip(recorded.await?) {
            let verdict = match recorded {
                Ok(recorded) if recorded.created => Verdict::Created(cost.id.to_string()),
                Ok(_) => Verdict::Known(cost.id.to_string()),
                Err(error) => Verdict::Rejected(vec![problem(&error)]),
            };
            outcomes.insert(*line, verdict);
        }
    }
    Ok(outcomes
        .into_iter()
        .map(|(line, verdict)| Outcome { line, verdict })
        .collect())
}

fn problem(error: &Error) -> Problem {
    let (field, reason) = match error {
        Error::ActivityNotFound(_) => ("activity_id", "NOT_FOUND"),
        _ => ("id", "ID_TAKEN"),
    };
    Problem {
        field: field.to_owned(),
        reason: reason.to_owned(),
        description: error.to_string(),
    }
}
