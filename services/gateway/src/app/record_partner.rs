//! Records a partner.

use ids::PartnerId;

use super::App;
use crate::{
    domain::{partner::Partner, staff::folded},
    error::Error,
    events,
    store::partners,
};

/// Records the partner; the same id with the same name again returns what is there.
pub(crate) async fn record_partner(
    app: &App,
    id: PartnerId,
    name: String,
) -> Result<Partner, Error> {
    if let Some(there) = find(app, id, &name).await? {
        return Ok(there);
    }
    let now = app.clock.now();
    let partner = Partner {
        id,
        revision: 1,
        name,
        active: true,
        recorded_at: now,
    };
    let tx = app.outbox.begin().await?;
    match partners::insert(tx.connection(), &partner).await {
        Ok(()) => {}
        Err(error @ database::Error::UniqueViolation { .. }) => {
            tx.rollback().await?;
            return match find(app, id, &partner.name).await? {
                Some(there) => Ok(there),
                None if error.violates(partners::NAME_KEY) => Err(Error::PartnerNameTaken),
                None => Err(Error::IdTaken),
            };
        }
        Err(error) => return Err(error.into()),
    }
    tx.publish(events::partner_recorded(&partner, now)).await?;
    tx.commit().await?;
    Ok(partner)
}

async fn find(app: &App, id: PartnerId, name: &str) -> Result<Option<Partner>, Error> {
    match partners::find(app.outbox.database().reader(), id).await? {
        Some(there) if folded(&there.name) == folded(name) => Ok(Some(there)),
        Some(_) => Err(Error::IdTaken),
        None => Ok(None),
    }
}
