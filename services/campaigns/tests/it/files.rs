//! Files as callers see them.

use futures::TryStreamExt;
use ids::{CampaignId, FileId};
use object_store::{ObjectStore, ObjectStoreExt};
use proto::campaigns::v1::{self as pb, download_file_response, upload_file_request};
use rpc::Code;
use sha2::{Digest, Sha256};
use tonic::Status;

use crate::fixture::{Desk, desks, desks_keeping, refused, staff, wrong};

pub(crate) fn file(campaign: &str, name: &str) -> pb::File {
    pb::File {
        file_id: FileId::generate().to_string(),
        campaign_id: campaign.to_owned(),
        name: name.to_owned(),
        content_type: "application/pdf".to_owned(),
        ..pb::File::default()
    }
}

pub(crate) fn sha256(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Bytes without a pattern that a wrong order would keep.
pub(crate) fn bytes(length: usize) -> Vec<u8> {
    let mut seed = 88_172_645_463_325_252_u64;
    let next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

pub(crate) async fn upload(
    desk: &Desk,
    file: &pb::File,
    content: &[u8],
) -> Result<pb::File, Status> {
    let message = |part| pb::UploadFileRequest { part: Some(part) };
    let mut parts = vec![message(upload_file_request::Part::File(file.clone()))];
    for chunk in content.chunks(1 << 20) {
        parts.push(message(upload_file_request::Part::Chunk(chunk.to_vec())));
    }
    let answer = desk
        .files()
        .upload_file(futures::stream::iter(parts))
        .await?;
    let answers: Vec<_> = answer.into_inner().try_collect().await?;
    Ok(answers.into_iter().next().unwrap().file.unwrap())
}

pub(crate) async fn download(
    desk: &Desk,
    campaign: &str,
    id: &str,
) -> Result<(pb::File, Vec<u8>), Status> {
    let request = pb::DownloadFileRequest {
        campaign_id: campaign.to_owned(),
        file_id: id.to_owned(),
    };
    let mut parts = desk.files().download_file(request).await?.into_inner();
    let Some(download_file_response::Part::File(file)) = parts.message().await?.unwrap().part
    else {
        panic!("the file comes first");
    };
    let mut content = Vec::new();
    while let Some(part) = parts.message().await? {
        match part.part {
            Some(download_file_response::Part::Chunk(chunk)) => content.extend(chunk),
            other => panic!("{other:?}"),
        }
    }
    Ok((file, content))
}

pub(crate) async fn store(
    desk: &Desk,
    campaign: &str,
    file: &pb::File,
    content: &[u8],
) -> Result<pb::File, Status> {
    let request = pb::StoreFileRequest {
        campaign_id: campaign.to_owned(),
        file: Some(file.clone()),
        content: content.to_vec(),
    };
    let response = desk.files().store_file(request).await;
    response.map(|it| it.into_inner().file.unwrap())
}

async fn read(desk: &Desk, campaign: &str, id: &str) -> Result<pb::ReadFileResponse, Status> {
    let request = pb::ReadFileRequest {
        campaign_id: campaign.to_owned(),
        file_id: id.to_owned(),
    };
    let response = desk.files().read_file(request).await;
    response.map(tonic::Response::into_inner)
}

pub(crate) async fn remove(desk: &Desk, campaign: &str, id: &str) -> Result<pb::File, Status> {
    let request = pb::RemoveFileRequest {
        campaign_id: campaign.to_owned(),
        file_id: id.to_owned(),
    };
    let response = desk.files().remove_file(request).await;
    response.map(|it| it.into_inner().file.unwrap())
}

async fn list(desk: &Desk, campaign: &str, include_removed: bool) -> Vec<pb::File> {
    let request = pb::ListFilesRequest {
        campaign_id: campaign.to_owned(),
        include_removed,
        ..pb::ListFilesRequest::default()
    };
    let response = desk.files().list_files(request).await;
    response.unwrap().into_inner().files
}

#[tokio::test]
async fn a_large_file_goes_in_and_out_in_chunks() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        // More than a part of an object, and no whole number of chunks.
        let content = bytes(9_000_001);
        let given = pb::File {
            size: 9_000_001,
            sha256: sha256(&content),
            note: "от типографии".to_owned(),
            ..file(&id, "C:\\Загрузки\\Буклет.pdf")
        };
        let kept = upload(&desk, &given, &content).await.unwrap();
        let expected = pb::File {
            name: "Буклет.pdf".to_owned(),
            uploaded_by: staff().to_string(),
            uploaded_at: kept.uploaded_at,
            ..given.clone()
        };
        assert_eq!(kept, expected, "{}", desk.label);
        let again = upload(&desk, &given, b"something else").await.unwrap();
        assert_eq!(again, kept, "{}: the same id twice", desk.label);
        let (file, read_back) = download(&desk, &id, &kept.file_id).await.unwrap();
        assert_eq!(file, kept);
        assert!(read_back == content, "{}: the same bytes", desk.label);
        let large = read(&desk, &id, &kept.file_id).await;
        refused(large, Code::FailedPrecondition, "FILE_NEEDS_CHUNKS");
        assert_eq!(list(&desk, &id, false).await, [kept], "{}", desk.label);
    }
}

#[tokio::test]
async fn a_small_file_goes_in_and_out_in_one_message() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        for content in [Vec::new(), bytes(2_000_000)] {
            let given = pb::File {
                content_type: String::new(),
                ..file("", "лист.bin")
            };
            let kept = store(&desk, &id, &given, &content).await.unwrap();
            assert_eq!(kept.size, i64::try_from(content.len()).unwrap());
            assert_eq!(kept.sha256, sha256(&content), "{}", desk.label);
            assert_eq!(kept.content_type, "application/octet-stream");
            let again = store(&desk, &id, &given, b"x").await.unwrap();
            assert_eq!(again, kept, "the same id twice");
            let back = read(&desk, &id, &kept.file_id).await.unwrap();
            assert_eq!(back.file, Some(kept));
            assert!(back.content == content, "{}: the same bytes", desk.label);
        }
        let large = store(&desk, &id, &file("", "x"), &bytes(2_000_001)).await;
        refused(large, Code::FailedPrecondition, "FILE_NEEDS_CHUNKS");
    }
}

