//! A partner's stream: records in, receipts out, in the order of the records.

use std::sync::Arc;

use futures::{Stream, StreamExt, future, stream};
use proto::intake::v1::{StreamLeadsRequest, StreamLeadsResponse};
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::{convert::receipt, status};
use crate::{
    app::{App, prepare::Sender, submit::stream_lead},
    error::Error,
};

/// A bounded number of records is under way at once, so that they share commits; a receipt stands
/// for a commit. When the process stops, records under way are still answered.
pub(super) fn receipts(
    app: Arc<App>,
    sender: Sender,
    records: Streaming<StreamLeadsRequest>,
    draining: CancellationToken,
) -> impl Stream<Item = Result<StreamLeadsResponse, Status>> + Send {
    let window = app.settings.stream_window;
    let sender = Arc::new(sender);
    let stopped = draining.clone();
    let answered = records
        .take_until(draining.cancelled_owned())
        .enumerate()
        .map(move |(index, record)| {
            let (app, sender) = (Arc::clone(&app), Arc::clone(&sender));
            async move {
                let lead = record?.lead.unwrap_or_default();
                let stored = stream_lead(&app, &sender, &lead).await.map_err(status)?;
                let index = i64::try_from(index).unwrap_or(i64::MAX);
                Ok(StreamLeadsResponse {
                    index,
                    receipt: Some(receipt(&stored)),
                })
            }
        })
        .buffered(window);
    // A sender must not take an early end for the end of its records.
    let cut = stream::once(future::lazy(move |_| stopped.is_cancelled()));
    let cut = cut.filter_map(|cut| future::ready(cut.then(|| Err(status(Error::Interrupted)))));
    answered.chain(cut)
}
