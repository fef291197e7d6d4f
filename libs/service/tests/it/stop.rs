//! The end of a process.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::probe::{self, ENDLESS, HELLO, PATIENCE, STUCK};
use testkit::eventually;

/// Sends a request and leaves its answer for later.
async fn asked(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: probe\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn requests_under_way_are_answered() {
    let (running, _data) = probe::started(&[]).await;
    let address = running.addresses().internal.unwrap();
    let endless = asked(address, ENDLESS).await;
    // The service has the first one in its hands once it has answered another.
    answer(asked(address, HELLO).await).await;
    assert!(running.stop().await.cleanly());
    assert!(answer(endless).await.ends_with("ended"));
    assert!(
        TcpStream::connect(address).await.is_err(),
        "the port is closed"
    );
}

#[tokio::test]
async fn a_silent_connection_delays_nobody() {
    let (running, _data) = probe::started(&[]).await;
    let silent = TcpStream::connect(running.addresses().internal.unwrap())
        .await
        .unwrap();
    let began = Instant::now();
    assert!(running.stop().await.cleanly());
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    drop(silent);
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut_off() {
    let (running, _data) = probe::started(&[("TRIBUTARY__LISTEN__DRAIN", "100ms")]).await;
    let address = running.addresses().internal.unwrap();
    let stuck = asked(address, STUCK).await;
    answer(asked(address, HELLO).await).await;
    running.stop().await;
    assert_eq!(answer(stuck).await, "");
}

#[tokio::test]
async fn readiness_goes_before_the_port_does() {
    let (running, _data) = probe::started(&[("TRIBUTARY__LISTEN__LINGER", "1s")]).await;
    let ready = probe::ops(&running, "/readyz");
    let address = running.addresses().internal.unwrap();
    let (stopped, ()) = tokio::join!(running.stop(), async {
        let off = async || {
            reqwest::get(&ready)
                .await
                .unwrap()
                .status()
                .is_server_error()
        };
        eventually(PATIENCE, off).await;
        let text = answer(asked(address, HELLO).await).await;
        assert!(
            text.ends_with("hello"),
            "requests are taken while it lingers: {text}"
        );
    });
    assert!(stopped.cleanly());
}

#[tokio::test]
async fn a_restarted_process_goes_on_with_its_data() {
    let (running, data) = probe::started(&[]).await;
    probe::say(&running, "first").await;
    running.stop().await;
    let running = service::start(probe::plan(data.path(), &[])).await.unwrap();
    probe::say(&running, "second").await;
    let both = async || {
        let mut words = probe::words(&running).await;
        words.sort();
        words == ["first", "second"]
    };
    eventually(PATIENCE, both).await;
    assert!(running.stop().await.cleanly());
}
