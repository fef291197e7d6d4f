//! Keys by which erased persons were found.

use std::collections::{BTreeMap, BTreeSet};

use database::{Error, rows};
use ids::IdentityId;
use matching::{
    keys::{FOLLOWED_MAX, Key, Lookup},
    known::{Change, Posting},
    record::Record,
};
use sea_orm::ConnectionTrait;

use super::{Records, records_of};
use crate::{
    domain::identity::RecordId,
    store::{identity, rows::query},
};

/// Gives up these records and all of these identities, with the keys that nothing else of an identity has: whoever comes
/// later is compared with nobody.
pub async fn give_up<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<IdentityId>,
    records: &BTreeSet<RecordId>,
) -> Result<(), Error> {
    let mut gone: Vec<RecordId> = Vec::new();
    let mut without: BTreeMap<Key, BTreeSet<IdentityId>> = BTreeMap::new();
    for (identity, stored) in stored(db, identities, records).await? {
        let whole = identities.contains(&identity);
        let (mut left, mut kept) = (BTreeSet::new(), BTreeSet::new());
        for (id, body) in stored {
            let goes = whole || records.contains(&id);
            let keys = if goes { &mut left } else { &mut kept };
            if goes {
                gone.push(id);
            }
            // A record of another version has no keys that are known here.
            if let Ok(record) = body.parse::<Record>() {
                keys.extend(Lookup::of(&record).keys().iter().copied());
            }
        }
        for key in left.difference(&kept) {
            without.entry(*key).or_default().insert(identity);
        }
    }
    let wanted = without.keys().copied().collect();
    let postings = identity::postings(db, &wanted).await?;
    let changes = postings
        .into_iter()
        .filter_map(|(key, posting)| change(key, posting, without.get(&key)?));
    identity::write_keys(db, &changes.collect::<Vec<_>>()).await?;
    identity::delete_records(db, &gone).await
}

async fn stored<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<IdentityId>,
    records: &BTreeSet<RecordId>,
) -> Result<Records, Error> {
    let identities = rows::ids(identities.iter().map(|identity| identity.uuid()));
    let wanted = rows::ids(records.iter().map(|record| record.0));
    let sql = records_of(db.get_database_backend());
    let mut stored = Records::new();
    for row in query(db, sql, [identities, wanted]).await? {
        let identity = IdentityId::from_uuid(row.get("identity_id")?);
        let record = (RecordId(row.get("id")?), row.get("body")?);
        stored.entry(identity).or_default().push(record);
    }
    Ok(stored)
}

/// The posting without these; nothing where none of them is in it, as of a key that too many have.
fn change(
    key: Key,
    mut posting: Posting<IdentityId>,
    gone: &BTreeSet<IdentityId>,
) -> Option<Change<IdentityId>> {
    let before = posting.persons.len();
    posting.persons.retain(|person| !gone.contains(person));
    let left = before - posting.persons.len();
    let left = u32::try_from(left).ok().filter(|left| *left > 0)?;
    let guarded = posting.count <= FOLLOWED_MAX;
    posting.count = posting.count.saturating_sub(left);
    Some(Change {
        key,
        posting,
        step: 0_i32.saturating_sub_unsigned(left),
        guarded,
    })
}
