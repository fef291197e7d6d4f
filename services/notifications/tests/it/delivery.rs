use std::{collections::BTreeSet, time::Duration};

use ids::LeadId;
use proto::notifications::v1::{Message, MessageSettled, MessageState, RetryMessageRequest};
use rpc::Role;
use testkit::{Answer, eventually};

use crate::world::{PATIENCE, World, header_id, noon, unreachable, worlds};

async fn settled(world: &World) -> Vec<String> {
    let announced = world.announced::<MessageSettled>().await;
    announced
        .into_iter()
        .map(|event| event.message.state)
        .collect()
}

/// A letter about another lead that is accepted: by then, whatever was due before was looked at.
async fn pass_time(world: &World, by: Duration) {
    world.hands.advance(by);
    let lead = LeadId::generate();
    world.refuse(lead).await;
    eventually(PATIENCE, async || {
        let messages = world.messages().await;
        let marker = messages.iter().find(|it| it.subject_id == lead.to_string());
        marker.unwrap().state() == MessageState::Accepted
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_accepted_is_as_it_was_planned() {
    for world in worlds().await {
        let process = world.own_process();
        world.refuse(LeadId::generate()).await;
        let message = world.becomes(MessageState::Accepted).await;
        assert!(message.detail.starts_with("250"), "{}", message.detail);
        assert_eq!(message.attempts, 1);
        assert_eq!(settled(&world).await, ["accepted"], "{}", world.label);
        process.stop().await;

        let mails = world.sink.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, ["anna@client.example"]);
        assert_eq!(mails[0].from, "crm@localhost");
        let text = mails[0].text();
        let shown = world.message(&message.message_id).await;
        for line in shown.headers.lines() {
            assert!(text.contains(line), "{line} is not in {text}");
        }
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
    }
}

#[tokio::test]
async fn a_message_that_is_put_off_goes_later() {
    for world in worlds().await {
        world.sink.script([Answer::Later]);
        let process = world.process();
        world.refuse(LeadId::generate()).await;
        eventually(PATIENCE, async || {
            world.messages().await[0].detail.contains("451")
        })
        .await;
        let message = world.becomes(MessageState::Queued).await;
        assert_eq!(message.attempts, 1, "{}", world.label);
        world.hands.advance(Duration::from_secs(31));
        assert_eq!(world.becomes(MessageState::Accepted).await.attempts, 2);
        let ids: BTreeSet<_> = world.sink.attempts().iter().map(header_id).collect();
        assert_eq!(
            (ids.len(), world.sink.attempts().len()),
            (1, 2),
            "{}",
            world.label
        );
        process.stop().await;
    }
}

#[tokio::test]
async fn a_message_that_is_put_off_for_too_long_is_given_up() {
    for world in worlds().await {
        world.sink.script([Answer::Later, Answer::Later]);
        let process = world.process();
        world.refuse(LeadId::generate()).await;
        eventually(PATIENCE, async || {
            world.messages().await[0].detail.contains("451")
        })
        .await;
        world.hands.advance(Duration::from_hours(48));
        let message = world.becomes(MessageState::Rejected).await;
        assert!(message.detail.starts_with("given up"), "{}", message.detail);
        assert_eq!(settled(&world).await, ["rejected"], "{}", world.label);
        process.stop().await;
    }
}

#[tokio::test]
async fn a_rejected_message_goes_again_on_a_persons_word_only() {
    for world in worlds().await {
        world.sink.script([Answer::Never]);
        let process = world.process();
        world.refuse(LeadId::generate()).await;
        let rejected = world.becomes(MessageState::Rejected).await;
        assert!(rejected.detail.contains("550"), "{}", rejected.detail);
        pass_time(&world, Duration::from_hours(1)).await;
        assert_eq!(world.sink.attempts().len(), 2, "{}", world.label);

        let mut head = world.client(world.staff, Role::Head);
        let request = RetryMessageRequest {
            message_id: rejected.message_id.clone(),
        };
        head.retry_message(request.clone()).await.unwrap();
        eventually(PATIENCE, async || {
            world.message(&rejected.message_id).await.state() == MessageState::Accepted
        })
        .await;
        assert_eq!(settled(&world).await, ["rejected", "accepted", "accepted"]);
        let refused = rpc::explain(&head.retry_message(request).await.unwrap_err());
        assert_eq!(refused.reason, "MESSAGE_NOT_RETRYABLE");
        process.stop().await;
    }
}

#[tokio::test]
async fn a_farewell_that_may_have_arrived_is_unknown_and_stays_so() {
    for world in worlds().await {
        world.sink.script([Answer::Drop]);
        let process = world.process();
        world.refuse(LeadId::generate()).await;
        let unknown = world.becomes(MessageState::Unknown).await;
        assert_eq!(settled(&world).await, ["unknown"], "{}", world.label);
        pass_time(&world, Duration::from_hours(24)).await;
        assert_eq!(
            world.sink.attempts().len(),
            2,
            "the farewell and the marker"
        );
        let unknown = world.message(&unknown.message_id).await;
        assert_eq!(
            (unknown.state(), unknown.attempts),
            (MessageState::Unknown, 1)
        );
        process.stop().await;
    }
}

#[tokio::test]
async fn a_notice_that_may_have_arrived_goes_again_under_the_same_id() {
    for world in worlds().await {
        world.sink.script([Answer::Drop]);
        let process = world.process();
        world.create(LeadId::generate()).await;
        eventually(PATIENCE, async || {
            !world.messages().await[0].detail.is_empty()
        })
        .await;
        assert_eq!(world.becomes(MessageState::Queued).await.attempts, 1);
        world.hands.advance(Duration::from_secs(4));
        world.becomes(MessageState::Accepted).await;
        let attempts = world.sink.attempts();
        assert_eq!(attempts.len(), 2, "{}", world.label);
        assert_eq!(
            attempts[0].data, attempts[1].data,
            "the same letter, byte by byte"
        );
        process.stop().await;
    }
}

#[tokio::test]
async fn without_a_mail_server_messages_wait() {
    for world in unreachable().await {
        let process = world.process();
        world.refuse(LeadId::generate()).await;
        eventually(PATIENCE, async || {
            !world.messages().await[0].detail.is_empty()
        })
        .await;
        let message = world.becomes(MessageState::Queued).await;
        assert_eq!(message.attempts, 1, "{}", world.label);
        assert_eq!(message.handed_over_at, None, "nothing was handed over");
        process.stop().await;
    }
}

#[tokio::test]
async fn several_mailers_send_each_message_once() {
    const LEADS: usize = 25;
    for world in worlds().await {
        let processes = [world.process(), world.process(), world.process()];
        for _ in 0..LEADS {
            let lead = LeadId::generate();
            world.create(lead).await;
            world.refuse(lead).await;
        }
        eventually(PATIENCE, async || {
            let messages = world.messages().await;
            messages
                .iter()
                .all(|message| message.state() == MessageState::Accepted)
        })
        .await;
        let ids: BTreeSet<_> = world.sink.attempts().iter().map(header_id).collect();
        assert_eq!(world.sink.attempts().len(), 2 * LEADS, "{}", world.label);
        assert_eq!(ids.len(), 2 * LEADS, "{}", world.label);
        // Of the notices nothing is announced.
        assert_eq!(settled(&world).await.len(), LEADS, "{}", world.label);
        for process in processes {
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn messages_on_their_way_together_keep_their_own_answers() {
    const LEADS: usize = 20;
    for world in worlds().await {
        for _ in 0..LEADS {
            world.create(LeadId::generate()).await;
        }
        let answers = [Answer::Accept, Answer::Later, Answer::Never, Answer::Drop];
        world.sink.script(answers);
        let process = world.process();
        let messages = eventually(PATIENCE, async || {
            let messages = world.messages().await;
            let waiting = messages.iter().filter(|it| it.detail.is_empty()).count();
            if waiting == 0 {
                Ok(messages)
            } else {
                Err(format!("{}: {waiting}", world.label))
            }
        })
        .await;
        process.stop().await;
        let with = |state, detail: &str| {
            let such = |it: &&Message| it.state() == state && it.detail.contains(detail);
            messages.iter().filter(such).count()
        };
        let counts = [
            with(MessageState::Accepted, "250"),
            with(MessageState::Queued, "451"),
            with(MessageState::Rejected, "550"),
            with(MessageState::Queued, ""),
        ];
        assert_eq!(counts, [LEADS - 3, 1, 1, 2], "{}", world.label);
        assert!(messages.iter().all(|it| it.attempts == 1), "{messages:?}");
        let settled = messages.iter().filter(|it| it.settled_at.is_some());
        assert_eq!(settled.count(), LEADS - 2, "{}", world.label);
    }
}

#[tokio::test]
async fn a_slow_answer_does_not_keep_others_waiting() {
    for world in worlds().await {
        world.sink.script([Answer::Delay(Duration::from_mins(1))]);
        let process = world.process();
        let slow = LeadId::generate();
        world.create(slow).await;
        world.becomes(MessageState::HandedOver).await;
        for _ in 0..20 {
            world.create(LeadId::generate()).await;
        }
        eventually(PATIENCE, async || {
            let messages = world.messages().await;
            let open = messages
                .iter()
                .filter(|it| it.state() != MessageState::Accepted);
            open.map(|it| it.subject_id.clone()).collect::<Vec<_>>() == [slow.to_string()]
        })
        .await;
        assert_eq!(
            world.messages().await[0].planned_at,
            crate::world::stamp(noon())
        );
        drop(process);
    }
}
