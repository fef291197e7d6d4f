//! Signs a member of staff in.

use std::time::Instant;

use clock::Timestamp;
use rpc::Identity;

use super::App;
use crate::{
    credentials,
    domain::staff::{Staff, folded},
    error::Error,
    store::staff,
};

/// A session that has begun.
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) staff: Staff,
}

/// Checks the password and begins a session.
///
/// An unknown address, a closed account and a wrong password look the same and take as long. Only
/// attempts that fail count towards the limit.
pub(crate) async fn sign_in(app: &App, email: &str, password: String) -> Result<Session, Error> {
    let account = folded(email);
    app.attempts
        .take(account.clone(), Instant::now())
        .map_err(Error::TooManyAttempts)?;
    let found = staff::find_by_email(app.outbox.database().reader(), &account).await?;
    let hash = found.as_ref().map(|staff| staff.password_hash.clone());
    let right = app.passwords.verify(password, hash).await?;
    let staff = found
        .filter(|staff| right && staff.active)
        .ok_or(Error::CredentialsInvalid)?;
    app.attempts.give_back(&account);
    let identity = Identity::Staff {
        id: staff.id.to_string(),
        roles: credentials::roles(&staff),
    };
    Ok(Session {
        token: app.keys.mint(&identity, app.session),
        expires_at: app.clock.now() + app.session,
        staff,
    })
}
