use ids::{CaseId, StaffId};

use super::{App, again::again, change_case::work};
use crate::{
    domain::case::{Case, Resolved},
    error::Error,
};

pub struct ResolveCase {
    pub id: CaseId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub resolution: String,
    pub by: Option<StaffId>,
}

/// Resolves a case. The same resolution twice changes nothing.
pub async fn resolve_case(app: &App, cmd: ResolveCase) -> Result<Case, Error> {
    again(|| {
        work(app, cmd.id, cmd.revision, |case| {
            let now = Resolved {
                by: cmd.by,
                at: app.clock.now(),
            };
            case.resolve(cmd.resolution.clone(), now)
        })
    })
    .await
}
