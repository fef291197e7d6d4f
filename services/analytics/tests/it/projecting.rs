//! From events to figures.

use std::collections::BTreeMap;
use std::sync::Arc;

use analytics::projector;
use analytics::store::digest::Digest;
use ids::{CampaignId, CostId, MergeId};
use messaging::{Delivered, RawEvent};
use proto::campaigns::v1::CostRecorded;
use uuid::Uuid;

use crate::story::{at, company, link, money};
use crate::world::{World, worlds};

/// An order that is as good as any, and the same each time.
fn shuffled<T: Clone>(items: &[T], seed: u64) -> Vec<T> {
    let mut items = items.to_vec();
    let mut state = seed;
    for place in (1..items.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap() % (place + 1);
        items.swap(place, other);
    }
    items
}

#[tokio::test]
async fn neither_order_nor_repeats_nor_batches_change_a_figure() {
    let mut expected: Option<(Vec<RawEvent>, BTreeMap<String, Digest>)> = None;
    for seed in 0..3 {
        for world in worlds().await {
            let events = match &expected {
                None => company(&world).events,
                Some((events, _)) => shuffled(events, seed),
            };
            for (place, event) in events.iter().enumerate() {
                assert_eq!(world.hand_over(event).await.unwrap(), Delivered::Handled);
                if place % 7 == 0 {
                    assert_eq!(world.hand_over(event).await.unwrap(), Delivered::Repeated);
                }
                // Batches of different sizes: one, several, the rest.
                if u64::try_from(place).unwrap() % (seed * 5 + 3) == 0 {
                    world.catch_up().await;
                }
            }
            world.catch_up().await;
            let figures = world.figures().await;
            match &expected {
                None => {
                    assert!(figures.len() > 20, "{figures:?}");
                    expected = Some((events, figures));
                }
                Some((_, expected)) => assert_eq!(&figures, expected, "{} {seed}", world.label),
            }
        }
    }
}

/// Batches follow each other closely: what one is about to write, the next one must not read.
#[tokio::test]
async fn a_backlog_in_small_batches_comes_to_the_same() {
    for world in worlds().await {
        let events = company(&world).events;
        // Each journey is in many batches, and neighbours have most of them in common.
        let events = [events.clone(), shuffled(&events, 5)].concat();
        let expected = alone(&world, &events).await;
        for limit in [1, 2, 5, 13] {
            for other in worlds()
                .await
                .into_iter()
                .filter(|it| it.label == world.label)
            {
                other.hand_over_all(&events).await;
                other.catch_up_by(limit).await;
                assert_eq!(other.figures().await, expected, "{} {limit}", world.label);
            }
        }
    }
}

/// The figures of the same events in another database.
async fn alone(of: &World, events: &[RawEvent]) -> BTreeMap<String, Digest> {
    for world in worlds().await {
        if world.label == of.label {
            world.hand_over_all(events).await;
            world.catch_up().await;
            return world.figures().await;
        }
    }
    BTreeMap::new()
}

#[tokio::test]
async fn a_merge_changes_figures_and_its_split_puts_them_back() {
    for world in worlds().await {
        let company = company(&world);
        world.hand_over_all(&company.events).await;
        world.catch_up().await;
        let before = world.figures().await;

        let [first, second, ..] = &*company.journeys else {
            panic!("there are journeys")
        };
        let merge = MergeId::generate();
        let persons = [first.person, second.person];
        let merged = link(&world, merge, persons, true);
        let split = link(&world, merge, persons, false);
        world.hand_over(&merged).await.unwrap();
        world.catch_up().await;
        let between = world.figures().await;
        let clients = |figures: &BTreeMap<String, Digest>| figures["client_record"].rows;
        assert_eq!(clients(&between), clients(&before) - 1, "{}", world.label);
        let events = [company.events.clone(), vec![merged]].concat();
        assert_eq!(alone(&world, &events).await, between);

        world.hand_over(&split).await.unwrap();
        world.catch_up().await;
        assert_eq!(world.figures().await, before, "{}", world.label);
    }
}

#[tokio::test]
async fn what_was_appended_is_projected_after_a_new_start() {
    for world in worlds().await {
        let company = company(&world);
        let (now, later) = company.events.split_at(company.events.len() / 2);
        world.hand_over_all(now).await;
        world.catch_up().await;
        world.hand_over_all(later).await;

        let expected = alone(&world, &company.events).await;
        let world = world.started_again().await;
        for event in now {
            assert_eq!(world.hand_over(event).await.unwrap(), Delivered::Repeated);
        }
        world.catch_up().await;
        assert_eq!(world.figures().await, expected, "{}", world.label);
    }
}

#[tokio::test]
async fn two_projectors_do_no_harm() {
    for world in worlds().await {
        let company = company(&world);
        let mut one = world.other_process();
        one.settings.batch_facts = 7;
        let mut other = world.other_process();
        other.settings.batch_facts = 11;
        let (one, other) = (Arc::new(one), Arc::new(other));
        projector::ensure_living(&one).await.unwrap();
        for events in company.events.chunks(20) {
            world.hand_over_all(events).await;
            let (one, other) = tokio::join!(projector::turn(&one), projector::turn(&other));
            assert!(one.unwrap() || other.unwrap(), "{}", world.label);
        }
        let (one, other) = tokio::join!(projector::catch_up(&one), projector::catch_up(&other));
        one.unwrap();
        other.unwrap();
        let expected = alone(&world, &company.events).await;
        assert_eq!(world.figures().await, expected, "{}", world.label);
    }
}

#[tokio::test]
async fn a_row_that_comes_to_nothing_is_gone() {
    let cost = |id: CostId, minor: i64, removed: bool| CostRecorded {
        cost_id: id.to_string(),
        campaign_id: CampaignId::from_uuid(Uuid::from_u128(7)).to_string(),
        kind: "expense".to_owned(),
        actual: money(minor, "EUR"),
        spent_at: at(0),
        removed,
        ..CostRecorded::default()
    };
    for world in worlds().await {
        let (refund, charge) = (CostId::generate(), CostId::generate());
        let mut left = Vec::new();
        for (id, minor, removed, revision) in [
            (refund, -500, false, 1),
            (charge, 500, false, 1),
            (charge, 900, false, 2),
            (charge, 900, true, 3),
            (refund, -500, true, 2),
        ] {
            let event = world.event(&cost(id, minor, removed), revision);
            world.hand_over(&event).await.unwrap();
            world.catch_up().await;
            left.push(world.rows("cost_cell").await.len());
        }
        // A day, a month and a year, or nothing.
        assert_eq!(left, [3, 0, 3, 3, 0], "{}", world.label);
    }
}
