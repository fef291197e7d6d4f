//! What a campaign costs and keeps, through the public edge.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use e2e::{Client, Mode, Platform, platform::Options};
use futures::{StreamExt, stream};
use proto::campaigns::v1::{
    self as pb, download_file_response, files_service_client::FilesServiceClient,
    upload_file_request,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tonic::{Request, transport::Endpoint};

use crate::{MODES, once};

#[tokio::test]
async fn costs_files_and_the_plan_of_a_campaign() {
    for mode in MODES {
        let folder = TempDir::new().unwrap();
        let platform = Platform::start_with(mode, keeping_files_in(mode, &folder));
        let platform = platform.await.unwrap();
        let admin = platform.admin().await.unwrap();
        let fair = json!({"campaign": {"kind": "exhibition", "name": "Spring fair"}});
        let made = admin.post("/v1/campaigns", &fair).await.unwrap();
        let id = made["campaign"]["campaignId"].as_str().unwrap();
        costs(&admin, id).await;
        small_file(&admin, id).await;
        large_file(&platform, &admin, id).await;
        plan(&admin, id).await;
        // Embedded, the files lie below the data without anybody saying so.
        if mode == Mode::Embedded {
            assert!(platform.data().join("files/campaigns").is_dir());
        }
    }
}

fn keeping_files_in(mode: Mode, folder: &TempDir) -> Options {
    let place = format!("file://{}", folder.path().display());
    let setting = ("TRIBUTARY__CAMPAIGNS__FILES".to_owned(), place);
    let settings = (mode == Mode::Cluster).then_some(setting);
    Options {
        settings: settings.into_iter().collect::<BTreeMap<_, _>>(),
        ..Options::default()
    }
}

async fn costs(admin: &Client, id: &str) {
    let path = format!("/v1/campaigns/{id}/costs");
    let labour = json!({"cost": {
        "kind": "COST_KIND_LABOUR", "line": "Calls", "actualMinutes": "45",
        "hourlyRate": {"minor": "2501", "currency": "EUR"}, "spentAt": "2026-11-10T00:00:00Z",
    }});
    let made = admin.post(&path, &labour).await.unwrap();
    assert_eq!(made["cost"]["actual"]["minor"], "1876");
    let rows: Vec<String> = (0..9_999)
        .map(|row| format!("Ticket {row};10.11.2026;EUR;0,01;{}\n", "x".repeat(400)))
        .collect();
    let file = format!("line;day;currency;actual;note\n{}", rows.concat());
    // Above what other calls may carry.
    assert!(file.len() > 4_000_000);
    let file = json!({"file": STANDARD.encode(file)});
    let path = format!("{path}:import");
    let read = admin.post(&path, &file).await.unwrap();
    assert_eq!(read["created"], 9_999, "{}", read["rows"][0]);
    let path = format!("/v1/campaigns/{id}/costs?pageSize=1");
    let listed = admin.get(&path).await.unwrap();
    assert_eq!(
        listed["sums"][0]["actualMinor"],
        (9_999 + 1_876).to_string()
    );
}

async fn small_file(admin: &Client, id: &str) {
    let content = STANDARD.encode(vec![7; 2_000_000]);
    let file = json!({
        "file": {"name": "Буклет.pdf", "contentType": "application/pdf"},
        "content": content,
    });
    let path = format!("/v1/campaigns/{id}/files");
    let kept = admin.post(&path, &file).await.unwrap();
    let file = kept["file"]["fileId"].as_str().unwrap();
    let back = admin.get(&format!("{path}/{file}/content")).await.unwrap();
    assert_eq!(back["file"], kept["file"]);
    assert!(back["content"] == Value::String(content), "the same bytes");
}

async fn large_file(platform: &Platform, admin: &Client, id: &str) {
    let channel = Endpoint::from_shared(platform.base.clone()).unwrap();
    let mut client = FilesServiceClient::new(channel.connect_lazy());
    let message = |part| pb::UploadFileRequest { part: Some(part) };
    let file = pb::File {
        campaign_id: id.to_owned(),
        name: "film.mp4".to_owned(),
        size: 20 << 20,
        ..pb::File::default()
    };
    let mut parts = vec![message(upload_file_request::Part::File(file))];
    for number in 0..20 {
        parts.push(message(upload_file_request::Part::Chunk(vec![
            number;
            1 << 20
        ])));
    }
    let upload = signed(admin, stream::iter(parts));
    let mut answer = client.upload_file(upload).await.unwrap().into_inner();
    let kept = answer.message().await.unwrap().unwrap().file.unwrap();
    let wanted = pb::DownloadFileRequest {
        campaign_id: id.to_owned(),
        file_id: kept.file_id.clone(),
    };
    let answer = client.download_file(signed(admin, wanted)).await.unwrap();
    let mut parts = answer.into_inner();
    let (mut seen, mut same) = (0, true);
    while let Some(part) = parts.next().await {
        match part.unwrap().part.unwrap() {
            download_file_response::Part::File(file) => assert_eq!(file, kept),
            download_file_response::Part::Chunk(chunk) => {
                for byte in chunk {
                    same &= usize::from(byte) == seen >> 20;
                    seen += 1;
                }
            }
        }
    }
    assert_eq!((seen, same), (20 << 20, true), "the same bytes");
}

pub(crate) fn signed<T>(admin: &Client, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let token = format!("Bearer {}", admin.token).parse().unwrap();
    request.metadata_mut().insert("authorization", token);
    request
}

/// A response becomes a lead, and the lead counts for the plan.
async fn plan(admin: &Client, id: &str) {
    let path = format!("/v1/campaigns/{id}");
    let running = json!({"state": "CAMPAIGN_STATE_RUNNING"});
    admin.post(&format!("{path}:move"), &running).await.unwrap();
    let list = json!({"participants": [
        {"name": {"full": "Ilze Kalna"}, "emails": ["ilze.kalna@acme-demo.lv"]},
    ]});
    let added = admin
        .post(&format!("{path}/participants"), &list)
        .await
        .unwrap();
    let participant = added["participants"][0]["participantId"].as_str().unwrap();
    let yes = json!({"response": {"positive": true, "text": "yes"}});
    let responses = format!("{path}/participants/{participant}/responses");
    admin.post(&responses, &yes).await.unwrap();
    let line = json!({"plan": {
        "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z", "targetLeads": "1",
        "campaignId": id, "channel": "campaign", "fixedPercent": 40,
        "bonus": {"minor": "10000", "currency": "EUR"},
    }});
    let made = admin.post("/v1/plans", &line).await.unwrap();
    let plan = made["plan"]["planId"].as_str().unwrap();
    let reached = |answer: &Value| answer["line"]["fact"]["reached"] == true;
    let found = once(admin, &format!("/v1/plans/{plan}"), reached).await;
    assert_eq!(found["line"]["fact"]["bonusEarned"]["minor"], "10000");
}
