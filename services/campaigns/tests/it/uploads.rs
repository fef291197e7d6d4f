//! Uploads that are cut, and what sweeps make of them.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use campaigns::{
    app::{
        store_file::{StoreFile, store_file},
        sweep_files::sweep_files,
    },
    domain::file::File,
    error::Error,
    objects::Objects,
    refusal::Refusal,
    settings::Settings,
    store,
};
use futures::{StreamExt, TryStreamExt, stream};
use ids::FileId;
use object_store::{ObjectStore, ObjectStoreExt};
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::{
    files::{bytes, download, file, remove, upload},
    fixture::{Desk, desks, desks_keeping, settings},
};

/// Longer than any upload may take, twice.
const LATE: Duration = Duration::from_mins(21);

async fn rows(desk: &Desk, state: &str) -> i64 {
    let db = desk.app.outbox.database().reader();
    let sql = "select count(*) as rows from file_object where state = $1";
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, [state.into()]);
    let row = db.query_one_raw(query).await.unwrap().unwrap();
    row.try_get("", "rows").unwrap()
}

async fn objects(desk: &Desk) -> usize {
    let listed: Vec<_> = desk.objects.list(None).try_collect().await.unwrap();
    listed.len()
}

async fn sweep(desk: &Desk) -> u64 {
    sweep_files(&desk.app).await.unwrap()
}

async fn command(desk: &Desk) -> StoreFile {
    let campaign = desk.create("Fair").await.campaign_id.parse().unwrap();
    StoreFile {
        file: File {
            id: FileId::generate(),
            campaign,
            name: "a.bin".to_owned(),
            content_type: "text/plain".to_owned(),
            size: 0,
            sha256: String::new(),
            note: String::new(),
            uploaded_by: None,
            uploaded_at: desk.app.clock.now(),
            removed: false,
        },
        size: None,
        sha256: None,
    }
}

/// Content of ten megabytes, of which the last comes when told.
fn slow(
    reached: Arc<Notify>,
    go_on: Arc<Notify>,
) -> impl futures::Stream<Item = Result<Bytes, Error>> + Send + Unpin {
    let chunk = Bytes::from(bytes(1 << 20));
    let early = stream::iter(vec![chunk.clone(); 9]).map(Ok);
    let last = stream::once(async move {
        reached.notify_one();
        go_on.notified().await;
        Ok(chunk)
    });
    early.chain(last).boxed()
}

#[tokio::test]
async fn content_goes_after_the_file_was_taken_out() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let kept = upload(&desk, &file(&id, "a"), b"hello").await.unwrap();
        let other = upload(&desk, &file(&id, "b"), b"other").await.unwrap();
        assert_eq!(
            (sweep(&desk).await, objects(&desk).await),
            (0, 2),
            "{}",
            desk.label
        );
        remove(&desk, &id, &kept.file_id).await.unwrap();
        assert_eq!(objects(&desk).await, 2, "not within the call");
        assert_eq!(
            (sweep(&desk).await, objects(&desk).await),
            (1, 1),
            "{}",
            desk.label
        );
        assert_eq!((sweep(&desk).await, rows(&desk, "stored").await), (0, 1));
        download(&desk, &id, &other.file_id).await.unwrap();
    }
}

#[tokio::test]
async fn an_upload_that_died_leaves_nothing() {
    for desk in desks().await {
        let cmd = command(&desk).await;
        let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        tokio::select! {
            _ = store_file(&desk.app, cmd, slow(reached.clone(), go_on)) => panic!("it has no end"),
            () = reached.notified() => {}
        }
        assert_eq!(rows(&desk, "uploading").await, 1, "{}", desk.label);
        assert_eq!(sweep(&desk).await, 0, "it may still be under way");
        desk.hands.advance(LATE);
        assert_eq!(sweep(&desk).await, 1, "{}", desk.label);
        assert_eq!(objects(&desk).await, 0, "{}", desk.label);
        assert_eq!(
            rows(&desk, "uploading").await + rows(&desk, "doomed").await,
            0
        );
    }
}

