//! The log, read from any place and followed.

use std::time::Duration;

use messaging::RawEvent;
use prost::Message;
use proto::analytics::v1::{ReadLogRequest, ReadLogResponse};
use proto::convert::timestamp;
use proto::intake::v1::LeadCreated;
use tonic::{Code, Status, Streaming};

use crate::story::{CANARY, company};
use crate::world::{World, noon, worlds};

const CREATED: &str = "tributary.intake.v1.LeadCreated";

async fn read(world: &World, request: ReadLogRequest) -> Vec<ReadLogResponse> {
    let mut events = open(world, request).await.unwrap();
    let mut all = Vec::new();
    while let Some(event) = events.message().await.unwrap() {
        all.push(event);
    }
    all
}

async fn open(
    world: &World,
    request: ReadLogRequest,
) -> Result<Streaming<ReadLogResponse>, Status> {
    let events = world.log.clone().read_log(request).await?;
    Ok(events.into_inner())
}

fn positions(events: &[ReadLogResponse]) -> Vec<i64> {
    events.iter().map(|event| event.position).collect()
}

/// What is delivered to each: a company at noon, another one an hour later.
async fn with_two_companies(world: &World) -> [Vec<RawEvent>; 2] {
    let first = company(world).events;
    world.hand_over_all(&first).await;
    world.clock.advance(Duration::from_hours(1));
    let second = company(world).events;
    world.hand_over_all(&second).await;
    [first, second]
}

#[tokio::test]
async fn all_of_it_is_read_in_its_order() {
    for world in worlds().await {
        // More than is read at once.
        let mut delivered = Vec::new();
        for _ in 0..3 {
            delivered.extend(with_two_companies(&world).await.concat());
        }
        world.hand_over_all(&delivered).await;
        let log = read(&world, ReadLogRequest::default()).await;
        assert!(log.len() > 500, "{}", log.len());
        let wanted: Vec<i64> = (1..).take(log.len()).collect();
        assert_eq!(positions(&log), wanted, "{}", world.label);
        // A referral is there twice, for who was brought and for who brought.
        let told = delivered.iter().map(|event| event.id.to_string());
        let mut found = log.iter().filter(|event| {
            let id = event.event_id.as_str();
            delivered.iter().any(|it| it.id.to_string() == id)
        });
        for id in told {
            assert_eq!(found.next().unwrap().event_id, id, "{}", world.label);
        }
        let others = log.len() - delivered.len();
        let referral = "tributary.campaigns.v1.ReferralMade";
        let referrals = delivered.iter().filter(|it| it.kind == referral).count();
        assert_eq!((others, referrals), (6, 6), "{}", world.label);

        let created = log.iter().find(|event| event.kind == CREATED).unwrap();
        let event = delivered.iter().find(|it| it.kind == CREATED).unwrap();
        assert_eq!(created.revision, event.revision);
        assert_eq!(created.happened_at, Some(timestamp(event.at)));
        assert_eq!(created.logged_at, Some(timestamp(noon())));
        let kept = LeadCreated::decode(created.payload.as_slice()).unwrap();
        assert_eq!(
            kept.lead_id,
            event.decode::<LeadCreated>().unwrap().message.lead_id
        );
    }
}

#[tokio::test]
async fn nothing_in_it_tells_who_somebody_is() {
    for world in worlds().await {
        with_two_companies(&world).await;
        let log = read(&world, ReadLogRequest::default()).await;
        let holds = |text: &str| {
            log.iter().any(|event| {
                let mut parts = event.payload.windows(text.len());
                parts.any(|part| part == text.as_bytes())
            })
        };
        assert!(holds("Autumn"), "a name that counts would be found");
        assert!(!holds(CANARY), "{}", world.label);
    }
}

#[tokio::test]
async fn it_is_read_from_a_position_a_time_or_the_end() {
    for world in worlds().await {
        with_two_companies(&world).await;
        let log = read(&world, ReadLogRequest::default()).await;
        let half = log.len() / 2;
        let place = i64::try_from(half).unwrap();
        let rest = |from: usize| positions(&log[from..]);
        let late = noon() + Duration::from_mins(30);
        let asked = |after_position: i64, since, last: i32| ReadLogRequest {
            after_position,
            since,
            last,
            ..ReadLogRequest::default()
        };
        for (request, wanted) in [
            (asked(place, None, 0), rest(half)),
            (asked(place * 2, None, 0), Vec::new()),
            (asked(i64::MAX, None, 0), Vec::new()),
            (asked(0, Some(timestamp(noon())), 0), rest(0)),
            (asked(0, Some(timestamp(late)), 0), rest(half)),
            // The later bound counts.
            (asked(place + 2, Some(timestamp(late)), 0), rest(half + 2)),
            (asked(1, Some(timestamp(late)), 0), rest(half)),
            (
                asked(0, Some(timestamp(noon() + Duration::from_hours(2))), 0),
                Vec::new(),
            ),
            // In place of the bounds.
            (
                asked(place * 2, Some(timestamp(late)), 3),
                rest(log.len() - 3),
            ),
            (asked(0, None, 100_000), rest(0)),
        ] {
            let label = format!("{} {request:?}", world.label);
            assert_eq!(positions(&read(&world, request).await), wanted, "{label}");
        }
    }
}

