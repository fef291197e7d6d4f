//! The listener when the process has no descriptors left.
//!
//! The limit holds for a whole process, so the test runs itself again in one of its own.

use std::{env, fs::File, os::unix::fs::FileExt, process::Command, time::Duration};

use axum::{Router, routing::get};
use rpc::listener::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::sample::{PATIENCE, Served};

const NAME: &str = "descriptors::without_descriptors_the_listener_rests_and_recovers";
const INSIDE: &str = "RPC_TEST_FEW_DESCRIPTORS";
const WATCHED: Duration = Duration::from_millis(600);

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "tells the process under the limit from the one that started it"
)]
fn without_descriptors_the_listener_rests_and_recovers() {
    if env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        return runtime.unwrap().block_on(rests_and_recovers());
    }
    let output = Command::new("sh")
        .args([
            "-c",
            r#"ulimit -n 48 && exec "$0" --exact "$1" --nocapture"#,
        ])
        .arg(env::current_exe().unwrap())
        .arg(NAME)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert!(text.contains("1 passed"), "the test has run: {text}");
}

async fn rests_and_recovers() {
    let router = Router::new().route("/", get(|| async { "hello" }));
    let served = Served::start(router, Limits::default()).await;
    let stat = File::open("/proc/self/stat").unwrap();
    let mut spare = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        spare.push(file);
    }
    // One for the peer's end of the connection, none for the listener's.
    spare.pop();
    let mut peer = TcpStream::connect(served.address).await.unwrap();
    peer.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        .await
        .unwrap();
    let before = processor_ticks(&stat);
    let answered = timeout(WATCHED, peer.readable()).await;
    assert!(answered.is_err(), "there was a descriptor left");
    let spent = processor_ticks(&stat) - before;
    assert!(spent < 20, "{spent} of 60 ticks spent on waiting");

    spare.clear();
    let mut answer = [0; 12];
    let read = timeout(PATIENCE, peer.read_exact(&mut answer)).await;
    read.expect("the listener recovers").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

/// Processor time of this process, in hundredths of a second.
fn processor_ticks(stat: &File) -> u64 {
    let mut text = [0; 1_024];
    let read = stat.read_at(&mut text, 0).unwrap();
    let text = String::from_utf8_lossy(&text[..read]).into_owned();
    // The command's name may hold spaces; the fields after it do not. utime is the 14th, stime
    // the 15th of all.
    let (_, fields) = text.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(11).take(2);
    ticks.map(|it| it.parse::<u64>().unwrap()).sum()
}
