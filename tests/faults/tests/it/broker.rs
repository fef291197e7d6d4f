//! F7: a wiped or rolled-back broker heals itself.

use std::{fs, path::Path};

use e2e::{Doors, Mode};
use faults::{Load, SOON, Stage, audit, books, run};
use tokio::task::block_in_place;

use crate::{assert_clean, tally};

/// They fall behind, so that what the broker loses is still needed.
const BEHIND: [&str; 3] = ["notifications", "customers", "campaigns"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_forgot_is_told_again_in_a_cluster() {
    let seed = run::seed("broker");
    let mut stage = Stage::set(Mode::Cluster).await.unwrap();
    let doors = stage.doors().await.unwrap();
    submit(&stage, &doors, "early", seed).await;
    stage.complete().await.unwrap().close().await;

    for round in 0..run::size(1, 10) {
        let image = block_in_place(|| stage.platform.nats.as_ref().unwrap().snapshot());
        fall_behind(&mut stage, &doors, &format!("wipe{round}"), seed).await;
        let before = epoch(&stage).await;
        block_in_place(|| stage.platform.nats.as_ref().unwrap().wipe());
        catch_up(&mut stage).await;
        assert!(
            epoch(&stage).await > before,
            "the relay did not notice that all was lost"
        );

        fall_behind(&mut stage, &doors, &format!("old{round}"), seed).await;
        let before = epoch(&stage).await;
        block_in_place(|| stage.platform.nats.as_ref().unwrap().restore(&image));
        catch_up(&mut stage).await;
        assert!(
            epoch(&stage).await > before,
            "the relay did not notice what the image lacks"
        );
    }
    check(&stage, Mode::Cluster).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_forgot_is_told_again_embedded() {
    let seed = run::seed("broker");
    let mut stage = Stage::set(Mode::Embedded).await.unwrap();
    let doors = stage.doors().await.unwrap();
    submit(&stage, &doors, "early", seed).await;
    stage.complete().await.unwrap().close().await;
    let data = stage.platform.data();
    let image = tempfile::tempdir().unwrap();

    for round in 0..run::size(1, 10) {
        let dev = stage.platform.process("dev").unwrap();
        block_in_place(|| dev.terminate(SOON)).unwrap();
        replace_bus(image.path(), &data);
        stage.revive("dev").await.unwrap();

        die_behind(&mut stage, &doors, &format!("wipe{round}"), seed).await;
        let before = epoch(&stage).await;
        replace_bus(&data, &tempfile::tempdir().unwrap().path().join("none"));
        stage.revive("dev").await.unwrap();
        stage.complete().await.unwrap().close().await;
        assert!(
            epoch(&stage).await > before,
            "the relay did not notice that all was lost"
        );

        die_behind(&mut stage, &doors, &format!("old{round}"), seed).await;
        let before = epoch(&stage).await;
        replace_bus(&data, image.path());
        stage.revive("dev").await.unwrap();
        stage.complete().await.unwrap().close().await;
        assert!(
            epoch(&stage).await > before,
            "the relay did not notice what the image lacks"
        );
    }
    check(&stage, Mode::Embedded).await;
}

async fn submit(stage: &Stage, doors: &Doors, name: &str, seed: u64) {
    let load = Load::start(doors, &stage.journal, name, seed);
    load.wait_for(run::size(80, 2_000), SOON).await.unwrap();
    load.finish().await.unwrap();
}

/// Submits while consumers are away, until all of it lies in the broker alone.
async fn fall_behind(stage: &mut Stage, doors: &Doors, name: &str, seed: u64) {
    for service in BEHIND {
        stage.kill(service).unwrap();
    }
    submit(stage, doors, name, seed).await;
    let intake = stage.platform.database("intake").await.unwrap();
    testkit::eventually(SOON, || async {
        let waiting = "select count(*) from outbox where published_at is null";
        books::count(&intake, waiting, [])
            .await
            .is_ok_and(|waiting| waiting == 0)
    })
    .await;
    intake.close().await;
}

async fn catch_up(stage: &mut Stage) {
    let databases = books::Databases::open(&stage.platform).await.unwrap();
    let missing = stage.wiring.missing(&databases).await.unwrap();
    for service in BEHIND {
        let behind = missing
            .get(&format!("{service}-intake"))
            .copied()
            .unwrap_or_default();
        assert!(behind >= 40, "{service} was hardly behind: {missing:?}");
    }
    databases.close().await;
    for service in BEHIND {
        stage.platform.process(service).unwrap().restart().unwrap();
    }
    stage.platform.wait_ready(SOON).await.unwrap();
    stage.complete().await.unwrap().close().await;
}

/// Submits, and kills the only process while consumers have not yet got everything.
async fn die_behind(stage: &mut Stage, doors: &Doors, name: &str, seed: u64) {
    for attempt in 0..10 {
        let load = Load::start(doors, &stage.journal, &format!("{name}-{attempt}"), seed);
        load.wait_for(run::size(60, 1_000), SOON).await.unwrap();
        stage.kill("dev").unwrap();
        let databases = books::Databases::open(&stage.platform).await.unwrap();
        let missing = stage.wiring.missing(&databases).await.unwrap();
        databases.close().await;
        if missing.keys().any(|name| name.ends_with("-intake")) {
            // The clients go on when it is back.
            drop(load);
            return;
        }
        stage.revive("dev").await.unwrap();
        load.finish().await.unwrap();
    }
    panic!("ten kills, and consumers were never behind");
}

/// How often the relay of intake noticed a loss.
async fn epoch(stage: &Stage) -> i64 {
    let intake = stage.platform.database("intake").await.unwrap();
    let epoch = books::count(&intake, "select max(epoch) from outbox_stream", [])
        .await
        .unwrap();
    intake.close().await;
    epoch
}

/// Puts the bus files of `from` in the place of those of `to`; without any, `to` has none.
fn replace_bus(to: &Path, from: &Path) {
    let is_bus = |name: &str| name.starts_with("bus.db");
    for entry in fs::read_dir(to).unwrap().flatten() {
        if is_bus(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        if is_bus(&entry.file_name().to_string_lossy()) {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

async fn check(stage: &Stage, mode: Mode) {
    let databases = stage.complete().await.unwrap();
    let books = databases.books().await.unwrap();
    let lines = stage.lines().unwrap();
    let (acknowledged, unknown) = tally(&lines);
    eprintln!(
        "broker {mode:?}: {acknowledged} acknowledged, {unknown} unknown, {} leads, {:?}",
        books.leads.len(),
        stage.began.elapsed()
    );
    assert_clean("submissions", &audit::submissions(&lines, &books));
    assert_clean("leads", &audit::leads(&books));
    databases.close().await;
}
