//! Paths of journeys over channels, and the steps between them.

use std::collections::HashMap;

use clock::Timestamp;
use uuid::Uuid;

use super::{
    Desk,
    book::{Book, touch::Touch},
    count, day, seconds,
};
use crate::domain::figures::cells;

/// Channels of a path that are named; longer ones end in an ellipsis.
const LONGEST: usize = 8;

/// A step to a touch, or to the end of a chain.
struct Step<'b> {
    /// Absent at the start.
    from: Option<&'b Touch>,
    to: To<'b>,
    at: Timestamp,
}

enum To<'b> {
    Touch(&'b Touch),
    Contract,
    /// The last touch has led to none so far.
    None,
}

impl Step<'_> {
    /// The channel that it begins at.
    fn begins_at(&self) -> &str {
        self.from
            .map_or("start", |touch| touch.labels.channel.as_str())
    }
}

/// How a touch stands in its journey.
pub(super) struct Stand {
    /// Channels up to it.
    pub(super) path: String,
    /// Channel of the touch before, `start` when there was none.
    pub(super) from_channel: String,
}

/// How the touches that earn credit stand in their journey, by their ids.
pub(super) fn stands(book: &Book<'_>) -> HashMap<Uuid, Stand> {
    let touches: Vec<&Touch> = book.earning().collect();
    let mut path = Path::default();
    let mut stands = HashMap::with_capacity(touches.len());
    for step in steps(&touches, &signings(book)) {
        if let To::Touch(touch) = step.to {
            path.go(&touch.labels.channel);
            let stand = Stand {
                path: path.named(),
                from_channel: step.begins_at().to_owned(),
            };
            stands.insert(touch.id, stand);
        }
    }
    stands
}

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let touches: Vec<&Touch> = book.earning().collect();
    let (Some(first), Some(last)) = (touches.first(), touches.last()) else {
        return;
    };
    let mut path = Path::default();
    for touch in &touches {
        path.go(&touch.labels.channel);
    }
    let signed = book.signings();
    desk.cell(cells::Path {
        day: day(first.at),
        path: path.named(),
        journeys: 1,
        touches: count(touches.len()),
        contracts: count(signed.len()),
        revenue: signed.iter().map(|contract| contract.revenue().value).sum(),
        seconds: seconds(first.at, last.at),
    });
    for step in steps(&touches, &signings(book)) {
        desk.cell(cells::Step {
            day: day(step.at),
            from_channel: step.begins_at().to_owned(),
            to_channel: match step.to {
                To::Touch(touch) => touch.labels.channel.as_str(),
                To::Contract => "contract",
                To::None => "none",
            }
            .to_owned(),
            steps: 1,
            seconds: step.from.map_or(0, |touch| seconds(touch.at, step.at)),
        });
    }
}

/// Channels, repeats in a row taken as one.
#[derive(Default)]
struct Path<'b>(Vec<&'b str>);

impl<'b> Path<'b> {
    fn go(&mut self, channel: &'b str) {
        if self.0.len() <= LONGEST && self.0.last() != Some(&channel) {
            self.0.push(channel);
        }
    }

    fn named(&self) -> String {
        match self.0.get(..LONGEST) {
            Some(named) if self.0.len() > LONGEST => format!("{} > …", named.join(" > ")),
            _ => self.0.join(" > "),
        }
    }
}

fn signings(book: &Book<'_>) -> Vec<Timestamp> {
    let signed = book.signings();
    let signed = signed.iter();
    signed.filter_map(|contract| contract.signed_at).collect()
}

/// Each signing ends a chain of steps and the next touch begins another one; a signing that no touch came
/// before is no end of any. What comes after the last one has led to none so far.
fn steps<'b>(touches: &[&'b Touch], signings: &[Timestamp]) -> Vec<Step<'b>> {
    let mut signings = signings.iter().copied().peekable();
    let mut before: Option<&Touch> = None;
    let mut steps = Vec::with_capacity(touches.len() + 1);
    for touch in touches.iter().copied() {
        while let Some(signed_at) = signings.next_if(|signed_at| *signed_at < touch.at) {
            if let Some(before) = before.take() {
                steps.push(Step {
                    from: Some(before),
                    to: To::Contract,
                    at: signed_at,
                });
            }
        }
        steps.push(Step {
            from: before,
            to: To::Touch(touch),
            at: touch.at,
        });
        before = Some(touch);
    }
    if let Some(last) = before {
        let (to, at) = match signings.next() {
            Some(signed_at) => (To::Contract, signed_at),
            None => (To::None, last.at),
        };
        steps.push(Step {
            from: Some(last),
            to,
            at,
        });
    }
    steps
}
