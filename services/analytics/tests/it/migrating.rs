//! Databases of earlier versions keep their figures.

use analytics::domain::figures::cells;
use analytics::domain::report::Grain;
use analytics::store::{bulk, figures};
use database::{Database, Migration};
use sea_orm::ConnectionTrait;

/// When sums were put into tables by grain.
const BY_GRAIN: i64 = 20_261_127_010_000;

#[tokio::test]
async fn sums_of_a_common_table_are_found_in_those_of_their_grain() {
    let all = service::migrations(&analytics::definition());
    let earlier: Vec<Migration> = all
        .iter()
        .filter(|step| step.version < BY_GRAIN)
        .copied()
        .collect();
    for (label, database, _storage) in testkit::databases("analytics", &earlier).await {
        // Each value tells its table, grain and column.
        let value =
            |table: usize, grain: usize, column: usize| table * 1_000 + grain * 100 + column;
        let tx = database.begin().await.unwrap();
        for (number, table) in cells::ALL.iter().enumerate() {
            for (grain, _) in Grain::ALL.iter().enumerate() {
                let columns = [&["period"], table.labels, table.sums].concat();
                let values: Vec<String> = (0..columns.len())
                    .map(|column| value(number, grain, column).to_string())
                    .collect();
                let sql = format!(
                    "insert into {} (generation, grain, {}) values (1, {grain}, {})",
                    table.name,
                    columns.join(", "),
                    values.join(", ")
                );
                tx.execute_unprepared(&sql).await.unwrap();
            }
        }
        tx.commit().await.unwrap();

        assert!(database.migrate(&all).await.unwrap() > 0, "{label}");

        for (number, table) in cells::ALL.iter().enumerate() {
            let columns = [&["period"], table.labels, table.sums].concat();
            for (grain, of) in Grain::ALL.iter().enumerate() {
                let name = figures::name_of(table, *of);
                let expected: Vec<i64> = (0..columns.len())
                    .map(|column| i64::try_from(value(number, grain, column)).unwrap())
                    .collect();
                assert_eq!(
                    rows(&database, &name, &columns).await,
                    [expected],
                    "{label} {name}"
                );
            }
        }
    }
}

async fn rows(database: &Database, table: &str, columns: &[&str]) -> Vec<Vec<i64>> {
    let selected: Vec<String> = columns
        .iter()
        .map(|column| format!("cast({column} as bigint)"))
        .collect();
    let sql = format!(
        "select {} from {table} where generation = 1",
        selected.join(", ")
    );
    let rows = bulk::query(database.reader(), sql, []).await.unwrap();
    rows.iter()
        .map(|row| {
            (0..columns.len())
                .map(|column| row.try_get_by_index(column).unwrap())
                .collect()
        })
        .collect()
}
