//! F1: what was acknowledged survives kill −9 of anything.

use std::sync::Arc;

use e2e::{Mode, platform::Options};
use faults::{Load, SOON, Stage, audit, run, windows::Windows};
use rand::{Rng as _, rngs::StdRng, seq::SliceRandom as _};
use testkit::PostgresCluster;
use tokio::task::block_in_place;

use crate::{assert_clean, tally};

const BROKER: &str = "nats-server";
const DATABASE: &str = "postmaster";

/// Without them nothing can be acknowledged; the others may be away without anybody noticing.
const IN_THE_WAY: [&str; 4] = ["dev", "intake", "gateway", DATABASE];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledgements_survive_kills_embedded() {
    survive(Mode::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledgements_survive_kills_in_a_cluster() {
    survive(Mode::Cluster).await;
}

async fn survive(mode: Mode) {
    let seed = run::seed("kills");
    let mut dice = run::dice(seed, 99);
    let own =
        (mode == Mode::Cluster).then(|| block_in_place(|| Arc::new(PostgresCluster::start())));
    let options = Options {
        postgres: own.clone(),
        ..Options::default()
    };
    let mut stage = Stage::set_with(mode, options).await.unwrap();
    let doors = stage.doors().await.unwrap();
    let load = Load::start(&doors, &stage.journal, "kill", seed);
    let mut windows = Windows::default();
    let kills = run::size(6, 200);
    let mut fired = 0;
    for victim in victims(mode, kills, &mut dice) {
        load.wait_for(dice.random_range(20..60), SOON)
            .await
            .unwrap();
        let in_the_way = IN_THE_WAY.contains(&victim);
        if in_the_way {
            windows.open();
        }
        kill(&mut stage, own.as_deref(), victim);
        fired += 1;
        if !in_the_way {
            // Nobody at the doors may notice.
            load.wait_for(20, SOON)
                .await
                .unwrap_or_else(|error| panic!("{victim} away: {error}"));
        }
        revive(&mut stage, own.as_deref(), victim).await;
        windows.close();
    }
    load.wait_for(50, SOON).await.unwrap();
    let attempts = load.finish().await.unwrap();

    let databases = stage.complete().await.unwrap();
    let books = databases.books().await.unwrap();
    let lines = stage.lines().unwrap();
    let (acknowledged, unknown) = tally(&lines);
    eprintln!(
        "kills {mode:?}: {fired} kills, {acknowledged} acknowledged, {unknown} unknown, {} leads, {:?}",
        books.leads.len(),
        stage.began.elapsed()
    );
    assert_eq!(fired, kills);
    let outside = windows.outside(&attempts);
    assert!(outside.counts(), "the run does not count: {outside:?}");
    assert_clean("submissions", &audit::submissions(&lines, &books));
    assert_clean("leads", &audit::leads(&books));
    assert!(
        2 * books.notices.len() > acknowledged,
        "few were told of their leads"
    );
    databases.close().await;
}

/// Each victim comes before any comes again.
fn victims(mode: Mode, kills: usize, dice: &mut StdRng) -> Vec<&'static str> {
    let mut all = match mode {
        Mode::Embedded => vec!["dev"],
        Mode::Cluster => vec![
            "intake",
            "notifications",
            "customers",
            "deals",
            BROKER,
            DATABASE,
        ],
    };
    if mode == Mode::Cluster && kills > all.len() {
        all.extend(["gateway", "campaigns", "contracts"]);
    }
    let mut victims = Vec::new();
    while victims.len() < kills {
        let mut round = all.clone();
        round.shuffle(dice);
        victims.extend(round);
    }
    victims.truncate(kills);
    victims
}

fn kill(stage: &mut Stage, own: Option<&PostgresCluster>, victim: &str) {
    block_in_place(|| match victim {
        BROKER => stage.platform.nats.as_ref().unwrap().kill9(),
        DATABASE => own.unwrap().crash(),
        service => stage.kill(service).unwrap(),
    });
}

async fn revive(stage: &mut Stage, own: Option<&PostgresCluster>, victim: &str) {
    match victim {
        BROKER => block_in_place(|| stage.platform.nats.as_ref().unwrap().restart()),
        DATABASE => block_in_place(|| own.unwrap().restart()),
        service => return stage.revive(service).await.unwrap(),
    }
    stage.platform.wait_ready(SOON).await.unwrap();
}