#[tokio::test]
async fn an_object_whose_file_was_not_committed_goes() {
    for desk in desks().await {
        // What a process leaves that is killed between the object and the commit.
        let object = FileId::generate().uuid();
        let tx = desk.app.outbox.begin().await.unwrap();
        store::files::begin_object(&tx, object, desk.app.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut writing = desk.app.objects.write(object).unwrap();
        writing.add(Bytes::from_static(b"hello")).await.unwrap();
        writing.finish().await.unwrap();
        assert_eq!(
            (sweep(&desk).await, objects(&desk).await),
            (0, 1),
            "{}",
            desk.label
        );
        desk.hands.advance(LATE);
        assert_eq!(
            (sweep(&desk).await, objects(&desk).await),
            (1, 0),
            "{}",
            desk.label
        );
        // And one that is killed between the deletion and its row.
        let tx = desk.app.outbox.begin().await.unwrap();
        store::files::begin_object(&tx, object, desk.app.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        desk.hands.advance(LATE);
        assert_eq!(
            sweep(&desk).await,
            1,
            "{}: that it is gone is as good",
            desk.label
        );
        assert_eq!(rows(&desk, "doomed").await, 0);
    }
}

#[tokio::test]
async fn an_upload_that_was_given_up_is_told_so_and_leaves_nothing() {
    for desk in desks().await {
        let cmd = command(&desk).await;
        let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let given_up = async {
            reached.notified().await;
            desk.hands.advance(LATE);
            sweep(&desk).await;
            go_on.notify_one();
        };
        let content = slow(reached.clone(), go_on.clone());
        let (finished, ()) = tokio::join!(store_file(&desk.app, cmd, content), given_up);
        let error = finished.unwrap_err();
        assert!(
            matches!(error, Error::Refused(Refusal::UploadTooSlow)),
            "{error:?}"
        );
        assert_eq!(rows(&desk, "stored").await, 0, "{}", desk.label);
    }
}

#[tokio::test]
async fn the_same_upload_twice_at_once_is_one_file() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let given = file(&id, "a");
        let content = bytes(100_000);
        let (one, other) = tokio::join!(
            upload(&desk, &given, &content),
            upload(&desk, &given, &content)
        );
        assert_eq!(one.unwrap().sha256, other.unwrap().sha256, "{}", desk.label);
        sweep(&desk).await;
        assert_eq!(objects(&desk).await, 1, "{}", desk.label);
        assert_eq!(rows(&desk, "stored").await, 1, "{}", desk.label);
        download(&desk, &id, &given.file_id).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_above_the_limit_is_not_kept() {
    for desk in desks().await {
        let most = desk.app.settings.file_max;
        let mut told = command(&desk).await;
        told.size = Some(i64::try_from(most).unwrap() + 1);
        let unread = stream::once(async { panic!("it need not be read") }).boxed();
        let error = store_file(&desk.app, told, unread).await.unwrap_err();
        assert!(
            matches!(error, Error::Refused(Refusal::FileTooLarge(_))),
            "{error:?}"
        );
        let chunk = Bytes::from(vec![7; 1 << 20]);
        let endless = stream::repeat_with(move || Ok(chunk.clone())).boxed();
        let cmd = command(&desk).await;
        let error = store_file(&desk.app, cmd, endless).await.unwrap_err();
        assert!(
            matches!(error, Error::Refused(Refusal::FileTooLarge(_))),
            "{error:?}"
        );
        assert_eq!(rows(&desk, "doomed").await, 1, "{}", desk.label);
        assert_eq!(
            (sweep(&desk).await, objects(&desk).await),
            (1, 0),
            "{}",
            desk.label
        );
    }
}

fn in_folder(folder: &TempDir, scheme: &str) -> Settings {
    Settings {
        files: format!("{scheme}{}", folder.path().join("files").display()),
        ..settings()
    }
}

fn found(folder: &TempDir) -> Vec<String> {
    let mut pending = vec![folder.path().to_owned()];
    let mut found = Vec::new();
    while let Some(next) = pending.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

#[tokio::test]
async fn a_folder_keeps_files_and_nothing_of_cut_uploads() {
    for scheme in ["", "file://"] {
        let folder = TempDir::new().unwrap();
        let place = Objects::open(&in_folder(&folder, scheme)).unwrap();
        for desk in desks_keeping(Some(place.clone())).await {
            let id = desk.create("Fair").await.campaign_id;
            let content = bytes(9_000_001);
            let kept = upload(&desk, &file(&id, "a"), &content).await.unwrap();
            let (_, back) = download(&desk, &id, &kept.file_id).await.unwrap();
            assert!(back == content, "{}: the same bytes", desk.label);

            // A killed process leaves what it had begun to write under another name.
            let object = FileId::generate().uuid();
            let tx = desk.app.outbox.begin().await.unwrap();
            store::files::begin_object(&tx, object, desk.app.clock.now())
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let mut writing = desk.app.objects.write(object).unwrap();
            writing.add(Bytes::from(bytes(9 << 20))).await.unwrap();
            testkit::eventually(Duration::from_secs(20), || async {
                found(&folder).len() == 2
            })
            .await;
            std::mem::forget(writing);
            desk.hands.advance(LATE);
            assert_eq!(sweep(&desk).await, 1, "{}", desk.label);
            assert_eq!(
                found(&folder).len(),
                1,
                "{} {:?}",
                desk.label,
                found(&folder)
            );
            remove(&desk, &id, &kept.file_id).await.unwrap();
            assert_eq!(sweep(&desk).await, 1, "{}", desk.label);
            assert!(found(&folder).is_empty(), "{}", desk.label);
        }
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_meant_is_refused_at_the_start() {
    for (files, key, part) in [
        ("ftp://host/folder", "", "is not a folder"),
        ("file://relative", "", "is not a folder"),
        ("s3://", "k", "names no bucket"),
        ("s3://bucket", "", "files_access_key"),
        ("/dev/null/files", "", "cannot be made"),
    ] {
        let settings = Settings {
            files: files.to_owned(),
            files_access_key: key.to_owned(),
            files_secret_key: key.to_owned(),
            ..settings()
        };
        let error = Objects::open(&settings).unwrap_err().to_string();
        assert!(error.contains(part), "{files}: {error}");
    }
    let never = Settings {
        file_sweep_interval: Duration::ZERO,
        ..settings()
    };
    let error = never.checked().unwrap_err().to_string();
    assert_eq!(error, "`campaigns.file_sweep_interval` must not be 0");
    settings().checked().unwrap();
    let nowhere = Objects::open(&settings()).unwrap();
    assert!(nowhere.store().is_err());
    let place = Objects::of(Arc::new(object_store::memory::InMemory::new()));
    let path = object_store::path::Path::from("x");
    assert!(place.store().unwrap().get(&path).await.is_err());
}
