//! Who holds a credential: sessions of staff, keys of partners, tokens of services.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DurationRound;
use clock::{Clock, Timestamp};
use ids::{ApiKeyId, StaffId};
use messaging::Outbox;
use rpc::{Identity, Keys, Role, TokenError};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        api_key::{self, Standing},
        staff::Staff,
    },
    error::Error,
    store::{api_keys, staff},
};

/// Credentials remembered at a time; more than an installation has partners and staff.
const MOST_REMEMBERED: usize = 10_000;
/// Longer than any credential that was given out.
const LONGEST_TEXT: usize = 8_192;

/// Finds out who holds a credential, and remembers it for a few seconds.
pub(crate) struct Credentials {
    outbox: Outbox,
    clock: Clock,
    keys: Keys,
    ttl: Duration,
    remembered: Mutex<HashMap<Subject, Remembered>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    Key([u8; 32]),
    Staff(StaffId),
}

#[derive(Clone)]
struct Remembered {
    holder: Holder,
    at: Instant,
}

#[derive(Clone)]
enum Holder {
    /// The key is not in the table or was revoked; the account is closed.
    Nobody,
    Partner {
        key: ApiKeyId,
        identity: Identity,
        expires_at: Option<Timestamp>,
    },
    Staff(Staff),
}

impl Credentials {
    /// What is remembered is at most `ttl` old.
    pub(crate) fn new(outbox: Outbox, clock: Clock, keys: Keys, ttl: Duration) -> Self {
        Self {
            outbox,
            clock,
            keys,
            ttl,
            remembered: Mutex::default(),
        }
    }

    /// Whom the text of an `authorization: Bearer` header speaks for.
    pub(crate) async fn identify(&self, text: &str) -> Result<Identity, Error> {
        if text.len() > LONGEST_TEXT {
            return Err(Error::CredentialsInvalid);
        }
        if text.starts_with("trib_") {
            return self.partner(text).await;
        }
        match self.keys.verify(text) {
            Ok(Identity::Staff { id, .. }) => {
                let id = id.parse().map_err(|_| Error::CredentialsInvalid)?;
                self.staff(id, issued_at(text)).await
            }
            Ok(service @ Identity::Service { .. }) => Ok(service),
            // A partner comes in by its key; a token about one is for the inside only.
            Ok(Identity::Partner { .. } | Identity::Anyone) | Err(TokenError::Invalid) => {
                Err(Error::CredentialsInvalid)
            }
            Err(TokenError::Expired) => Err(Error::CredentialsExpired),
        }
    }

    /// Looks the key up anew when it is used next.
    pub(crate) fn forget_key(&self, id: ApiKeyId) {
        self.with(|remembered| {
            remembered
                .retain(|_, it| !matches!(&it.holder, Holder::Partner { key, .. } if *key == id));
        });
    }

    /// Looks the account up anew when it is used next.
    pub(crate) fn forget_staff(&self, id: StaffId) {
        self.with(|remembered| remembered.remove(&Subject::Staff(id)));
    }

    async fn partner(&self, text: &str) -> Result<Identity, Error> {
        if !api_key::is_well_formed(text) {
            return Err(Error::CredentialsInvalid);
        }
        let digest = digest(text);
        let subject = Subject::Key(digest);
        let holder = match self.recall(subject) {
            Some(holder) => holder,
            None => self.remember(subject, self.look_up_key(&digest).await?),
        };
        match holder {
            Holder::Partner {
                expires_at: Some(at),
                ..
            } if at <= self.clock.now() => Err(Error::CredentialsExpired),
            Holder::Partner { identity, .. } => Ok(identity),
            Holder::Nobody | Holder::Staff(_) => Err(Error::CredentialsInvalid),
        }
    }

    async fn staff(&self, id: StaffId, began: i64) -> Result<Identity, Error> {
        let subject = Subject::Staff(id);
        let holder = match self.recall(subject) {
            Some(holder) => holder,
            None => self.remember(subject, self.look_up_staff(id).await?),
        };
        match holder {
            Holder::Staff(staff) if staff.is_over(began) => Err(Error::CredentialsExpired),
            Holder::Staff(staff) => Ok(Identity::Staff {
                id: id.to_string(),
                roles: roles(&staff),
            }),
            Holder::Nobody | Holder::Partner { .. } => Err(Error::CredentialsInvalid),
        }
    }

    async fn look_up_key(&self, digest: &[u8]) -> Result<Holder, Error> {
        let found = api_keys::find_by_digest(self.outbox.database().reader(), digest).await?;
        let Some(found) = found.filter(|found| found.partner_active) else {
            return Ok(Holder::Nobody);
        };
        let now = self.clock.now();
        match found.key.standing(now) {
            Standing::Revoked => return Ok(Holder::Nobody),
            Standing::Expired => {}
            Standing::Good => {
                self.note_use(found.key.id, found.key.last_used_at, now)
                    .await;
            }
        }
        let identity = Identity::Partner {
            id: found.key.partner.to_string(),
            name: found.partner_name,
            sandbox: found.key.test,
        };
        Ok(Holder::Partner {
            key: found.key.id,
            identity,
            expires_at: found.key.expires_at,
        })
    }

    /// The account as it is now: a closed one lets nobody in, whatever its sessions say.
    async fn look_up_staff(&self, id: StaffId) -> Result<Holder, Error> {
        let found = staff::find(self.outbox.database().reader(), id).await?;
        Ok(found
            .filter(|staff| staff.active)
            .map_or(Holder::Nobody, Holder::Staff))
    }

    /// Notes the minute of use. A caller is not turned away because that failed.
    async fn note_use(&self, id: ApiKeyId, last: Option<Timestamp>, now: Timestamp) {
        let Ok(minute) = now.duration_trunc(chrono::TimeDelta::minutes(1)) else {
            return;
        };
        if last.is_some_and(|last| last >= minute) {
            return;
        }
        let noted = async {
            let tx = self.outbox.database().begin().await?;
            api_keys::touch(&tx, id, minute).await?;
            tx.commit().await.map_err(database::Error::from)
        };
        if let Err(error) = noted.await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "last use of a key was not noted");
        }
    }

    fn recall(&self, subject: Subject) -> Option<Holder> {
        let found = self.with(|remembered| remembered.get(&subject).cloned());
        found
            .filter(|it| it.at.elapsed() < self.ttl)
            .map(|it| it.holder)
    }

    fn remember(&self, subject: Subject, holder: Holder) -> Holder {
        let entry = Remembered {
            holder: holder.clone(),
            at: Instant::now(),
        };
        self.with(|remembered| {
            if remembered.len() >= MOST_REMEMBERED {
                remembered.retain(|_, it| it.at.elapsed() < self.ttl);
            }
            if remembered.len() < MOST_REMEMBERED {
                remembered.insert(subject, entry);
            }
        });
        holder
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Subject, Remembered>) -> T) -> T {
        work(
            &mut self
                .remembered
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

/// What is kept of a key's text.
pub(crate) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// When a verified token was made, in seconds of the epoch. A token that does not say so was not
/// made for a session, and counts as older than any.
fn issued_at(token: &str) -> i64 {
    let claims = token
        .split('.')
        .nth(1)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let claims: Option<Value> = claims.and_then(|json| serde_json::from_slice(&json).ok());
    claims
        .and_then(|claims| claims.get("iat")?.as_i64())
        .unwrap_or(i64::MIN)
}

/// The roles as tokens carry them.
pub(crate) fn roles(staff: &Staff) -> Vec<Role> {
    staff
        .roles
        .iter()
        .filter_map(|role| Role::parse(role.as_str()))
        .collect()
}
