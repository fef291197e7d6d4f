//! F8: one effect per event and consumer, whenever a consumer dies.

use std::{collections::BTreeSet, sync::Arc};

use database::Database;
use e2e::{
    Client, Doors, Mode,
    platform::{Options, SERVICES},
};
use faults::{
    Stage, audit,
    books::{self, Databases},
    funnel::Done,
    people::Person,
    run,
    wiring::Wiring,
};
use ids::{DealId, LeadId};
use rand::Rng as _;
use sea_orm::QueryResult;
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use crate::assert_clean;

const EACH: &str = "select lead_id from";

/// Leads that a member of staff takes at least.
const EACH_TAKES: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_has_one_effect_embedded() {
    consume(Mode::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_has_one_effect_in_a_cluster() {
    consume(Mode::Cluster).await;
}

/// What the tests here wait for and look at is what the services say that they listen to.
#[tokio::test]
async fn who_listens_to_whom_is_known() {
    let Wiring(wires) = Wiring::read().await.unwrap();
    for wire in &wires {
        assert!(SERVICES.contains(&wire.publisher.as_str()), "{wire:?}");
        assert!(!wire.kinds.is_empty(), "{wire:?}");
    }
    let names: Vec<&str> = wires.iter().map(|wire| wire.name.as_str()).collect();
    for (consumer, publishers) in [
        ("analytics", &SERVICES[..]),
        ("customers-timeline", &SERVICES[..]),
        ("campaigns", &["intake", "deals", "customers"]),
        (
            "notifications",
            &[
                "gateway",
                "intake",
                "customers",
                "deals",
                "campaigns",
                "contracts",
            ],
        ),
    ] {
        for publisher in publishers {
            // No timeline tells of staff, and no figures come of figures.
            let silent = match consumer {
                "analytics" => *publisher == "analytics",
                "customers-timeline" => ["analytics", "gateway"].contains(publisher),
                _ => false,
            };
            let name = format!("{consumer}-{publisher}");
            assert_eq!(names.contains(&name.as_str()), !silent, "{name}: {names:?}");
        }
    }
}

async fn consume(mode: Mode) {
    let seed = run::seed("consumers");
    let mut dice = run::dice(seed, 99);
    let mut options = Options::default();
    // Small batches have more gaps between commit and acknowledgement to die in.
    options
        .settings
        .insert("TRIBUTARY__BUS__BATCH".to_owned(), "4".to_owned());
    let mut stage = Stage::set_with(mode, options).await.unwrap();
    let doors = stage.doors().await.unwrap();
    let stop = watch::Sender::new(false);
    let mut staff = JoinSet::new();
    for number in 0..6 {
        staff.spawn(work(
            stage.admin.clone(),
            doors.clone(),
            seed,
            number,
            stop.subscribe(),
        ));
    }

    let wiring = stage.wiring.clone();
    let consumers: BTreeSet<&str> = wiring.0.iter().map(|wire| wire.consumer).collect();
    // The gateway hears of nothing that staff do here.
    let consumers: Vec<&str> = match mode {
        Mode::Embedded => vec!["dev"],
        Mode::Cluster => consumers
            .into_iter()
            .filter(|name| *name != "gateway")
            .collect(),
    };
    let each = match mode {
        Mode::Embedded => run::size(6, 200),
        Mode::Cluster => run::size(2, 200),
    };
    let mut fired = 0;
    for _ in 0..each {
        for consumer in &consumers {
            kill_consuming(&mut stage, consumer, dice.random_range(1..30)).await;
            fired += 1;
        }
    }
    stop.send_replace(true);
    let mut done = Done::default();
    while let Some(one) = staff.join_next().await {
        let one = one.unwrap();
        done.qualified.extend(one.qualified);
        done.refused.extend(one.refused);
        done.won.extend(one.won);
    }
    let databases = stage.complete().await.unwrap();
    eprintln!(
        "consumers {mode:?}: {fired} kills, {} qualified, {} won, {} refused, {:?}",
        done.qualified.len(),
        done.won.len(),
        done.refused.len(),
        stage.began.elapsed()
    );
    assert_eq!(fired, each * consumers.len());
    check(&databases, &done).await;
    follow(&databases, &done.won).await;
    facts(&databases, &stage.wiring).await;
    databases.close().await;
}

/// A member of staff takes leads through the funnel until told to stop, and some in any case.
async fn work(
    admin: Client,
    doors: Doors,
    seed: u64,
    number: u64,
    stop: watch::Receiver<bool>,
) -> Done {
    let mut dice = run::dice(seed, number);
    let mut done = Done::default();
    for turn in 0.. {
        if turn >= EACH_TAKES && *stop.borrow() {
            break;
        }
        let key = format!("work-{number}-{turn}");
        let person = Person::invent(&key, &mut dice);
        done.lead(&admin, &doors, turn, &key, &person)
            .await
            .unwrap();
    }
    done
}

/// Kills a consumer when it has just settled some more events, and starts it again.
async fn kill_consuming(stage: &mut Stage, consumer: &str, more: i64) {
    let services: Vec<&'static str> = match consumer {
        "dev" => stage.wiring.0.iter().map(|wire| wire.consumer).collect(),
        one => stage
            .wiring
            .of(one)
            .map(|wire| wire.consumer)
            .take(1)
            .collect(),
    };
    let databases = Arc::new(Databases::open(&stage.platform).await.unwrap());
    let settled = || {
        let (databases, services) = (databases.clone(), services.clone());
        async move {
            let mut settled = 0;
            for service in services {
                let done = "select count(*) from inbox where state = 'done'";
                settled += books::count(databases.of(service).unwrap(), done, [])
                    .await
                    .unwrap();
            }
            settled
        }
    };
    let before = settled().await;
    testkit::eventually(faults::SOON, || {
        let settled = settled();
        async move {
            let now = settled.await;
            (now >= before + more)
                .then_some(())
                .ok_or(format!("{consumer}: {before}, {now}"))
        }
    })
    .await;
    stage.kill(consumer).unwrap();
    Arc::into_inner(databases).unwrap().close().await;
    stage.revive(consumer).await.unwrap();
}

/// Each cause has its one effect in each service.
async fn check(databases: &Databases, done: &Done) {
    let books = databases.books().await.unwrap();
    assert!(
        done.qualified.len() >= 10 && done.won.len() >= 5 && done.refused.len() >= 5,
        "{done:?}"
    );
    assert_clean("leads", &audit::leads(&books));

    let of = |service| databases.of(service).unwrap();
    let texts = async |service, sql| books::texts(of(service), sql).await.unwrap();
    let letters = texts(
        "notifications",
        "select subject_id from message where purpose = 'farewell'",
    );
    assert_clean(
        "farewells",
        &audit::each_once("letter", done.refused.clone(), letters.await),
    );

    let leads = async |service, sql: &str| -> Vec<String> {
        let ids = uuids(of(service), sql).await;
        let leads = ids.into_iter().map(LeadId::from_uuid);
        leads.map(|id| id.to_string()).collect()
    };
    let deals = leads("deals", &format!("{EACH} deal where lead_id is not null")).await;
    assert_clean(
        "deals",
        &audit::each_once("deal of", done.qualified.clone(), deals),
    );
    let linked = leads("customers", &format!("{EACH} person_lead")).await;
    let linked: BTreeSet<String> = linked.into_iter().collect();
    let unlinked: Vec<_> = done.qualified.difference(&linked).collect();
    assert!(
        unlinked.is_empty(),
        "qualified, and no person: {unlinked:?}"
    );

    let won = async |service, sql| -> Vec<String> {
        let ids = uuids(of(service), sql).await;
        let deals = ids.into_iter().map(DealId::from_uuid);
        deals.map(|id| id.to_string()).collect()
    };
    let drafts = won("contracts", "select deal_id from contract").await;
    assert_clean(
        "contracts",
        &audit::each_once("draft of", done.won.clone(), drafts),
    );
    let told = "select subject_id from timeline_entry where kind = 'deal_won'";
    let told = won("customers", told).await;
    assert_clean(
        "timelines",
        &audit::each_once("entry of", done.won.clone(), told),
    );

    for service in e2e::platform::SERVICES {
        let events = databases.events(service).await.unwrap();
        let stamps = events
            .iter()
            .map(|it| format!("{} {} {}", it.kind, it.aggregate_id, it.revision));
        let all: Vec<String> = stamps.collect();
        let distinct: BTreeSet<String> = all.iter().cloned().collect();
        assert_clean(service, &audit::each_once("event", distinct, all));
    }
    let opened = databases.events("deals").await.unwrap();
    let opened = opened
        .iter()
        .filter(|event| event.kind.ends_with(".DealOpened"));
    let opened: Vec<String> = opened.map(|event| event.aggregate_id.clone()).collect();
    assert_eq!(
        opened.len(),
        done.qualified.len(),
        "a deal is announced once"
    );
}

/// Each contract is with a person whom the client base has for its lead.
async fn follow(databases: &Databases, won: &BTreeSet<String>) {
    let pairs = async |service, sql| -> BTreeSet<(Uuid, Uuid)> {
        let database = databases.of(service).unwrap();
        let rows = books::query(database, sql, []).await.unwrap();
        let id = |row: &QueryResult, index| row.try_get_by_index(index).unwrap();
        rows.iter().map(|row| (id(row, 0), id(row, 1))).collect()
    };
    let with = "select lead_id, person_id from contract";
    let with = pairs("contracts", with).await;
    let claimed = "select lead_id, person_id from person_lead";
    let claimed = pairs("customers", claimed).await;
    assert_eq!(with.len(), won.len());
    let strangers: Vec<_> = with.difference(&claimed).collect();
    assert!(strangers.is_empty(), "contracts with others: {strangers:?}");
}

/// Analytics has logged each event that it listens to.
async fn facts(databases: &Databases, wiring: &Wiring) {
    let mut announced = BTreeSet::new();
    for wire in wiring.of("analytics") {
        let events = databases.events(&wire.publisher).await.unwrap();
        let heard = events.iter().filter(|it| wire.kinds.contains(&it.kind));
        announced.extend(heard.map(|event| event.id.to_string()));
    }
    assert!(announced.len() > 50, "{}", announced.len());
    let database = databases.of("analytics").unwrap();
    let facts = uuids(database, "select event_id from fact").await;
    let facts = facts.iter().map(Uuid::to_string);
    assert_clean("facts", &audit::each_once("fact of", announced, facts));
}

/// Ids of the first column.
async fn uuids(database: &Database, sql: &str) -> Vec<Uuid> {
    let rows = books::query(database, sql, []).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}
