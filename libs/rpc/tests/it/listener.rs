//! The listener against peers that are silent, slow or endless.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, extract::ConnectInfo, response::Response, routing::get};
use http::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use rpc::{Code, listener::Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::sample::{PATIENCE, Sample, Served, ask, client, keys, service};

const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SHORT: Duration = Duration::from_millis(200);
const HELLO: &str = "GET /hello HTTP/1.1\r\nhost: test\r\n\r\n";

/// Limits that no test reaches unless it lowers one.
fn wide() -> Limits {
    let hour = Duration::from_hours(1);
    Limits {
        first_bytes: hour,
        headers: hour,
        keep_alive: hour,
        connection_age: hour,
        drain: hour,
        ..Limits::default()
    }
}

fn hello() -> Router {
    Router::new().route("/hello", get(|| async { "hello" }))
}

/// A connection to a listener, as bare as it gets.
struct Peer(TcpStream);

impl Peer {
    async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn hear(&mut self, text: &str) {
        let mut heard = Vec::new();
        let hearing = async {
            while !String::from_utf8_lossy(&heard).contains(text) {
                let read = self.0.read_buf(&mut heard).await.unwrap();
                assert_ne!(read, 0, "closed after {}", String::from_utf8_lossy(&heard));
            }
        };
        timeout(PATIENCE, hearing).await.expect("an answer comes");
    }

    /// Reads to the end, which a peer that is cut off sees as an end or a reset.
    async fn is_closed(&mut self) {
        let mut rest = Vec::new();
        let closed = timeout(PATIENCE, self.0.read_to_end(&mut rest)).await;
        let _ = closed.expect("the connection is closed");
    }
}

#[tokio::test]
async fn a_peer_that_says_nothing_or_half_a_greeting_is_shown_out() {
    for greeting in ["", "P", "PRI * HT", PREFACE] {
        let limits = Limits {
            first_bytes: SHORT,
            ..wide()
        };
        let served = Served::start(hello(), limits).await;
        let mut peer = Peer::connect(served.address).await;
        peer.say(greeting).await;
        peer.is_closed().await;
    }
}

#[tokio::test]
async fn a_peer_that_has_begun_may_go_on_after_the_first_bytes_are_due() {
    let limits = Limits {
        first_bytes: SHORT,
        ..wide()
    };
    let served = Served::start(hello(), limits).await;
    let mut slow = Peer::connect(served.address).await;
    slow.say("GET /hello HT").await;
    // One that stays silent, come later, is gone: the time is over for the first as well.
    Peer::connect(served.address).await.is_closed().await;
    slow.say("TP/1.1\r\nhost: test\r\n\r\n").await;
    slow.hear("hello").await;
}

#[tokio::test]
async fn a_peer_that_never_ends_its_headers_is_shown_out() {
    let limits = Limits {
        headers: SHORT,
        ..wide()
    };
    let served = Served::start(hello(), limits).await;
    let mut peer = Peer::connect(served.address).await;
    peer.say("GET /hello HTTP/1.1\r\nhost: ").await;
    peer.is_closed().await;
}

#[tokio::test]
async fn a_http2_peer_that_no_longer_answers_pings_is_shown_out() {
    let limits = Limits {
        keep_alive: SHORT,
        keep_alive_timeout: SHORT,
        ..wide()
    };
    let served = Served::start(hello(), limits).await;
    let mut peer = Peer::connect(served.address).await;
    let empty_settings_frame = "\0\0\0\u{4}\0\0\0\0\0";
    peer.say(&format!("{PREFACE}{empty_settings_frame}")).await;
    peer.is_closed().await;
}

#[tokio::test]
async fn both_versions_are_served_on_one_port() {
    let sample = Sample::new();
    let served = Served::start(sample.router().merge(hello()), wide()).await;
    let channel = served.channel().acting_as(&keys(), service());
    client(channel).check(ask()).await.unwrap();
    let mut peer = Peer::connect(served.address).await;
    peer.say(HELLO).await;
    peer.hear("hello").await;
}

#[tokio::test]
async fn a_connection_over_the_limit_waits_until_another_ends() {
    let limits = Limits {
        connections: 1,
        ..wide()
    };
    let served = Served::start(hello(), limits).await;
    let mut first = Peer::connect(served.address).await;
    first.say(HELLO).await;
    first.hear("hello").await;
    let mut second = Peer::connect(served.address).await;
    second.say(HELLO).await;
    let early = timeout(SHORT, second.0.readable()).await;
    assert!(early.is_err(), "answered beyond the limit");
    drop(first);
    second.hear("hello").await;
}

#[tokio::test]
async fn an_old_connection_is_asked_to_end() {
    let limits = Limits {
        connection_age: SHORT,
        ..wide()
    };
    let served = Served::start(hello(), limits).await;
    let mut peer = Peer::connect(served.address).await;
    peer.say(HELLO).await;
    peer.hear("hello").await;
    peer.is_closed().await;
}

#[tokio::test]
async fn an_endless_stream_ends_with_the_grace_of_its_connection() {
    let limits = Limits {
        connection_age: SHORT,
        connection_grace: SHORT,
        ..wide()
    };
    let served = Served::start(Sample::new().router(), limits).await;
    let stream = client(served.channel()).watch(ask()).await;
    let mut stream = stream.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    let end = timeout(PATIENCE, stream.message()).await;
    end.expect("the stream is cut").unwrap_err();
}

#[tokio::test]
async fn at_shutdown_idle_and_silent_connections_end_at_once() {
    let sample = Sample::new();
    let served = Served::start(sample.router().merge(hello()), wide()).await;
    let _silent = Peer::connect(served.address).await;
    let mut half = Peer::connect(served.address).await;
    half.say("PRI * HT").await;
    let mut idle = Peer::connect(served.address).await;
    idle.say(HELLO).await;
    idle.hear("hello").await;
    let mut http2 = client(served.channel().acting_as(&keys(), service()));
    http2.check(ask()).await.unwrap();
    served.shutdown.cancel();
    // The drain of an hour is not waited for.
    served.ended().await;
}

#[tokio::test]
async fn at_shutdown_calls_under_way_are_answered_and_new_ones_find_no_door() {
    let sample = Sample::new();
    sample.shut();
    let served = Served::start(sample.router(), wide()).await;
    let address = served.address;
    let mut client = client(served.channel().acting_as(&keys(), service()));
    let call = async { client.check(ask()).await };
    let shutdown = served.shutdown.clone();
    let closing = async {
        sample.until_one_waits().await;
        shutdown.cancel();
        let closed = async {
            while TcpStream::connect(address).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, closed).await.expect("the door closes");
        sample.let_one_pass();
    };
    let (answer, ()) = tokio::join!(call, closing);
    answer.expect("the call under way is answered");
    served.ended().await;
}

#[tokio::test]
async fn at_shutdown_an_endless_stream_delays_the_end_no_longer_than_the_drain() {
    let limits = Limits {
        drain: SHORT,
        ..wide()
    };
    let served = Served::start(Sample::new().router(), limits).await;
    let stream = client(served.channel()).watch(ask()).await;
    let mut stream = stream.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    served.shutdown.cancel();
    served.ended().await;
    let status = stream.message().await.unwrap_err();
    assert_ne!(status.code(), Code::Ok);
}

#[tokio::test]
async fn handlers_learn_the_peers_address() {
    let show = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { format!("<{peer}>") };
    let served = Served::start(Router::new().route("/hello", get(show)), wide()).await;
    let mut peer = Peer::connect(served.address).await;
    peer.say(HELLO).await;
    let own = peer.0.local_addr().unwrap();
    peer.hear(&format!("<{own}>")).await;
}

/// Changes the protocol and then says everything back, as a WebSocket might.
async fn echo(mut request: Request<axum::body::Body>) -> Response {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::runtime::Handle::current().spawn(async move {
        let (mut read, mut write) = tokio::io::split(TokioIo::new(upgrade.await.unwrap()));
        tokio::io::copy(&mut read, &mut write).await.unwrap();
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::UPGRADE, "echo")
        .header(header::CONNECTION, "upgrade")
        .body(axum::body::Body::empty())
        .unwrap()
}

#[tokio::test]
async fn an_upgraded_connection_is_the_handlers_own() {
    let router = Router::new().route("/echo", get(echo));
    let limits = Limits {
        connections: 1,
        connection_age: SHORT,
        connection_grace: SHORT,
        ..wide()
    };
    let served = Served::start(router, limits).await;
    let mut peer = Peer::connect(served.address).await;
    let upgrade = "connection: upgrade\r\nupgrade: echo\r\n\r\n";
    peer.say(&format!("GET /echo HTTP/1.1\r\nhost: test\r\n{upgrade}"))
        .await;
    peer.hear("101 Switching Protocols").await;
    peer.say("ping").await;
    peer.hear("ping").await;
    // It keeps its place among the connections.
    let mut second = Peer::connect(served.address).await;
    second.say(HELLO).await;
    let early = timeout(SHORT * 3, second.0.readable()).await;
    assert!(early.is_err(), "answered beyond the limit");
    // And it has outlived the age of ordinary connections by now.
    peer.say("pong").await;
    peer.hear("pong").await;
    drop(peer);
    second.hear("404").await;
}
