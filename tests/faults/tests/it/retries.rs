//! F4: an unknown outcome can be retried with its key; the key with another body is refused.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use e2e::{Client, Doors, Mode};
use faults::{
    Journal, Stage, audit,
    books::Submission,
    journal::{Receipt, What},
    load::{form_answer, of_proto, reason},
    people::Person,
    run,
};
use futures::future::join_all;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use testkit::CutProxy;
use tokio::{task::JoinSet, time::timeout};

use crate::{assert_clean, tally};

const PATIENCE: Duration = Duration::from_secs(20);

/// A key is tried so often at most until it is acknowledged.
const TRIES: usize = 60;

const TWINS: usize = 32;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_outcomes_can_be_retried_embedded() {
    retry(Mode::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_outcomes_can_be_retried_in_a_cluster() {
    retry(Mode::Cluster).await;
}

/// By which door a key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Form,
    Partner,
}

/// One who submits and writes it down.
#[derive(Clone)]
struct Sender {
    doors: Doors,
    journal: Journal,
    by: By,
}

async fn retry(mode: Mode) {
    let seed = run::seed("retries");
    let stage = Stage::set(mode).await.unwrap();
    let server: SocketAddr = stage
        .platform
        .base
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let proxy = CutProxy::start(server).await;
    let through = Client {
        base: format!("http://{}", proxy.addr()),
        ..stage.admin.clone()
    };
    let doors = Doors::open(&through).await.unwrap();
    let sender = |by| Sender {
        doors: doors.clone(),
        journal: stage.journal.clone(),
        by,
    };

    // A connection of HTTP/2 has pieces of its own, which must get through first.
    for (by, probability, wanted) in [
        (By::Form, 0.5, run::size(150, 8_000)),
        (By::Partner, 0.2, run::size(50, 2_000)),
    ] {
        proxy.cut_at_random(probability, seed);
        let unknown = ambiguous(&sender(by), seed, wanted).await;
        assert!(
            unknown >= wanted,
            "{by:?}: only {unknown} outcomes were unknown"
        );
    }
    proxy.cut_at_random(0.0, seed);
    let cuts = proxy.cuts();

    let keys = run::size(20, 200);
    for number in 0..keys {
        let by = if number % 2 == 0 {
            By::Form
        } else {
            By::Partner
        };
        twins(&sender(by), seed, number).await;
    }

    check(&stage, mode, cuts, keys).await;
}

/// Each key is stored once, whatever its clients were told.
async fn check(stage: &Stage, mode: Mode, cuts: usize, keys: usize) {
    let databases = stage.complete().await.unwrap();
    let books = databases.books().await.unwrap();
    let lines = stage.lines().unwrap();
    let (acknowledged, unknown) = tally(&lines);
    eprintln!(
        "retries {mode:?}: {cuts} replies cut, {unknown} unknown, {acknowledged} acknowledged, \
         {} keys, {:?}",
        books.submissions.len(),
        stage.began.elapsed()
    );
    let outcomes = lines
        .iter()
        .filter(|line| line.what != What::Attempted)
        .count();
    assert_eq!(
        acknowledged + unknown + keys,
        outcomes,
        "refused were the other bodies alone"
    );
    assert_clean("submissions", &audit::submissions(&lines, &books));
    assert_clean("leads", &audit::leads(&books));
    let again = |row: &&Submission| row.key.starts_with("cut-") && row.arrivals > 1;
    let again = books.submissions.iter().filter(again).count();
    assert!(
        again >= unknown / 4,
        "of {unknown} cut requests few were stored before: {again}"
    );
    databases.close().await;
}

/// Submits keys until so many outcomes were unknown; each is sent one to five times, and until it
/// is acknowledged. How many were unknown.
async fn ambiguous(sender: &Sender, seed: u64, wanted: usize) -> usize {
    let unknown = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for client in 0..8_u64 {
        let (sender, unknown) = (sender.clone(), unknown.clone());
        let mut dice = run::dice(seed, client);
        clients.spawn(async move {
            let mut number = 0;
            while unknown.load(Ordering::Relaxed) < wanted {
                number += 1;
                let key = format!("cut-{:?}-{client}-{number}", sender.by);
                let person = Person::invent(&key, &mut dice);
                let sends = dice.random_range(1..=5);
                let mut acknowledged = false;
                for attempt in 1.. {
                    assert!(attempt < TRIES, "{key} is never acknowledged");
                    match sender.send(&key, &person).await {
                        What::Acknowledged(_) => acknowledged = true,
                        What::Unknown(_) => drop(unknown.fetch_add(1, Ordering::Relaxed)),
                        what => panic!("{key}: {what:?}"),
                    }
                    if acknowledged && attempt >= sends {
                        break;
                    }
                }
            }
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    unknown.load(Ordering::Relaxed)
}

/// Many at the same time with one key get one answer; with another body the key is refused.
async fn twins(sender: &Sender, seed: u64, number: usize) {
    let mut dice = StdRng::seed_from_u64(seed ^ number as u64);
    let key = format!("twin-{number}");
    let person = Person::invent(&key, &mut dice);
    let answers = join_all((0..TWINS).map(|_| sender.send(&key, &person))).await;
    let mut receipts = BTreeSet::new();
    for answer in answers {
        let What::Acknowledged(Receipt {
            submission,
            verdict,
            lead,
            ..
        }) = answer
        else {
            panic!("{key}: {answer:?}")
        };
        receipts.insert((submission, verdict, lead));
    }
    assert_eq!(
        receipts.len(),
        1,
        "{key} got different answers: {receipts:?}"
    );
    let other = Person {
        message: "Something else".to_owned(),
        ..person
    };
    match sender.send(&key, &other).await {
        What::Refused(why) => assert!(why.contains("IDEMPOTENCY_KEY_REUSED"), "{key}: {why}"),
        what => panic!("{key} with another body: {what:?}"),
    }
}

impl Sender {
    async fn send(&self, key: &str, person: &Person) -> What {
        self.journal.note(key, What::Attempted).await.unwrap();
        let what = match self.by {
            By::Form => self.form(key, person).await,
            By::Partner => self.partner(key, person).await,
        };
        self.journal.note(key, what.clone()).await.unwrap();
        what
    }

    async fn form(&self, key: &str, person: &Person) -> What {
        match timeout(PATIENCE, self.doors.form("form-en", key, &person.form())).await {
            Ok(Ok((status, answer))) => form_answer(status.as_u16(), &answer)
                .unwrap_or_else(|error| panic!("{status} {}: {error}", reason(&answer))),
            Ok(Err(error)) => What::Unknown(format!("{error:#}")),
            Err(_) => What::Unknown("no answer".to_owned()),
        }
    }

    async fn partner(&self, key: &str, person: &Person) -> What {
        match timeout(PATIENCE, self.doors.submit(person.record(key))).await {
            Ok(Ok(receipt)) => What::Acknowledged(of_proto(&receipt)),
            Ok(Err(status)) => match status.code() {
                tonic::Code::AlreadyExists => {
                    let details = String::from_utf8_lossy(status.details()).into_owned();
                    What::Refused(format!("{:?} {details}", status.code()))
                }
                tonic::Code::InvalidArgument => What::Refused(format!("{status:?}")),
                _ => What::Unknown(format!("{status:?}")),
            },
            Err(_) => What::Unknown("no answer".to_owned()),
        }
    }
}
