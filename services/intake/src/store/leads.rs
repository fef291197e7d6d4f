//! Leads as rows.

use std::collections::{BTreeMap, BTreeSet};

use any_ascii::any_ascii;
use database::Error;
use ids::{CampaignId, DealId, IdentityId, LeadId, PersonId, StaffId};
use sea_orm::{ConnectionTrait, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    json::{MailboxJson, SourceJson, flags, mailboxes, read_flags},
    rows::{Kind, Row, Table, hex, ids, locking, lookup, query, select_ids, time},
};
use crate::domain::{
    contact::{ContactKind, PersonName},
    lead::{Assignment, DealLink, Lead, Mailbox, Outcome, State, Temperature},
    source::Source,
};

/// Words of a search that are looked at.
const SEARCH_WORDS_MAX: usize = 6;

const LEAD: Table = Table {
    name: "lead",
    columns: &[
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("state", Kind::Text),
        ("full_name", Kind::Text),
        ("given_name", Kind::Text),
        ("family_name", Kind::Text),
        ("emails", Kind::Json),
        ("phones", Kind::Json),
        ("organisation", Kind::Text),
        ("private_person", Kind::Flag),
        ("locale", Kind::Text),
        ("city", Kind::Text),
        ("country", Kind::Text),
        ("topic", Kind::Text),
        ("sale_object", Kind::Text),
        ("project", Kind::Text),
        ("source", Kind::Json),
        ("campaign_id", Kind::Id),
        ("message", Kind::Text),
        ("talk", Kind::Text),
        ("outcome", Kind::Text),
        ("reason", Kind::Text),
        ("contact_kind", Kind::Text),
        ("next_contact_at", Kind::Time),
        ("temperature", Kind::Text),
        ("responsible_id", Kind::Id),
        ("assigned_because", Kind::Text),
        ("person_id", Kind::Id),
        ("identity_id", Kind::Id),
        ("deal_id", Kind::Id),
        ("deal_stage", Kind::Text),
        ("deal_open", Kind::Flag),
        ("deal_revision", Kind::Int),
        ("received_at", Kind::Time),
        ("flags", Kind::Json),
        ("enquiries", Kind::Int),
        ("search", Kind::Text),
    ],
};

/// What a list of leads is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub responsible: Option<Owner>,
    pub campaign: Option<CampaignId>,
    pub search: String,
}

/// Whose leads.
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    Queue,
    Staff(StaffId),
}

/// Writes new leads.
pub async fn insert<C: ConnectionTrait>(db: &C, leads: &[&Lead]) -> Result<(), Error> {
    LEAD.insert(db, leads.iter().map(|lead| row(lead)).collect())
        .await?;
    Ok(())
}

/// Saves changed leads. A lead that somebody else changed in the meantime is a conflict.
pub async fn update<C: ConnectionTrait>(db: &C, leads: &[&Lead]) -> Result<(), Error> {
    // A row matches only under the revision it was loaded with, which its changes tell.
    let rows = leads.iter().map(|lead| {
        let mut row = row(lead);
        if let Json::Array(columns) = &mut row {
            columns.push(json!(lead.loaded_revision()));
        }
        row
    });
    let updated = update_rows(db, rows.collect()).await?;
    if updated == u64::try_from(leads.len()).unwrap_or(u64::MAX) {
        Ok(())
    } else {
        Err(Error::conflict("lead"))
    }
}

async fn update_rows<C: ConnectionTrait>(db: &C, rows: Vec<Json>) -> Result<u64, Error> {
    if rows.is_empty() {
        return Ok(0);
    }
    let mut columns = LEAD.columns.to_vec();
    columns.push(("loaded", Kind::Int));
    let set: Vec<String> = LEAD
        .columns
        .iter()
        .skip(1)
        .map(|(name, _)| format!("{name} = v.{name}"))
        .collect();
    let sql = format!(
        "update lead set {} from ({}) as v where lead.id = v.id and lead.revision = v.loaded",
        set.join(", "),
        super::rows::unpacked(db.get_database_backend(), &columns, 1)
    );
    super::rows::execute(db, sql, [Json::Array(rows).into()]).await
}

/// A lead.
pub async fn find<C: ConnectionTrait>(db: &C, id: LeadId) -> Result<Option<Lead>, Error> {
    let sql = format!("select {} from lead where id = $1", LEAD.names());
    query(db, sql, [id.uuid().into()])
        .await?
        .first()
        .map(lead)
        .transpose()
}

