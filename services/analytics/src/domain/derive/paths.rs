//! Paths of journeys over channels, and the steps between them.

use clock::Timestamp;

use super::{
    Desk,
    book::{Book, touch::Touch},
    count, day, seconds,
};
use crate::domain::figures::cells::{Path, Step};

/// Channels of a path that are named; longer ones end in an ellipsis.
const LONGEST: usize = 8;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let touches: Vec<&Touch> = book.earning().collect();
    let (Some(first), Some(last)) = (touches.first(), touches.last()) else {
        return;
    };
    let signed = book.signings();
    desk.cell(Path {
        day: day(first.at),
        path: named(&touches),
        journeys: 1,
        touches: count(touches.len()),
        contracts: count(signed.len()),
        revenue: signed.iter().map(|contract| contract.revenue().value).sum(),
        seconds: seconds(first.at, last.at),
    });
    let signings: Vec<Timestamp> = signed
        .iter()
        .filter_map(|contract| contract.signed_at)
        .collect();
    steps(&touches, &signings, desk);
}

fn named(touches: &[&Touch]) -> String {
    let mut channels: Vec<&str> = Vec::with_capacity(LONGEST);
    for touch in touches {
        let channel = touch.labels.channel.as_str();
        if channels.last() == Some(&channel) {
            continue;
        }
        if channels.len() == LONGEST {
            channels.push("…");
            break;
        }
        channels.push(channel);
    }
    channels.join(" > ")
}

/// Each signing ends a chain of steps and the next touch begins another one; a signing that no touch came
/// before is no end of any. What comes after the last one has led to none so far.
fn steps(touches: &[&Touch], signings: &[Timestamp], desk: &mut Desk<'_>) {
    let mut signings = signings.iter().copied().peekable();
    let mut before: Option<&Touch> = None;
    for touch in touches {
        while let Some(signed_at) = signings.next_if(|signed_at| *signed_at < touch.at) {
            if let Some(before) = before.take() {
                step(desk, Some(before), "contract", signed_at);
            }
        }
        step(desk, before, &touch.labels.channel, touch.at);
        before = Some(touch);
    }
    if let Some(last) = before {
        match signings.next() {
            Some(signed_at) => step(desk, Some(last), "contract", signed_at),
            None => step(desk, Some(last), "none", last.at),
        }
    }
}

fn step(desk: &mut Desk<'_>, from: Option<&Touch>, to: &str, at: Timestamp) {
    desk.cell(Step {
        day: day(at),
        from_channel: from
            .map_or("start", |touch| touch.labels.channel.as_str())
            .to_owned(),
        to_channel: to.to_owned(),
        steps: 1,
        seconds: from.map_or(0, |touch| seconds(touch.at, at)),
    });
}
