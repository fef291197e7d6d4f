//! The commands about credentials.

pub(crate) mod change_staff;
pub(crate) mod make_api_key;
pub(crate) mod open_staff;
pub(crate) mod record_partner;
pub(crate) mod revoke_api_key;
pub(crate) mod sign_in;

use std::{sync::Arc, time::Duration};

use clock::Clock;
use messaging::Outbox;
use rpc::Keys;

use crate::{
    buckets::{Buckets, Rate},
    credentials::Credentials,
    error::Error,
    passwords::Passwords,
    settings::Settings,
};

/// Accounts whose attempts to sign in are counted at a time.
const MOST_ACCOUNTS: usize = 50_000;

/// What the commands need.
pub(crate) struct App {
    pub(crate) outbox: Outbox,
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) passwords: Passwords,
    pub(crate) credentials: Credentials,
    /// Attempts by account, known or not.
    pub(crate) attempts: Buckets<String>,
    pub(crate) session: Duration,
}

impl App {
    pub(crate) fn try_new(
        outbox: Outbox,
        clock: Clock,
        keys: Keys,
        settings: &Settings,
    ) -> Result<Arc<Self>, Error> {
        let passwords = Passwords::try_new(
            settings.password_memory_kib,
            settings.password_passes,
            settings.password_checks,
        )?;
        let credentials = Credentials::new(
            outbox.clone(),
            clock.clone(),
            keys.clone(),
            settings.credentials_ttl,
        );
        let rate = Rate {
            per_second: 1.0 / settings.sign_in_interval.as_secs_f64().max(0.001),
            burst: f64::from(settings.sign_in_burst),
        };
        Ok(Arc::new(Self {
            outbox,
            clock,
            keys,
            passwords,
            credentials,
            attempts: Buckets::new(rate, MOST_ACCOUNTS),
            session: settings.session,
        }))
    }
}
