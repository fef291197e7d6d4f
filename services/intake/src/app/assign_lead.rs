//! Gives a lead to a member of staff.

use ids::{LeadId, StaffId};

use super::{App, change_lead::change_lead};
use crate::{domain::lead::Lead, error::Error, store::staff};

/// Gives a lead to a member of staff. Whoever has it already keeps it.
pub async fn assign_lead(
    app: &App,
    lead: LeadId,
    to: StaffId,
    reason: &str,
    by: StaffId,
) -> Result<Lead, Error> {
    // Staff who act here are known to the gateway, even where the copy is not here yet.
    if to != by {
        check_staff(app, to).await?;
    }
    let because = match reason {
        "" if to == by => "took the lead",
        "" => "assigned by hand",
        reason => reason,
    };
    change_lead(app, lead, 0, |lead| {
        lead.assign(to, because, Some(by), app.clock.now());
        Ok(())
    })
    .await
}

/// Refuses somebody who cannot work a lead.
pub(super) async fn check_staff(app: &App, staff: StaffId) -> Result<(), Error> {
    match staff::is_active(app.reader(), staff).await? {
        Some(true) => Ok(()),
        Some(false) => Err(Error::StaffInactive(staff)),
        None => Err(Error::StaffNotFound(staff)),
    }
}
