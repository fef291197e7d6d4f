//! Shows on the card what its deal has come to.

use ids::LeadId;
use messaging::Tx;

use super::{App, change_lead::change_lead_in};
use crate::{domain::lead::DealStep, error::Error};

/// Takes in a step of a deal that came of a lead.
pub async fn follow_deal(app: &App, tx: &Tx, lead: LeadId, step: &DealStep) -> Result<(), Error> {
    change_lead_in(app, tx, lead, |lead| {
        lead.follow_deal(step);
        Ok(())
    })
    .await?;
    Ok(())
}
