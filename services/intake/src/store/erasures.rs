//! What the erasure of a person takes out of the rows.

mod keys;

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use database::{
    Error,
    rows::{self, among, one_of},
};
use ids::{IdentityId, LeadId, PersonId, SubmissionId};
use sea_orm::{ConnectionTrait, DbBackend, Value};
use serde_json::json;
use uuid::Uuid;

use super::{
    json::MailboxJson,
    rows::{Row, execute, query},
};
use crate::domain::{identity::RecordId, lead::Mailbox, mention::mentions};

pub use keys::give_up;

/// What belongs to a person, as intake sees it.
#[derive(Debug, Default)]
pub struct Found {
    pub leads: BTreeSet<LeadId>,
    /// Identities that are nobody else's.
    pub identities: BTreeSet<IdentityId>,
}

/// Who an identity belongs to in the client base, by a lead or by a copy of a person.
struct Card {
    identity: IdentityId,
    lead: Option<LeadId>,
    person: Option<PersonId>,
}

/// The leads of a person: those that the client base names, and those that are nobody else's and one person with it.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<Found, Error> {
    let backend = db.get_database_backend();
    let named = format!(
        "select identity_id from person where {} union select identity_id from lead where {}",
        one_of(backend, "id", "$1"),
        one_of(backend, "id", "$2")
    );
    let members = format!(
        "select identity_id from identity_member where head_id in \
         (select head_id from identity_member where {})",
        one_of(backend, "identity_id", "$1")
    );
    let leads_named = rows::ids(leads.iter().map(|lead| lead.uuid()));
    let persons_named = rows::ids(persons.iter().map(|person| person.uuid()));
    let mut identities = uuids(db, named, [persons_named, leads_named]).await?;
    let known = rows::ids(identities.iter().copied());
    identities.extend(uuids(db, members, [known]).await?);
    let cards = cards(db, &identities).await?;
    let is_else = |card: &&Card| {
        let named = card.lead.is_some_and(|lead| leads.contains(&lead));
        !named && card.person.is_some_and(|person| !persons.contains(&person))
    };
    let others: BTreeSet<IdentityId> = cards
        .iter()
        .filter(is_else)
        .map(|card| card.identity)
        .collect();
    let own = identities.into_iter().map(IdentityId::from_uuid);
    let own: BTreeSet<IdentityId> = own.filter(|identity| !others.contains(identity)).collect();
    let theirs = cards.iter().filter(|card| match card.person {
        Some(person) => persons.contains(&person),
        None => own.contains(&card.identity),
    });
    let mut all = leads.clone();
    all.extend(theirs.filter_map(|card| card.lead));
    Ok(Found {
        leads: all,
        identities: own,
    })
}

async fn cards<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<Uuid>,
) -> Result<Vec<Card>, Error> {
    let listed = one_of(db.get_database_backend(), "identity_id", "$1");
    let wanted = || rows::ids(identities.iter().copied());
    let leads = format!("select identity_id, id, person_id from lead where {listed}");
    let mut cards = Vec::new();
    for row in query(db, leads, [wanted()]).await? {
        let person: Option<Uuid> = row.get("person_id")?;
        cards.push(Card {
            identity: IdentityId::from_uuid(row.get("identity_id")?),
            lead: Some(LeadId::from_uuid(row.get("id")?)),
            person: person.map(PersonId::from_uuid),
        });
    }
    let persons = format!("select identity_id, id from person where {listed}");
    for row in query(db, persons, [wanted()]).await? {
        cards.push(Card {
            identity: IdentityId::from_uuid(row.get("identity_id")?),
            lead: None,
            person: Some(PersonId::from_uuid(row.get("id")?)),
        });
    }
    Ok(cards)
}

