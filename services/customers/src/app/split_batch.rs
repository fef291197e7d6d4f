use ids::{MergeBatchId, StaffId};

use super::{
    App,
    again::again,
    split_persons::{SplitPersons, split},
};
use crate::{error::Error, store};

pub struct SplitBatch {
    pub id: MergeBatchId,
    pub by: Option<StaffId>,
}

/// Merges that are taken back between two looks at the list.
const STEP: u64 = 100;

/// Takes back all merges in force of a scan; answers how many. Their pairs wait in the queue again:
/// that the bulk was wrong does not say that each of them is.
///
/// Each merge has a transaction of its own, so after a cut a repeat goes on with those left.
pub async fn split_batch(app: &App, cmd: SplitBatch) -> Result<i64, Error> {
    let reader = || app.outbox.database().reader();
    if store::merges::page(reader(), None, Some(cmd.id), None, 1)
        .await?
        .is_empty()
    {
        return Err(Error::BatchNotFound(cmd.id));
    }
    let mut ended = 0;
    loop {
        let merges = store::merges::in_force_of(reader(), cmd.id, STEP).await?;
        if merges.is_empty() {
            return Ok(ended);
        }
        for merge in merges {
            let one = SplitPersons {
                id: merge.id,
                by: cmd.by,
            };
            let (_, changed) = again(|| split(app, &one, true)).await?;
            ended += i64::from(changed);
        }
    }
}
