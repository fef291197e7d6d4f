//! From events to figures.

use std::collections::BTreeMap;

use analytics::store::digest::Digest;
use messaging::{Delivered, RawEvent};

use crate::story::company;
use crate::world::worlds;

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
    let mut expected: Option<(Vec<RawEvent>, BTreeMap<&str, Digest>)> = None;
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
                if u64::try_from(place).unwrap() % (seed * 5 + 1) == 0 {
                    world.catch_up().await;
                }
            }
            world.catch_up().await;
            let figures = world.figures().await;
            match &expected {
                None => {
                    assert!(figures.len() > 5, "{figures:?}");
                    expected = Some((events, figures));
                }
                Some((_, expected)) => assert_eq!(&figures, expected, "{} {seed}", world.label),
            }
        }
    }
}
