//! Codes, and the leads that came with them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use database::{
    Error,
    rows::{self, one_of},
};
use ids::{CampaignId, DealId, LeadId, PersonId, ReferralId, StaffId};
use messaging::Tx;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::members::query;
use crate::domain::referral::{Code, Earned, Paid, Referral, Reward, State, Terms};

pub async fn terms(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
) -> Result<Option<Terms>, Error> {
    let sql = "select * from referral_terms where campaign_id = $1".to_owned();
    let found = query(db, sql, [campaign.uuid().into()]).await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    Ok(Some(Terms {
        campaign,
        revision: row.try_get("", "revision")?,
        reward: Reward {
            minor: row.try_get("", "reward_minor")?,
            currency: row.try_get("", "reward_currency")?,
        },
    }))
}

/// Saves terms over those of the revision before; new ones have the first.
pub async fn save_terms(tx: &Tx, terms: &Terms) -> Result<(), Error> {
    let sql = "insert into referral_terms (campaign_id, revision, reward_minor, reward_currency) \
               values ($1, $2, $3, $4) on conflict (campaign_id) do update set \
               revision = excluded.revision, reward_minor = excluded.reward_minor, \
               reward_currency = excluded.reward_currency \
               where referral_terms.revision = excluded.revision - 1";
    let values = [
        terms.campaign.uuid().into(),
        terms.revision.into(),
        terms.reward.minor.into(),
        terms.reward.currency.clone().into(),
    ];
    match rows::execute(&**tx, sql, values).await? {
        0 => Err(Error::conflict("referral terms")),
        _ => Ok(()),
    }
}

/// The code that any of these records has in a campaign.
pub async fn code_of(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    records: &BTreeSet<PersonId>,
) -> Result<Option<Code>, Error> {
    let sql = format!(
        "select * from referral_code where campaign_id = $2 and {} order by id limit 1",
        one_of(db.get_database_backend(), "person_id", "$1")
    );
    let records = rows::ids(records.iter().map(|person| person.uuid()));
    let found = query(db, sql, [records, campaign.uuid().into()]).await?;
    found.first().map(read_code).transpose()
}

/// Whose a code is.
pub async fn find_code(db: &impl ConnectionTrait, code: &str) -> Result<Option<Code>, Error> {
    let sql = "select * from referral_code where code = $1".to_owned();
    let found = query(db, sql, [code.into()]).await?;
    found.first().map(read_code).transpose()
}

pub async fn insert_code(tx: &Tx, code: &Code) -> Result<(), Error> {
    let sql = "insert into referral_code (code, id, campaign_id, person_id, issued_at) \
               values ($1, $2, $3, $4, $5)";
    let values = [
        code.code.clone().into(),
        code.id.uuid().into(),
        code.campaign.uuid().into(),
        code.person.uuid().into(),
        code.issued_at.into(),
    ];
    rows::execute(&**tx, sql, values).await?;
    Ok(())
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    pub campaign: Option<CampaignId>,
    /// Any of these, if there are some.
    pub persons: BTreeSet<PersonId>,
    pub state: Option<State>,
}

impl Narrowed {
    /// The end of a query for a page, newest first.
    fn page(
        &self,
        db: &impl ConnectionTrait,
        person: &str,
        before: Option<Uuid>,
        limit: u64,
    ) -> (String, Vec<Value>) {
        let (mut conditions, mut values) = (Vec::new(), Vec::<Value>::new());
        if !self.persons.is_empty() {
            values.push(rows::ids(self.persons.iter().map(|it| it.uuid())));
            conditions.push(one_of(db.get_database_backend(), person, "$1"));
        }
        if let Some(campaign) = self.campaign {
            values.push(campaign.uuid().into());
            conditions.push(format!("campaign_id = ${}", values.len()));
        }
        if let Some(state) = self.state {
            values.push(state.as_str().into());
            conditions.push(format!("state = ${}", values.len()));
        }
        if let Some(before) = before {
            values.push(before.into());
            conditions.push(format!("id < ${}", values.len()));
        }
        values.push(limit.into());
        let all = if conditions.is_empty() {
            String::new()
        } else {
            format!("where {} ", conditions.join(" and "))
        };
        let end = format!("{all}order by id desc limit ${}", values.len());
        (end, values)
    }
}

