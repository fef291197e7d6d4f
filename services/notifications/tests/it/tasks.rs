//! Tasks and messages of campaigns: the responsible is told, and reminded in time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use ids::{CampaignId, StaffId, TaskId};
use messaging::{Delivered, RawEvent};
use proto::{
    campaigns::v1::TaskRecorded,
    notifications::v1::{ListRemindersRequest, Message},
};
use rpc::Role;
use testkit::eventually;

use crate::world::{PATIENCE, World, catching, event, noon, recorded, stamp};

fn due() -> DateTime<Utc> {
    noon() + Duration::from_hours(2)
}

fn task(id: TaskId, responsible: StaffId) -> TaskRecorded {
    TaskRecorded {
        task_id: id.to_string(),
        campaign_id: CampaignId::generate().to_string(),
        campaign: "Spring fair".to_owned(),
        title: "Call everybody".to_owned(),
        responsible_id: responsible.to_string(),
        given_by: StaffId::generate().to_string(),
        due_at: stamp(due()),
        ..TaskRecorded::default()
    }
}

fn told(task: &TaskRecorded, revision: i64) -> RawEvent {
    event(task, &task.task_id, revision)
}

/// Purpose and recipient of each message.
async fn messages(world: &World) -> Vec<(String, String)> {
    let messages = world.messages().await.into_iter();
    messages.map(|it| (it.purpose, it.recipient)).collect()
}

fn notice(recipient: &str) -> (String, String) {
    ("task".to_owned(), recipient.to_owned())
}

async fn reminders(world: &World) -> usize {
    let request = ListRemindersRequest {
        staff_id: world.staff.to_string(),
        ..ListRemindersRequest::default()
    };
    let mut client = world.client(world.staff, Role::Head);
    let listed = client.list_reminders(request).await.unwrap().into_inner();
    listed.reminders.len()
}

async fn last(world: &World, count: usize) -> Message {
    eventually(PATIENCE, async || {
        let mut messages = world.messages().await;
        match messages.pop() {
            Some(last) if messages.len() + 1 == count => Ok(last),
            other => Err(format!("{}: {other:?} after {messages:?}", world.label)),
        }
    })
    .await
}

#[tokio::test]
async fn the_responsible_is_told_once_and_reminded_in_time() {
    for world in catching().await {
        let task = task(TaskId::generate(), world.staff);
        world.deliver(&told(&task, 1)).await;
        let renamed = TaskRecorded {
            title: "Call half of them".to_owned(),
            ..task.clone()
        };
        world.deliver(&told(&renamed, 2)).await;
        let message = last(&world, 1).await;
        let message = world.message(&message.message_id).await;
        assert_eq!(
            (message.purpose.as_str(), message.subject.as_str()),
            ("task", "Uzdevums jums: Call everybody"),
            "{}",
            world.label
        );
        assert!(message.text.contains("Spring fair"), "{}", message.text);
        assert!(
            message.text.contains("2026-11-22 14:00 UTC"),
            "{}",
            message.text
        );
        let link = format!("https://crm.example/tasks/{}", task.task_id);
        assert!(message.text.contains(&link), "{}", message.text);
        let process = world.process();
        world.hands.set(due());
        let reminder = last(&world, 2).await;
        assert_eq!(
            (reminder.purpose.as_str(), reminder.subject.as_str()),
            ("reminder", "Uzdevums: Call half of them"),
            "{}",
            world.label
        );
        process.stop().await;
    }
}

#[tokio::test]
async fn another_responsible_is_told_and_a_late_event_tells_nobody() {
    for world in catching().await {
        let other = StaffId::generate();
        let known = recorded(other, "Olga", "olga@crm.example", true);
        world.deliver(&event(&known, other, 1)).await;
        let first = task(TaskId::generate(), world.staff);
        let second = TaskRecorded {
            responsible_id: other.to_string(),
            ..first.clone()
        };
        world.deliver(&told(&second, 2)).await;
        world.deliver(&told(&first, 1)).await;
        assert_eq!(messages(&world).await, [notice("olga@crm.example")]);
        assert_eq!(reminders(&world).await, 0, "{}", world.label);
        world.deliver(&told(&first, 3)).await;
        let all = [notice("olga@crm.example"), notice("janis@crm.example")];
        assert_eq!(messages(&world).await, all, "{}", world.label);
        assert_eq!(reminders(&world).await, 1, "{}", world.label);
    }
}

#[tokio::test]
async fn what_is_done_or_only_to_be_read_reminds_nobody() {
    for world in catching().await {
        let open = task(TaskId::generate(), world.staff);
        let done = TaskRecorded {
            done_at: stamp(noon()),
            ..open.clone()
        };
        world.deliver(&told(&done, 2)).await;
        world.deliver(&told(&open, 1)).await;
        assert!(messages(&world).await.is_empty(), "{}", world.label);
        let own = TaskRecorded {
            given_by: world.staff.to_string(),
            message: true,
            due_at: None,
            ..task(TaskId::generate(), world.staff)
        };
        world.deliver(&told(&own, 1)).await;
        assert!(messages(&world).await.is_empty(), "{}", world.label);
        let message = TaskRecorded {
            given_by: String::new(),
            task_id: TaskId::generate().to_string(),
            ..own
        };
        world.deliver(&told(&message, 1)).await;
        let written = last(&world, 1).await;
        assert_eq!(written.subject, "Ziņa jums: Call everybody");
        assert_eq!(reminders(&world).await, 0, "{}", world.label);
        // Taken up again, it is due again.
        world.deliver(&told(&open, 3)).await;
        assert_eq!(reminders(&world).await, 1, "{}", world.label);
    }
}

#[tokio::test]
async fn a_task_waits_until_its_responsible_is_known() {
    for world in catching().await {
        let stranger = StaffId::generate();
        let task = told(&task(TaskId::generate(), stranger), 1);
        assert!(world.hand_in(&task).await.is_err(), "{}", world.label);
        world.record_staff(stranger, 1).await;
        assert_eq!(world.hand_in(&task).await.unwrap(), Delivered::Handled);
        assert_eq!(messages(&world).await, [notice("janis@crm.example")]);
    }
}
