//! All stored records decided anew by other rules.

use std::{collections::BTreeSet, time::Duration};

use futures::future::join_all;
use intake::app::rematch;
use proto::intake::v1::{self as pb, RematchState as State, ReviewState};
use rpc::{Code, Role};
use tokio_util::sync::CancellationToken;

use crate::{
    office::{Office, asking, execute, strict, usual},
    world::{World, refusal, worlds},
};

/// Longer than a process that works is silent.
const SILENCE: Duration = Duration::from_secs(31);

fn found(rematch: &pb::Rematch) -> [i64; 5] {
    [
        rematch.examined,
        rematch.linked,
        rematch.asked,
        rematch.would_part,
        rematch.errors,
    ]
}

/// How many persons there are, each perhaps of several identities.
async fn persons(world: &World) -> usize {
    let sql = "select distinct coalesce(m.head_id, t.identity_id) as head from identity_record t \
               left join identity_member m on m.identity_id = t.identity_id";
    world.query(sql).await.len()
}

#[tokio::test]
async fn a_rematch_links_what_the_old_rules_did_not_and_finds_no_more_when_repeated() {
    for world in worlds().await {
        let receipts = Office::open(&world, &strict()).take_five().await;
        assert_eq!(persons(&world).await, 5, "{}", world.label);
        let office = Office::open(&world, &usual());
        let done = office.run().await;
        assert_eq!(found(&done), [5, 2, 0, 0, 0], "{}", world.label);
        assert_eq!(done.total, 5);
        assert_eq!(done.started_by, world.boss.to_string());
        assert_eq!(persons(&world).await, 3, "{}", world.label);
        let links = office.links().await;
        let shown: BTreeSet<&str> = links.iter().map(|it| it.submission_id.as_str()).collect();
        // Of two who are one the first that is decided anew shows it.
        let first = [&receipts[0], &receipts[1]].map(|it| it.submission_id.as_str());
        assert_eq!(shown, BTreeSet::from(first), "{}", world.label);
        for link in &links {
            assert_eq!(link.cause, "rematched");
            assert!(link.probability_ppm > 750_000);
        }
        let again = office.run().await;
        assert_eq!(found(&again), [5, 0, 0, 0, 0], "{}", world.label);
        assert_eq!(office.rematch("latest").await.rematch_id, again.rematch_id);
        // Who comes now joins the oldest card.
        let later = office.take("6", "Nora Field", "nora@field.eu").await;
        assert_eq!(later.verdict(), pb::Verdict::Attached, "{}", world.label);
    }
}

#[tokio::test]
async fn what_rules_gave_and_would_not_give_any_more_is_named_and_stays() {
    for world in worlds().await {
        let receipts = Office::open(&world, &usual()).take_five().await;
        let done = Office::open(&world, &strict()).run().await;
        assert_eq!(found(&done), [5, 0, 0, 2, 0], "{}", world.label);
        let named = [&receipts[2], &receipts[4]].map(|it| it.submission_id.clone());
        assert_eq!(done.would_part_submission_ids, named, "{}", world.label);
        assert_eq!(persons(&world).await, 3, "{}", world.label);
    }
}

#[tokio::test]
async fn a_rematch_asks_each_question_once() {
    for world in worlds().await {
        Office::open(&world, &strict()).take_five().await;
        let office = Office::open(&world, &asking());
        assert_eq!(
            found(&office.run().await),
            [5, 0, 2, 0, 0],
            "{}",
            world.label
        );
        assert_eq!(
            found(&office.run().await),
            [5, 0, 0, 0, 0],
            "{}",
            world.label
        );
        let reviews = office.reviews().await;
        assert_eq!(reviews.len(), 2, "{}", world.label);
        assert!(reviews.iter().all(|it| it.one_id > it.other_id));
        // What shows that the two are one answers the question.
        let done = Office::open(&world, &usual()).run().await;
        assert_eq!(found(&done), [5, 2, 0, 0, 0], "{}", world.label);
        assert!(office.reviews().await.is_empty(), "{}", world.label);
    }
}

