//! Pages of persons and organisations.

use database::Error;
use ids::{LeadId, OrganisationId, PersonId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait as _, LikeExpr, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    entity::{organisation, person, person_member},
    links, organisations, persons,
};
use crate::domain::{
    organisation::Organisation,
    person::Person,
    text::{folded, tag_key},
};

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub name: String,
    pub id: Uuid,
}

/// Which persons are wanted; empty parts admit all.
#[derive(Debug, Clone, Default)]
pub struct Persons {
    pub search: String,
    pub tag: String,
    pub category: String,
    pub organisation: Option<OrganisationId>,
    pub lead: Option<LeadId>,
    /// Every record, not the oldest for all of a merged person.
    pub members: bool,
}

/// Which organisations are wanted; empty parts admit all.
#[derive(Debug, Clone, Default)]
pub struct Organisations {
    pub search: String,
    pub tag: String,
}

/// Up to `limit` persons after the cursor, and how many match in all.
pub async fn persons(
    db: &impl ConnectionTrait,
    wanted: &Persons,
    after: Option<Cursor>,
    limit: u64,
) -> Result<(Vec<(Person, Cursor)>, u64), Error> {
    let mut condition = words(&wanted.search, |word| {
        let organisations = organisation::Entity::find()
            .select_only()
            .column(organisation::Column::Id)
            .filter(contains(organisation::Column::Search, word));
        Condition::any()
            .add(contains(person::Column::Search, word))
            .add(person::Column::OrganisationId.in_subquery(organisations.into_query()))
    });
    if !wanted.tag.is_empty() {
        condition = condition.add(contains(person::Column::TagKeys, &tag_key(&wanted.tag)));
    }
    if !wanted.category.is_empty() {
        condition = condition.add(person::Column::Category.eq(&wanted.category));
    }
    if let Some(id) = wanted.organisation {
        condition = condition.add(person::Column::OrganisationId.eq(id.uuid()));
    }
    if let Some(lead) = wanted.lead {
        let owner = links::owner(db, lead)
            .await?
            .map_or(Uuid::nil(), PersonId::uuid);
        condition = condition.add(person::Column::Id.eq(owner));
    }
    if !wanted.members {
        condition = as_one(condition);
    }
    let total = person::Entity::find()
        .filter(condition.clone())
        .count(db)
        .await?;
    if let Some(after) = after {
        // The first part says nothing that the second does not: it lets an index begin there.
        condition = Condition::all()
            .add(condition)
            .add(person::Column::SortName.gte(&after.name))
            .add(
                Condition::any()
                    .add(person::Column::SortName.gt(&after.name))
                    .add(
                        person::Column::SortName
                            .eq(&after.name)
                            .and(person::Column::Id.gt(after.id)),
                    ),
            );
    }
    let rows = person::Entity::find()
        .filter(condition)
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let page = rows.into_iter().map(|row| {
        let cursor = Cursor {
            name: row.sort_name.clone(),
            id: row.id,
        };
        (persons::from_row(row), cursor)
    });
    let mut page: Vec<(Person, Cursor)> = page.collect();
    persons::name_organisations(db, page.iter_mut().map(|(person, _)| person)).await?;
    Ok((page, total))
}

/// The oldest records of merged persons, of whom any record matches, and all who are not merged.
fn as_one(matching: Condition) -> Condition {
    let others = person_member::Entity::find()
        .select_only()
        .column(person_member::Column::PersonId)
        .filter(
            Expr::col(person_member::Column::PersonId)
                .ne(Expr::col(person_member::Column::CanonicalId)),
        );
    let members = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(matching.clone())
        .filter(person::Column::Id.in_subquery(all_members()));
    let oldest = person_member::Entity::find()
        .select_only()
        .column(person_member::Column::CanonicalId)
        .filter(person_member::Column::PersonId.in_subquery(members.into_query()));
    let alone = Condition::all()
        .add(matching)
        .add(person::Column::Id.not_in_subquery(others.into_query()));
    Condition::any()
        .add(alone)
        .add(person::Column::Id.in_subquery(oldest.into_query()))
}

fn all_members() -> SelectStatement {
    let all = person_member::Entity::find().select_only();
    all.column(person_member::Column::PersonId).into_query()
}

/// Up to `limit` organisations after the cursor, and how many match in all.
pub async fn organisations(
    db: &impl ConnectionTrait,
    wanted: &Organisations,
    after: Option<Cursor>,
    limit: u64,
) -> Result<(Vec<(Organisation, Cursor)>, u64), Error> {
    let mut condition = words(&wanted.search, |word| {
        Condition::all().add(contains(organisation::Column::Search, word))
    });
    if !wanted.tag.is_empty() {
        let tag = tag_key(&wanted.tag);
        condition = condition.add(contains(organisation::Column::TagKeys, &tag));
    }
    let total = organisation::Entity::find()
        .filter(condition.clone())
        .count(db)
        .await?;
    if let Some(after) = after {
        // The key is unique, so it alone is the order.
        condition = condition.add(organisation::Column::NameKey.gt(&after.name));
    }
    let rows = organisation::Entity::find()
        .filter(condition)
        .order_by_asc(organisation::Column::NameKey)
        .limit(limit)
        .all(db)
        .await?;
    let page = rows.into_iter().map(|row| {
        let cursor = Cursor {
            name: row.name_key.clone(),
            id: row.id,
        };
        (organisations::from_row(row), cursor)
    });
    Ok((page.collect(), total))
}

/// Persons of an organisation by name.
pub async fn members(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<Person>, Error> {
    let wanted = Persons {
        organisation: Some(organisation),
        members: true,
        ..Persons::default()
    };
    let (page, _) = persons(db, &wanted, None, 500).await?;
    Ok(page.into_iter().map(|(person, _)| person).collect())
}

/// Every word of the search must occur.
fn words(search: &str, has: impl Fn(&str) -> Condition) -> Condition {
    let folded = folded(search);
    let words = folded.split(' ').filter(|word| !word.is_empty()).take(10);
    words.fold(Condition::all(), |condition, word| condition.add(has(word)))
}

fn contains<C: ColumnTrait>(column: C, text: &str) -> sea_orm::sea_query::SimpleExpr {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    column.like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
}
