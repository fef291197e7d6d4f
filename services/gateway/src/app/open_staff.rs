//! Opens an account for a member of staff.

use ids::StaffId;

use super::App;
use crate::{
    domain::{
        locale::Locale,
        role::Role,
        staff::{Staff, folded},
    },
    error::Error,
    events,
    store::staff,
};

/// The account to open.
pub(crate) struct OpenStaff {
    pub(crate) id: StaffId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) locale: Locale,
    pub(crate) roles: Vec<Role>,
}

/// Opens the account; the same id with the same address again returns what is there.
pub(crate) async fn open_staff(app: &App, cmd: OpenStaff) -> Result<Staff, Error> {
    if let Some(there) = find(app, &cmd).await? {
        return Ok(there);
    }
    let now = app.clock.now();
    let staff = Staff {
        id: cmd.id,
        revision: 1,
        name: cmd.name.clone(),
        email: cmd.email.clone(),
        password_hash: app.passwords.hash(cmd.password.clone()).await?,
        password_changed_at: None,
        locale: cmd.locale,
        roles: cmd.roles.clone(),
        active: true,
        opened_at: now,
    };
    let tx = app.outbox.begin().await?;
    match staff::insert(tx.connection(), &staff).await {
        Ok(()) => {}
        Err(error @ database::Error::UniqueViolation { .. }) => {
            tx.rollback().await?;
            // A twin may have been faster, with the same id.
            return match find(app, &cmd).await? {
                Some(there) => Ok(there),
                None if error.violates(staff::EMAIL_KEY) => Err(Error::EmailTaken),
                None => Err(Error::IdTaken),
            };
        }
        Err(error) => return Err(error.into()),
    }
    tx.publish(events::staff_recorded(&staff, now)).await?;
    tx.commit().await?;
    Ok(staff)
}

async fn find(app: &App, cmd: &OpenStaff) -> Result<Option<Staff>, Error> {
    match staff::find(app.outbox.database().reader(), cmd.id).await? {
        Some(there) if folded(&there.email) == folded(&cmd.email) => Ok(Some(there)),
        Some(_) => Err(Error::IdTaken),
        None => Ok(None),
    }
}
