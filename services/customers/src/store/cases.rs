//! Service cases.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use database::Error;
use ids::{CaseId, OrganisationId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait as _},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{entity::service_case, rows};
use crate::domain::case::{Case, Details, Resolved, Severity, State, Step, Subject};

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub opened_at: DateTime<Utc>,
    pub id: Uuid,
}

/// Which cases are wanted; empty parts admit all.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Records of one person.
    pub persons: Option<BTreeSet<PersonId>>,
    pub organisation: Option<OrganisationId>,
    pub subject: Option<Subject>,
    pub step: Option<Step>,
    pub state: Option<State>,
    pub responsible: Option<StaffId>,
    /// Opened at or after.
    pub from: Option<DateTime<Utc>>,
    /// Opened before.
    pub to: Option<DateTime<Utc>>,
}

/// How many cases are of a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub open: i64,
    pub resolved: i64,
    pub minor: i64,
    pub major: i64,
    pub critical: i64,
}

pub async fn find(db: &impl ConnectionTrait, id: CaseId) -> Result<Option<Case>, Error> {
    let row = service_case::Entity::find_by_id(id.uuid()).one(db).await?;
    row.map(from_row).transpose()
}

/// Writes a new case. An id that is there already is a unique violation.
pub async fn insert(tx: &Tx, case: &Case) -> Result<(), Error> {
    let insert = service_case::Entity::insert(to_row(case));
    insert.exec_without_returning(&**tx).await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, case: &Case, seen: i64) -> Result<(), Error> {
    let saved = service_case::Entity::update_many()
        .set(to_row(case))
        .filter(service_case::Column::Id.eq(case.id.uuid()))
        .filter(service_case::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected != 1 {
        return Err(Error::conflict("service_case"));
    }
    Ok(())
}

/// Up to `limit` cases after the cursor, those opened last first.
pub async fn page(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Case>, Error> {
    let mut condition = condition(db, wanted);
    if let Some(after) = after {
        let opened_at = service_case::Column::OpenedAt;
        let same = opened_at
            .eq(after.opened_at)
            .and(service_case::Column::Id.lt(after.id));
        // The first part says nothing that the second does not: it lets an index begin there.
        condition = condition.add(opened_at.lte(after.opened_at)).add(
            Condition::any()
                .add(opened_at.lt(after.opened_at))
                .add(same),
        );
    }
    let rows = service_case::Entity::find()
        .filter(condition)
        .order_by_desc(service_case::Column::OpenedAt)
        .order_by_desc(service_case::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}

#[derive(FromQueryResult)]
struct Counted {
    step: String,
    severity: String,
    state: String,
    number: i64,
}

/// Numbers of cases by the step that failed; a step without any has none.
pub async fn count(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
) -> Result<BTreeMap<Step, Count>, Error> {
    let counted = service_case::Entity::find()
        .select_only()
        .column(service_case::Column::Step)
        .column(service_case::Column::Severity)
        .column(service_case::Column::State)
        .column_as(service_case::Column::Id.count(), "number")
        .filter(condition(db, wanted))
        .group_by(service_case::Column::Step)
        .group_by(service_case::Column::Severity)
        .group_by(service_case::Column::State)
        .into_model::<Counted>()
        .all(db)
        .await?;
    let mut counts: BTreeMap<Step, Count> = BTreeMap::new();
    for row in counted {
        let count = counts.entry(known(row.step.parse())?).or_default();
        match known(row.state.parse())? {
            State::Open => count.open += row.number,
            State::Resolved => count.resolved += row.number,
        }
        match known(row.severity.parse())? {
            Severity::Minor => count.minor += row.number,
            Severity::Major => count.major += row.number,
            Severity::Critical => count.critical += row.number,
        }
    }
    Ok(counts)
}

fn condition(db: &impl ConnectionTrait, wanted: &Wanted) -> Condition {
    let persons = wanted.persons.as_ref().map(|persons| {
        let persons = persons.iter().map(|person| person.uuid());
        rows::one_of(db, "person_id", persons)
    });
    let equal = |column: service_case::Column, id: Option<Uuid>| id.map(|id| column.eq(id));
    let word = |column: service_case::Column, word: Option<&'static str>| {
        word.map(|word| Expr::col(column).eq(word))
    };
    let subject = wanted.subject.map(|subject| subject.to_string());
    let opened_at = service_case::Column::OpenedAt;
    Condition::all()
        .add_option(persons)
        .add_option(equal(
            service_case::Column::OrganisationId,
            wanted.organisation.map(OrganisationId::uuid),
        ))
        .add_option(equal(
            service_case::Column::ResponsibleId,
            wanted.responsible.map(StaffId::uuid),
        ))
        .add_option(subject.map(|subject| service_case::Column::SubjectId.eq(subject)))
        .add_option(word(
            service_case::Column::Step,
            wanted.step.map(Step::as_str),
        ))
        .add_option(word(
            service_case::Column::State,
            wanted.state.map(State::as_str),
        ))
        .add_option(wanted.from.map(|from| opened_at.gte(from)))
        .add_option(wanted.to.map(|to| opened_at.lt(to)))
}

fn to_row(case: &Case) -> service_case::ActiveModel {
    let details = &case.details;
    let subject = details.subject.map(|subject| subject.to_string());
    service_case::ActiveModel {
        id: Set(case.id.uuid()),
        revision: Set(case.revision),
        person_id: Set(case.person.map(PersonId::uuid)),
        organisation_id: Set(case.organisation.map(OrganisationId::uuid)),
        step: Set(details.step.as_str().to_owned()),
        severity: Set(details.severity.as_str().to_owned()),
        state: Set(case.state().as_str().to_owned()),
        subject_id: Set(subject.unwrap_or_default()),
        responsible_id: Set(details.responsible.map(StaffId::uuid)),
        text: Set(details.text.clone()),
        resolution: Set(case.resolution.clone()),
        opened_at: Set(case.opened_at),
        opened_by: Set(case.opened_by.map(StaffId::uuid)),
        resolved_at: Set(case.resolved.map(|resolved| resolved.at)),
        resolved_by: Set(case.resolved.and_then(|it| it.by).map(StaffId::uuid)),
    }
}

fn from_row(row: service_case::Model) -> Result<Case, Error> {
    let subject = Some(row.subject_id.as_str()).filter(|subject| !subject.is_empty());
    Ok(Case {
        id: CaseId::from_uuid(row.id),
        revision: row.revision,
        person: row.person_id.map(PersonId::from_uuid),
        organisation: row.organisation_id.map(OrganisationId::from_uuid),
        details: Details {
            step: known(row.step.parse())?,
            severity: known(row.severity.parse())?,
            subject: subject.map(|subject| known(subject.parse())).transpose()?,
            responsible: row.responsible_id.map(StaffId::from_uuid),
            text: row.text,
        },
        resolution: row.resolution,
        opened_by: row.opened_by.map(StaffId::from_uuid),
        opened_at: row.opened_at,
        resolved: row.resolved_at.map(|at| Resolved {
            by: row.resolved_by.map(StaffId::from_uuid),
            at,
        }),
    })
}

/// What a table says that admits only what is known here.
fn known<T, E: std::fmt::Display>(read: Result<T, E>) -> Result<T, Error> {
    read.map_err(|error| sea_orm::DbErr::Type(error.to_string()).into())
}
