//! Passwords: hashed with argon2id, checked off the runtime's threads and few at a time.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{self, Decimal, Ident, Output, ParamsString, Salt, SaltString},
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
    hasher: Hasher,
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
        let hasher = Hasher {
            params,
            memory: Mutex::default(),
        };
        let nobody = hash(&hasher, "nobody has this password")?;
        let turns = Arc::new(Semaphore::new(at_once));
        Ok(Self(Arc::new(Inner {
            hasher,
            nobody,
            turns,
        })))
    }

    /// A hash with a salt of its own.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Error> {
        self.work(move |inner| hash(&inner.hasher, &password)).await
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
            let verified = inner.hasher.verify_password(password.as_bytes(), &hash);
            let same = verified.is_ok();
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

/// Argon2id whose working memory is kept from one hash to the next. Taken anew for each, its tens of
/// megabytes would stay with the allocator, once for every thread that ever hashed.
struct Hasher {
    params: Params,
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Hasher {
    fn memory(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        // A holder cannot panic between its changes.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PasswordHasher for Hasher {
    type Params = Params;

    fn hash_password<'a>(
        &self,
        password: &[u8],
        salt: impl Into<Salt<'a>>,
    ) -> password_hash::Result<PasswordHash<'a>> {
        self.hash_password_customized(password, None, None, self.params.clone(), salt)
    }

    fn hash_password_customized<'a>(
        &self,
        password: &[u8],
        algorithm: Option<Ident<'a>>,
        version: Option<Decimal>,
        params: Params,
        salt: impl Into<Salt<'a>>,
    ) -> password_hash::Result<PasswordHash<'a>> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?;
        let algorithm = algorithm.unwrap_or(Algorithm::Argon2id);
        let version = version.map(Version::try_from).transpose()?;
        let version = version.unwrap_or(Version::V0x13);
        let salt = salt.into();
        let mut salt_bytes = [0; Salt::MAX_LENGTH];
        let salt_bytes = salt.decode_b64(&mut salt_bytes)?;
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);

        let argon2 = Argon2::new(algorithm, version, params.clone());
        let mut memory = self.memory().pop().unwrap_or_default();
        memory.resize(params.block_count(), Block::default());
        let output = Output::init_with(length, |out| {
            let hashed =
                argon2.hash_password_into_with_memory(password, salt_bytes, out, &mut memory);
            Ok(hashed?)
        });
        self.memory().push(memory);
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(salt),
            hash: Some(output?),
        })
    }
}

fn hash(hasher: &Hasher, password: &str) -> Result<String, Error> {
    let salt: [u8; SALT_BYTES] = rand::random();
    let salt = SaltString::encode_b64(&salt).map_err(wrong)?;
    let hash = hasher
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

    #[test]
    fn hashes_are_those_of_argon2_whatever_was_hashed_before() {
        let params = Params::new(64, 2, 1, None).unwrap();
        let hasher = Hasher {
            params: params.clone(),
            memory: Mutex::default(),
        };
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let salt = SaltString::encode_b64(b"sixteen bytes it").unwrap();
        for password in ["first", "second", "a longer one than those before it"] {
            let ours = hasher.hash_password(password.as_bytes(), &salt).unwrap();
            let theirs = argon2.hash_password(password.as_bytes(), &salt).unwrap();
            assert_eq!(ours, theirs);
            // Of an account from before the settings were changed.
            let heavier = Params::new(128, 1, 1, None).unwrap();
            let earlier = Argon2::new(Algorithm::Argon2id, Version::V0x13, heavier);
            let earlier = earlier.hash_password(password.as_bytes(), &salt).unwrap();
            hasher
                .verify_password(password.as_bytes(), &earlier)
                .unwrap();
            assert!(hasher.verify_password(b"another", &earlier).is_err());
        }
        assert_eq!(hasher.memory().len(), 1, "one memory for all in turn");
    }

    #[tokio::test]
    async fn the_same_password_has_two_hashes() {
        let passwords = Passwords::try_new(64, 1, 2).unwrap();
        let one = passwords.hash("correct horse".to_owned()).await.unwrap();
        let two = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert_ne!(one, two);
    }
}