/// How these persons and leads are reached: addresses as written and as compared, and numbers.
pub async fn contacts<C: ConnectionTrait>(
    db: &C,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<BTreeSet<String>, Error> {
    let listed = one_of(db.get_database_backend(), "id", "$1");
    let mut contacts = BTreeSet::new();
    let sql = format!("select emails, phones from lead where {listed}");
    let wanted = rows::ids(leads.iter().map(|lead| lead.uuid()));
    for row in query(db, sql, [wanted]).await? {
        for mailbox in row.json::<Vec<MailboxJson>>("emails")? {
            let mailbox = Mailbox::from(mailbox);
            contacts.extend([mailbox.canonical, mailbox.address]);
        }
        contacts.extend(row.json::<Vec<String>>("phones")?);
    }
    let sql = format!("select emails, phones from person where {listed}");
    let wanted = rows::ids(persons.iter().map(|person| person.uuid()));
    for row in query(db, sql, [wanted]).await? {
        contacts.extend(row.json::<Vec<String>>("emails")?);
        contacts.extend(row.json::<Vec<String>>("phones")?);
    }
    Ok(contacts)
}

/// Takes the words out of cards; answers the revisions that they have now. Who joins an enquiry to one of them at this
/// moment is done before, or finds it changed.
pub async fn blank_leads<C: ConnectionTrait>(
    db: &C,
    leads: &BTreeSet<LeadId>,
) -> Result<BTreeMap<LeadId, i64>, Error> {
    let backend = db.get_database_backend();
    let source = without_words(backend, "source");
    let sql = format!(
        "update lead set revision = revision + 1, full_name = '', given_name = '', \
         family_name = '', emails = '[]', phones = '[]', organisation = '', locale = '', \
         city = '', country = '', message = '', talk = '', search = '', next_contact_at = null, \
         source = {source} where {} returning id, revision",
        one_of(backend, "id", "$1")
    );
    let ids = || rows::ids(leads.iter().map(|lead| lead.uuid()));
    let blanked = query(db, sql, [ids()]).await?;
    let history = format!(
        "update lead_history set note = '' where {} and kind not in ('deal', 'assigned')",
        one_of(backend, "lead_id", "$1")
    );
    execute(db, history, [ids()]).await?;
    let lead = |row: &Row| Ok((LeadId::from_uuid(row.get("id")?), row.get("revision")?));
    blanked.iter().map(lead).collect()
}

/// The submissions behind these cards with their repeats, and those that came to nothing and name one of the contacts.
pub async fn submissions<C: ConnectionTrait>(
    db: &C,
    leads: &BTreeSet<LeadId>,
    contacts: &BTreeSet<String>,
) -> Result<BTreeSet<SubmissionId>, Error> {
    let backend = db.get_database_backend();
    let of_leads = format!(
        "select id as identity_id from submission where {}",
        one_of(backend, "lead_id", "$1")
    );
    let wanted = rows::ids(leads.iter().map(|lead| lead.uuid()));
    let mut found = uuids(db, of_leads, [wanted]).await?;
    let names = match backend {
        DbBackend::Sqlite => {
            "exists (select 1 from json_each($1) as w where instr(raw, cast(w.value as blob)) > 0)"
        }
        _ => {
            "exists (select 1 from jsonb_array_elements_text($1) as w (value) \
             where position(convert_to(w.value, 'UTF8') in raw) > 0)"
        }
    };
    let nobodys = format!(
        "select id, raw from submission \
         where verdict in ('held', 'interest', 'rejected', 'duplicate') and {names}"
    );
    let contacts: Vec<&String> = contacts.iter().filter(|it| !it.is_empty()).collect();
    if !contacts.is_empty() {
        for row in query(db, nobodys, [json!(contacts).into()]).await? {
            let raw: Vec<u8> = row.get("raw")?;
            // An address may also be the end of somebody else's.
            if contacts.iter().any(|contact| mentions(&raw, contact)) {
                found.insert(row.get("id")?);
            }
        }
    }
    let repeats = format!(
        "select id as identity_id from submission where verdict = 'duplicate' and {}",
        one_of(backend, "duplicate_of", "$1")
    );
    let first = rows::ids(found.iter().copied());
    found.extend(uuids(db, repeats, [first]).await?);
    Ok(found.into_iter().map(SubmissionId::from_uuid).collect())
}

/// Takes out what was received. Nothing is known any more as a repeat of it.
pub async fn blank_submissions<C: ConnectionTrait>(
    db: &C,
    submissions: &BTreeSet<SubmissionId>,
) -> Result<(), Error> {
    let backend = db.get_database_backend();
    let (nothing, other) = match backend {
        DbBackend::Sqlite => ("x''", "randomblob(32)"),
        _ => ("''", "sha256(convert_to(id::text, 'UTF8'))"),
    };
    let source = without_words(backend, "source");
    let listed = one_of(backend, "submission_id", "$1");
    let statements = [
        format!(
            "update submission set raw = {nothing}, content_hash = {other}, \
             idempotency_key = null, message_id = null, detail = '', decision = 'null', \
             source = {source} where {}",
            one_of(backend, "id", "$1")
        ),
        format!(
            "update interest set organisation = '', contacts = '[]', source = {source} \
             where {listed}"
        ),
        format!("update call set note = '' where {listed}"),
    ];
    for sql in statements {
        let ids = rows::ids(submissions.iter().map(|it| it.uuid()));
        execute(db, sql, [ids]).await?;
    }
    Ok(())
}

/// Takes out copies of the person: in the client base, in reviews, and in decisions about others, which hold whom they
/// were compared with. A look at all decisions.
pub async fn blank_copies<C: ConnectionTrait>(
    db: &C,
    persons: &BTreeSet<PersonId>,
    identities: &BTreeSet<IdentityId>,
    now: Timestamp,
) -> Result<(), Error> {
    let backend = db.get_database_backend();
    let copy = format!(
        "update person set full_name = '', given_name = '', family_name = '', emails = '[]', \
         phones = '[]', organisation = '', locale = '' where {}",
        one_of(backend, "id", "$1")
    );
    let ids = rows::ids(persons.iter().map(|person| person.uuid()));
    execute(db, copy, [ids]).await?;
    let either = format!(
        "({} or {})",
        one_of(backend, "one_id", "$1"),
        one_of(backend, "other_id", "$1")
    );
    let ids = || rows::ids(identities.iter().map(|identity| identity.uuid()));
    let notes = format!("update identity_review set note = '' where {either}");
    execute(db, notes, [ids()]).await?;
    let asked = format!(
        "update identity_review set state = 'settled', decided_at = $2 \
         where {either} and state in ('open', 'skipped')"
    );
    execute(db, asked, [ids(), now.into()]).await?;
    let names = match backend {
        DbBackend::Sqlite => {
            "exists (select 1 from json_each($1) as w where instr(decision, w.value) > 0)"
        }
        _ => {
            "exists (select 1 from jsonb_array_elements_text($1) as w (value) \
             where position(w.value in decision::text) > 0)"
        }
    };
    let printed: Vec<String> = identities.iter().map(ToString::to_string).collect();
    if !printed.is_empty() {
        let decisions = format!("update submission set decision = 'null' where {names}");
        execute(db, decisions, [json!(printed).into()]).await?;
    }
    Ok(())
}

/// The source as JSON, without what the outside wrote.
fn without_words(backend: DbBackend, column: &str) -> String {
    match backend {
        DbBackend::Sqlite => format!("json_remove({column}, '$.referrer', '$.utm')"),
        _ => format!("{column} - 'referrer' - 'utm'"),
    }
}

/// Ids in the column `identity_id` of a query.
async fn uuids<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<BTreeSet<Uuid>, Error> {
    let found = query(db, sql, values).await?;
    found.iter().map(|row| row.get("identity_id")).collect()
}

/// Records of identities, and these.
fn records_of(backend: DbBackend) -> String {
    let listed = one_of(backend, "identity_id", "$1");
    let named = one_of(backend, "id", "$2");
    let theirs = format!("select identity_id from identity_record where {named}");
    let around = among(backend, "identity_id", &theirs);
    format!("select id, identity_id, body from identity_record where {listed} or {around}")
}

type Records = BTreeMap<IdentityId, Vec<(RecordId, String)>>;
