//! Changes an account.

use ids::StaffId;

use super::App;
use crate::{
    domain::{
        locale::Locale,
        role::Role,
        staff::{Change, Staff},
    },
    error::Error,
    events,
    store::staff,
};

/// How often a change is tried again when somebody else was faster.
const ATTEMPTS: usize = 5;

/// What to change; `None` stays as it is.
pub(crate) struct ChangeStaff {
    pub(crate) id: StaffId,
    pub(crate) name: Option<String>,
    pub(crate) locale: Option<Locale>,
    pub(crate) password: Option<String>,
    pub(crate) roles: Option<Vec<Role>>,
    pub(crate) active: Option<bool>,
}

/// Changes the account. What is already so changes nothing and announces nothing.
pub(crate) async fn change_staff(app: &App, cmd: ChangeStaff) -> Result<Staff, Error> {
    let password_hash = match cmd.password {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    let change = Change {
        name: cmd.name,
        locale: cmd.locale,
        password_hash,
        roles: cmd.roles,
        active: cmd.active,
    };
    let mut attempt = 1;
    loop {
        match try_change(app, cmd.id, change.clone()).await {
            Err(Error::Conflict) if attempt < ATTEMPTS => attempt += 1,
            result => return result,
        }
    }
}

async fn try_change(app: &App, id: StaffId, change: Change) -> Result<Staff, Error> {
    let tx = app.outbox.begin().await?;
    let found = staff::find(tx.connection(), id).await?;
    let mut staff = found.ok_or(Error::StaffNotFound)?;
    let others = staff::other_admins(tx.connection(), id).await?;
    let now = app.clock.now();
    if staff.change(change, others, now)? {
        staff::update(tx.connection(), &staff).await?;
        tx.publish(events::staff_recorded(&staff, now)).await?;
        tx.commit().await?;
        app.credentials.forget_staff(id);
    }
    Ok(staff)
}
