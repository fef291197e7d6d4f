//! Reads of files.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use proto::campaigns::v1 as pb;
use rpc::{decode::Fields, page};
use sha2::{Digest, Sha256};

use super::{CHUNK, encode};
use crate::{
    app::App,
    domain::file::File,
    error::Error,
    refusal::Refusal,
    store::{Cursor, campaigns, files},
};

/// Bytes of a file that goes in one message.
pub(super) const SMALL: u64 = 2_000_000;

type Content = BoxStream<'static, Result<Bytes, Error>>;

/// A file and its content in chunks. The content fails at its end if it is not what was uploaded.
pub(super) async fn content(
    app: &App,
    campaign: &str,
    file: &str,
) -> Result<(File, Content), Error> {
    let kept = kept(app, campaign, file).await?;
    open(app, kept).await
}

pub(super) async fn file(
    app: &App,
    request: &pb::ReadFileRequest,
) -> Result<pb::ReadFileResponse, Error> {
    let kept = kept(app, &request.campaign_id, &request.file_id).await?;
    if kept.file.size.unsigned_abs() > SMALL {
        return Err(Refusal::FileNeedsChunks(SMALL).into());
    }
    let (file, mut chunks) = open(app, kept).await?;
    let mut content = Vec::new();
    while let Some(chunk) = chunks.try_next().await? {
        content.extend_from_slice(&chunk);
    }
    let file = Some(encode(&file));
    Ok(pb::ReadFileResponse { file, content })
}

async fn kept(app: &App, campaign: &str, file: &str) -> Result<files::Kept, Error> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", campaign);
    let id = fields.parse("file_id", file);
    let (campaign, id) = fields.finish(|| Some((campaign?, id?)))?;
    let kept = files::get(app.outbox.database().reader(), campaign, id).await?;
    if kept.file.removed {
        return Err(Refusal::FileNotFound(id).into());
    }
    Ok(kept)
}

async fn open(app: &App, kept: files::Kept) -> Result<(File, Content), Error> {
    let bytes = app.objects.read(kept.object).await?;
    let pieces = bytes.flat_map(|bytes| match bytes {
        Ok(bytes) => stream::iter(pieces(bytes)).map(Ok).left_stream(),
        Err(error) => stream::iter([Err(error)]).right_stream(),
    });
    let checked = checked(pieces.boxed(), &kept.file);
    Ok((kept.file, checked))
}

/// A store may give all at once.
fn pieces(mut bytes: Bytes) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while bytes.len() > CHUNK {
        pieces.push(bytes.split_to(CHUNK));
    }
    pieces.push(bytes);
    pieces
}

/// The content, and an error at its end unless it has the size and the SHA-256 of the file.
fn checked(content: Content, file: &File) -> Content {
    let (size, sha256) = (file.size.unsigned_abs(), file.sha256.clone());
    let begin = (content, Sha256::new(), 0_u64);
    stream::try_unfold(begin, move |(mut content, mut hash, mut seen)| {
        let sha256 = sha256.clone();
        async move {
            let Some(bytes) = content.try_next().await? else {
                let same = seen == size && hex::encode(hash.finalize()) == sha256;
                return if same {
                    Ok(None)
                } else {
                    Err(Refusal::FileDamaged.into())
                };
            };
            seen += bytes.len() as u64;
            hash.update(&bytes);
            // No more is held or sent than was uploaded.
            if seen > size {
                return Err(Refusal::FileDamaged.into());
            }
            Ok(Some((bytes, (content, hash, seen))))
        }
    })
    .boxed()
}

pub(super) async fn files(
    app: &App,
    request: &pb::ListFilesRequest,
) -> Result<pb::ListFilesResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Cursor> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let campaign = fields.finish(|| campaign)?;
    let db = app.outbox.database().reader();
    campaigns::get(db, campaign).await?;
    let (removed, limit) = (request.include_removed, u64::from(size) + 1);
    let rows = files::list(db, campaign, removed, before.as_ref(), limit).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| Cursor {
        at: it.uploaded_at,
        id: it.id.uuid(),
    });
    Ok(pb::ListFilesResponse {
        files: rows.iter().map(encode).collect(),
        next_page_token,
    })
}
