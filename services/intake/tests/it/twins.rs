use std::collections::HashSet;

use futures::future::join_all;
use ids::PartnerId;
use proto::intake::v1::{LeadCreated, Verdict};

use crate::world::{record, submit, worlds};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_twins_are_one_lead() {
    for world in worlds().await {
        let key = world.form().await;
        let posts = (0..32).map(|index| {
            let body = format!(
                r#"{{"name":"Nora Field","email":"nora@field.eu","phone":"2655514{}","message":"{index}"}}"#,
                index % 4
            );
            let (world, key) = (&world, &key);
            async move { world.post(key, &body, &format!("k-{index}")).await }
        });
        let receipts = join_all(posts).await;
        let leads: HashSet<&str> = receipts.iter().map(|it| it.lead_id.as_str()).collect();
        assert_eq!(leads.len(), 1, "{}: {receipts:?}", world.label);
        let created = receipts
            .iter()
            .filter(|it| it.verdict() == Verdict::Created)
            .count();
        assert_eq!(created, 1, "{}", world.label);
        let lead = world.leads().await.pop().unwrap();
        assert_eq!((lead.enquiries, lead.phones.len()), (32, 4));
        assert_eq!(world.announced::<LeadCreated>().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_repeats_of_one_record_are_one_submission() {
    for world in worlds().await {
        let partner = PartnerId::generate();
        let repeats = (0..32).map(|_| {
            let mut client = world.partner(partner, false);
            async move {
                let request = submit(record("r-1", "Nora Field", "nora@field.eu"));
                client
                    .submit_lead(request)
                    .await
                    .unwrap()
                    .into_inner()
                    .receipt
                    .unwrap()
            }
        });
        let receipts = join_all(repeats).await;
        let ids: HashSet<&str> = receipts
            .iter()
            .map(|it| it.submission_id.as_str())
            .collect();
        assert_eq!(ids.len(), 1, "{}", world.label);
        assert_eq!(receipts.iter().filter(|it| !it.replayed).count(), 1);
        let stored = world.submissions().await;
        assert_eq!(
            (stored.len(), stored[0].arrivals),
            (1, 32),
            "{}",
            world.label
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_people_at_once_share_out_among_the_agents() {
    for world in worlds().await {
        for _ in 0..4 {
            world.agent().await;
        }
        let key = world.form().await;
        let posts = (0..80).map(|index| {
            let body = format!(r#"{{"name":"Nora Field","email":"nora{index}@field{index}.eu"}}"#);
            let (world, key) = (&world, &key);
            async move { world.post(key, &body, "").await }
        });
        let receipts = join_all(posts).await;
        assert!(
            receipts.iter().all(|it| it.verdict() == Verdict::Created),
            "{}",
            world.label
        );
        let mut shares = std::collections::HashMap::<String, usize>::new();
        for lead in world.leads().await {
            *shares.entry(lead.responsible_id).or_default() += 1;
        }
        assert_eq!(shares.len(), 4, "{}: {shares:?}", world.label);
        // Two batches at once may each begin with the same agent.
        assert!(
            shares.values().all(|share| (15..=25).contains(share)),
            "{}: {shares:?}",
            world.label
        );
    }
}
