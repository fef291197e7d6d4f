//! Lines of costs.

use std::collections::BTreeMap;

use database::Error as DatabaseError;
use ids::{ActivityId, CampaignId, CostId, OrganisationId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};

use super::{Cursor, entity::cost, paging};
use crate::{
    domain::cost::{Cost, Entry, Labour, Spending},
    error::Error,
    refusal::Refusal,
};

/// Which lines are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub campaign: CampaignId,
    pub activity: Option<ActivityId>,
    pub kind: Option<&'static str>,
    pub removed: bool,
}

/// Sums over lines that were not taken out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Planned and in fact, by currency.
    pub by_currency: BTreeMap<String, (i64, i64)>,
    pub planned_minutes: i64,
    pub actual_minutes: i64,
}

/// The line, or the refusal that the campaign has no such one.
pub async fn get(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    id: CostId,
) -> Result<Cost, Error> {
    let known = known(db, &[id]).await?.remove(&id);
    known
        .filter(|cost| cost.campaign == campaign)
        .ok_or(Error::Refused(Refusal::CostNotFound(id)))
}

/// Those of these ids that are there, whatever campaign they belong to.
pub async fn known(
    db: &impl ConnectionTrait,
    ids: &[CostId],
) -> Result<BTreeMap<CostId, Cost>, DatabaseError> {
    let rows = cost::Entity::find()
        .filter(cost::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (CostId::from_uuid(row.id), from_row(row)))
        .collect())
}

pub async fn insert(tx: &Tx, costs: &[Cost]) -> Result<(), DatabaseError> {
    if !costs.is_empty() {
        cost::Entity::insert_many(costs.iter().map(to_row))
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, cost: &Cost, seen: i64) -> Result<(), DatabaseError> {
    let mut row = to_row(cost);
    row.id = NotSet;
    let saved = cost::Entity::update_many()
        .set(row)
        .filter(cost::Column::Id.eq(cost.id.uuid()))
        .filter(cost::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(DatabaseError::conflict("cost"));
    }
    Ok(())
}

/// Up to `limit` lines before the cursor, latest day first, and how many match in all.
pub async fn list(
    db: &impl ConnectionTrait,
    wanted: Wanted,
    before: Option<&Cursor>,
    limit: u64,
) -> Result<(Vec<Cost>, u64), DatabaseError> {
    let activity = wanted
        .activity
        .map(|id| cost::Column::ActivityId.eq(id.uuid()));
    let kind = wanted.kind.map(|kind| cost::Column::Kind.eq(kind));
    let present = (!wanted.removed).then(|| cost::Column::Removed.eq(false));
    let condition = Condition::all()
        .add(cost::Column::CampaignId.eq(wanted.campaign.uuid()))
        .add_option(activity)
        .add_option(kind)
        .add_option(present);
    let matching = cost::Entity::find().filter(condition);
    let total = matching.clone().count(db).await?;
    let rows = matching
        .filter(paging::before(
            cost::Column::SpentAt,
            cost::Column::Id,
            before,
        ))
        .order_by_desc(cost::Column::SpentAt)
        .order_by_desc(cost::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok((rows.into_iter().map(from_row).collect(), total))
}

/// Sums over all that match; those that were taken out are left out.
pub async fn sums(db: &impl ConnectionTrait, wanted: Wanted) -> Result<Sums, DatabaseError> {
    let matching = "campaign_id = $1 and not removed and ($2 is null or activity_id = $2) \
                    and ($3 is null or kind = $3)";
    let sql = format!(
        "select currency, cast(sum(planned) as bigint) as planned, \
            cast(sum(actual) as bigint) as actual, \
            cast(sum(planned_minutes) as bigint) as planned_minutes, \
            cast(sum(actual_minutes) as bigint) as actual_minutes \
         from (select planned_currency as currency, planned_minor as planned, 0 as actual, \
                coalesce(planned_minutes, 0) as planned_minutes, 0 as actual_minutes \
            from cost where {matching} and planned_minor is not null \
            union all select actual_currency, 0, actual_minor, 0, coalesce(actual_minutes, 0) \
            from cost where {matching} and actual_minor is not null) as spent \
         group by currency order by currency"
    );
    let values = [
        wanted.campaign.uuid().into(),
        wanted.activity.map(ActivityId::uuid).into(),
        wanted.kind.map(str::to_owned).into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let mut sums = Sums::default();
    for row in db.query_all_raw(statement).await? {
        let currency: String = row.try_get("", "currency")?;
        let amounts = (row.try_get("", "planned")?, row.try_get("", "actual")?);
        sums.planned_minutes += row.try_get::<i64>("", "planned_minutes")?;
        sums.actual_minutes += row.try_get::<i64>("", "actual_minutes")?;
        sums.by_currency.insert(currency, amounts);
    }
    Ok(sums)
}

fn from_row(row: cost::Model) -> Cost {
    let expense = Spending::Expense {
        planned: paging::money(row.planned_minor, row.planned_currency),
        actual: paging::money(row.actual_minor, row.actual_currency),
    };
    let rate = paging::money(row.rate_minor, row.rate_currency);
    let labour =
        rate.and_then(|rate| Labour::try_new(rate, row.planned_minutes, row.actual_minutes).ok());
    Cost {
        id: CostId::from_uuid(row.id),
        revision: row.revision,
        campaign: CampaignId::from_uuid(row.campaign_id),
        entry: Entry {
            line: row.line,
            spending: labour.map_or(expense, Spending::Labour),
            spent_at: row.spent_at,
            activity: row.activity_id.map(ActivityId::from_uuid),
            channel: row.channel,
            responsible: row.responsible_id.map(StaffId::from_uuid),
            supplier: row.supplier_id.map(OrganisationId::from_uuid),
            note: row.note,
        },
        removed: row.removed,
        recorded_at: row.recorded_at,
    }
}

fn to_row(cost: &Cost) -> cost::ActiveModel {
    let entry = &cost.entry;
    let labour = entry.spending.labour();
    let (planned_minor, planned_currency) = paging::columns(entry.spending.planned());
    let (actual_minor, actual_currency) = paging::columns(entry.spending.actual());
    let (rate_minor, rate_currency) = paging::columns(labour.map(Labour::rate));
    cost::ActiveModel {
        id: Set(cost.id.uuid()),
        revision: Set(cost.revision),
        campaign_id: Set(cost.campaign.uuid()),
        kind: Set(entry.spending.kind().to_owned()),
        line: Set(entry.line.clone()),
        planned_minor: Set(planned_minor),
        planned_currency: Set(planned_currency),
        actual_minor: Set(actual_minor),
        actual_currency: Set(actual_currency),
        rate_minor: Set(rate_minor),
        rate_currency: Set(rate_currency),
        planned_minutes: Set(labour.and_then(Labour::planned_minutes)),
        actual_minutes: Set(labour.and_then(Labour::actual_minutes)),
        spent_at: Set(entry.spent_at),
        activity_id: Set(entry.activity.map(ActivityId::uuid)),
        channel: Set(entry.channel.clone()),
        responsible_id: Set(entry.responsible.map(StaffId::uuid)),
        supplier_id: Set(entry.supplier.map(OrganisationId::uuid)),
        note: Set(entry.note.clone()),
        removed: Set(cost.removed),
        recorded_at: Set(cost.recorded_at),
    }
}
