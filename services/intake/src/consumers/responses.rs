//! Positive responses to campaigns become leads through the same intake as all else.

use futures::future::BoxFuture;
use ids::ResponseId;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::campaigns::v1::ResponseRecorded;

use super::id;
use crate::app::{App, capture::capture_in, metrics, prepare};

impl Handler<ResponseRecorded> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ResponseRecorded>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            if !event.message.positive {
                return Ok(());
            }
            id::<ResponseId>(&event.message.response_id)?;
            let prepared = prepare::campaign_response(self, &event.message);
            for answer in capture_in(self, tx, std::slice::from_ref(&prepared)).await? {
                metrics::captured(prepared.submission.source.channel, &answer?);
            }
            Ok(())
        })
    }
}
