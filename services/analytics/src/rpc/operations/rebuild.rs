//! Progress of a rebuild, as it goes on.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use proto::analytics::v1::{RebuildResponse, TableComparison};
use tonic::Status;

use crate::app::App;
use crate::app::verify::{self, Comparison, Step};
use crate::builder;
use crate::error::Error;
use crate::store::generations::{self, State};
use crate::store::log;

type Progress = std::pin::Pin<Box<dyn Stream<Item = Result<RebuildResponse, Status>> + Send>>;

/// Between two looks at a generation that the background builds.
const PAUSE: Duration = Duration::from_millis(500);

/// Where the stream stands.
struct Walk {
    app: Arc<App>,
    number: i16,
    verify: bool,
    first: bool,
    over: bool,
}

/// Begins it, or joins the one under way.
pub(super) async fn stream(app: &Arc<App>, verify: bool) -> Result<Progress, Error> {
    let state = if verify {
        State::Verifying
    } else {
        State::Building
    };
    let walk = Walk {
        app: app.clone(),
        number: builder::begin(app, state).await?,
        verify,
        first: true,
        over: false,
    };
    let steps = stream::unfold(walk, |mut walk| async move {
        if walk.over {
            return None;
        }
        let step = walk.step().await;
        walk.over = step.as_ref().map_or(true, |it| it.done);
        walk.first = false;
        Some((step.map_err(Status::from), walk))
    });
    Ok(steps.boxed())
}

impl Walk {
    async fn step(&self) -> Result<RebuildResponse, Error> {
        let mut progress = RebuildResponse {
            number: self.number.into(),
            head: log::head(self.app.database().reader()).await?,
            ..RebuildResponse::default()
        };
        if self.verify {
            match verify::step(&self.app, self.number).await? {
                Step::Under(own) => progress.position = own.position,
                Step::Compared(compared) => {
                    progress.position = progress.head;
                    progress.done = true;
                    progress.equal = compared.iter().all(|it| it.living == it.derived);
                    progress.tables = compared.into_iter().map(encode).collect();
                }
            }
            return Ok(progress);
        }
        if !self.first {
            tokio::time::sleep(PAUSE).await;
        }
        let own = generations::get(self.app.database().reader(), self.number).await?;
        progress.position = own.as_ref().map_or(progress.head, |it| it.position);
        // One that is not being built any more has taken its place, whatever became of it since.
        progress.done = own.is_none_or(|it| it.state != State::Building);
        Ok(progress)
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        if self.verify && !self.over {
            let abandoned = self.app.abandoned.lock();
            // A holder cannot panic between its changes.
            let mut abandoned = abandoned.unwrap_or_else(PoisonError::into_inner);
            abandoned.push(self.number);
        }
    }
}

fn encode(it: Comparison) -> TableComparison {
    TableComparison {
        table: it.table.clone(),
        living_rows: it.living.rows,
        derived_rows: it.derived.rows,
        living_hash: format!("{:016x}", it.living.hash),
        derived_hash: format!("{:016x}", it.derived.hash),
        differences: it.differences,
    }
}
