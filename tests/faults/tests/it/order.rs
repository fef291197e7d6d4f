//! F9: the order of events does not matter, nor how often they come.

mod money;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use database::Database;
use e2e::{Client, Mode};
use faults::{
    Stage,
    books::{self, Databases},
    figures,
    funnel::Done,
    people::Person,
    run,
    wiring::{Bench, Hand},
};
use messaging::{HandlerError, RawEvent, Subscription};
use rand::{Rng as _, rngs::StdRng, seq::SliceRandom as _};
use serde_json::json;
use service::Definition;
use tokio::task::JoinSet;

/// Their state comes from events alone, as far as they listen.
const CONSUMERS: [&str; 6] = [
    "analytics",
    "customers",
    "deals",
    "contracts",
    "campaigns",
    "notifications",
];

/// Tables of messaging, and what a mailer does by itself.
const OTHER_TABLES: [&str; 5] = ["outbox", "outbox_stream", "inbox", "parked", "_migration"];

/// Columns in which the service writes ids and tokens of its own making. The id of a person is that
/// which the event named that came first, and a deal or contract that knows its person from the
/// beginning is changed less often. A fact of analytics has the place at which it came; and who links
/// persons with what follows them takes a turn as often as there is something to link.
const MADE_UP: [(&str, &str); 6] = [
    ("fact", "position"),
    ("person", "id"),
    ("person_lead", "person_id"),
    ("deal", "revision"),
    ("contract", "revision"),
    ("turn", "turns"),
];

/// Persons and organisations by name: their ids are made up by whoever comes first.
const WHOSE: &str = "select quote(l.lead_id) || ' ' || p.full_name || ' ' || coalesce(o.name, '-') \
    from person_lead l join person p on p.id = l.person_id \
    left join organisation o on o.id = p.organisation_id";

/// Rows of each table, with how often they occur.
type Tables = BTreeMap<String, BTreeMap<String, usize>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_events_does_not_matter() {
    let seed = run::seed("order");
    let stage = Stage::set(Mode::Embedded).await.unwrap();
    let leads = run::size(200, 1_000);
    funnel(&stage, seed, leads).await;
    money::follow(&stage).await;
    let databases = stage.complete().await.unwrap();
    let events = all_events(&stage, &databases).await;
    databases.close().await;

    let told = told(&events);
    let bench = Bench::start().await.unwrap();
    let mut compared = 0;
    for definition in tributary::services() {
        if !CONSUMERS.contains(&definition.name) {
            continue;
        }
        let straight = bench.hand(&definition, "straight").await.unwrap();
        let (heard, waiting) = deliver(&straight, events.clone()).await;
        assert!(
            heard > 0 && waiting.is_empty(),
            "{} heard {heard}: {waiting:?}",
            definition.name
        );
        let wanted = tables(&straight, &told).await.unwrap();
        // The comparison sees what is not there: without a part of the events the tables differ.
        let part = bench.hand(&definition, "part").await.unwrap();
        deliver(&part, events.iter().skip(1).step_by(2).cloned().collect()).await;
        assert_ne!(
            tables(&part, &told).await.unwrap(),
            wanted,
            "{}",
            definition.name
        );
        for turn in 0..run::size(2, 20) {
            let mut dice = run::dice(seed, turn);
            let shuffled = shuffle(&events, &mut dice);
            compare(&bench, &definition, turn, shuffled, &wanted, &told).await;
            compared += 1;
        }
        eprintln!(
            "order: {} heard {heard} events, {} tables",
            definition.name,
            wanted.len()
        );
    }
    assert_eq!(
        compared,
        CONSUMERS.len() * usize::try_from(run::size(2_u64, 20)).unwrap()
    );
    eprintln!(
        "order: {} events, {:?}",
        events.len(),
        stage.began.elapsed()
    );
}

