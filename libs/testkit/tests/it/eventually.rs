use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt;
use testkit::eventually;

use crate::DEADLINE;

#[tokio::test]
async fn it_waits_until_the_condition_is_met() {
    let asked = Cell::new(0);
    let value = eventually(DEADLINE, || async {
        asked.set(asked.get() + 1);
        (asked.get() == 3).then_some("third")
    })
    .await;
    assert_eq!((value, asked.get()), ("third", 3));
    eventually(DEADLINE, || async { true }).await;
    let value: u8 = eventually(DEADLINE, || async { Ok::<_, String>(7) }).await;
    assert_eq!(value, 7);
}

#[tokio::test]
async fn at_the_deadline_it_says_where_and_what_it_saw_last() {
    let start = Instant::now();
    let never = eventually(Duration::from_millis(50), || async {
        Err::<(), _>("three of four")
    });
    let panic = AssertUnwindSafe(never).catch_unwind().await.unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("three of four"), "{message}");
    assert!(message.contains("tests/it/eventually.rs:"), "{message}");
    assert!(start.elapsed() < DEADLINE);
}