/// Leads by their ids, in order, and locked where there are locks: two batches that meet the same
/// leads wait for each other instead of failing.
pub async fn load<C: ConnectionTrait>(
    db: &C,
    leads: impl IntoIterator<Item = LeadId>,
    lock: bool,
) -> Result<Vec<Lead>, Error> {
    let wanted: Vec<Uuid> = leads.into_iter().map(LeadId::uuid).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let found = lookup(backend, &select_ids(backend, 1), "lead", "t.id = w.id");
    let locked = if lock { locking(backend) } else { "" };
    let sql = format!("select {} {found} order by t.id{locked}", of_table());
    query(db, sql, [ids(wanted)])
        .await?
        .iter()
        .map(lead)
        .collect()
}

/// The leads of identities, in order.
pub async fn of_identities<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<IdentityId>,
) -> Result<Vec<Lead>, Error> {
    let backend = db.get_database_backend();
    let found = lookup(
        backend,
        &select_ids(backend, 1),
        "lead",
        "t.identity_id = w.id",
    );
    let sql = format!("select {} {found} order by t.id", of_table());
    let wanted = ids(identities.iter().map(|identity| identity.uuid()));
    query(db, sql, [wanted]).await?.iter().map(lead).collect()
}

/// The identity of each lead.
pub async fn identities<C: ConnectionTrait>(
    db: &C,
    leads: &BTreeSet<LeadId>,
) -> Result<BTreeMap<LeadId, IdentityId>, Error> {
    if leads.is_empty() {
        return Ok(BTreeMap::new());
    }
    let backend = db.get_database_backend();
    let found = lookup(backend, &select_ids(backend, 1), "lead", "t.id = w.id");
    let sql = format!("select t.id, t.identity_id {found}");
    let rows = query(db, sql, [ids(leads.iter().map(|lead| lead.uuid()))]).await?;
    let pair = |row: &Row| {
        Ok((
            LeadId::from_uuid(row.get("id")?),
            IdentityId::from_uuid(row.get("identity_id")?),
        ))
    };
    rows.iter().map(pair).collect()
}

fn of_table() -> String {
    let columns = LEAD.columns.iter().map(|(name, _)| format!("t.{name}"));
    columns.collect::<Vec<_>>().join(", ")
}

/// Up to `limit` leads before `before`, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    filter: &Filter,
    before: Option<LeadId>,
    limit: u64,
) -> Result<Vec<Lead>, Error> {
    let (mut conditions, mut values) = conditions(filter);
    if let Some(before) = before {
        values.push(before.uuid().into());
        conditions.push(format!("id < ${}", values.len()));
    }
    values.push(limit.into());
    let sql = format!(
        "select {} from lead{} order by id desc limit ${}",
        LEAD.names(),
        where_all(&conditions),
        values.len()
    );
    query(db, sql, values).await?.iter().map(lead).collect()
}

/// How many leads match.
pub async fn count<C: ConnectionTrait>(db: &C, filter: &Filter) -> Result<i64, Error> {
    let (conditions, values) = conditions(filter);
    let sql = format!(
        "select count(*) as total from lead{}",
        where_all(&conditions)
    );
    let rows = query(db, sql, values).await?;
    rows.first().map_or(Ok(0), |row| row.get("total"))
}