async fn compare(
    bench: &Bench,
    definition: &Definition,
    turn: u64,
    shuffled: Vec<RawEvent>,
    wanted: &Tables,
    told: &BTreeSet<String>,
) {
    let hand = bench
        .hand(definition, &format!("shuffled-{turn}"))
        .await
        .unwrap();
    let (_, waiting) = deliver(&hand, shuffled).await;
    assert!(
        waiting.is_empty(),
        "{} waits for ever: {waiting:?}",
        definition.name
    );
    let found = tables(&hand, told).await.unwrap();
    for (table, wanted) in wanted {
        let found = &found[table];
        let lacking = wanted.iter().filter(|row| found.get(row.0) != Some(row.1));
        let strange = found.iter().filter(|row| wanted.get(row.0) != Some(row.1));
        let differ: Vec<_> = lacking.zip(strange).collect();
        let first = differ
            .first()
            .map(|(lacking, strange)| difference(lacking.0, strange.0));
        assert!(
            wanted == found,
            "{} {table}: {} rows, {} in order; {} differ, the first:\n{}",
            definition.name,
            found.values().sum::<usize>(),
            wanted.values().sum::<usize>(),
            differ.len(),
            first.unwrap_or_default()
        );
    }
    hand.outbox.database().close().await;
}

/// Takes leads through the funnel, several at a time.
async fn funnel(stage: &Stage, seed: u64, leads: usize) {
    let doors = stage.doors().await.unwrap();
    give_campaign(&stage.admin).await;
    let mut staff = JoinSet::new();
    for member in 0..8 {
        let (admin, doors) = (stage.admin.clone(), doors.clone());
        staff.spawn(async move {
            let mut dice = run::dice(seed, member);
            let mut done = Done::default();
            for number in 0..leads / 8 {
                let key = format!("order-{member}-{number}");
                let person = Person::invent(&key, &mut dice);
                done.lead(&admin, &doors, number, &key, &person)
                    .await
                    .unwrap();
            }
        });
    }
    while let Some(one) = staff.join_next().await {
        one.unwrap();
    }
}

/// What comes by the form comes of a campaign.
async fn give_campaign(admin: &Client) {
    let fair = json!({"campaign": {"kind": "exhibition", "name": "Spring fair"}});
    let made = admin.post("/v1/campaigns", &fair).await.unwrap();
    let doors = admin.list("/v1/doors", "doors").await.unwrap();
    let mut door = doors
        .into_iter()
        .find(|door| door["key"] == "form-en")
        .unwrap();
    door["campaignId"] = made["campaign"]["campaignId"].clone();
    let path = format!("/v1/doors/{}", door["doorId"].as_str().unwrap());
    admin.patch(&path, &json!({"door": door})).await.unwrap();
}

/// Everything that was announced, in the order in which it happened.
async fn all_events(stage: &Stage, databases: &Databases) -> Vec<RawEvent> {
    let publishers: BTreeSet<&str> = stage
        .wiring
        .0
        .iter()
        .map(|wire| wire.publisher.as_str())
        .collect();
    let mut events = Vec::new();
    for publisher in publishers {
        events.extend(databases.events(publisher).await.unwrap());
    }
    events.sort_by_key(|event| (event.at, event.id));
    events
}

/// All events in any order, one in three of them again somewhere.
fn shuffle(events: &[RawEvent], dice: &mut StdRng) -> Vec<RawEvent> {
    let mut all = events.to_vec();
    all.extend(events.iter().filter(|_| dice.random_ratio(1, 3)).cloned());
    all.shuffle(dice);
    all
}

/// Delivers events by hand; one that asks for another comes again after the rest, as long as that
/// helps. How many were for this service, and why the last of them still wait.
async fn deliver(hand: &Hand, events: Vec<RawEvent>) -> (usize, Vec<String>) {
    // A service may listen to one event for several purposes.
    let listeners = |event: RawEvent| {
        let all = hand.subscriptions.iter();
        let listen = all.filter(|it| it.kinds().any(|kind| kind == event.kind));
        let pairs: Vec<(&Subscription, RawEvent)> = listen.map(|it| (it, event.clone())).collect();
        pairs
    };
    let mut left: Vec<_> = events.into_iter().flat_map(listeners).collect();
    let heard = left.len();
    loop {
        let (mut waiting, mut reasons) = (Vec::new(), Vec::new());
        let before = left.len();
        for (listener, event) in left {
            match listener.deliver(&hand.outbox, &event).await {
                Ok(_) => {}
                Err(HandlerError::Retry { reason, .. }) => {
                    reasons.push(format!("{}: {reason}", event.kind));
                    waiting.push((listener, event));
                }
                Err(error) => panic!("{}: {} {error:?}", hand.service, event.kind),
            }
        }
        if waiting.is_empty() || waiting.len() == before {
            return (heard, reasons);
        }
        left = waiting;
    }
}

