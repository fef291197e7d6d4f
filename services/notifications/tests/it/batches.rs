//! Events as the broker brings them, several at once.

use std::time::Duration;

use clock::Clock;
use ids::{LeadId, StaffId, SubmissionId};
use messaging::{Event, Outbox, RawEvent, Relay, Settings, embedded, outbox};
use proto::{intake::v1::EnquiryAttached, notifications::v1::Message};
use tempfile::TempDir;
use testkit::eventually;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::world::{PATIENCE, World, catching, created, event, noon, recorded};

/// A broker that brought events, and the consumer that listens to it until it is stopped.
struct Broker {
    shutdown: CancellationToken,
    work: Vec<JoinHandle<Result<(), messaging::Error>>>,
    _folder: TempDir,
}

impl Broker {
    /// Has all of these events before anybody listens.
    async fn bring(world: &World, events: Vec<Event>) -> Self {
        let settings = Settings {
            retry_delays: vec![Duration::from_millis(50); 1_000],
            fetch_wait: Duration::from_millis(50),
            ..Settings::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bus.sqlite");
        let bus = embedded::open(&file, Clock::system()).await.unwrap();
        let intake = Outbox::new(world.database().clone(), "intake");
        let tx = intake.begin().await.unwrap();
        tx.publish_all(events).await.unwrap();
        tx.commit().await.unwrap();

        let shutdown = CancellationToken::new();
        let (clock, stop) = (Clock::system(), shutdown.clone());
        let relay = Relay::run(intake, bus.clone(), clock, settings.clone(), stop);
        let relay = tokio::spawn(relay);
        eventually(PATIENCE, async || {
            let waiting = outbox::pending(world.database()).await.unwrap();
            waiting.is_empty()
        })
        .await;
        let (clock, stop) = (Clock::system(), shutdown.clone());
        let listening = world.listening_to("intake");
        let listening = listening.run(world.outbox.clone(), bus, clock, settings, stop);
        Self {
            shutdown,
            work: vec![relay, tokio::spawn(listening)],
            _folder: folder,
        }
    }

    async fn stop(self) {
        self.shutdown.cancel();
        for work in self.work {
            work.await.unwrap().unwrap();
        }
    }
}

/// Waits until as many messages were planned.
async fn planned(world: &World, count: usize) -> Vec<Message> {
    eventually(PATIENCE, async || {
        let messages = world.messages().await;
        if messages.len() == count {
            Ok(messages)
        } else {
            Err(format!("{}: {messages:?}", world.label))
        }
    })
    .await
}

fn new_lead(lead: LeadId, staff: StaffId) -> Event {
    Event::new(&created(lead, staff), lead, 1, noon())
}

fn enquiry(lead: LeadId, staff: StaffId) -> Event {
    let enquiry = EnquiryAttached {
        lead_id: lead.to_string(),
        submission_id: SubmissionId::generate().to_string(),
        responsible_id: staff.to_string(),
        ..EnquiryAttached::default()
    };
    Event::new(&enquiry, lead, 2, noon())
}

fn about(messages: &[Message], lead: LeadId) -> Vec<&Message> {
    let lead = lead.to_string();
    messages.iter().filter(|it| it.subject_id == lead).collect()
}

#[tokio::test]
async fn a_batch_tells_each_recipient_once() {
    for world in catching().await {
        let leads: Vec<LeadId> = (0..20).map(|_| LeadId::generate()).collect();
        let mut events: Vec<Event> = leads
            .iter()
            .map(|lead| new_lead(*lead, world.staff))
            .collect();
        // The same facts as other events, as after a stream was filled again with new ids.
        events.extend(
            leads
                .iter()
                .take(3)
                .map(|lead| new_lead(*lead, world.staff)),
        );
        let asked = [leads[0], leads[0], leads[7]];
        events.extend(asked.map(|lead| enquiry(lead, world.staff)));
        let expected = leads.len() + asked.len();
        let broker = Broker::bring(&world, events).await;
        let messages = planned(&world, expected).await;
        broker.stop().await;
        for lead in &leads {
            let enquiries = asked.iter().filter(|it| *it == lead).count();
            let told = about(&messages, *lead);
            assert_eq!(told.len(), 1 + enquiries, "{}: {told:?}", world.label);
        }
    }
}

#[tokio::test]
async fn in_a_batch_only_what_is_told_to_an_unknown_member_of_staff_waits() {
    for world in catching().await {
        let unknown = StaffId::generate();
        let leads: [LeadId; 5] = std::array::from_fn(|_| LeadId::generate());
        let events = leads
            .iter()
            .enumerate()
            .map(|(place, lead)| new_lead(*lead, if place == 2 { unknown } else { world.staff }))
            .collect();
        let broker = Broker::bring(&world, events).await;
        planned(&world, 4).await;
        world.record_staff(unknown, 1).await;
        let messages = planned(&world, 5).await;
        broker.stop().await;
        let last = messages.last().map(|it| it.subject_id.clone());
        assert_eq!(last, Some(leads[2].to_string()), "{}", world.label);
    }
}

#[tokio::test]
async fn in_a_batch_only_who_has_left_is_not_written_to() {
    for world in catching().await {
        let left = StaffId::generate();
        let gone = recorded(left, "Zoë", "zoe@crm.example", false);
        world.deliver(&event(&gone, left, 1)).await;
        let leads: [LeadId; 3] = std::array::from_fn(|_| LeadId::generate());
        let events = vec![
            new_lead(leads[0], world.staff),
            new_lead(leads[1], left),
            new_lead(leads[2], world.staff),
            // His lead is known all the same: its next enquiry is another one's.
            enquiry(leads[1], world.staff),
        ];
        let broker = Broker::bring(&world, events).await;
        let messages = planned(&world, 3).await;
        broker.stop().await;
        let told = about(&messages, leads[1]);
        assert_eq!(told.len(), 1, "{}: {told:?}", world.label);
        assert_eq!(told[0].purpose, "enquiry", "{}", world.label);
    }
}

#[tokio::test]
async fn each_message_of_a_batch_continues_the_trace_of_its_event() {
    for world in catching().await {
        let traced: Vec<(LeadId, String)> = (1..=8)
            .map(|number| (LeadId::generate(), format!("{number:032x}")))
            .collect();
        let events = traced
            .iter()
            .map(|(lead, trace)| {
                let traceparent = format!("00-{trace}-00f067aa0ba902b7-01");
                new_lead(*lead, world.staff).continuing(&traceparent)
            })
            .collect();
        let expected = traced.len();
        let broker = Broker::bring(&world, events).await;
        let messages = planned(&world, expected).await;
        broker.stop().await;
        for (lead, trace) in &traced {
            let told = about(&messages, *lead);
            let message = world.message(&told[0].message_id).await;
            let header = format!("X-Tributary-Trace: {trace}");
            assert!(message.headers.contains(&header), "{}", message.headers);
        }
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_meant_does_not_keep_its_batch() {
    for world in catching().await {
        let mut wrong = created(LeadId::generate(), world.staff);
        wrong.responsible_id = "nobody".to_owned();
        let wrong = Event::new(&wrong, "lead", 1, noon());
        let id = RawEvent::from(wrong.clone()).id;
        let events = vec![
            new_lead(LeadId::generate(), world.staff),
            wrong,
            new_lead(LeadId::generate(), world.staff),
        ];
        let broker = Broker::bring(&world, events).await;
        planned(&world, 2).await;
        let parked = eventually(PATIENCE, async || {
            let parked = messaging::parked::list(world.database(), None, 10).await;
            let parked = parked.unwrap();
            parked.first().map(|it| it.event_id).ok_or(parked.len())
        })
        .await;
        assert_eq!(parked, id, "{}", world.label);
        broker.stop().await;
    }
}
