use ids::CaseId;

use super::{App, again::again, erase_person::not_erased};
use crate::{
    domain::case::{Case, Details, NotOpen},
    error::Error,
    events, store,
};

pub struct ChangeCase {
    pub id: CaseId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub details: Details,
}

/// Changes an open case. The same again changes nothing.
pub async fn change_case(app: &App, cmd: ChangeCase) -> Result<Case, Error> {
    again(|| {
        work(app, cmd.id, cmd.revision, |case| {
            case.change(cmd.details.clone())
        })
    })
    .await
}

/// Does something to a case, and saves and announces it if that changed anything.
pub(super) async fn work(
    app: &App,
    id: CaseId,
    revision: i64,
    change: impl FnOnce(&mut Case) -> Result<bool, NotOpen>,
) -> Result<Case, Error> {
    let tx = app.outbox.begin().await?;
    let known = store::cases::find(&*tx, id).await?;
    let mut case = known.ok_or(Error::CaseNotFound(id))?;
    let seen = case.revision;
    let changed = change(&mut case)?;
    if changed {
        // What is there already was not changed by somebody else in vain.
        if revision != 0 && revision != seen {
            return Err(Error::Changed("case"));
        }
        not_erased(&tx, case.person).await?;
        store::cases::save(&tx, &case, seen).await?;
        tx.publish(events::case_recorded(&case, app.clock.now()))
            .await?;
        tx.commit().await?;
    }
    Ok(case)
}
