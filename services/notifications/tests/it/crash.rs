use std::time::Duration;

use ids::LeadId;
use proto::notifications::v1::{MessageSettled, MessageState};
use sea_orm::{ConnectionTrait, Statement};
use testkit::{Answer, eventually};

use crate::world::{PATIENCE, header_id, kill_after_hand_over, worlds};

#[tokio::test]
async fn after_a_kill_a_farewell_is_unknown() {
    for world in worlds().await {
        world.refuse(LeadId::generate()).await;
        kill_after_hand_over(&world).await;
        let process = world.process();
        world.becomes(MessageState::Unknown).await;
        let announced = world.announced::<MessageSettled>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].message.state, "unknown");
        assert!(world.sink.attempts().is_empty(), "{}", world.label);
        process.stop().await;
    }
}

#[tokio::test]
async fn after_a_kill_a_notice_goes_again() {
    for world in worlds().await {
        world.create(LeadId::generate()).await;
        kill_after_hand_over(&world).await;
        let process = world.process();
        assert_eq!(
            world.becomes(MessageState::Accepted).await.attempts,
            2,
            "{}",
            world.label
        );
        assert_eq!(world.sink.attempts().len(), 1);
        process.stop().await;
    }
}

#[tokio::test]
async fn a_process_that_dies_while_it_waits_for_the_answer_sends_no_farewell_twice() {
    for world in worlds().await {
        world.sink.script([Answer::Delay(Duration::from_mins(1))]);
        let first = world.process();
        world.refuse(LeadId::generate()).await;
        eventually(PATIENCE, async || world.sink.attempts().len() == 1).await;
        drop(first);
        let second = world.process();
        world.hands.advance(Duration::from_secs(4));
        world.becomes(MessageState::Unknown).await;
        assert_eq!(world.sink.attempts().len(), 1, "{}", world.label);
        second.stop().await;
    }
}

#[tokio::test]
async fn a_process_that_dies_while_it_waits_for_the_answer_misses_no_notice() {
    for world in worlds().await {
        world.sink.script([Answer::Delay(Duration::from_mins(1))]);
        let first = world.process();
        world.create(LeadId::generate()).await;
        eventually(PATIENCE, async || world.sink.attempts().len() == 1).await;
        drop(first);
        let second = world.process();
        world.hands.advance(Duration::from_secs(4));
        world.becomes(MessageState::Accepted).await;
        let attempts = world.sink.attempts();
        assert_eq!(attempts.len(), 2, "{}", world.label);
        assert_eq!(header_id(&attempts[0]), header_id(&attempts[1]));
        second.stop().await;
    }
}

#[tokio::test]
async fn a_living_mailer_keeps_what_a_slow_server_holds() {
    for world in worlds().await {
        world.sink.script([Answer::Delay(Duration::from_secs(5))]);
        let (first, second) = (world.process(), world.process());
        world.refuse(LeadId::generate()).await;
        eventually(PATIENCE, async || world.sink.attempts().len() == 1).await;
        // Altogether more than a lease of three seconds, which is renewed every second.
        for passed in [2, 4] {
            world.hands.advance(Duration::from_secs(2));
            let until = crate::world::noon() + Duration::from_secs(passed + 3);
            eventually(PATIENCE, async || {
                let db = world.database().reader();
                let sql = "select 1 from delivery where lease_until >= $1";
                let values = [until.into()];
                let sql = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
                db.query_one_raw(sql).await.unwrap().is_some()
            })
            .await;
        }
        assert_eq!(
            world.becomes(MessageState::Accepted).await.attempts,
            1,
            "{}",
            world.label
        );
        assert_eq!(world.sink.attempts().len(), 1, "{}", world.label);
        first.stop().await;
        second.stop().await;
    }
}
