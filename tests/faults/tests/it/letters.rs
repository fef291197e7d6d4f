//! F14: a farewell letter is sent at most once, a notice to staff at least once and always under
//! the same Message-ID, whatever the mail server does and whenever the mailer dies.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use e2e::{Client, Doors, Mode, platform::Options};
use faults::{
    SOON, Stage,
    audit::{self, Letter, Sent},
    books,
    funnel::{refuse, submit},
    people::Person,
    run,
};
use rand::{Rng as _, rngs::StdRng};
use sea_orm::QueryResult;
use testkit::{Answer, SmtpSink, eventually};
use tokio::{sync::watch, task::JoinSet};

use crate::assert_clean;

const LETTERS: &str =
    "select purpose, subject_id, recipient, class, state, message_id_header from message";

/// Leads that a member of staff refuses at least.
const EACH_REFUSES: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_letter_is_sent_twice_embedded() {
    send(Mode::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_letter_is_sent_twice_in_a_cluster() {
    send(Mode::Cluster).await;
}

/// Where the mailer dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// Messages wait.
    Queued,
    /// The hand-over is committed.
    HandedOver,
    /// The mail server has the text and has not said so.
    BeforeReply,
    /// The mail server hung up instead of saying so.
    Dropped,
    /// The mail server has just said so.
    AfterReply,
}

const POINTS: [Point; 5] = [
    Point::Queued,
    Point::HandedOver,
    Point::BeforeReply,
    Point::Dropped,
    Point::AfterReply,
];

async fn send(mode: Mode) {
    let seed = run::seed("letters");
    let mut dice = run::dice(seed, 99);
    let sink = SmtpSink::start().await;
    sink.script((0..run::size(5_000, 200_000)).map(|_| mood(&mut dice)));
    let mut options = Options::default();
    let url = format!("smtp://{}", sink.addr());
    for (key, value) in [
        ("SMTP_URL", url.as_str()),
        ("LEASE", "3s"),
        ("RETRY_DELAYS", "1s"),
    ] {
        options
            .settings
            .insert(format!("TRIBUTARY__NOTIFICATIONS__{key}"), value.to_owned());
    }
    let mut stage = Stage::set_with(mode, options).await.unwrap();
    let doors = stage.doors().await.unwrap();
    let stop = watch::Sender::new(false);
    let mut staff = JoinSet::new();
    for number in 0..4 {
        staff.spawn(work(
            stage.admin.clone(),
            doors.clone(),
            seed,
            number,
            stop.subscribe(),
        ));
    }

    let mut fired = 0;
    for _ in 0..run::size(1, 40) {
        for point in POINTS {
            reach(&stage, &sink, point).await;
            stage.kill("notifications").unwrap();
            fired += 1;
            stage.revive("notifications").await.unwrap();
        }
    }
    stop.send_replace(true);
    let mut refused = BTreeSet::new();
    while let Some(one) = staff.join_next().await {
        refused.extend(one.unwrap());
    }
    let letters = settled(&stage).await;
    let databases = stage.complete().await.unwrap();

    let sent: Vec<Sent> = sink.attempts().iter().map(sent_as).collect();
    let unknown = letters
        .iter()
        .filter(|letter| letter.state == "unknown")
        .count();
    let hung_up = sink
        .attempts()
        .iter()
        .filter(|mail| mail.answer == Answer::Drop)
        .count();
    eprintln!(
        "letters {mode:?}: {fired} kills, {hung_up} hung up, {} letters, {unknown} unknown, {} sent, {:?}",
        letters.len(),
        sent.len(),
        stage.began.elapsed()
    );
    assert_eq!(fired, run::size(1, 40) * POINTS.len());
    assert!(hung_up > 5 && unknown > 0, "nobody was ever in doubt");
    assert_clean("letters", &audit::letters(&letters, &sent));
    let farewells = letters.iter().filter(|letter| letter.purpose == "farewell");
    let about: Vec<String> = farewells.map(|letter| letter.about.clone()).collect();
    assert_clean("farewells", &audit::each_once("letter", refused, about));
    assert_clean("leads", &audit::leads(&databases.books().await.unwrap()));
    databases.close().await;
}

/// What the mail server does with the next text.
fn mood(dice: &mut StdRng) -> Answer {
    match dice.random_range(0..100) {
        0..15 => Answer::Drop,
        15..30 => Answer::Delay(Duration::from_millis(dice.random_range(200..600))),
        30..40 => Answer::Later,
        40..43 => Answer::Never,
        _ => Answer::Accept,
    }
}

/// A member of staff refuses lead after lead until told to stop; the refused ones.
async fn work(
    admin: Client,
    doors: Doors,
    seed: u64,
    number: u64,
    stop: watch::Receiver<bool>,
) -> BTreeSet<String> {
    let mut dice = run::dice(seed, number);
    let mut refused = BTreeSet::new();
    for turn in 0.. {
        if turn >= EACH_REFUSES && *stop.borrow() {
            break;
        }
        let key = format!("letter-{number}-{turn}");
        let person = Person::invent(&key, &mut dice);
        let lead = submit(&doors, &key, &person).await.unwrap();
        refuse(&admin, &lead).await.unwrap();
        refused.insert(lead);
    }
    refused
}

/// Waits until the mailer is at that point.
async fn reach(stage: &Stage, sink: &SmtpSink, point: Point) {
    let database = stage.platform.database("notifications").await.unwrap();
    let rows = async |state: &str| {
        let count = format!("select count(*) from message where state = '{state}'");
        books::count(&database, &count, []).await.unwrap()
    };
    let count = |is: fn(Answer) -> bool| {
        sink.attempts()
            .iter()
            .filter(|mail| is(mail.answer))
            .count()
    };
    let delayed = |answer| matches!(answer, Answer::Delay(_));
    let dropped = |answer| answer == Answer::Drop;
    let before = (count(delayed), count(dropped), rows("accepted").await);
    eventually(SOON, || async {
        match point {
            Point::Queued => rows("queued").await > 0,
            Point::HandedOver => rows("handed_over").await > 0,
            Point::BeforeReply => count(delayed) > before.0,
            Point::Dropped => count(dropped) > before.1,
            Point::AfterReply => rows("accepted").await > before.2,
        }
    })
    .await;
    // Not closed first: the moment would pass.
    drop(database);
}

/// The letters once none waits any more.
async fn settled(stage: &Stage) -> Vec<Letter> {
    stage.complete().await.unwrap().close().await;
    let database = stage.platform.database("notifications").await.unwrap();
    let begun = Instant::now();
    let letters = eventually(2 * SOON, || async {
        let rows = books::query(&database, LETTERS, [])
            .await
            .map_err(|error| error.to_string())?;
        let letters: Vec<Letter> = rows.iter().map(letter).collect();
        let open = letters.iter().filter(|it| audit::is_open(it)).count();
        if open == 0 {
            Ok(letters)
        } else {
            Err(format!("{open} letters still wait"))
        }
    })
    .await;
    eprintln!("letters settled {:?} after the last", begun.elapsed());
    database.close().await;
    letters
}

fn letter(row: &QueryResult) -> Letter {
    let text = |name: &str| row.try_get::<String>("", name).unwrap();
    Letter {
        purpose: text("purpose"),
        about: text("subject_id"),
        recipient: text("recipient"),
        at_most_once: text("class") == "at_most_once",
        state: text("state"),
        message_id: bare(&text("message_id_header")),
    }
}

fn sent_as(mail: &testkit::Mail) -> Sent {
    let text = mail.text();
    let header = text
        .lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("message-id").then(|| bare(value))
        });
    Sent {
        message_id: header.unwrap_or_default(),
        recipient: mail.to.join(","),
        taken: mail.answer.takes(),
    }
}

fn bare(id: &str) -> String {
    id.trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .to_owned()
}
