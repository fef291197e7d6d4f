//! F19: erasure is final, and all totals stay.

mod search;
mod story;

use std::time::Duration;

use clock::Clock;
use database::Database;
use e2e::{Client, Mode, platform::SERVICES};
use faults::{
    SOON, Stage,
    books::{self, Databases},
    figures, run,
    wiring::Bench,
};
use messaging::Outbox;
use rand::seq::SliceRandom as _;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;

use self::story::{Campaign, Somebody};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_whom_it_was_and_all_totals_stay() {
    for mode in [Mode::Embedded, Mode::Cluster] {
        let mut stage = Stage::set(mode).await.unwrap();
        let people = everybody(&stage).await;
        let (gone, staying) = people.split_at(people.len() / 2);
        let databases = stage.complete().await.unwrap();
        let before = figures(&databases).await;
        assert!(
            before.values().map(Vec::len).sum::<usize>() > 20,
            "{mode:?}"
        );
        let totals = counted(&databases).await;
        let there = search::in_tables(&databases, &people).await;
        assert_eq!(there.len(), people.len(), "{mode:?}: {there:?}");
        databases.close().await;

        for somebody in gone {
            let erasure = somebody.is_erased(&stage.admin).await;
            assert_eq!(
                erasure["personIds"].as_array().unwrap().len(),
                2,
                "{erasure}"
            );
            assert_eq!(
                somebody.is_erased(&stage.admin).await,
                erasure,
                "twice is once"
            );
        }
        let databases = stage.complete().await.unwrap();
        assert_left(mode, &databases, gone, staying).await;
        assert_eq!(figures(&databases).await, before, "{mode:?}");
        assert_eq!(counted(&databases).await, totals, "{mode:?}");
        verify_rebuild(&stage);
        databases.close().await;
        shown(&stage.admin, gone, staying).await;

        heard_again(&stage).await;
        stage.platform.wait_caught_up(SOON).await.unwrap();
        let databases = Databases::open(&stage.platform).await.unwrap();
        assert_left(mode, &databases, gone, staying).await;
        databases.close().await;
        if mode == Mode::Embedded {
            retire(&mut stage).await;
            // A reader of this test that is still closing keeps the log of a file.
            let found = testkit::eventually(SOON, || async {
                let found = search::in_files(stage.platform.folder.path(), &people);
                let left = gone
                    .iter()
                    .filter_map(|it| Some((it, found.get(&it.word)?)));
                let left: Vec<_> = left.collect();
                if left.is_empty() {
                    return Ok(found);
                }
                Err(format!("{left:#?}"))
            })
            .await;
            for somebody in staying {
                assert!(
                    found.contains_key(&somebody.word),
                    "{somebody:?} is not found"
                );
            }
        }
        eprintln!("erasure: {mode:?} {:?}", stage.began.elapsed());
    }
}

/// People with words in every field, the half of whom will be erased.
async fn everybody(stage: &Stage) -> Vec<Somebody> {
    let doors = stage.doors().await.unwrap();
    let campaign = Campaign::run(&stage.admin).await;
    let mut people: Vec<Somebody> = (0..run::size(8, 80)).map(Somebody::new).collect();
    for (number, somebody) in people.iter_mut().enumerate() {
        somebody.writes(&doors).await;
        somebody.is_worked(&stage.admin, number).await;
    }
    for somebody in &people {
        somebody.is_known(&stage.admin, &campaign).await;
        somebody.leaves(&stage.admin).await;
    }
    people
}

/// No row has a word of those who are gone, and of the others each word that it had.
async fn assert_left(mode: Mode, databases: &Databases, gone: &[Somebody], staying: &[Somebody]) {
    let left = search::in_tables(databases, gone).await;
    assert!(left.is_empty(), "{mode:?}: {left:#?}");
    let there = search::in_tables(databases, staying).await;
    assert_eq!(there.len(), staying.len(), "{mode:?}");
}

/// All rows of all figures.
async fn figures(databases: &Databases) -> std::collections::BTreeMap<String, Vec<String>> {
    let outbox = Outbox::new(databases.of("analytics").unwrap().clone(), "analytics");
    figures::rows(&outbox).await.unwrap()
}

/// How many rows the tables have that things are counted by.
async fn counted(databases: &Databases) -> Vec<(String, i64)> {
    const COUNTED: [(&str, &str); 14] = [
        ("intake", "submission"),
        ("intake", "lead"),
        ("intake", "interest"),
        ("customers", "person"),
        ("customers", "consent"),
        ("customers", "service_case"),
        ("customers", "timeline_entry"),
        ("deals", "deal"),
        ("deals", "activity"),
        ("deals", "offer"),
        ("contracts", "contract"),
        ("campaigns", "participant"),
        ("campaigns", "response"),
        ("campaigns", "survey_value"),
    ];
    let mut totals = Vec::new();
    for (service, table) in COUNTED {
        let database: &Database = databases.of(service).unwrap();
        let sql = format!("select count(*) from {table}");
        let count = books::count(database, &sql, []).await.unwrap();
        totals.push((format!("{service}.{table}"), count));
    }
    totals
}

