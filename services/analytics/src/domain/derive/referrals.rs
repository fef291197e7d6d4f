//! Referrals, as they count for who was brought.

use std::collections::BTreeMap;

use super::{Desk, book::age, day, printed};
use crate::domain::{
    fact::{Fact, Money, What},
    figures::cells::Referral,
};

pub(super) fn derive<'a>(facts: &'a [Fact], desk: &mut Desk<'a>) {
    let mut made = BTreeMap::new();
    let mut rewarded = BTreeMap::new();
    for fact in facts {
        match &fact.what {
            What::ReferralMade {
                referral,
                campaign,
                made_at,
                ..
            } => {
                made.insert(*referral, (*campaign, *made_at));
            }
            What::ReferralRewarded {
                referral,
                campaign,
                reward,
                rewarded_at,
                ..
            } => {
                let told = (age(fact, 0), *campaign, *rewarded_at, reward.as_ref());
                let newest = rewarded.entry(*referral).or_insert(told);
                if newest.0 < told.0 {
                    *newest = told;
                }
            }
            _ => {}
        }
    }
    for (campaign, at) in made.into_values() {
        desk.cell(Referral {
            day: day(at),
            campaign: printed(Some(campaign)),
            made: 1,
            ..Referral::default()
        });
    }
    for (_, campaign, at, reward) in rewarded.into_values() {
        let reward: Option<&'a Money> = reward;
        let worth = desk.worth(reward, at);
        desk.cell(Referral {
            day: day(at),
            campaign: printed(Some(campaign)),
            rewarded: 1,
            reward: worth.value,
            unconverted: worth.missing,
            ..Referral::default()
        });
    }
}
