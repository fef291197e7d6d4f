//! Records the outcome of a conversation on a lead.

use ids::{DealId, LeadId, PersonId};

use super::{App, change_lead::change_lead};
use crate::{
    domain::lead::{Lead, Minted, RecordOutcome},
    error::Error,
};

/// Records an outcome. The same outcome again changes nothing.
pub async fn record_outcome(app: &App, lead: LeadId, told: &RecordOutcome) -> Result<Lead, Error> {
    let minted = Minted {
        person: PersonId::generate(),
        deal: DealId::generate(),
    };
    change_lead(app, lead, 0, |lead| {
        Ok(lead.record_outcome(told, minted, app.clock.now())?)
    })
    .await
}
