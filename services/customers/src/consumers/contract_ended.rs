use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::contracts::v1::ContractEnded;

use super::id;
use crate::{
    app::App,
    store::copies::{self, Contract},
};

impl Handler<ContractEnded> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ContractEnded>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let copy = Contract {
                id: id(&event.message.contract_id)?,
                revision: event.revision,
                person: None,
                lead: None,
                organisation: None,
                amount: None,
                state: "ended".to_owned(),
            };
            Ok(copies::save_contract(tx, copy).await?)
        })
    }
}
