//! A won deal gets its contract drafted.

use futures::future::BoxFuture;
use ids::ContractId;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::deals::v1::DealWon;
use rpc::decode::{Fields, Invalid};

use crate::app::App;
use crate::app::draft_contract::{DraftContract, draft_contract};
use crate::domain::contract::{Client, NamedBy, Parties};
use crate::domain::kind::Kind;
use crate::error::Error;
use crate::rpc::decode::fields::{MAX_NAME, money, shortened};

impl Handler<DealWon> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealWon>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let cmd = draft(event).map_err(Error::from)?;
            draft_contract(self, tx, cmd).await?;
            Ok(())
        })
    }
}

fn draft(event: &Received<DealWon>) -> Result<DraftContract, Invalid> {
    let won = &event.message;
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &won.deal_id);
    let lead = fields.parse_optional("lead_id", &won.lead_id);
    let person = fields.parse_optional("person_id", &won.person_id);
    let organisation = fields.parse_optional("organisation_id", &won.organisation_id);
    let responsible = fields.parse_optional("responsible_id", &won.responsible_id);
    let origin = origin(&mut fields, won);
    let amount = money(&mut fields, "amount", won.amount.as_ref()).flatten();
    let amount = fields.require("amount", amount);
    fields.finish(|| {
        let (kind, previous) = origin?;
        Some(DraftContract {
            parties: Parties {
                deal: deal?,
                lead: lead?,
                client: Client {
                    person: person?,
                    organisation: organisation?,
                    named_by: named_by(won),
                },
                kind,
                previous,
            },
            title: shortened(&won.title, MAX_NAME),
            sale_object: shortened(&won.sale_object, MAX_NAME),
            amount: amount?,
            responsible: responsible?,
            at: event.at,
        })
    })
}

fn named_by(won: &DealWon) -> NamedBy {
    if won.client_chosen {
        NamedBy::Staff
    } else {
        NamedBy::Deal
    }
}

/// What the contract will be to the one before it. A deal that renews says so in either field, and
/// what has one before it is not new.
fn origin(fields: &mut Fields, won: &DealWon) -> Option<(Kind, Option<ContractId>)> {
    let (name, previous) = match won.previous_contract_id.as_str() {
        "" => ("renews_contract_id", won.renews_contract_id.as_str()),
        previous => ("previous_contract_id", previous),
    };
    let kind = match won.contract_kind.as_str() {
        "" | "new" if previous.is_empty() => Some(Kind::New),
        "" | "new" => Some(Kind::Renewal),
        kind => fields.parse("contract_kind", kind),
    };
    let previous = fields.parse_optional(name, previous);
    Some((kind?, previous?))
}
