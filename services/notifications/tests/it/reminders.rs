use std::time::Duration;

use chrono::{DateTime, Utc};
use ids::{DealId, LeadId, StaffId};
use proto::{
    deals::v1 as deals,
    intake::v1 as intake,
    notifications::v1::{
        CompleteReminderRequest, ListRemindersRequest, Reminder, SnoozeReminderRequest,
    },
};
use rpc::Role;
use testkit::eventually;

use crate::world::{PATIENCE, World, catching, event, noon, stamp};

fn in_hours(hours: u64) -> DateTime<Utc> {
    noon() + Duration::from_hours(hours)
}

async fn plan(world: &World, lead: LeadId, revision: i64, at: Option<DateTime<Utc>>) {
    plan_for(world, lead, revision, at, world.staff).await;
}

async fn plan_for(
    world: &World,
    lead: LeadId,
    revision: i64,
    at: Option<DateTime<Utc>>,
    staff: StaffId,
) {
    let planned = intake::NextContactPlanned {
        lead_id: lead.to_string(),
        next_contact_at: at.and_then(stamp),
        kind: "call".to_owned(),
        responsible_id: staff.to_string(),
        name: "Anna Nagy".to_owned(),
    };
    world.deliver(&event(&planned, lead, revision)).await;
}

async fn list(world: &World, staff_id: &str, done: bool) -> Vec<Reminder> {
    let request = ListRemindersRequest {
        staff_id: staff_id.to_owned(),
        include_completed: done,
        ..ListRemindersRequest::default()
    };
    let mut client = world.client(world.staff, Role::Head);
    client
        .list_reminders(request)
        .await
        .unwrap()
        .into_inner()
        .reminders
}

/// Waits until as many messages were written.
async fn written(world: &World, count: usize) {
    eventually(PATIENCE, async || {
        let messages = world.messages().await;
        if messages.len() == count {
            Ok(())
        } else {
            Err(format!("{messages:?}"))
        }
    })
    .await;
}

/// Lets the timer look: a reminder of a deal that is due now is sent after all that was due before.
async fn timer_looks(world: &World) {
    let (deal, before) = (DealId::generate(), world.messages().await.len());
    let planned = deals::NextContactPlanned {
        deal_id: deal.to_string(),
        next_contact_at: stamp(noon()),
        kind: "visit".to_owned(),
        responsible_id: world.staff.to_string(),
        title: "Desks".to_owned(),
    };
    world.deliver(&event(&planned, deal, 1)).await;
    written(world, before + 1).await;
    let last = world.messages().await.pop().unwrap();
    assert_eq!(
        last.subject_id,
        deal.to_string(),
        "{}: {last:?}",
        world.label
    );
}

