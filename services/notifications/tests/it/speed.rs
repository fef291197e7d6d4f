use std::time::{Duration, Instant};

use ids::{LeadId, MessageId};
use sea_orm::{ConnectionTrait, Statement, Value};
use testkit::eventually;

use crate::world::{PATIENCE, World, catching, noon};

const LETTER: &str = "insert into letter (id, purpose, subject_id, occurrence, recipient,
        recipient_name, locale, subject, text, layout, message_id_header, planned_at)
    values ($1, 'reminder', $2, 'x', 'a@b.example', 'A', 'en', 'subject', 'text', 1, '<x@y>', $3)";
const DELIVERY: &str = "insert into delivery (letter_id, revision, class, state, detail, attempts,
        not_before, give_up_at)
    values ($1, 1, 'at_least_once', 'queued', '', 0, $2, $2)";

async fn count(world: &World, state: &str) -> i64 {
    let db = world.database().reader();
    let sql = "select count(*) as count from message where state = $1";
    let sql = Statement::from_sql_and_values(db.get_database_backend(), sql, [state.into()]);
    db.query_one_raw(sql)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "count")
        .unwrap()
}

#[tokio::test]
async fn a_backlog_is_caught_in_batches() {
    const MESSAGES: i64 = 3_000;
    for world in catching().await {
        let tx = world.database().begin().await.unwrap();
        for number in 0..MESSAGES {
            let id: Value = MessageId::generate().uuid().into();
            let letter = vec![id.clone(), number.to_string().into(), noon().into()];
            for (sql, values) in [(LETTER, letter), (DELIVERY, vec![id, noon().into()])] {
                let backend = tx.get_database_backend();
                let insert = Statement::from_sql_and_values(backend, sql, values);
                tx.execute_raw(insert).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        let began = Instant::now();
        let process = world.process();
        eventually(PATIENCE, async || count(&world, "caught").await == MESSAGES).await;
        let rate = f64::from(u32::try_from(MESSAGES).unwrap()) / began.elapsed().as_secs_f64();
        println!("{}: {rate:.0} messages a second", world.label);
        // A debug build on a busy machine; a mailer that takes them one by one is far below.
        assert!(rate > 300.0, "{}: {rate:.0} messages a second", world.label);
        process.stop().await;
    }
}

#[tokio::test]
async fn a_new_lead_is_announced_at_once() {
    const LEADS: usize = 60;
    for world in catching().await {
        let process = world.own_process();
        let mut waits = Vec::new();
        for number in 1..=LEADS {
            world.create(LeadId::generate()).await;
            let began = Instant::now();
            let caught = i64::try_from(number).unwrap();
            while count(&world, "caught").await < caught {
                assert!(began.elapsed() < PATIENCE, "{}", world.label);
                tokio::task::yield_now().await;
            }
            waits.push(began.elapsed());
        }
        waits.sort();
        let (half, most) = (waits[LEADS / 2], waits[LEADS - 1]);
        println!("{}: p50 {half:?}, longest {most:?}", world.label);
        assert!(
            half < Duration::from_millis(250),
            "{}: p50 {half:?}",
            world.label
        );
        process.stop().await;
    }
}
