//! What is announced of referrals.

use chrono::{DateTime, Utc};
use messaging::Event;
use proto::{
    campaigns::v1::{ReferralMade, ReferralRewarded},
    convert::timestamp,
    types::v1::Money,
};

use crate::domain::referral::{Referral, State};

/// Somebody was brought; nothing where nobody has the code.
pub fn referral_made(referral: &Referral, now: DateTime<Utc>) -> Option<Event> {
    let (campaign, referrer) = referral.of?;
    let message = ReferralMade {
        referral_id: referral.id.to_string(),
        campaign_id: campaign.to_string(),
        referrer_id: referrer.to_string(),
        lead_id: referral.lead.to_string(),
        made_at: Some(timestamp(referral.made_at)),
    };
    Some(Event::new(&message, referral.id, referral.revision, now))
}

/// A reward was earned; nothing where none was.
pub fn referral_rewarded(referral: &Referral, now: DateTime<Utc>) -> Option<Event> {
    let (campaign, referrer) = referral.of?;
    let earned = referral.earned.as_ref()?;
    if referral.state != State::Rewarded {
        return None;
    }
    let message = ReferralRewarded {
        referral_id: referral.id.to_string(),
        campaign_id: campaign.to_string(),
        referrer_id: referrer.to_string(),
        lead_id: referral.lead.to_string(),
        deal_id: earned.deal.to_string(),
        reward: Some(Money {
            minor: earned.reward.minor,
            currency: earned.reward.currency.clone(),
        }),
        rewarded_at: Some(timestamp(earned.at)),
    };
    Some(Event::new(&message, referral.id, referral.revision, now))
}