#[tokio::test]
async fn a_reminder_is_sent_when_it_is_due_and_once() {
    for world in catching().await {
        let process = world.process();
        let lead = LeadId::generate();
        plan(&world, lead, 3, Some(in_hours(1))).await;
        timer_looks(&world).await;
        world.hands.set(in_hours(1));
        written(&world, 2).await;
        let message = world.messages().await.pop().unwrap();
        assert_eq!(
            (message.purpose.as_str(), message.subject_id),
            ("reminder", lead.to_string())
        );
        assert_eq!(message.subject, "Zvans: Anna Nagy");
        process.stop().await;
        // Another process, and a clock that goes back and forth again.
        let process = world.process();
        world.hands.set(noon());
        timer_looks(&world).await;
        world.hands.set(in_hours(5));
        timer_looks(&world).await;
        process.stop().await;
        let own = world.messages().await;
        assert_eq!(
            own.iter()
                .filter(|it| it.subject_id == lead.to_string())
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn what_fell_due_while_nobody_ran_is_sent_at_start() {
    for world in catching().await {
        for _ in 0..150 {
            plan(&world, LeadId::generate(), 1, Some(in_hours(1))).await;
        }
        world.hands.set(in_hours(9));
        let processes = [world.process(), world.process()];
        written(&world, 150).await;
        timer_looks(&world).await;
        for process in processes {
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn the_latest_plan_counts() {
    for world in catching().await {
        let process = world.process();
        let (moved, cancelled) = (LeadId::generate(), LeadId::generate());
        plan(&world, moved, 5, Some(in_hours(3))).await;
        plan(&world, moved, 4, Some(in_hours(1))).await;
        plan(&world, cancelled, 8, None).await;
        plan(&world, cancelled, 7, Some(in_hours(1))).await;
        let reminders = list(&world, "", false).await;
        assert_eq!(reminders.len(), 1, "{}", world.label);
        assert_eq!(reminders[0].due_at, stamp(in_hours(3)));
        world.hands.set(in_hours(2));
        timer_looks(&world).await;
        world.hands.set(in_hours(3));
        written(&world, 2).await;
        // Sent, and then planned anew.
        plan(&world, moved, 6, Some(in_hours(6))).await;
        world.hands.set(in_hours(6));
        written(&world, 3).await;
        process.stop().await;
    }
}

#[tokio::test]
async fn a_reminder_is_put_off_and_done() {
    for world in catching().await {
        let process = world.process();
        let lead = LeadId::generate();
        plan(&world, lead, 3, Some(in_hours(1))).await;
        world.hands.set(in_hours(1));
        written(&world, 1).await;
        let reminder = list(&world, "", false).await.remove(0);
        assert_eq!(reminder.sent_at, stamp(in_hours(1)), "{}", world.label);

        let mut own = world.client(world.staff, Role::Agent);
        let snooze = |until| SnoozeReminderRequest {
            reminder_id: reminder.reminder_id.clone(),
            until: stamp(until),
        };
        let past = own.snooze_reminder(snooze(in_hours(0))).await.unwrap_err();
        assert_eq!(rpc::explain(&past).violations[0].reason, "PAST");
        for _ in 0..2 {
            let put_off = own
                .snooze_reminder(snooze(in_hours(2)))
                .await
                .unwrap()
                .into_inner();
            let put_off = put_off.reminder.unwrap();
            assert_eq!(
                (put_off.due_at, put_off.sent_at),
                (stamp(in_hours(2)), None)
            );
        }
        // A plan that is older than the reminder does not undo it.
        plan(&world, lead, 2, Some(in_hours(9))).await;
        world.hands.set(in_hours(2));
        written(&world, 2).await;

        let done = CompleteReminderRequest {
            reminder_id: reminder.reminder_id.clone(),
        };
        for _ in 0..2 {
            own.complete_reminder(done.clone()).await.unwrap();
        }
        assert!(list(&world, "", false).await.is_empty(), "{}", world.label);
        assert_eq!(
            list(&world, "", true).await[0].completed_at,
            stamp(in_hours(2))
        );
        let refused = own.snooze_reminder(snooze(in_hours(5))).await.unwrap_err();
        assert_eq!(rpc::explain(&refused).reason, "REMINDER_COMPLETED");
        process.stop().await;
    }
}

#[tokio::test]
async fn reminders_of_others_are_for_heads() {
    for world in catching().await {
        let lead = LeadId::generate();
        plan(&world, lead, 3, Some(in_hours(1))).await;
        let stranger = StaffId::generate();
        let mut agent = world.client(stranger, Role::Agent);
        let reminder = list(&world, "all", false).await.remove(0);
        for staff_id in ["all", &world.staff.to_string()] {
            let request = ListRemindersRequest {
                staff_id: staff_id.to_owned(),
                ..Default::default()
            };
            let refused = agent.list_reminders(request).await.unwrap_err();
            assert_eq!(rpc::explain(&refused).reason, "REMINDER_NOT_YOURS");
        }
        let own = agent
            .list_reminders(ListRemindersRequest::default())
            .await
            .unwrap();
        assert!(own.into_inner().reminders.is_empty());
        let done = CompleteReminderRequest {
            reminder_id: reminder.reminder_id,
        };
        let refused = agent.complete_reminder(done.clone()).await.unwrap_err();
        assert_eq!(rpc::explain(&refused).reason, "REMINDER_NOT_YOURS");
        world
            .client(stranger, Role::Head)
            .complete_reminder(done)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_reminder_waits_for_somebody_to_remind() {
    for world in catching().await {
        let process = world.process();
        let (late, lead) = (StaffId::generate(), LeadId::generate());
        plan_for(&world, lead, 1, Some(noon()), late).await;
        timer_looks(&world).await;
        world.record_staff(late, 1).await;
        written(&world, 2).await;
        assert_eq!(
            world.messages().await.pop().unwrap().subject_id,
            lead.to_string()
        );
        process.stop().await;
    }
}

#[tokio::test]
async fn reminders_are_listed_page_by_page() {
    for world in catching().await {
        for hours in [3, 1, 2, 1] {
            plan(&world, LeadId::generate(), 1, Some(in_hours(hours))).await;
        }
        let mut client = world.client(world.staff, Role::Agent);
        let (mut token, mut times) = (String::new(), Vec::new());
        loop {
            let request = ListRemindersRequest {
                page_size: 3,
                page_token: token,
                ..Default::default()
            };
            let page = client.list_reminders(request).await.unwrap().into_inner();
            times.extend(page.reminders.into_iter().map(|reminder| reminder.due_at));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(
            times,
            [1, 1, 2, 3].map(|hours| stamp(in_hours(hours))),
            "{}",
            world.label
        );
    }
}