/// The rows of each table with how often they occur, as texts without what the service makes up.
async fn tables(hand: &Hand, told: &BTreeSet<String>) -> Result<Tables> {
    let database = hand.outbox.database();
    let names = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
    let mut tables = BTreeMap::new();
    for table in books::texts(database, names).await? {
        if OTHER_TABLES.contains(&table.as_str()) {
            continue;
        }
        let columns = format!("select name from pragma_table_info('{table}')");
        let columns = books::texts(database, &columns).await?;
        let columns: Vec<String> = columns
            .iter()
            .filter(|column| !MADE_UP.contains(&(table.as_str(), column)))
            .map(|column| format!("'{column}=' || quote({column})"))
            .collect();
        let rows = format!("select {} from {table}", columns.join(" || ' ' || "));
        tables.insert(table, counted(database, &rows, told).await?);
    }
    if tables.contains_key("person_lead") && tables.contains_key("organisation") {
        tables.insert(
            "whose lead is whose".to_owned(),
            counted(database, WHOSE, told).await?,
        );
    }
    if hand.service == "analytics" {
        return figures_beside(hand, tables).await;
    }
    Ok(tables)
}

/// The figures that follow from the facts. Their tables depend on the order by numbers of labels, and by what
/// the projector keeps to work with; their rows do not.
async fn figures_beside(hand: &Hand, tables: Tables) -> Result<Tables> {
    let facts = tables.into_iter().filter(|(table, _)| table == "fact");
    let mut tables: Tables = facts.collect();
    for (table, rows) in figures::rows(&hand.outbox).await? {
        let counts = tables.entry(format!("figures of {table}")).or_default();
        for row in rows {
            *counts.entry(row).or_default() += 1;
        }
    }
    Ok(tables)
}

async fn counted(
    database: &Database,
    sql: &str,
    told: &BTreeSet<String>,
) -> Result<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for row in books::texts(database, sql).await? {
        *counts.entry(nameless(&row, told)).or_default() += 1;
    }
    Ok(counts)
}

/// The row without what depends on who came first: `?` for each id and token that no event told of,
/// and no numbers of contracts.
fn nameless(row: &str, told: &BTreeSet<String>) -> String {
    let mut text = String::new();
    let mut word = String::new();
    for letter in row.chars().chain(['\n']) {
        if letter.is_ascii_hexdigit() {
            word.push(letter);
            continue;
        }
        let made_up = word.len() == 32 && !told.contains(&word.to_lowercase());
        text.push_str(if made_up { "?" } else { &word });
        text.push(letter);
        word.clear();
    }
    let mut numbers = text.split("C-20");
    let mut text = numbers.next().unwrap_or_default().to_owned();
    for part in numbers {
        text.push_str("C-?");
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-'));
    }
    text
}

/// Where two texts begin to differ.
fn difference(one: &str, other: &str) -> String {
    let same = one
        .chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let from = |text: &str| {
        text.chars()
            .skip(same.saturating_sub(150))
            .take(300)
            .collect::<String>()
    };
    format!("{}\n{}", from(one), from(other))
}

/// Every id that an event names, without its prefix.
fn told(events: &[RawEvent]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for event in events {
        let text = String::from_utf8_lossy(&event.payload).into_owned() + " " + &event.aggregate_id;
        for piece in text.split('_').skip(1) {
            let id: String = piece.chars().take_while(char::is_ascii_hexdigit).collect();
            if let Some(id) = id.get(..32) {
                ids.insert(id.to_owned());
            }
        }
    }
    ids
}
