use bytes::Bytes;
use futures::{Stream, StreamExt};
use ids::FileId;
use messaging::Tx;
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use uuid::Uuid;

use super::{App, again::again};
use crate::{
    domain::file::File,
    error::Error,
    refusal::Refusal,
    store::{self, files::Kept},
};

pub struct StoreFile {
    /// Size and SHA-256 are learnt from the content.
    pub file: File,
    /// What the content must be, where it was told.
    pub size: Option<i64>,
    pub sha256: Option<String>,
}

/// Keeps a file: a row that an object is coming, the object, the file. The same id twice returns
/// what is there.
///
/// A cut leaves at most a row of an object without a file; sweeps clear it.
pub async fn store_file(
    app: &App,
    cmd: StoreFile,
    content: impl Stream<Item = Result<Bytes, Error>> + Send + Unpin,
) -> Result<File, Error> {
    let most = app.settings.file_max as u64;
    if cmd.size.is_some_and(|size| size.unsigned_abs() > most) {
        return Err(Refusal::FileTooLarge(most).into());
    }
    let object = match again(|| begin(app, &cmd.file)).await? {
        Begun::Known(file) => return Ok(file),
        Begun::Object(object) => object,
    };
    let written = timeout(app.settings.file_timeout, write(app, object, &cmd, content)).await;
    let finished = match written {
        Ok(Ok((size, sha256))) => {
            let file = File {
                size,
                sha256,
                uploaded_at: app.clock.now(),
                ..cmd.file
            };
            again(|| finish(app, &file, object)).await
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Err(Refusal::UploadTooSlow.into()),
    };
    if finished.is_err() {
        give_up(app, object).await;
    }
    finished
}

enum Begun {
    Known(File),
    Object(Uuid),
}

async fn begin(app: &App, file: &File) -> Result<Begun, Error> {
    app.objects.store()?;
    let tx = app.outbox.begin().await?;
    store::campaigns::get(&*tx, file.campaign).await?;
    if let Some(known) = known(&tx, file).await? {
        return Ok(Begun::Known(known));
    }
    // Each attempt has an object of its own, so that a cut one is in nobody's way.
    let object = FileId::generate().uuid();
    store::files::begin_object(&tx, object, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Begun::Object(object))
}

async fn known(tx: &Tx, file: &File) -> Result<Option<File>, Error> {
    match store::files::find(&**tx, file.id).await? {
        Some(known) if known.file.campaign != file.campaign => Err(Error::IdTaken("file")),
        known => Ok(known.map(|it| it.file)),
    }
}

/// Writes the object; answers its size and SHA-256.
async fn write(
    app: &App,
    object: Uuid,
    cmd: &StoreFile,
    mut content: impl Stream<Item = Result<Bytes, Error>> + Send + Unpin,
) -> Result<(i64, String), Error> {
    let most = app.settings.file_max as u64;
    let mut writing = app.objects.write(object)?;
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    while let Some(bytes) = content.next().await {
        let added = match bytes {
            Ok(bytes) => {
                size += bytes.len() as u64;
                hash.update(&bytes);
                if size > most {
                    Err(Refusal::FileTooLarge(most).into())
                } else {
                    writing.add(bytes).await
                }
            }
            Err(error) => Err(error),
        };
        if let Err(error) = added {
            writing.give_up().await?;
            return Err(error);
        }
    }
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let sha256 = hex::encode(hash.finalize());
    let differs = if cmd.size.is_some_and(|told| told != size) {
        Some("size")
    } else if cmd.sha256.as_ref().is_some_and(|told| *told != sha256) {
        Some("SHA-256")
    } else {
        None
    };
    if let Some(what) = differs {
        writing.give_up().await?;
        return Err(Refusal::ContentDiffers(what).into());
    }
    writing.finish().await?;
    Ok((size, sha256))
}

async fn finish(app: &App, file: &File, object: Uuid) -> Result<File, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = known(&tx, file).await? {
        // The same upload came twice at once, and the other was first.
        store::files::give_up_object(&tx, object, app.clock.now()).await?;
        tx.commit().await?;
        return Ok(known);
    }
    if !store::files::keep_object(&tx, object, app.clock.now()).await? {
        return Err(Refusal::UploadTooSlow.into());
    }
    let file = file.clone();
    let kept = Kept { file, object };
    store::files::insert(&tx, &kept).await?;
    tx.commit().await?;
    Ok(kept.file)
}

/// The next sweep takes the object. If this fails too, a later one does.
async fn give_up(app: &App, object: Uuid) {
    let doomed = async {
        let tx = app.outbox.begin().await?;
        store::files::give_up_object(&tx, object, app.clock.now()).await?;
        tx.commit().await
    };
    if let Err(error) = doomed.await {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, "an upload that failed is left to the sweep");
    }
}