#[tokio::test]
async fn what_people_decided_is_neither_asked_nor_overruled() {
    for world in worlds().await {
        Office::open(&world, &strict()).take_five().await;
        let office = Office::open(&world, &asking());
        office.run().await;
        let reviews = office.reviews().await;
        for (review, decision) in reviews
            .iter()
            .zip([ReviewState::Different, ReviewState::Same])
        {
            let request = pb::DecideReviewRequest {
                review_id: review.review_id.clone(),
                decision: decision.into(),
                note: String::new(),
            };
            office.identities().decide_review(request).await.unwrap();
        }
        assert_eq!(persons(&world).await, 4, "{}", world.label);
        assert_eq!(
            found(&office.run().await),
            [5, 0, 0, 0, 0],
            "{}",
            world.label
        );
        let usual = Office::open(&world, &usual());
        assert_eq!(
            found(&usual.run().await),
            [5, 0, 0, 0, 0],
            "{}",
            world.label
        );
        // A link that people end keeps the two apart as well.
        let link_id = office.links().await.pop().unwrap().link_id;
        let request = pb::EndLinkRequest { link_id };
        office.identities().end_link(request).await.unwrap();
        for office in [&office, &usual] {
            assert_eq!(
                found(&office.run().await),
                [5, 0, 0, 0, 0],
                "{}",
                world.label
            );
        }
        assert_eq!(persons(&world).await, 5, "{}", world.label);
    }
}

/// Sixty persons who enquired twice: more than one chunk.
async fn pairs(world: &World) -> [i64; 5] {
    let strict = Office::open(world, &strict());
    for round in ["a", "b"] {
        for number in 0..60 {
            let email = format!("nora{number}@field{number}.eu");
            let key = format!("{round}{number}");
            strict.take(&key, "Nora Field", &email).await;
        }
    }
    [120, 60, 0, 0, 0]
}

#[tokio::test]
async fn a_rematch_is_paused_between_chunks_and_goes_on_where_it_stopped() {
    for world in worlds().await {
        let expected = pairs(&world).await;
        let office = Office::open(&world, &usual());
        let id = office.start().await.unwrap().rematch_id;
        let begun = rematch::take(&office.app).await.unwrap().unwrap();
        let chunk = rematch::step(&office.app, &begun).await.unwrap().unwrap();
        let request = pb::PauseRematchRequest {
            rematch_id: id.clone(),
        };
        for _ in 0..2 {
            let paused = office.identities().pause_rematch(request.clone()).await;
            let paused = paused.unwrap().into_inner().rematch.unwrap();
            assert_eq!((paused.state(), paused.examined), (State::Paused, 100));
        }
        // Whoever is at it finds out with the next chunk, and writes nothing of it.
        assert!(rematch::step(&office.app, &chunk).await.unwrap().is_none());
        office.work().await;
        assert_eq!(office.rematch(&id).await.examined, 100, "{}", world.label);
        let request = pb::ResumeRematchRequest {
            rematch_id: id.clone(),
        };
        for _ in 0..2 {
            let resumed = office.identities().resume_rematch(request.clone()).await;
            let resumed = resumed.unwrap().into_inner().rematch.unwrap();
            assert_eq!(resumed.state(), State::Running);
        }
        office.work().await;
        let done = office.rematch(&id).await;
        assert_eq!(done.state(), State::Done, "{}", world.label);
        assert_eq!(found(&done), expected, "{}", world.label);
        assert_eq!(persons(&world).await, 60, "{}", world.label);
    }
}

#[tokio::test]
async fn another_process_goes_on_when_one_has_fallen_silent() {
    for world in worlds().await {
        let expected = pairs(&world).await;
        let killed = Office::open(&world, &usual());
        let id = killed.start().await.unwrap().rematch_id;
        let begun = rematch::take(&killed.app).await.unwrap().unwrap();
        rematch::step(&killed.app, &begun).await.unwrap();
        let next = Office::open(&world, &usual());
        next.work().await;
        assert_eq!(next.rematch(&id).await.examined, 100, "somebody is at it");
        world.hands.advance(SILENCE);
        // Those with other rules leave it alone.
        Office::open(&world, &strict()).work().await;
        assert_eq!(next.rematch(&id).await.examined, 100, "{}", world.label);
        // One that is stopped in order leaves it to the next at once.
        let stopped = CancellationToken::new();
        stopped.cancel();
        rematch::work(&killed.app, &stopped).await.unwrap();
        next.work().await;
        let done = next.rematch(&id).await;
        assert_eq!(found(&done), expected, "{}", world.label);
        assert_eq!(done.state(), State::Done, "{}", world.label);
    }
}

