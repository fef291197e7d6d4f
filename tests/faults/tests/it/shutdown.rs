//! F16: SIGTERM loses nothing and ends in time, whoever holds a connection.

use std::time::{Duration, Instant};

use e2e::{Doors, Mode};
use faults::{
    Load, SOON, Stage, audit,
    people::Person,
    run,
    windows::{Attempt, Windows},
};
use proto::intake::v1::StreamLeadsRequest;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
    task::{JoinSet, block_in_place},
};
use tokio_stream::wrappers::ReceiverStream;

use crate::{assert_clean, tally};

/// What an orchestrator waits before it kills.
const GRACE: Duration = Duration::from_secs(25);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_loses_nothing_embedded() {
    stop(Mode::Embedded, &["dev"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_loses_nothing_in_a_cluster() {
    stop(Mode::Cluster, &["gateway", "intake", "notifications"]).await;
}

async fn stop(mode: Mode, services: &[&str]) {
    let seed = run::seed("shutdown");
    let mut stage = Stage::set(mode).await.unwrap();
    let doors = stage.doors().await.unwrap();
    let load = Load::start(&doors, &stage.journal, "stop", seed);
    let mut windows = Windows::default();
    let mut signals = Vec::new();
    for round in 0..run::size(1, 20) {
        for service in services {
            load.wait_for(40, SOON).await.unwrap();
            let held = Held::open(&mut stage, &doors, service, round).await;
            load.wait_for(10, SOON).await.unwrap();
            windows.open();
            signals.push(Instant::now());
            let process = stage.platform.process(service).unwrap();
            let ended = block_in_place(|| process.terminate(GRACE));
            let (status, after) = ended.unwrap_or_else(|error| {
                panic!("{error}:\n{}", process.tail(30));
            });
            eprintln!("shutdown {mode:?}: {service} ended after {after:?}: {status}");
            assert!(
                status.success(),
                "{service}: {status}\n{}",
                process.tail(30)
            );
            stage.revive(service).await.unwrap();
            windows.close();
            drop(held);
        }
    }
    load.wait_for(40, SOON).await.unwrap();
    let attempts = load.finish().await.unwrap();

    let databases = stage.complete().await.unwrap();
    let books = databases.books().await.unwrap();
    let mut lines = stage.lines().unwrap();
    // What the endless streams sent is on nobody's list.
    let mut all = books.clone();
    all.submissions.retain(|row| !row.key.starts_with("held-"));
    lines.retain(|line| !line.key.starts_with("held-"));
    let (acknowledged, unknown) = tally(&lines);
    let under_way = |attempt: &&Attempt| {
        signals
            .iter()
            .any(|signal| attempt.begun < *signal && *signal < attempt.ended)
    };
    let under_way: Vec<_> = attempts.iter().filter(under_way).collect();
    let answered = under_way.iter().filter(|attempt| attempt.succeeded).count();
    eprintln!(
        "shutdown {mode:?}: {acknowledged} acknowledged, {unknown} unknown, of {} under way {answered} \
         answered, {:?}",
        under_way.len(),
        stage.began.elapsed()
    );
    let outside = windows.outside(&attempts);
    assert!(outside.counts(), "the run does not count: {outside:?}");
    assert_clean("submissions", &audit::submissions(&lines, &all));
    assert_clean("leads", &audit::leads(&books));
    databases.close().await;
}

/// Connections whose owners never let go by themselves.
struct Held {
    _sockets: Vec<TcpStream>,
    _endless: JoinSet<()>,
}

impl Held {
    async fn open(stage: &mut Stage, doors: &Doors, service: &str, round: usize) -> Self {
        let public = stage
            .platform
            .base
            .strip_prefix("http://")
            .unwrap()
            .to_owned();
        let ops = stage.platform.process(service).unwrap().ops;
        let mut addresses = vec![public.clone(), format!("127.0.0.1:{ops}")];
        if !["dev", "gateway"].contains(&service) {
            // Its port for the other services is the one before.
            addresses.push(format!("127.0.0.1:{}", ops - 1));
        }
        let mut sockets = Vec::new();
        for address in addresses {
            sockets.push(TcpStream::connect(&address).await.unwrap());
            let mut half = TcpStream::connect(&address).await.unwrap();
            half.write_all(b"PRI * HTTP/2.0\r\n\r\nSM").await.unwrap();
            sockets.push(half);
        }
        sockets.push(slow_post(&public).await);
        let key = format!("held-{service}-{round}");
        Self {
            _sockets: sockets,
            _endless: endless(doors, &key).await,
        }
    }
}

/// A post that is under way, and of which no more comes.
async fn slow_post(address: &str) -> TcpStream {
    let mut slow = TcpStream::connect(address).await.unwrap();
    let post = "POST /doors/form/form-en HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/json\r\nContent-Length: 1000\r\n\
                Expect: 100-continue\r\n\r\n";
    slow.write_all(post.as_bytes()).await.unwrap();
    let mut first = [0; 8];
    slow.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1", "the request is under way");
    slow.write_all(b"{\"name\":").await.unwrap();
    slow
}

/// A stream that has got a receipt, and is kept open for ever.
async fn endless(doors: &Doors, key: &str) -> JoinSet<()> {
    let (sender, receiver) = mpsc::channel(1);
    let person = Person::invent(key, &mut run::dice(0, 7));
    sender
        .send(StreamLeadsRequest {
            lead: Some(person.record(key)),
        })
        .await
        .unwrap();
    let mut receipts = doors.stream(ReceiverStream::new(receiver)).await.unwrap();
    receipts.message().await.unwrap().expect("a receipt");
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        // Ends with the connection.
        while let Ok(Some(_)) = receipts.message().await {}
        drop(sender);
    });
    tasks
}
