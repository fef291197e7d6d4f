//! Passwords: hashed with argon2id, checked off the runtime's threads and few at a time.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use crate::error::{Error, PasswordError};

const SALT_BYTES: usize = 16;
/// Whoever waits longer for a turn is told to come again.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Passwords(Arc<Inner>);

struct Inner {
    argon2: Argon2<'static>,
    /// Checked when there is no account, so that an unknown address takes as long as a wrong
    /// password.
    nobody: String,
    /// Each check takes memory, so their number is limited.
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// `memory_kib` and `passes` as argon2 takes them, with `at_once` checks at the same time.
    pub(crate) fn try_new(memory_kib: u32, passes: u32, at_once: usize) -> Result<Self, Error> {
        let params = Params::new(memory_kib, passes, 1, None).map_err(wrong)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon2, "nobody has this password")?;
        let turns = Arc::new(Semaphore::new(at_once));
        Ok(Self(Arc::new(Inner {
            argon2,
            nobody,
            turns,
        })))
    }

    /// A hash with a salt of its own.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Error> {
        self.work(move |inner| hash(&inner.argon2, &password)).await
    }

    /// Whether the password is that of the hash. Takes as long without a hash as with one.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        self.work(move |inner| {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| inner.nobody.clone());
            let hash = PasswordHash::new(&hash).map_err(wrong)?;
            let same = inner
                .argon2
                .verify_password(password.as_bytes(), &hash)
                .is_ok();
            Ok(same && known)
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = timeout(LONGEST_WAIT, self.0.turns.clone().acquire_owned());
        let turn = turn
            .await
            .map_err(|_| Error::Busy)?
            .map_err(|_| Error::Busy)?;
        let inner = self.0.clone();
        spawn_blocking(move || {
            let result = work(&inner);
            drop(turn);
            result
        })
        .await
        .map_err(wrong)?
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, Error> {
    let salt: [u8; SALT_BYTES] = rand::random();
    let salt = SaltString::encode_b64(&salt).map_err(wrong)?;
    let hash = argon2
        .hash_password(password.as_bytes(), &salt)
        .map_err(wrong)?;
    Ok(hash.to_string())
}

fn wrong(error: impl std::fmt::Display) -> Error {
    Error::Password(PasswordError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_is_right() {
        let passwords = Passwords::try_new(64, 1, 1).unwrap();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(!hash.contains("correct horse"));
        for (password, hash, right) in [
            ("correct horse", Some(hash.clone()), true),
            ("wrong horse", Some(hash.clone()), false),
            ("", Some(hash), false),
            ("nobody has this password", None, false),
        ] {
            let verified = passwords.verify(password.to_owned(), hash).await.unwrap();
            assert_eq!(verified, right, "{password}");
        }
    }

    #[tokio::test]
    async fn the_same_password_has_two_hashes() {
        let passwords = Passwords::try_new(64, 1, 2).unwrap();
        let one = passwords.hash("correct horse".to_owned()).await.unwrap();
        let two = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert_ne!(one, two);
    }
}
