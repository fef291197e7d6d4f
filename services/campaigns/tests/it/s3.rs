//! Files in an S3-compatible store: one of the test's own, which checks what S3 checks.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
};
use campaigns::{app::sweep_files::sweep_files, objects::Objects, settings::Settings};
use tokio::net::TcpListener;

use crate::{
    files::{bytes, download, file, remove, sha256, upload},
    fixture::{desks_keeping, settings},
};

#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Vec<u8>>,
    /// Parts of each upload by number.
    uploads: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
}

type Shared = Arc<Mutex<Bucket>>;

async fn serve(State(bucket): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
    if !signed(&parts.headers, &body) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let path = parts.uri.path().to_owned();
    let query: BTreeMap<String, String> = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut bucket = bucket.lock().unwrap();
    let upload = query.get("uploadId");
    match (parts.method, upload) {
        (Method::PUT, Some(upload)) => {
            let number = query.get("partNumber").unwrap().parse().unwrap();
            let tag = sha256(&body);
            bucket.uploads.get_mut(upload).unwrap().insert(number, body);
            tagged(&tag, Body::empty())
        }
        (Method::PUT, None) => {
            let tag = sha256(&body);
            bucket.objects.insert(path, body);
            tagged(&tag, Body::empty())
        }
        (Method::POST, None) => {
            let id = format!("upload{}", bucket.uploads.len());
            bucket.uploads.insert(id.clone(), BTreeMap::new());
            let answer = format!(
                "<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
            );
            answer.into_response()
        }
        (Method::POST, Some(upload)) => {
            let parts = bucket.uploads.remove(upload).unwrap();
            let whole = parts.into_values().flatten().collect::<Vec<u8>>();
            let tag = sha256(&whole);
            bucket.objects.insert(path, whole);
            let answer = format!(
                "<CompleteMultipartUploadResult><ETag>\"{tag}\"</ETag></CompleteMultipartUploadResult>"
            );
            answer.into_response()
        }
        (Method::GET, _) => match bucket.objects.get(&path) {
            Some(object) => tagged(&sha256(object), object.clone().into()),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        (Method::DELETE, Some(upload)) => {
            bucket.uploads.remove(upload);
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::DELETE, None) => {
            bucket.objects.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// Signed with the key of the settings, and the body is the one that was signed.
fn signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
    };
    let signature = text("authorization");
    signature.starts_with("AWS4-HMAC-SHA256 Credential=tributary/")
        && signature.contains("/eu-central-1/s3/aws4_request")
        && text("x-amz-content-sha256") == sha256(body)
}

fn tagged(tag: &str, body: Body) -> Response {
    let headers = [
        ("etag", format!("\"{tag}\"")),
        ("last-modified", "Sun, 22 Nov 2026 10:00:00 GMT".to_owned()),
    ];
    (headers, body).into_response()
}

async fn scene(bucket: Shared, endpoint: String) {
    let settings = Settings {
        files: "s3://documents/of/campaigns".to_owned(),
        files_endpoint: endpoint,
        files_region: "eu-central-1".to_owned(),
        files_access_key: "tributary".to_owned(),
        files_secret_key: "secret".to_owned(),
        ..settings()
    };
    for desk in desks_keeping(Some(Objects::open(&settings).unwrap())).await {
        let id = desk.create("Fair").await.campaign_id;
        let mut kept = Vec::new();
        // In one piece, and in parts.
        for length in [5, 9_000_001] {
            let content = bytes(length);
            let stored = upload(&desk, &file(&id, "a"), &content).await.unwrap();
            let (_, back) = download(&desk, &id, &stored.file_id).await.unwrap();
            assert!(back == content, "{}: the same bytes", desk.label);
            kept.push(stored.file_id);
        }
        {
            let bucket = bucket.lock().unwrap();
            assert_eq!(bucket.objects.len(), 2, "{}", desk.label);
            let inside = |path: &String| path.starts_with("/documents/of/campaigns/");
            assert!(
                bucket.objects.keys().all(inside),
                "{:?}",
                bucket.objects.keys()
            );
        }
        for file in kept {
            remove(&desk, &id, &file).await.unwrap();
        }
        assert_eq!(sweep_files(&desk.app).await.unwrap(), 2, "{}", desk.label);
        let bucket = bucket.lock().unwrap();
        assert!(
            bucket.objects.is_empty() && bucket.uploads.is_empty(),
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn a_bucket_keeps_files() {
    let bucket = Shared::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(serve).with_state(bucket.clone());
    tokio::select! {
        served = axum::serve(listener, router) => panic!("{served:?}"),
        () = scene(bucket, endpoint) => {}
    }
}