fn conditions(filter: &Filter) -> (Vec<String>, Vec<Value>) {
    let (mut conditions, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
    if let Some(state) = filter.state {
        values.push(state.as_str().into());
        conditions.push(format!("state = ${}", values.len()));
    }
    match filter.responsible {
        Some(Owner::Staff(staff)) => {
            values.push(staff.uuid().into());
            conditions.push(format!("responsible_id = ${}", values.len()));
        }
        Some(Owner::Queue) => conditions.push("responsible_id is null".to_owned()),
        None => {}
    }
    if let Some(campaign) = filter.campaign {
        values.push(campaign.uuid().into());
        conditions.push(format!("campaign_id = ${}", values.len()));
    }
    for word in filter
        .search
        .to_lowercase()
        .split_whitespace()
        .take(SEARCH_WORDS_MAX)
    {
        let escaped = word
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        values.push(format!("%{escaped}%").into());
        conditions.push(format!("search like ${} escape '\\'", values.len()));
    }
    (conditions, values)
}

pub(super) fn where_all(conditions: &[String]) -> String {
    if conditions.is_empty() {
        String::new()
    } else {
        format!(" where {}", conditions.join(" and "))
    }
}

/// Text by which a card is found: in its own letters and in Latin ones.
fn folded(lead: &Lead) -> String {
    let mut text = lead.name.shown();
    for part in [&lead.name.given, &lead.name.family, &lead.organisation] {
        text = format!("{text} {part}");
    }
    let lower = text.to_lowercase();
    let latin = any_ascii(&lower).to_lowercase();
    let contacts = lead
        .emails
        .iter()
        .map(|mailbox| &mailbox.address)
        .chain(&lead.phones);
    contacts.fold(format!("{lower} {latin}"), |folded, contact| {
        format!("{folded} {contact}")
    })
}

fn row(lead: &Lead) -> Json {
    let id = |id: Option<Uuid>| id.map(hex);
    let deal = lead.deal.as_ref();
    Json::Array(vec![
        json!(hex(lead.id.uuid())),
        json!(lead.revision),
        json!(lead.state.as_str()),
        json!(lead.name.full),
        json!(lead.name.given),
        json!(lead.name.family),
        json!(mailboxes(&lead.emails)),
        json!(lead.phones),
        json!(lead.organisation),
        json!(lead.private_person),
        json!(lead.locale),
        json!(lead.city),
        json!(lead.country),
        json!(lead.topic),
        json!(lead.sale_object),
        json!(lead.project),
        json!(SourceJson::from(&lead.source)),
        json!(id(lead.source.campaign.map(CampaignId::uuid))),
        json!(lead.message),
        json!(lead.talk),
        json!(lead.outcome.map(Outcome::as_str)),
        json!(lead.reason),
        json!(lead.contact_kind.map_or("", ContactKind::as_str)),
        json!(lead.next_contact_at.map(time)),
        json!(lead.temperature.map(Temperature::as_str)),
        json!(id(lead.assigned.responsible.map(StaffId::uuid))),
        json!(lead.assigned.because),
        json!(id(lead.person.map(PersonId::uuid))),
        json!(hex(lead.identity.uuid())),
        json!(id(deal.map(|deal| deal.id.uuid()))),
        json!(deal.map_or("", |deal| deal.stage.as_str())),
        json!(deal.is_some_and(|deal| deal.open)),
        json!(deal.map_or(0, |deal| deal.revision)),
        json!(time(lead.received_at)),
        json!(flags(&lead.flags)),
        json!(lead.enquiries),
        json!(folded(lead)),
    ])
}

fn lead(row: &Row) -> Result<Lead, Error> {
    let source: Source = row.json::<SourceJson>("source")?.into();
    let mut lead = Lead::blank(
        LeadId::from_uuid(row.get("id")?),
        IdentityId::from_uuid(row.get("identity_id")?),
        source,
        row.get("received_at")?,
    );
    let mailboxes: Vec<MailboxJson> = row.json("emails")?;
    let responsible: Option<Uuid> = row.get("responsible_id")?;
    let person: Option<Uuid> = row.get("person_id")?;
    let kind: String = row.get("contact_kind")?;
    lead.revision = row.get("revision")?;
    lead.state = row.read("state", State::parse)?;
    lead.name = PersonName {
        full: row.get("full_name")?,
        given: row.get("given_name")?,
        family: row.get("family_name")?,
    };
    lead.emails = mailboxes.into_iter().map(Mailbox::from).collect();
    lead.phones = row.json("phones")?;
    lead.organisation = row.get("organisation")?;
    lead.private_person = row.get("private_person")?;
    lead.locale = row.get("locale")?;
    lead.city = row.get("city")?;
    lead.country = row.get("country")?;
    lead.topic = row.get("topic")?;
    lead.sale_object = row.get("sale_object")?;
    lead.project = row.get("project")?;
    lead.message = row.get("message")?;
    lead.talk = row.get("talk")?;
    lead.outcome = row.read_optional("outcome", Outcome::parse)?;
    lead.reason = row.get("reason")?;
    lead.contact_kind = ContactKind::parse(&kind);
    lead.next_contact_at = row.get("next_contact_at")?;
    lead.temperature = row.read_optional("temperature", Temperature::parse)?;
    lead.assigned = Assignment {
        responsible: responsible.map(StaffId::from_uuid),
        because: row.get("assigned_because")?,
    };
    lead.person = person.map(PersonId::from_uuid);
    lead.deal = deal(row)?;
    lead.flags = read_flags(&row.json::<Vec<String>>("flags")?);
    lead.enquiries = row.get("enquiries")?;
    Ok(lead.as_told())
}

fn deal(row: &Row) -> Result<Option<DealLink>, Error> {
    let Some(id) = row.get::<Option<Uuid>>("deal_id")? else {
        return Ok(None);
    };
    Ok(Some(DealLink {
        id: DealId::from_uuid(id),
        stage: row.get("deal_stage")?,
        open: row.get("deal_open")?,
        revision: row.get("deal_revision")?,
    }))
}
