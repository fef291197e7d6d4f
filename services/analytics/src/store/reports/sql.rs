//! A statement and the values bound in it, written side by side.

use database::Error;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

/// Values of a statement in the order of their marks.
#[derive(Debug, Default)]
pub(super) struct Values(Vec<Value>);

impl Values {
    /// Binds a value; answers its mark.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// Binds whole numbers; answers their marks, to stand behind `in`.
    pub(super) fn bind_all(&mut self, numbers: &[i32]) -> String {
        let marks: Vec<String> = numbers.iter().map(|number| self.bind(*number)).collect();
        marks.join(", ")
    }

    /// Runs the statement.
    pub(super) async fn query<C: ConnectionTrait>(
        self,
        db: &C,
        sql: String,
    ) -> Result<Vec<QueryResult>, Error> {
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, self.0);
        Ok(db.query_all_raw(statement).await?)
    }
}