/// Cards say that they were erased; the others are as they were.
async fn shown(admin: &Client, gone: &[Somebody], staying: &[Somebody]) {
    for somebody in gone {
        let card = admin
            .get(&format!("/v1/persons/{}", somebody.person))
            .await
            .unwrap();
        assert!(card["person"]["erasedAt"].is_string(), "{card}");
        assert_eq!(card["person"]["name"]["full"], "", "{card}");
        let lead = admin
            .get(&format!("/v1/leads/{}", somebody.lead))
            .await
            .unwrap();
        assert!(lead["lead"]["erasedAt"].is_string(), "{lead}");
        let deals = admin
            .list(&format!("/v1/deals?leadId={}", somebody.lead), "deals")
            .await;
        for deal in deals.unwrap() {
            assert!(deal["erasedAt"].is_string(), "{deal}");
        }
    }
    for somebody in staying {
        let card = admin
            .get(&format!("/v1/persons/{}", somebody.person))
            .await
            .unwrap();
        assert!(card["person"]["erasedAt"].is_null(), "{card}");
    }
}

/// Every event is delivered once more, in another order and as if nobody had heard of it.
async fn heard_again(stage: &Stage) {
    let databases = stage.complete().await.unwrap();
    let mut events = Vec::new();
    for service in SERVICES {
        events.extend(databases.events(service).await.unwrap());
    }
    events.shuffle(&mut run::dice(run::seed("erasure"), 0));
    databases.close().await;
    let bench = Bench::start().await.unwrap();
    let mut handled = 0;
    for definition in tributary::services() {
        // Analytics keeps no word, and counts what it hears.
        if definition.name == "analytics" {
            continue;
        }
        let database = stage.platform.database(definition.name).await.unwrap();
        let hand = bench.hand_on(&definition, database).await.unwrap();
        let tx = hand.outbox.begin().await.unwrap();
        let forget = Statement::from_string(tx.get_database_backend(), "delete from inbox");
        tx.execute_raw(forget).await.unwrap();
        tx.commit().await.unwrap();
        for event in &events {
            for listener in &hand.subscriptions {
                if listener.kinds().any(|kind| kind == event.kind) {
                    match listener.deliver(&hand.outbox, event).await {
                        Ok(_) => handled += 1,
                        // Some ask for others that come later: that is their business.
                        Err(error) => {
                            assert!(!event.kind.ends_with("Erased"), "{}: {error:?}", event.kind);
                        }
                    }
                }
            }
        }
        hand.outbox.database().close().await;
    }
    assert!(
        handled > events.len(),
        "{handled} of {} events",
        events.len()
    );
}

fn verify_rebuild(stage: &Stage) {
    stage.ask(&["analytics", "rebuild", "--verify"]).unwrap();
}

/// Stops the platform, and starts it once more as if the horizons of what passes had gone by.
async fn retire(stage: &mut Stage) {
    let until = Clock::system().now();
    let dev = stage.platform.process("dev").unwrap();
    dev.terminate(SOON).unwrap();
    for setting in ["HORIZON", "STREAM_MAX_AGE"] {
        dev.set(&format!("TRIBUTARY__BUS__{setting}"), "1s");
    }
    dev.restart().unwrap();
    stage.platform.wait_ready(SOON).await.unwrap();
    let databases = Databases::open(&stage.platform).await.unwrap();
    let bus = stage.platform.database("bus").await.unwrap();
    testkit::eventually(SOON, || async {
        let old = "select count(*) from message where stored_at <= $1";
        let old = books::count(&bus, old, [until.timestamp_micros().into()]).await;
        let mut left = old.unwrap();
        for service in SERVICES {
            let old = "select count(*) from outbox where created_at <= $1";
            let database = databases.of(service).unwrap();
            left += books::count(database, old, [until.into()]).await.unwrap();
        }
        if left == 0 {
            Ok(())
        } else {
            Err(format!("{left} events are kept"))
        }
    })
    .await;
    databases.close().await;
    bus.close().await;
    let dev = stage.platform.process("dev").unwrap();
    dev.terminate(SOON).unwrap();
}

/// What a path answers once it has what is looked for.
async fn eventually<T>(admin: &Client, path: &str, read: impl Fn(&Value) -> Option<T>) -> T {
    testkit::eventually(Duration::from_secs(30), || async {
        let answer = admin
            .get(path)
            .await
            .map_err(|error| format!("{error:#}"))?;
        read(&answer).ok_or_else(|| format!("{path}: {answer}"))
    })
    .await
}
