//! Leads that came with somebody's code, and what that earns when their deals are won.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use ids::{DealId, LeadId, PersonId, ReferralId};
use messaging::Tx;
use persons::merges;

use super::App;
use crate::{
    domain::referral::{Earned, Referral, State, folded},
    error::Error,
    events,
    store::{client_base, referrals},
};

/// A lead that came with a code.
#[derive(Debug, Clone)]
pub struct Brought {
    pub lead: LeadId,
    /// As received.
    pub code: String,
    /// Addresses and numbers, as far as they are told.
    pub contacts: BTreeSet<String>,
    pub at: DateTime<Utc>,
}

/// Keeps that leads came with codes. The same lead with the same code again is nothing new.
pub(crate) async fn refer(app: &App, tx: &Tx, brought: &[Brought]) -> Result<(), Error> {
    let mut ordered: Vec<&Brought> = brought.iter().collect();
    // All take turns in the same order, so that no two wait for each other.
    ordered.sort_by_key(|it| it.lead);
    for brought in ordered {
        let code = folded(&brought.code);
        if !code.is_empty() {
            note(app, tx, brought, code).await?;
        }
    }
    Ok(())
}

async fn note(app: &App, tx: &Tx, brought: &Brought, code: String) -> Result<(), Error> {
    referrals::take_turn(tx, brought.lead).await?;
    let known = referrals::find_code(&**tx, &code).await?;
    let mut referral = Referral {
        id: ReferralId::generate(),
        revision: 1,
        state: State::UnknownCode,
        code,
        of: known.map(|known| (known.campaign, known.person)),
        lead: brought.lead,
        made_at: brought.at,
        earned: None,
        paid: None,
    };
    if let Some((_, referrer)) = referral.of {
        let own = is_own(tx, brought.lead, &brought.contacts, referrer).await?;
        referral.state = if own { State::Own } else { State::Made };
    }
    if !referrals::insert(tx, &referral).await? || referral.state != State::Made {
        return Ok(());
    }
    if let Some(event) = events::referral_made(&referral, app.clock.now()) {
        tx.publish(event).await?;
    }
    reward(app, tx, referral).await
}

/// Keeps that a deal of a lead was won, and rewards whoever brought the lead.
pub(crate) async fn deal_won(
    app: &App,
    tx: &Tx,
    deal: DealId,
    lead: LeadId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    referrals::take_turn(tx, lead).await?;
    referrals::keep_won(tx, deal, lead, at).await?;
    for referral in referrals::open_of(&**tx, &[lead].into()).await? {
        reward(app, tx, referral).await?;
    }
    Ok(())
}

/// Whoever turns out to be a lead has not brought it.
pub(crate) async fn lead_known(tx: &Tx, persons: &BTreeMap<LeadId, PersonId>) -> Result<(), Error> {
    let leads: BTreeSet<LeadId> = persons.keys().copied().collect();
    for mut referral in referrals::open_of(&**tx, &leads).await? {
        let Some((_, referrer)) = referral.of else {
            continue;
        };
        let own = is_own(tx, referral.lead, &BTreeSet::new(), referrer).await?;
        if own && referral.turn_own() {
            referrals::save(tx, &referral).await?;
        }
    }
    Ok(())
}

/// Rewards a referral whose lead has a deal that was won.
async fn reward(app: &App, tx: &Tx, mut referral: Referral) -> Result<(), Error> {
    let Some((deal, at)) = referrals::won_of(&**tx, referral.lead).await? else {
        return Ok(());
    };
    let Some((campaign, referrer)) = referral.of else {
        return Ok(());
    };
    let changed = if is_own(tx, referral.lead, &BTreeSet::new(), referrer).await? {
        referral.turn_own()
    } else {
        let terms = referrals::terms(&**tx, campaign).await?;
        let terms = terms.ok_or(Error::ReferralTermsMissing(campaign))?;
        let reward = terms.reward;
        referral.reward(Earned { deal, reward, at })
    };
    if changed {
        referrals::save(tx, &referral).await?;
    }
    if let Some(event) = events::referral_rewarded(&referral, app.clock.now()) {
        tx.publish(event).await?;
    }
    Ok(())
}

/// Whether a lead is the referrer, by any record of the client base that is one with it.
async fn is_own(
    tx: &Tx,
    lead: LeadId,
    contacts: &BTreeSet<String>,
    referrer: PersonId,
) -> Result<bool, Error> {
    let mut keys = contacts.clone();
    keys.insert(lead.to_string());
    let bearers = client_base::bearers(&**tx, &keys).await?;
    if bearers.is_empty() {
        return Ok(false);
    }
    let records = merges::members(&**tx, referrer).await?;
    Ok(!records.is_disjoint(&bearers))
}