#[tokio::test]
async fn one_runs_at_a_time_and_may_be_given_up() {
    for world in worlds().await {
        let office = Office::open(&world, &usual());
        let request = pb::GetRematchRequest::default();
        let nothing = office.identities().get_rematch(request).await;
        assert_eq!(refusal(nothing).1.reason, "REMATCH_NOT_FOUND");
        let rematch_id = office.start().await.unwrap().rematch_id;
        let (code, told) = refusal(office.start().await);
        assert_eq!(code, Code::FailedPrecondition, "{}", world.label);
        assert_eq!(told.reason, "REMATCH_UNDER_WAY");
        assert_eq!(told.metadata["rematch_id"], rematch_id);
        let request = pb::CancelRematchRequest {
            rematch_id: rematch_id.clone(),
        };
        for _ in 0..2 {
            let cancelled = office.identities().cancel_rematch(request.clone()).await;
            let cancelled = cancelled.unwrap().into_inner().rematch.unwrap();
            assert_eq!(cancelled.state(), State::Cancelled, "{}", world.label);
        }
        let request = pb::ResumeRematchRequest { rematch_id };
        let refused = office.identities().resume_rematch(request).await;
        let (code, told) = refusal(refused);
        assert_eq!(code, Code::FailedPrecondition, "{}", world.label);
        assert_eq!(told.reason, "REMATCH_ENDED");
        office.run().await;
        let agent = office.acting(vec![Role::Agent]);
        let refused = agent
            .clone()
            .start_rematch(pb::StartRematchRequest {})
            .await;
        assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
        let seen = agent
            .clone()
            .get_rematch(pb::GetRematchRequest::default())
            .await;
        let seen = seen.unwrap().into_inner();
        assert_eq!(seen.rematch.unwrap().rules, seen.rules_in_force);
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_counted_and_stops_nobody() {
    for world in worlds().await {
        Office::open(&world, &strict()).take_five().await;
        // The newest identity of Max is not read any more, whoever asks for it.
        let sql = "update identity_record set body = 'none' where id in \
                   (select id from identity_record order by id desc limit 1)";
        execute(&world, sql).await;
        let done = Office::open(&world, &usual()).run().await;
        let [examined, linked, .., errors] = found(&done);
        assert_eq!((examined, linked), (5, 1), "{}: {done:?}", world.label);
        assert!(errors >= 1, "{}", world.label);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn live_submissions_lose_nothing_to_a_rematch() {
    for world in worlds().await {
        pairs(&world).await;
        let office = Office::open(&world, &usual());
        let id = office.start().await.unwrap().rematch_id;
        let live = (0..120).map(|number| {
            let (office, person) = (&office, number % 60);
            async move {
                let email = format!("nora{person}@field{person}.eu");
                office
                    .take(&format!("live{number}"), "Nora Field", &email)
                    .await
            }
        });
        let worked = async {
            while office.rematch(&id).await.state() == State::Running {
                office.work().await;
                tokio::task::yield_now().await;
            }
        };
        let (receipts, ()) = tokio::join!(join_all(live), worked);
        let stored: BTreeSet<&str> = receipts
            .iter()
            .map(|it| it.submission_id.as_str())
            .collect();
        assert_eq!(stored.len(), 120, "{}", world.label);
        let records = world.query("select id from identity_record").await;
        assert_eq!(records.len(), 240, "{}", world.label);
        // What came between the two of a pair is decided by then; one more run finds the rest.
        office.run().await;
        assert_eq!(persons(&world).await, 60, "{}", world.label);
        let heads = "select m.identity_id from identity_member m join identity_member h \
                     on h.identity_id = m.head_id where h.head_id <> m.head_id";
        assert!(world.query(heads).await.is_empty(), "{}", world.label);
        assert_eq!(
            found(&office.run().await),
            [240, 0, 0, 0, 0],
            "{}",
            world.label
        );
    }
}
