//! Which records of the client base are one person.

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use persons::merges::{self, Link};
use proto::customers::v1::{PersonsMerged, PersonsSplit};

use crate::app::App;

impl Handler<PersonsMerged> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonsMerged>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let it = &event.message;
            let link = Link::read(&it.merge_id, &it.kept_id, &it.joined_id, event.revision);
            save(tx, link).await
        })
    }
}

impl Handler<PersonsSplit> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonsSplit>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let it = &event.message;
            let link = Link::read(&it.merge_id, &it.kept_id, &it.joined_id, event.revision);
            save(tx, link.map(Link::ended)).await
        })
    }
}

async fn save(tx: &Tx, link: Result<Link, ids::ParseIdError>) -> Result<(), HandlerError> {
    let link = link.map_err(|error| HandlerError::refuse("EVENT_ID_INVALID").because(error))?;
    merges::save(tx.connection(), link).await.map_err(failed)
}

fn failed(error: database::Error) -> HandlerError {
    crate::error::Error::from(error).into()
}
