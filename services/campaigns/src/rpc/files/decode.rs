//! Requests about files to commands.

use bytes::Bytes;
use chrono::DateTime;
use ids::{FileId, StaffId};
use proto::campaigns::v1::{self as pb, upload_file_request};
use rpc::decode::{Fields, Invalid};

use super::read::SMALL;
use crate::{
    app::{remove_file::RemoveFile, store_file::StoreFile},
    domain::file::{File, UNKNOWN_TYPE, clean_name, is_media_type, is_sha256},
    error::Error,
    refusal::Refusal,
    rpc::convert::{TEXT, text},
};

/// The first message of an upload.
pub(super) fn upload(
    first: pb::UploadFileRequest,
    by: Option<StaffId>,
) -> Result<StoreFile, Invalid> {
    match first.part {
        Some(upload_file_request::Part::File(file)) => command("", &file.campaign_id, &file, by),
        _ => Err(Invalid::field(
            "file",
            "REQUIRED",
            "comes before the content",
        )),
    }
}

/// A later message of an upload.
pub(super) fn chunk(message: pb::UploadFileRequest, most: usize) -> Result<Bytes, Error> {
    match message.part {
        Some(upload_file_request::Part::Chunk(chunk)) if chunk.len() <= most => Ok(chunk.into()),
        Some(upload_file_request::Part::Chunk(_)) => {
            let description = format!("is longer than {most} bytes");
            Err(Invalid::field("chunk", "OUT_OF_RANGE", description).into())
        }
        _ => Err(Invalid::field("chunk", "REQUIRED", "follows the first message").into()),
    }
}

pub(super) fn store(
    request: pb::StoreFileRequest,
    by: Option<StaffId>,
) -> Result<(StoreFile, Bytes), Error> {
    if request.content.len() as u64 > SMALL {
        return Err(Refusal::FileNeedsChunks(SMALL).into());
    }
    let file = request.file.unwrap_or_default();
    let cmd = command("file.", &request.campaign_id, &file, by)?;
    Ok((cmd, request.content.into()))
}

fn command(
    path: &str,
    campaign: &str,
    file: &pb::File,
    by: Option<StaffId>,
) -> Result<StoreFile, Invalid> {
    let mut fields = Fields::new();
    let named = |field: &str| format!("{path}{field}");
    let campaign = fields.parse("campaign_id", campaign);
    let id = fields.parse_optional(&named("file_id"), &file.file_id);
    let name = fields.require(&named("name"), clean_name(&file.name));
    let content_type = match file.content_type.trim() {
        "" => Some(UNKNOWN_TYPE.to_owned()),
        told if is_media_type(told) => Some(told.to_owned()),
        _ => fields.read(&named("content_type"), Err("is no media type")),
    };
    if file.size < 0 {
        fields.wrong(&named("size"), "OUT_OF_RANGE", "is negative");
    }
    if !file.sha256.is_empty() && !is_sha256(&file.sha256) {
        fields.wrong(
            &named("sha256"),
            "MALFORMED",
            "is not 64 lower-case hexadecimal digits",
        );
    }
    let note = text(&mut fields, &named("note"), &file.note, TEXT);
    fields.finish(|| {
        let kept = File {
            id: id?.unwrap_or_else(FileId::generate),
            campaign: campaign?,
            name: name?,
            content_type: content_type?,
            size: 0,
            sha256: String::new(),
            note: note?,
            uploaded_by: by,
            uploaded_at: DateTime::UNIX_EPOCH,
            removed: false,
        };
        Some(StoreFile {
            file: kept,
            size: Some(file.size).filter(|size| *size != 0),
            sha256: Some(file.sha256.clone()).filter(|it| !it.is_empty()),
        })
    })
}

pub(super) fn remove(request: &pb::RemoveFileRequest) -> Result<RemoveFile, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let id = fields.parse("file_id", &request.file_id);
    fields.finish(|| {
        Some(RemoveFile {
            campaign: campaign?,
            id: id?,
        })
    })
}
