//! The data folder of `tributary dev`: SQLite files, the bus and the signing key.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use rand::Rng;
use service::settings::Loader;
use tempfile::TempDir;

const LOCK: &str = "lock";
const KEY: &str = "signing.key";
const KEY_BYTES: usize = 32;

/// The folder, held by this process alone.
pub(crate) struct Folder {
    path: PathBuf,
    /// Locked for as long as it is open.
    _lock: File,
    /// Removes the folder when it is dropped.
    ephemeral: Option<TempDir>,
}

impl Folder {
    /// Makes the folder if need be, and keeps other processes from using it.
    pub(crate) fn lock(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {shown}"))?;
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path.join(LOCK))
            .with_context(|| format!("cannot write to {shown}"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only adds to the message; the lock itself is what counts.
                let _ = lock.read_to_string(&mut holder);
                bail!(
                    "{shown} is in use by another `tributary dev` (pid {}). Stop that one, or give \
                     this one a folder and a port of its own: \
                     tributary dev --data ./other-data --port 7500",
                    holder.trim()
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {shown}"));
            }
        }
        lock.set_len(0)?;
        lock.rewind()?;
        lock.write_all(std::process::id().to_string().as_bytes())?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
            ephemeral: None,
        })
    }

    /// A folder that goes when the process ends.
    pub(crate) fn ephemeral() -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("tributary-").context("cannot make a folder")?;
        let locked = Self::lock(folder.path())?;
        Ok(Self {
            ephemeral: Some(folder),
            ..locked
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn is_ephemeral(&self) -> bool {
        self.ephemeral.is_some()
    }

    /// What becomes of the data.
    pub(crate) fn farewell(&self) -> String {
        if self.is_ephemeral() {
            "All data forgotten.".to_owned()
        } else {
            format!("Data kept in {}.", self.path.display())
        }
    }
}

/// Whether this is a folder that `tributary dev` has made.
pub(crate) fn is_one(path: &Path) -> bool {
    path.join(KEY).is_file()
}

/// The key that services sign with: made on the first run, kept with the data.
pub(crate) fn signing_key(folder: &Path) -> anyhow::Result<String> {
    let path = folder.join(KEY);
    match fs::read_to_string(&path) {
        Ok(key) => return Ok(key.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
    let bytes: [u8; KEY_BYTES] = rand::rng().random();
    let key = hex::encode(bytes);
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| file.write_all(key.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(key)
}

/// What `tributary dev` presets: everything on this machine, in this folder.
pub(crate) fn preset(loader: Loader, folder: &Path, key: &str) -> Loader {
    loader.preset(
        "tributary dev",
        &[
            ("database.url", &format!("sqlite:{}", folder.display())),
            ("bus.path", &folder.join("bus.db").display().to_string()),
            (
                "campaigns.files",
                &folder.join("files").display().to_string(),
            ),
            ("access.signing_key", key),
            ("listen.public", "127.0.0.1:7400"),
            ("listen.ops", "127.0.0.1:7401"),
            ("listen.internal", ""),
            ("listen.linger", "0s"),
            ("listen.drain", "3s"),
            // The lines on the screen are for the address list; --config or the environment
            // bring the log back.
            ("telemetry.log", "warn"),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time_holds_a_folder() {
        let parent = TempDir::new().unwrap();
        let path = parent.path().join("data");
        let first = Folder::lock(&path).unwrap();
        let Err(error) = Folder::lock(&path) else {
            panic!("two at once")
        };
        let wanted = format!(
            "{} is in use by another `tributary dev` (pid {}). Stop that one",
            path.display(),
            std::process::id()
        );
        assert!(error.to_string().starts_with(&wanted), "{error}");
        drop(first);
        Folder::lock(&path).unwrap();
    }

    #[test]
    fn the_signing_key_is_kept_and_private() {
        use std::os::unix::fs::PermissionsExt;

        let folder = TempDir::new().unwrap();
        assert!(!is_one(folder.path()));
        let key = signing_key(folder.path()).unwrap();
        assert_eq!(key.len(), 2 * KEY_BYTES);
        assert_eq!(signing_key(folder.path()).unwrap(), key);
        assert!(is_one(folder.path()));
        let mode = fs::metadata(folder.path().join(KEY))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn an_ephemeral_folder_goes_with_its_process() {
        let folder = Folder::ephemeral().unwrap();
        let path = folder.path().to_owned();
        assert!(path.is_dir());
        drop(folder);
        assert!(!path.exists());
    }
}
