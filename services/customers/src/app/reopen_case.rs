use ids::CaseId;

use super::{App, again::again, change_case::work};
use crate::{domain::case::Case, error::Error};

pub struct ReopenCase {
    pub id: CaseId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
}

/// Opens a resolved case again. An open one stays as it is.
pub async fn reopen_case(app: &App, cmd: ReopenCase) -> Result<Case, Error> {
    again(|| work(app, cmd.id, cmd.revision, |case| Ok(case.reopen()))).await
}
