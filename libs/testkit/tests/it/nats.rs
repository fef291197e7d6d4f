use std::time::Duration;

use async_nats::jetstream::{self, Context, stream};
use testkit::{NatsServer, eventually, nats};
use tokio::time::timeout;

use crate::DEADLINE;

async fn connect(server: &NatsServer) -> Context {
    jetstream::new(async_nats::connect(server.url()).await.unwrap())
}

async fn publish(context: &Context, count: u32) {
    for number in 0..count {
        context
            .publish("things.made", number.to_string().into())
            .await
            .unwrap()
            .await
            .unwrap();
    }
}

async fn things(context: &Context) -> Option<u64> {
    Some(
        context
            .get_stream("things")
            .await
            .ok()?
            .cached_info()
            .state
            .messages,
    )
}

async fn with_things(server: &NatsServer, count: u32) {
    let context = connect(server).await;
    let config = stream::Config {
        name: "things".to_owned(),
        subjects: vec!["things.>".to_owned()],
        ..stream::Config::default()
    };
    context.create_stream(config).await.unwrap();
    publish(&context, count).await;
}

#[tokio::test]
async fn a_killed_server_comes_back_with_its_store_on_its_port() {
    let server = nats();
    let url = server.url();
    with_things(&server, 3).await;
    // Its store is synced every second, but a killed process loses nothing it wrote.
    server.kill9();
    assert!(async_nats::connect(server.url()).await.is_err());
    server.restart();
    assert_eq!(server.url(), url);
    assert_eq!(things(&connect(&server).await).await, Some(3));
}

#[tokio::test]
async fn a_wiped_server_has_no_streams() {
    let server = nats();
    with_things(&server, 3).await;
    server.wipe();
    assert_eq!(things(&connect(&server).await).await, None);
}

#[tokio::test]
async fn a_restored_image_forgets_what_came_after_it() {
    let server = nats();
    with_things(&server, 3).await;
    let image = server.snapshot();
    let context = connect(&server).await;
    publish(&context, 2).await;
    assert_eq!(things(&context).await, Some(5));
    for _ in 0..2 {
        server.restore(&image);
        assert_eq!(things(&connect(&server).await).await, Some(3));
    }
}

#[tokio::test]
async fn a_paused_server_answers_only_once_it_goes_on() {
    let server = nats();
    with_things(&server, 0).await;
    let context = connect(&server).await;
    server.pause();
    let waiting = context.publish("things.made", "x".into()).await.unwrap();
    let mut waiting = Box::pin(waiting.into_future());
    let early = timeout(Duration::from_millis(200), &mut waiting).await;
    assert!(early.is_err(), "{early:?}");
    server.resume();
    timeout(DEADLINE, waiting).await.unwrap().unwrap();
    eventually(DEADLINE, || async { things(&context).await == Some(1) }).await;
}
