//! Made-up events of a company as facts of the log of analytics: the same for the same number of leads.
//!
//! Of a million leads: about five million touches, a hundred thousand deals, thirty thousand contracts.

pub mod budget;
mod company;

use analytics::domain::fact::Fact;
use analytics::reading::{self, Kept};
use analytics::store::log::Entry;
use anyhow::Result;
use chrono::{DateTime, Utc};
use ids::EventId;

use company::Company;

/// 2024-11-01, in seconds.
const BEGIN: u64 = 1_730_419_200;

/// Over which leads arrive, in seconds.
const SPAN: u64 = 730 * 86_400;

const HOUR: u64 = 3_600;

/// One event: when, of which lead, the how-manieth of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    seconds: u64,
    lead: u32,
    step: u8,
}

/// The events of so many leads, in the order in which they happened.
pub fn places(leads: u32) -> Vec<Place> {
    let mut places = Vec::new();
    for lead in 0..leads {
        let arrived = BEGIN + SPAN / u64::from(leads.max(1)) * u64::from(lead);
        for step in steps(lead) {
            let dice = mix(u64::from(lead) << 8 | u64::from(step));
            let after = u64::from(step) * 30 * HOUR + dice % (24 * HOUR);
            places.push(Place {
                seconds: arrived + if step == 0 { 0 } else { after },
                lead,
                step,
            });
        }
    }
    places.sort_unstable();
    places
}

/// Of a hundred leads those that come to a contract.
const CONTRACTS: u64 = 3;

/// What becomes of a lead, 0 to 99.
fn fate(lead: u32) -> u64 {
    mix(u64::from(lead)) / 5 % 100
}

/// What becomes of a lead: its steps, in order.
fn steps(lead: u32) -> impl Iterator<Item = u8> {
    let dice = mix(u64::from(lead));
    let touches = 2 + u8::try_from(dice % 5).unwrap_or_default();
    let last = match fate(lead) {
        0..CONTRACTS => 20,
        CONTRACTS..10 => 17,
        10..50 => 11,
        _ => 9,
    };
    // 0: arrival, 1 card, 2–7 further touches, then the talk, the deal, the contract.
    (0..=last).filter(move |step| match step {
        2..=7 => *step < 2 + touches,
        8 | 9 => last >= 11,
        10 => last > 11,
        11 => last == 11,
        _ => true,
    })
}

/// The event as a fact to be appended.
pub fn entry(place: Place) -> Result<Entry> {
    let Place {
        seconds,
        lead,
        step,
    } = place;
    let seconds = i64::try_from(seconds)?;
    let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let it = Company { lead, at };
    match step {
        0 => it.kept(&it.created(), 1),
        1 => it.kept(&it.card("new"), 2),
        2..=7 => it.kept(&it.enquiry(step), step.into()),
        8 => it.kept(&it.outcome(), 10),
        9 => it.kept(&it.card("in_work"), 11),
        10 => it.kept(&it.qualified(), 12),
        11 => it.kept(&it.refused(), 13),
        12 => it.kept(&it.person(), 1),
        13 => it.kept(&it.opened(), 1),
        14 => it.kept(&it.deal("open"), 2),
        15 => it.kept(&it.activity(), 3),
        16 => it.kept(&it.moved(), 4),
        17 if fate(lead) < CONTRACTS => it.kept(&it.won(), 5),
        17 => it.kept(&it.lost(), 5),
        18 => it.kept(&it.signed(), 3),
        19 => it.kept(&it.contract(), 4),
        _ => it.kept(&it.payment(), 1),
    }
}

/// A message as the fact that is kept of it.
fn kept<M: Kept + Clone>(message: &M, revision: i64, at: DateTime<Utc>) -> Result<Entry> {
    let fact = Fact {
        id: EventId::generate().uuid(),
        at,
        revision,
        what: reading::read(message, at)?,
    };
    Ok(Entry {
        event: fact.id,
        kind: M::KIND,
        subject: fact.subject(),
        revision,
        at,
        payload: message.clone().kept().encode_to_vec(),
    })
}

/// A number that looks like any other.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use analytics::reading::Kept;
    use proto::{contracts::v1 as contracts, deals::v1 as deals, intake::v1 as intake};

    use super::*;

    #[test]
    fn a_company_has_the_shares_that_are_said() {
        let places = places(20_000);
        assert!(places.is_sorted());
        let mut kinds: BTreeMap<i16, usize> = BTreeMap::new();
        for place in &places {
            *kinds.entry(entry(*place).unwrap().kind).or_default() += 1;
        }
        let share = |kind: i16| kinds.get(&kind).copied().unwrap_or_default() * 100 / 20_000;
        assert_eq!(share(intake::LeadCreated::KIND), 100);
        assert!((380..=420).contains(&share(intake::EnquiryAttached::KIND)));
        assert!((9..=11).contains(&share(deals::DealOpened::KIND)));
        assert!((2..=4).contains(&share(contracts::ContractSigned::KIND)));
    }
}