#[tokio::test]
async fn content_that_was_announced_otherwise_is_not_kept() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let size = pb::File {
            size: 4,
            ..file(&id, "a")
        };
        let differs = upload(&desk, &size, b"hello").await;
        refused(differs, Code::InvalidArgument, "FILE_CONTENT_DIFFERS");
        let sum = pb::File {
            sha256: sha256(b"hallo"),
            ..size.clone()
        };
        let differs = store(&desk, &id, &pb::File { size: 0, ..sum }, b"hello").await;
        refused(differs, Code::InvalidArgument, "FILE_CONTENT_DIFFERS");
        assert!(list(&desk, &id, true).await.is_empty(), "{}", desk.label);
        let right = pb::File { size: 5, ..size };
        let kept = upload(&desk, &right, b"hello").await.unwrap();
        assert_eq!(
            kept.size, 5,
            "{}: the id is free for another attempt",
            desk.label
        );
    }
}

#[tokio::test]
async fn a_file_taken_out_is_gone_for_readers() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let kept = upload(&desk, &file(&id, "a.txt"), b"hello").await.unwrap();
        for _ in 0..2 {
            let out = remove(&desk, &id, &kept.file_id).await.unwrap();
            assert!(out.removed, "{}", desk.label);
        }
        let gone = download(&desk, &id, &kept.file_id).await;
        refused(gone, Code::NotFound, "FILE_NOT_FOUND");
        refused(
            read(&desk, &id, &kept.file_id).await,
            Code::NotFound,
            "FILE_NOT_FOUND",
        );
        assert!(list(&desk, &id, false).await.is_empty(), "{}", desk.label);
        assert_eq!(list(&desk, &id, true).await.len(), 1, "{}", desk.label);
        let again = upload(&desk, &kept, b"hello").await.unwrap();
        assert!(
            again.removed,
            "{}: the same id is the same file",
            desk.label
        );
    }
}

#[tokio::test]
async fn damaged_content_is_told_and_not_passed_off() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        for damage in [b"hallo".to_vec(), b"hell".to_vec(), b"hello!".to_vec()] {
            let kept = upload(&desk, &file(&id, "a.txt"), b"hello").await.unwrap();
            let objects: Vec<_> = desk.objects.list(None).try_collect().await.unwrap();
            for object in objects {
                let damage = damage.clone();
                desk.objects
                    .put(&object.location, damage.into())
                    .await
                    .unwrap();
            }
            let damaged = download(&desk, &id, &kept.file_id).await;
            refused(damaged, Code::DataLoss, "FILE_DAMAGED");
            refused(
                read(&desk, &id, &kept.file_id).await,
                Code::DataLoss,
                "FILE_DAMAGED",
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_upload_is_refused() {
    for desk in desks().await {
        let (id, other) = (
            desk.create("Fair").await.campaign_id,
            desk.create("Other").await,
        );
        let kept = upload(&desk, &file(&id, "a"), b"hello").await.unwrap();
        let taken = store(&desk, &other.campaign_id, &kept, b"hello").await;
        refused(taken, Code::AlreadyExists, "ID_TAKEN");
        let foreign = download(&desk, &other.campaign_id, &kept.file_id).await;
        refused(foreign, Code::NotFound, "FILE_NOT_FOUND");
        let nowhere = file(&CampaignId::generate().to_string(), "a");
        let nowhere = upload(&desk, &nowhere, b"x").await;
        refused(nowhere, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        let bad = pb::File {
            content_type: "text/plain\r\nx: y".to_owned(),
            size: -1,
            sha256: "ABC".to_owned(),
            ..file(&id, "../..")
        };
        let fields = wrong(upload(&desk, &bad, b"").await);
        assert_eq!(
            fields,
            ["name", "content_type", "size", "sha256"],
            "{}",
            desk.label
        );
        let chunk = upload_file_request::Part::Chunk(vec![1]);
        let first = pb::UploadFileRequest {
            part: Some(chunk.clone()),
        };
        let unannounced = desk
            .files()
            .upload_file(futures::stream::iter([first.clone()]))
            .await;
        let answer: Result<Vec<_>, Status> = unannounced.unwrap().into_inner().try_collect().await;
        assert_eq!(wrong(answer), ["file"], "{}", desk.label);
        let announced = pb::UploadFileRequest {
            part: Some(upload_file_request::Part::File(file(&id, "b"))),
        };
        let twice = [announced.clone(), first, announced];
        let answer = desk.files().upload_file(futures::stream::iter(twice)).await;
        let answer: Result<Vec<_>, Status> = answer.unwrap().into_inner().try_collect().await;
        assert_eq!(wrong(answer), ["chunk"], "{}", desk.label);
        assert_eq!(list(&desk, &id, true).await.len(), 1, "{}", desk.label);
    }
}

#[tokio::test]
async fn without_a_place_files_are_refused() {
    for desk in desks_keeping(Some(campaigns::objects::Objects::nowhere())).await {
        let id = desk.create("Fair").await.campaign_id;
        let refusal = upload(&desk, &file(&id, "a"), b"x").await;
        refused(refusal, Code::FailedPrecondition, "FILES_NOT_CONFIGURED");
        assert!(list(&desk, &id, true).await.is_empty(), "{}", desk.label);
    }
}
