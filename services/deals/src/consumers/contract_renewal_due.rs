//! A contract nears its end: its renewal opens as a deal.

use clock::Timestamp;
use futures::future::BoxFuture;
use ids::{ContractId, DealId};
use messaging::{Handler, HandlerError, Received, Tx};
use proto::contracts::v1::ContractRenewalDue;
use rpc::decode::{Fields, Invalid};

use crate::app::App;
use crate::app::open_deal::{default_topic, open, topic_named};
use crate::domain::deal::{Client, Opening, Origin};
use crate::error::Error;
use crate::rpc::decode::{MAX_NAME, money, shortened, time};
use crate::store::renewals;

impl Handler<ContractRenewalDue> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ContractRenewalDue>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let Renewal {
                contract,
                ends_at,
                opening,
            } = renewal(&event.message).map_err(Error::from)?;
            // Another event may tell of the same end.
            if renewals::exists(tx, contract, ends_at).await? {
                return Ok(());
            }
            let topic = match topic_named(tx, &self.settings.renewal_topic).await? {
                Some(topic) => topic,
                None => default_topic(tx).await?,
            };
            let deal = open(tx, opening, &topic, None, event.at).await?;
            renewals::insert(tx, contract, ends_at, deal.id).await?;
            Ok(())
        })
    }
}

struct Renewal {
    contract: ContractId,
    ends_at: Timestamp,
    opening: Opening,
}

fn renewal(due: &ContractRenewalDue) -> Result<Renewal, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &due.contract_id);
    let person = fields.parse_optional("person_id", &due.person_id);
    let organisation = fields.parse_optional("organisation_id", &due.organisation_id);
    let responsible = fields.parse_optional("responsible_id", &due.responsible_id);
    let amount = money(&mut fields, "amount", due.amount.as_ref());
    let ends_at = time(&mut fields, "ends_at", due.ends_at.as_ref()).flatten();
    let ends_at = fields.require("ends_at", ends_at);
    fields.finish(|| {
        let organisation = organisation?;
        Some(Renewal {
            contract: contract?,
            ends_at: ends_at?,
            opening: Opening {
                id: DealId::generate(),
                title: shortened(&format!("Renewal: {}", due.title), MAX_NAME),
                amount: amount?,
                sale_object: shortened(&due.title, MAX_NAME),
                expected_close_at: ends_at,
                committed: false,
                // Who signed the contract is who renews it.
                client: Client {
                    person: person?,
                    organisation,
                    by_hand: organisation.is_some(),
                },
                responsible: responsible?,
                origin: Origin::Renewal(contract?),
                source: None,
                note: String::new(),
            },
        })
    })
}
