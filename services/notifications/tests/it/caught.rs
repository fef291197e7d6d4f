//! Messages that stay here because no mail server is set.

use std::collections::BTreeSet;

use ids::LeadId;
use proto::notifications::v1::{Message, MessageSettled, MessageState};
use testkit::eventually;

use crate::world::{PATIENCE, World, catching, kill_after_hand_over, noon, stamp};

/// Waits until all messages are caught.
async fn all_caught(world: &World) -> Vec<Message> {
    eventually(PATIENCE, async || {
        let messages = world.messages().await;
        let caught = |message: &Message| message.state() == MessageState::Caught;
        if messages.iter().all(caught) {
            Ok(messages)
        } else {
            Err(format!("{}: {messages:?}", world.label))
        }
    })
    .await
}

#[tokio::test]
async fn a_caught_message_was_handed_over() {
    for world in catching().await {
        world.refuse(LeadId::generate()).await;
        let queued = world.becomes(MessageState::Queued).await;
        assert_eq!((queued.handed_over_at, queued.attempts), (None, 0));
        let process = world.process();
        let caught = world.becomes(MessageState::Caught).await;
        assert_eq!(
            (caught.handed_over_at, caught.settled_at, caught.attempts),
            (stamp(noon()), stamp(noon()), 1),
            "{}",
            world.label
        );
        process.stop().await;
    }
}

#[tokio::test]
async fn only_what_became_of_letters_to_others_is_announced() {
    for world in catching().await {
        let lead = LeadId::generate();
        world.create(lead).await;
        world.refuse(lead).await;
        let process = world.process();
        all_caught(&world).await;
        process.stop().await;
        let announced = world.announced::<MessageSettled>().await;
        assert_eq!(announced.len(), 1, "{}: {announced:?}", world.label);
        // Planned, handed over, settled.
        assert_eq!(announced[0].revision, 3, "{}", world.label);
        let settled = &announced[0].message;
        assert_eq!(
            (settled.purpose.as_str(), settled.subject_id.clone()),
            ("farewell", lead.to_string())
        );
        assert_eq!(settled.state, "caught", "{}", world.label);
    }
}

#[tokio::test]
async fn several_processes_catch_each_message_once() {
    const LEADS: usize = 30;
    for world in catching().await {
        let processes = [world.process(), world.process(), world.own_process()];
        for _ in 0..LEADS {
            world.refuse(LeadId::generate()).await;
        }
        let messages = all_caught(&world).await;
        for process in processes {
            process.stop().await;
        }
        assert_eq!(messages.len(), LEADS, "{}", world.label);
        assert!(messages.iter().all(|it| it.attempts == 1), "{messages:?}");
        let announced = world.announced::<MessageSettled>().await;
        let ids: BTreeSet<_> = announced.iter().map(|it| &it.message.message_id).collect();
        assert_eq!((announced.len(), ids.len()), (LEADS, LEADS));
    }
}

#[tokio::test]
async fn what_a_mailer_left_behind_is_decided_without_a_mail_server_too() {
    for world in catching().await {
        world.refuse(LeadId::generate()).await;
        kill_after_hand_over(&world).await;
        let process = world.process();
        let letter = world.becomes(MessageState::Unknown).await;
        assert_eq!(letter.attempts, 1, "{}", world.label);
        process.stop().await;
    }
    for world in catching().await {
        world.create(LeadId::generate()).await;
        kill_after_hand_over(&world).await;
        let process = world.process();
        let notice = world.becomes(MessageState::Caught).await;
        assert_eq!(notice.attempts, 2, "{}", world.label);
        assert_eq!(notice.detail, "", "{}", world.label);
        process.stop().await;
    }
}
