//! F5: everything that is sent is stored with its verdict or refused with a reason, and nothing is
//! acknowledged while the database is away.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Result;
use e2e::{Doors, Mode, platform::Options};
use faults::{
    Stage, audit,
    inputs::{self, Input, Post},
    journal::{Line, What},
    load::{form_answer, of_json, of_proto, reason},
    run,
};
use futures::{StreamExt as _, stream};
use rand::rngs::StdRng;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use testkit::CutProxy;
use tokio::time::timeout;

use crate::{assert_clean, tally};

const PATIENCE: Duration = Duration::from_mins(1);

/// So long a client waits for an answer that will not come.
const IN_VAIN: Duration = Duration::from_secs(9);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_dropped_in_silence_embedded() {
    account(Mode::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_dropped_in_silence_in_a_cluster() {
    account(Mode::Cluster).await;
}

/// A way to take the database from the services and to give it back.
enum Outage {
    /// Connections are cut and new ones stand still.
    Cut(CutProxy),
    /// Somebody else writes to the file and does not finish.
    Held,
}

async fn account(mode: Mode) {
    let seed = run::seed("verdicts");
    let mut dice = run::dice(seed, 0);
    let (outage, options) = outage(mode).await;
    let stage = Stage::set_with(mode, options).await.unwrap();
    let doors = stage.doors().await.unwrap();

    let inputs = inputs::mixed(run::size(600, 5_000), &mut dice);
    // Some come again: with their key, or with the same content under another one.
    let again: Vec<Input> = inputs.iter().step_by(9).cloned().collect();
    send(&stage, &doors, &inputs, PATIENCE).await;
    send(&stage, &doors, &again, PATIENCE).await;
    let databases = stage.complete().await.unwrap();
    let books = databases.books().await.unwrap();
    let lines = stage.lines().unwrap();
    let (acknowledged, _) = tally(&lines);
    let open = lines
        .iter()
        .filter(|line| matches!(line.what, What::Unknown(_)));
    let open: Vec<&Line> = open.collect();
    assert!(
        open.is_empty(),
        "with everything in place every outcome is known: {open:?}"
    );
    assert_clean("verdicts", &audit::verdicts(&lines, &books));
    assert_clean("leads", &audit::leads(&books));
    let found: BTreeSet<&str> = books
        .submissions
        .iter()
        .map(|row| row.verdict.as_str())
        .collect();
    let all = BTreeSet::from([
        "attached",
        "created",
        "duplicate",
        "held",
        "interest",
        "rejected",
    ]);
    assert_eq!(found, all, "the mixture lacks a verdict");
    let refused = |line: &&Line| matches!(line.what, What::Refused(_));
    let refused = lines.iter().filter(refused).count();
    assert!(refused > 0, "the mixture lacks what is not even stored");
    eprintln!(
        "verdicts {mode:?}: {acknowledged} acknowledged, {refused} refused, {:?}",
        stage.began.elapsed()
    );
    databases.close().await;

    away(&stage, &doors, outage, &mut dice).await;
}

async fn outage(mode: Mode) -> (Outage, Options) {
    let mut options = Options::default();
    for (key, value) in [
        ("DATABASE__ACQUIRE_TIMEOUT", "1s"),
        ("GATEWAY__CALL_TIMEOUT", "8s"),
    ] {
        options
            .settings
            .insert(format!("TRIBUTARY__{key}"), value.to_owned());
    }
    if mode == Mode::Embedded {
        return (Outage::Held, options);
    }
    let url = testkit::postgres().url();
    let server = url.rsplit_once('@').unwrap().1.split('/').next().unwrap();
    let proxy = CutProxy::start(server.parse().unwrap()).await;
    options.database_proxy = Some(proxy.addr());
    (Outage::Cut(proxy), options)
}

/// Nothing is acknowledged without the database, and all is well when it is back.
async fn away(stage: &Stage, doors: &Doors, outage: Outage, dice: &mut StdRng) {
    let before = tally(&stage.lines().unwrap()).0;
    let count = run::size(24, 240);
    let inputs = inputs::good("away", count, dice);
    let database = stage.platform.database("intake").await.unwrap();
    match &outage {
        Outage::Cut(proxy) => {
            proxy.pause();
            proxy.sever();
            send(stage, doors, &inputs, IN_VAIN).await;
        }
        Outage::Held => {
            let held = database.begin().await.unwrap();
            send(stage, doors, &inputs, IN_VAIN).await;
            held.rollback().await.unwrap();
        }
    }
    let lines = stage.lines().unwrap();
    let (acknowledged, unknown) = tally(&lines);
    assert_eq!(acknowledged, before, "acknowledged without a database");
    assert_eq!(unknown, count, "the database was away");
    if let Outage::Cut(proxy) = &outage {
        proxy.resume();
    }

    // The same again: now each is taken, and none twice.
    testkit::eventually(PATIENCE, || async {
        let done: BTreeSet<String> = stage
            .lines()
            .unwrap()
            .into_iter()
            .filter(|line| matches!(line.what, What::Acknowledged(_)))
            .map(|line| line.key)
            .collect();
        let left: Vec<Input> = inputs
            .iter()
            .filter(|input| !done.contains(&input.key))
            .cloned()
            .collect();
        send(stage, doors, &left, PATIENCE).await;
        if left.is_empty() {
            Ok(())
        } else {
            Err(format!("{} are not taken", left.len()))
        }
    })
    .await;
    let databases = stage.complete().await.unwrap();
    let mut books = databases.books().await.unwrap();
    let lines = stage.lines().unwrap();
    let of_outage = |key: &str| key.starts_with("away-");
    books.submissions.retain(|row| of_outage(&row.key));
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|line| of_outage(&line.key))
        .collect();
    assert_clean(
        "submissions after the outage",
        &audit::submissions(&lines, &books),
    );
    databases.close().await;
}

/// Sends inputs, many at a time, and writes down what became of each.
async fn send(stage: &Stage, doors: &Doors, inputs: &[Input], patience: Duration) {
    stream::iter(inputs)
        .for_each_concurrent(24, |input| async move {
            stage
                .journal
                .note(&input.key, What::Attempted)
                .await
                .unwrap();
            let what = match timeout(patience, post(stage, doors, input)).await {
                Ok(what) => what.unwrap_or_else(|error| What::Unknown(format!("{error:#}"))),
                Err(_) => What::Unknown("no answer".to_owned()),
            };
            if let What::Refused(why) = &what {
                assert!(
                    why.len() > "400 ".len(),
                    "{}: refused without a reason",
                    input.key
                );
            }
            stage.journal.note(&input.key, what).await.unwrap();
        })
        .await;
}

async fn post(stage: &Stage, doors: &Doors, input: &Input) -> Result<What> {
    let (status, answer) = match &input.post {
        Post::Form(kind, body, keyed) => {
            let url = format!("{}/doors/form/form-en", stage.platform.base);
            let mut request = stage
                .admin
                .http
                .post(url)
                .header("content-type", *kind)
                .body(body.clone());
            if *keyed {
                request = request.header("idempotency-key", &input.key);
            }
            let response = request.send().await?;
            let status = response.status();
            (
                status,
                serde_json::from_str(&response.text().await?).unwrap_or(Value::Null),
            )
        }
        Post::Letter(letter) => doors.email("box-en", letter.clone()).await?,
        Post::Call(call) => doors.call("line-lv", call).await?,
        Post::Entry(entry) => {
            return entered(
                stage
                    .admin
                    .call(Method::POST, "/v1/leads", Some(entry))
                    .await?,
            );
        }
        Post::Record(record) => {
            return Ok(match doors.submit((**record).clone()).await {
                Ok(receipt) => What::Acknowledged(of_proto(&receipt)),
                Err(status) if status.code() == tonic::Code::InvalidArgument => {
                    What::Refused(format!("{:?} {}", status.code(), status.message()))
                }
                Err(status) => What::Unknown(format!("{status:?}")),
            });
        }
    };
    form_answer(status.as_u16(), &answer)
}

fn entered((status, answer): (StatusCode, Value)) -> Result<What> {
    if status.is_success() {
        return Ok(What::Acknowledged(of_json(&answer)?));
    }
    if status.is_client_error() {
        return Ok(What::Refused(format!("{status} {}", reason(&answer))));
    }
    Ok(What::Unknown(format!("{status} {}", reason(&answer))))
}
