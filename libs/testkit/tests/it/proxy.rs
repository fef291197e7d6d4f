use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use testkit::{CutProxy, Plan, eventually};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::DEADLINE;

/// A server that notes each line and says it back.
async fn echo() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let addr = listener.local_addr().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&notes)));
        }
    });
    (addr, heard)
}

async fn serve(stream: TcpStream, notes: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream
        .read_line(&mut line)
        .await
        .is_ok_and(|length| length > 0)
    {
        notes.lock().unwrap().push(line.trim().to_owned());
        if stream.write_all(line.as_bytes()).await.is_err() {
            return;
        }
        line.clear();
    }
}

/// The reply, or nothing if the connection was cut.
async fn ask(stream: &mut TcpStream, line: &str) -> Option<String> {
    stream
        .write_all(format!("{line}\n").as_bytes())
        .await
        .ok()?;
    let mut reply = [0; 1024];
    let length = timeout(DEADLINE, stream.read(&mut reply))
        .await
        .unwrap()
        .ok()?;
    let reply = String::from_utf8_lossy(&reply[..length]).trim().to_owned();
    (length > 0).then_some(reply)
}

async fn connect(proxy: &CutProxy) -> TcpStream {
    TcpStream::connect(proxy.addr()).await.unwrap()
}

#[tokio::test]
async fn the_server_has_the_request_and_the_client_no_reply() {
    let (addr, heard) = echo().await;
    let proxy = CutProxy::start(addr).await;
    let mut stream = connect(&proxy).await;
    assert_eq!(ask(&mut stream, "begin").await.as_deref(), Some("begin"));

    proxy.cut_reply_to("commit");
    assert_eq!(ask(&mut stream, "insert").await.as_deref(), Some("insert"));
    assert_eq!(proxy.cuts(), 0);
    assert_eq!(ask(&mut stream, "commit").await, None);
    assert_eq!(proxy.cuts(), 1);
    assert_eq!(*heard.lock().unwrap(), ["begin", "insert", "commit"]);

    let mut stream = connect(&proxy).await;
    assert_eq!(ask(&mut stream, "commit").await.as_deref(), Some("commit"));
}

#[tokio::test]
async fn connections_follow_the_script_in_turn() {
    let (addr, heard) = echo().await;
    let proxy = CutProxy::start(addr).await;
    proxy.script([Plan::Refuse, Plan::Pass, Plan::CutReplyTo(Vec::new())]);
    let mut replies = Vec::new();
    for line in ["refused", "passed", "cut", "after"] {
        replies.push(ask(&mut connect(&proxy).await, line).await);
    }
    assert_eq!(
        replies,
        [
            None,
            Some("passed".to_owned()),
            None,
            Some("after".to_owned())
        ]
    );
    assert_eq!(*heard.lock().unwrap(), ["passed", "cut", "after"]);
}

#[tokio::test]
async fn a_seed_makes_the_same_choices_again() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (addr, _heard) = echo().await;
        let proxy = CutProxy::start(addr).await;
        proxy.cut_at_random(0.5, 42);
        let mut cut = Vec::new();
        for _ in 0..20 {
            cut.push(ask(&mut connect(&proxy).await, "x").await.is_none());
        }
        assert_eq!(proxy.cuts(), cut.iter().filter(|cut| **cut).count());
        runs.push(cut);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&true) && runs[0].contains(&false));
}

#[tokio::test]
async fn nothing_passes_while_paused() {
    let (addr, heard) = echo().await;
    let proxy = CutProxy::start(addr).await;
    let mut stream = connect(&proxy).await;
    ask(&mut stream, "before").await.unwrap();

    proxy.pause();
    let mut waiting = Box::pin(ask(&mut stream, "held"));
    assert!(
        timeout(Duration::from_millis(100), &mut waiting)
            .await
            .is_err()
    );
    assert_eq!(*heard.lock().unwrap(), ["before"]);

    proxy.resume();
    assert_eq!(waiting.await.as_deref(), Some("held"));
}

#[tokio::test]
async fn severed_connections_end_even_while_paused() {
    let (addr, _heard) = echo().await;
    let proxy = CutProxy::start(addr).await;
    let mut stream = connect(&proxy).await;
    ask(&mut stream, "before").await.unwrap();
    proxy.pause();
    stream.write_all(b"held\n").await.unwrap();
    proxy.sever();
    assert_eq!(ask(&mut stream, "more").await, None);
    proxy.resume();
    eventually(DEADLINE, || async {
        ask(&mut connect(&proxy).await, "after").await
    })
    .await;
}
