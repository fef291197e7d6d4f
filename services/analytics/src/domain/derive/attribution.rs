//! Attribution: what share of a contract each touch before it gets, by six models.

use super::{
    Desk,
    book::{Book, Labels, contract::Contract, touch::Touch},
    day, made,
};
use crate::domain::figures::{cells, records};

pub(crate) mod models;
pub(crate) mod shares;

use models::Model;

/// A contract as a whole, in parts.
pub(crate) const WHOLE: i64 = 1_000_000;

/// Of a journey with more touches than twice this, the first and the last so many earn credit.
const MOST_AT_EITHER_END: usize = 500;

/// Credits of one model that the contracts of a journey have for either end in all: somebody who signs hundreds
/// of contracts has fewer touches credited for each, so that no journey makes rows without end.
const MOST_OF_A_JOURNEY: usize = 20_000;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let signed = book.signings();
    let most = MOST_OF_A_JOURNEY / signed.len().max(1);
    for contract in signed {
        credit(book, contract, most.clamp(1, MOST_AT_EITHER_END), desk);
    }
}

/// `most` touches at either end get credit.
fn credit(book: &Book<'_>, contract: &Contract<'_>, most: usize, desk: &mut Desk<'_>) {
    let touches = earners(book, contract, most);
    let value = contract.revenue().value;
    if touches.is_empty() {
        let labels = without_touch(book, contract);
        for model in Model::ALL {
            let share = Share {
                parts: WHOLE,
                revenue: value,
            };
            add(desk, contract, model, None, &labels, share);
        }
        return;
    }
    if models::depends_on_weights(&touches) {
        desk.use_weights();
    }
    for model in Model::ALL {
        let weights = model.weights(&touches, &desk.parameters.weights);
        let parts = shares::apportion(WHOLE, &weights);
        let money = shares::apportion(
            value,
            &parts
                .iter()
                .map(|part| as_weight(*part))
                .collect::<Vec<_>>(),
        );
        for ((touch, parts), revenue) in touches.iter().zip(parts).zip(money) {
            if parts > 0 {
                add(
                    desk,
                    contract,
                    model,
                    Some(touch),
                    &touch.labels,
                    Share { parts, revenue },
                );
            }
        }
    }
}

fn as_weight(parts: i64) -> u128 {
    u128::from(parts.unsigned_abs())
}

/// Touches up to the signing, the earliest first.
fn earners<'b>(book: &'b Book<'_>, contract: &Contract<'_>, most: usize) -> Vec<&'b Touch> {
    let mut touches: Vec<&Touch> = book
        .earning()
        .filter(|touch| contract.signed_at.is_some_and(|signed| touch.at <= signed))
        .collect();
    if touches.len() > 2 * most {
        let last = touches.len() - most;
        touches.drain(most..last);
    }
    touches
}

/// Nothing led to the contract: it counts for the origin of its deal.
fn without_touch(book: &Book<'_>, contract: &Contract<'_>) -> Labels {
    let mut labels = Labels::direct();
    labels.channel = book.origin(contract);
    labels
}

#[derive(Debug, Clone, Copy)]
struct Share {
    parts: i64,
    revenue: i64,
}

fn add(
    desk: &mut Desk<'_>,
    contract: &Contract<'_>,
    model: Model,
    touch: Option<&Touch>,
    labels: &Labels,
    share: Share,
) {
    let Some(signed_at) = contract.signed_at else {
        return;
    };
    desk.cell(cells::Credit {
        day: day(signed_at),
        model: model.as_str().to_owned(),
        channel: labels.channel.clone(),
        source: labels.source.clone(),
        campaign: labels.campaign.clone(),
        activity: labels.activity.clone(),
        partner: labels.partner.clone(),
        parts: share.parts,
        revenue: share.revenue,
        touches: 1,
    });
    let touch = touch.map(|touch| touch.id);
    desk.record(records::Credit {
        id: made::id(
            contract.id.uuid(),
            &[
                touch.unwrap_or_default().as_bytes(),
                model.as_str().as_bytes(),
            ],
        ),
        model: model.as_str().to_owned(),
        contract: Some(contract.id.uuid()),
        touch,
        signed_at: Some(signed_at),
        channel: labels.channel.clone(),
        source: labels.source.clone(),
        campaign: labels.campaign.clone(),
        activity: labels.activity.clone(),
        partner: labels.partner.clone(),
        parts: share.parts,
        revenue: share.revenue,
    });
}
