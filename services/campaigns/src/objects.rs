//! Where the content of files lies: a folder or an S3-compatible store.

mod http;

use std::{fmt, io::ErrorKind, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt, aws::AmazonS3Builder, buffered::BufWriter, local::LocalFileSystem,
    path::Path, prefix::PrefixStore,
};
use service::settings;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::{error::Error, refusal::Refusal, settings::Settings};

/// Content above this goes in parts of this size; S3 takes none below 5 MiB.
const PART: usize = 8 << 20;
/// Parts under way at once.
const PARTS: usize = 2;

/// The place, if one is set.
#[derive(Clone)]
pub struct Objects {
    store: Option<Arc<dyn ObjectStore>>,
    /// Of a folder: a killed process leaves what it had begun beside the object.
    folder: Option<PathBuf>,
}

impl Objects {
    /// The place that the settings name.
    pub fn open(settings: &Settings) -> Result<Self, settings::Error> {
        let place = settings.files.as_str();
        if place.is_empty() {
            return Ok(Self::nowhere());
        }
        if let Some(place) = place.strip_prefix("s3://") {
            return bucket(place, settings);
        }
        let folder = match place.split_once("://") {
            None => PathBuf::from(place),
            Some(("file", path)) if path.starts_with('/') => PathBuf::from(path),
            Some(_) => return Err(wrong("is not a folder, file:///… or s3://bucket/prefix")),
        };
        Self::folder(folder)
    }

    /// No place: files are refused.
    pub fn nowhere() -> Self {
        Self {
            store: None,
            folder: None,
        }
    }

    /// A store that is there already.
    pub fn of(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            store: Some(store),
            folder: None,
        }
    }

    fn folder(folder: PathBuf) -> Result<Self, settings::Error> {
        let made = std::fs::create_dir_all(&folder);
        made.map_err(|error| wrong(format!("{} cannot be made: {error}", folder.display())))?;
        let store = LocalFileSystem::new_with_prefix(&folder);
        let store = store.map_err(|error| wrong(error.to_string()))?;
        Ok(Self {
            // What is answered as kept survives a power cut.
            store: Some(Arc::new(store.with_fsync(true))),
            folder: Some(folder),
        })
    }

    /// Refuses when there is no place.
    pub fn store(&self) -> Result<Arc<dyn ObjectStore>, Error> {
        let store = self.store.clone();
        store.ok_or(Error::Refused(Refusal::FilesNotConfigured))
    }

    /// Begins to write an object. It is not there before [`Writing::finish`].
    pub fn write(&self, object: Uuid) -> Result<Writing, Error> {
        let writer = BufWriter::with_capacity(self.store()?, path(object), PART);
        Ok(Writing(writer.with_max_concurrency(PARTS)))
    }

    /// The content of an object.
    pub async fn read(
        &self,
        object: Uuid,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let found = self.store()?.get(&path(object)).await;
        let found = found.map_err(|error| match error {
            object_store::Error::NotFound { .. } => Refusal::FileDamaged,
            error => Refusal::FilesAway(error),
        })?;
        let content = found.into_stream();
        Ok(content
            .map_err(|error| Refusal::FilesAway(error).into())
            .boxed())
    }

    /// Deletes an object, finished or not; that it is gone already is as good.
    pub async fn delete(&self, object: Uuid) -> Result<(), Error> {
        match self.store()?.delete(&path(object)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(Refusal::FilesAway(error).into()),
        }
        if let Some(folder) = &self.folder {
            let begun = folder.join(format!("{}#1", path(object)));
            match tokio::fs::remove_file(begun).await {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    let source = Box::new(error);
                    let store = "folder";
                    return Err(
                        Refusal::FilesAway(object_store::Error::Generic { store, source }).into(),
                    );
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// An object under way.
pub struct Writing(BufWriter);

impl Writing {
    pub async fn add(&mut self, bytes: Bytes) -> Result<(), Error> {
        let added = self.0.put(bytes).await;
        Ok(added.map_err(Refusal::FilesAway)?)
    }

    pub async fn finish(mut self) -> Result<(), Error> {
        let finished = self.0.shutdown().await;
        finished.map_err(|error| {
            let source = Box::new(error);
            let store = "files";
            Refusal::FilesAway(object_store::Error::Generic { store, source }).into()
        })
    }

    /// Takes back what was written so far.
    pub async fn give_up(mut self) -> Result<(), Error> {
        Ok(self.0.abort().await.map_err(Refusal::FilesAway)?)
    }
}

/// Spread over folders by the last two digits: the first ones of ids tell the time.
fn path(object: Uuid) -> Path {
    let id = object.simple().to_string();
    let (_, spread) = id.split_at(id.len() - 2);
    Path::from(format!("campaigns/{spread}/{id}"))
}

fn bucket(place: &str, settings: &Settings) -> Result<Objects, settings::Error> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() {
        return Err(wrong("names no bucket"));
    }
    if settings.files_access_key.is_empty() || settings.files_secret_key.is_empty() {
        return Err(wrong(
            "is a bucket: campaigns.files_access_key and campaigns.files_secret_key must be set",
        ));
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&settings.files_region)
        .with_access_key_id(&settings.files_access_key)
        .with_secret_access_key(&settings.files_secret_key)
        // Not every S3-compatible store knows how to delete several at once.
        .with_disable_bulk_delete(true)
        .with_http_connector(http::Connector);
    if !settings.files_endpoint.is_empty() {
        builder = builder
            .with_endpoint(&settings.files_endpoint)
            .with_allow_http(settings.files_endpoint.starts_with("http://"));
    }
    let store = builder.build().map_err(|error| wrong(error.to_string()))?;
    Ok(Objects::of(if prefix.is_empty() {
        Arc::new(store)
    } else {
        Arc::new(PrefixStore::new(store, prefix))
    }))
}

fn wrong(problem: impl fmt::Display) -> settings::Error {
    settings::Error::new(format!("setting campaigns.files: {problem}"))
}
