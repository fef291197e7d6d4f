//! Steps between touches, summed over all time.

use database::Error;
use sea_orm::ConnectionTrait;

use super::bulk;
use crate::domain::weights::Step;

/// All steps of a generation, by channels.
pub async fn all<C: ConnectionTrait>(db: &C, generation: i16) -> Result<Vec<Step>, Error> {
    let sql = "select coalesce(f.name, ''), coalesce(t.name, ''), s.steps from \
               (select from_channel, to_channel, cast(sum(steps) as bigint) as steps \
               from step_cell_year where generation = $1 \
               group by from_channel, to_channel) as s \
               left join label as f on f.number = s.from_channel \
               left join label as t on t.number = s.to_channel order by 1, 2";
    let rows = bulk::query(db, sql, [generation.into()]).await?;
    let read = rows.iter().map(|row| {
        Ok(Step {
            from: row.try_get_by_index(0)?,
            to: row.try_get_by_index(1)?,
            steps: row.try_get_by_index(2)?,
        })
    });
    read.collect()
}