pub async fn list_codes(
    db: &impl ConnectionTrait,
    narrowed: &Narrowed,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Code>, Error> {
    let (end, values) = narrowed.page(db, "person_id", before, limit);
    let found = query(db, format!("select * from referral_code {end}"), values).await?;
    found.iter().map(read_code).collect()
}

pub async fn list(
    db: &impl ConnectionTrait,
    narrowed: &Narrowed,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Referral>, Error> {
    let (end, values) = narrowed.page(db, "referrer_id", before, limit);
    let found = query(db, format!("select * from referral {end}"), values).await?;
    found.iter().map(read).collect()
}

pub async fn find(db: &impl ConnectionTrait, id: ReferralId) -> Result<Option<Referral>, Error> {
    let sql = "select * from referral where id = $1".to_owned();
    let found = query(db, sql, [id.uuid().into()]).await?;
    found.first().map(read).transpose()
}

/// The referrals of leads that may still earn something.
pub async fn open_of(
    db: &impl ConnectionTrait,
    leads: &BTreeSet<LeadId>,
) -> Result<Vec<Referral>, Error> {
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select * from referral where {} and state = 'made' order by id",
        one_of(db.get_database_backend(), "lead_id", "$1")
    );
    let leads = rows::ids(leads.iter().map(|lead| lead.uuid()));
    query(db, sql, [leads]).await?.iter().map(read).collect()
}

/// Adds a referral; `false` if the lead came with the code before.
pub async fn insert(tx: &Tx, referral: &Referral) -> Result<bool, Error> {
    let sql = "insert into referral \
               (id, revision, state, code, campaign_id, referrer_id, lead_id, made_at, note) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, '') on conflict (lead_id, code) do nothing";
    let values = [
        referral.id.uuid().into(),
        referral.revision.into(),
        referral.state.as_str().into(),
        referral.code.clone().into(),
        referral.of.map(|(campaign, _)| campaign.uuid()).into(),
        referral.of.map(|(_, person)| person.uuid()).into(),
        referral.lead.uuid().into(),
        referral.made_at.into(),
    ];
    Ok(rows::execute(&**tx, sql, values).await? == 1)
}

/// Saves over the revision before.
pub async fn save(tx: &Tx, referral: &Referral) -> Result<(), Error> {
    let sql = "update referral set revision = $2, state = $3, deal_id = $4, reward_minor = $5, \
               reward_currency = $6, rewarded_at = $7, paid_at = $8, paid_by = $9, note = $10 \
               where id = $1 and revision = $2 - 1";
    let earned = referral.earned.as_ref();
    let paid = referral.paid.as_ref();
    let values = [
        referral.id.uuid().into(),
        referral.revision.into(),
        referral.state.as_str().into(),
        earned.map(|it| it.deal.uuid()).into(),
        earned.map(|it| it.reward.minor).into(),
        earned.map(|it| it.reward.currency.clone()).into(),
        earned.map(|it| it.at).into(),
        paid.map(|it| it.at).into(),
        paid.and_then(|it| it.by.map(StaffId::uuid)).into(),
        paid.map(|it| it.note.clone()).unwrap_or_default().into(),
    ];
    match rows::execute(&**tx, sql, values).await? {
        0 => Err(Error::conflict("referral")),
        _ => Ok(()),
    }
}

/// Waits until whoever else tells of this lead has committed.
pub async fn take_turn(tx: &Tx, lead: LeadId) -> Result<(), Error> {
    let sql = "insert into referral_turn (lead_id, turns) values ($1, 1) \
               on conflict (lead_id) do update set turns = referral_turn.turns + 1";
    rows::execute(&**tx, sql, [lead.uuid().into()]).await?;
    Ok(())
}

/// Notes that a deal of a lead was won.
pub async fn keep_won(tx: &Tx, deal: DealId, lead: LeadId, at: DateTime<Utc>) -> Result<(), Error> {
    let sql = "insert into won_deal (deal_id, lead_id, won_at) values ($1, $2, $3) \
               on conflict (deal_id) do nothing";
    let values = [deal.uuid().into(), lead.uuid().into(), at.into()];
    rows::execute(&**tx, sql, values).await?;
    Ok(())
}

/// The first deal of a lead that was won.
pub async fn won_of(
    db: &impl ConnectionTrait,
    lead: LeadId,
) -> Result<Option<(DealId, DateTime<Utc>)>, Error> {
    let sql = "select deal_id, won_at from won_deal where lead_id = $1 \
               order by won_at, deal_id limit 1"
        .to_owned();
    let found = query(db, sql, [lead.uuid().into()]).await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let deal = DealId::from_uuid(row.try_get("", "deal_id")?);
    Ok(Some((deal, row.try_get("", "won_at")?)))
}

fn read_code(row: &QueryResult) -> Result<Code, Error> {
    Ok(Code {
        id: ReferralId::from_uuid(row.try_get("", "id")?),
        code: row.try_get("", "code")?,
        campaign: CampaignId::from_uuid(row.try_get("", "campaign_id")?),
        person: PersonId::from_uuid(row.try_get("", "person_id")?),
        issued_at: row.try_get("", "issued_at")?,
    })
}

fn read(row: &QueryResult) -> Result<Referral, Error> {
    let id = |column| -> Result<Option<Uuid>, Error> { Ok(row.try_get("", column)?) };
    let at = |column| -> Result<Option<DateTime<Utc>>, Error> { Ok(row.try_get("", column)?) };
    let (minor, currency): (Option<i64>, Option<String>) = (
        row.try_get("", "reward_minor")?,
        row.try_get("", "reward_currency")?,
    );
    let reward = minor.zip(currency);
    let reward = reward.map(|(minor, currency)| Reward { minor, currency });
    let earned = id("deal_id")?.zip(reward).zip(at("rewarded_at")?);
    let paid = at("paid_at")?.map(|at| {
        Ok::<_, Error>(Paid {
            at,
            by: id("paid_by")?.map(StaffId::from_uuid),
            note: row.try_get("", "note")?,
        })
    });
    let state: String = row.try_get("", "state")?;
    let of = id("campaign_id")?.zip(id("referrer_id")?);
    Ok(Referral {
        id: ReferralId::from_uuid(row.try_get("", "id")?),
        revision: row.try_get("", "revision")?,
        // The table admits no other text.
        state: State::parse(&state).unwrap_or(State::UnknownCode),
        code: row.try_get("", "code")?,
        of: of.map(|(campaign, person)| {
            (CampaignId::from_uuid(campaign), PersonId::from_uuid(person))
        }),
        lead: LeadId::from_uuid(row.try_get("", "lead_id")?),
        made_at: row.try_get("", "made_at")?,
        earned: earned.map(|((deal, reward), at)| Earned {
            deal: DealId::from_uuid(deal),
            reward,
            at,
        }),
        paid: paid.transpose()?,
    })
}
