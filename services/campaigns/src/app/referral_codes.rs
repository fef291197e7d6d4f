//! Terms of referral campaigns, the codes of referrers, rewards that were paid.

use ids::{CampaignId, PersonId, ReferralId, StaffId};
use messaging::Tx;
use persons::merges;

use super::{App, again::again};
use crate::{
    domain::referral::{self, Code, Paid, Referral, Reward, Terms},
    error::Error,
    store::{self, referrals},
};

pub struct SetTerms {
    pub campaign: CampaignId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub reward: Reward,
}

/// Says what a referral earns. The same again changes nothing.
pub async fn set_terms(app: &App, cmd: &SetTerms) -> Result<Terms, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &SetTerms) -> Result<Terms, Error> {
    let tx = app.outbox.begin().await?;
    check_kind(&tx, cmd.campaign).await?;
    let known = referrals::terms(&*tx, cmd.campaign).await?;
    let seen = known.as_ref().map_or(0, |it| it.revision);
    if cmd.revision != 0 && cmd.revision != seen {
        return Err(Error::Changed("terms"));
    }
    if let Some(known) = known.filter(|known| known.reward == cmd.reward) {
        return Ok(known);
    }
    let terms = Terms {
        campaign: cmd.campaign,
        revision: seen + 1,
        reward: cmd.reward.clone(),
    };
    referrals::save_terms(&tx, &terms).await?;
    tx.commit().await?;
    Ok(terms)
}

async fn check_kind(tx: &Tx, campaign: CampaignId) -> Result<(), Error> {
    let campaign = store::campaigns::get(&**tx, campaign).await?;
    if campaign.card.kind == referral::KIND {
        Ok(())
    } else {
        Err(Error::NotReferral(campaign.id))
    }
}

/// What a referral of a campaign earns.
pub async fn terms(app: &App, campaign: CampaignId) -> Result<Terms, Error> {
    let db = app.outbox.database().reader();
    store::campaigns::get(db, campaign).await?;
    let terms = referrals::terms(db, campaign).await?;
    terms.ok_or(Error::ReferralTermsMissing(campaign))
}

/// Gives a person its code. A person has one in a campaign, by whichever of its records.
pub async fn issue_code(app: &App, campaign: CampaignId, person: PersonId) -> Result<Code, Error> {
    again(|| issue(app, campaign, person)).await
}

async fn issue(app: &App, campaign: CampaignId, person: PersonId) -> Result<Code, Error> {
    let tx = app.outbox.begin().await?;
    check_kind(&tx, campaign).await?;
    let records = merges::members(&*tx, person).await?;
    if let Some(known) = referrals::code_of(&*tx, campaign, &records).await? {
        return Ok(known);
    }
    let terms = referrals::terms(&*tx, campaign).await?;
    terms.ok_or(Error::ReferralTermsMissing(campaign))?;
    // One that is taken is a conflict, and the next attempt makes another one.
    let code = Code {
        id: ReferralId::generate(),
        code: referral::code(rand::random()),
        campaign,
        person,
        issued_at: app.clock.now(),
    };
    referrals::insert_code(&tx, &code).await?;
    tx.commit().await?;
    Ok(code)
}

/// Notes that a reward was paid out. Again changes nothing.
pub async fn pay(
    app: &App,
    id: ReferralId,
    note: &str,
    by: Option<StaffId>,
) -> Result<Referral, Error> {
    again(|| pay_once(app, id, note, by)).await
}

async fn pay_once(
    app: &App,
    id: ReferralId,
    note: &str,
    by: Option<StaffId>,
) -> Result<Referral, Error> {
    let tx = app.outbox.begin().await?;
    let found = referrals::find(&*tx, id).await?;
    let mut referral = found.ok_or(Error::ReferralNotFound(id))?;
    let paid = Paid {
        at: app.clock.now(),
        by,
        note: note.to_owned(),
    };
    if referral.pay(paid)? {
        referrals::save(&tx, &referral).await?;
        tx.commit().await?;
    }
    Ok(referral)
}