#[tokio::test]
async fn it_is_read_by_kind_and_by_subject() {
    for world in worlds().await {
        let [delivered, _] = with_two_companies(&world).await;
        let log = read(&world, ReadLogRequest::default()).await;
        let of = |kinds: &[&str]| -> Vec<i64> {
            let fitting = log.iter().filter(|it| kinds.contains(&it.kind.as_str()));
            fitting.map(|event| event.position).collect()
        };
        let asked = |kinds: &[&str]| ReadLogRequest {
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            ..ReadLogRequest::default()
        };
        let won = "tributary.deals.v1.DealWon";
        for (request, wanted) in [
            (asked(&[CREATED]), of(&[CREATED])),
            (asked(&["LeadCreated"]), of(&[CREATED])),
            (asked(&["DealWon", CREATED]), of(&[CREATED, won])),
        ] {
            assert!(wanted.len() > 1, "{wanted:?}");
            assert_eq!(positions(&read(&world, request).await), wanted);
        }
        let created = of(&[CREATED]);
        let last = ReadLogRequest {
            last: 2,
            ..asked(&["LeadCreated"])
        };
        let wanted = &created[created.len() - 2..];
        assert_eq!(positions(&read(&world, last).await), wanted);

        let lead = delivered.iter().find(|event| event.kind == CREATED);
        let lead = lead.unwrap().decode::<LeadCreated>().unwrap().message;
        let of_lead = ReadLogRequest {
            subject_id: lead.lead_id,
            ..ReadLogRequest::default()
        };
        let found = read(&world, of_lead.clone()).await;
        let kinds: Vec<&str> = found
            .iter()
            .filter_map(|event| event.kind.rsplit('.').next())
            .collect();
        let wanted = [
            "LeadCreated",
            "LeadRecorded",
            "LeadOutcomeRecorded",
            "LeadQualified",
        ];
        assert_eq!(kinds, wanted, "{}", world.label);
        let one = ReadLogRequest {
            kinds: vec!["LeadQualified".to_owned()],
            last: 7,
            ..of_lead
        };
        assert_eq!(read(&world, one).await.len(), 1);
    }
}

#[tokio::test]
async fn who_follows_it_hears_what_comes_until_the_service_stops() {
    for world in worlds().await {
        with_two_companies(&world).await;
        let request = ReadLogRequest {
            last: 1,
            follow: true,
            kinds: vec!["LeadCreated".to_owned()],
            ..ReadLogRequest::default()
        };
        let mut events = open(&world, request).await.unwrap();
        let head = events.message().await.unwrap().unwrap().position;
        let more = company(&world).events;
        world.hand_over_all(&more).await;
        let created = more.iter().filter(|event| event.kind == CREATED);
        for event in created {
            let next = events.message().await.unwrap().unwrap();
            assert!(next.position > head);
            assert_eq!(next.event_id, event.id.to_string(), "{}", world.label);
        }
        world.draining.cancel();
        assert_eq!(events.message().await.unwrap(), None, "{}", world.label);
    }
}

#[tokio::test]
async fn what_it_cannot_be_asked_for_is_refused_by_name() {
    for world in worlds().await {
        with_two_companies(&world).await;
        let kinds = |kinds: Vec<String>| ReadLogRequest {
            kinds,
            ..ReadLogRequest::default()
        };
        let subject_id = "lead_1".to_owned();
        for (request, field, reason) in [
            (kinds(vec!["LeadLost".to_owned()]), "kinds", "UNKNOWN"),
            (
                kinds(vec!["LeadCreated".to_owned(); 51]),
                "kinds",
                "TOO_MANY",
            ),
            (
                ReadLogRequest {
                    last: 100_001,
                    ..ReadLogRequest::default()
                },
                "last",
                "OUT_OF_RANGE",
            ),
            (
                ReadLogRequest {
                    after_position: -1,
                    ..ReadLogRequest::default()
                },
                "after_position",
                "OUT_OF_RANGE",
            ),
            (
                ReadLogRequest {
                    subject_id,
                    ..ReadLogRequest::default()
                },
                "subject_id",
                "MALFORMED",
            ),
        ] {
            let refused = open(&world, request).await.unwrap_err();
            assert_eq!(refused.code(), Code::InvalidArgument, "{field}");
            let violations = rpc::explain(&refused).violations;
            let found: Vec<_> = violations
                .iter()
                .map(|it| (it.field.as_str(), it.reason.as_str()))
                .collect();
            assert_eq!(found, [(field, reason)], "{}", world.label);
        }
    }
}
