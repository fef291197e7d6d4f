//! Drafts the contract of a won deal.

use clock::Timestamp;
use ids::{ContractId, StaffId};
use messaging::Tx;
use persons::clients;

use super::App;
use super::record_persons::follow;
use crate::domain::contract::{Contract, Parties};
use crate::domain::money::Money;
use crate::domain::number::Number;
use crate::domain::template::{self, Facts};
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::events;
use crate::settings::Settings;
use crate::store::{contracts, history, numbers, versions};

/// What the deal says.
#[derive(Debug, Clone)]
pub struct DraftContract {
    pub parties: Parties,
    pub title: String,
    pub sale_object: String,
    pub amount: Money,
    pub responsible: Option<StaffId>,
    pub at: Timestamp,
}

/// Drafts a contract within a transaction and announces it, unless the deal has one. The client base may
/// have told more of its client than the deal knew.
pub async fn draft_contract(app: &App, tx: &Tx, cmd: DraftContract) -> Result<(), Error> {
    if contracts::exists_of(tx, cmd.parties.deal).await? {
        return Ok(());
    }
    let (lead, person) = (cmd.parties.lead, cmd.parties.client.person);
    clients::take_turns(tx.connection(), person, lead).await?;
    let known = clients::known(tx.connection(), lead, person).await?;
    let number = numbers::take(tx, cmd.at).await?;
    let terms = terms(&app.settings, number, &cmd);
    let id = ContractId::generate();
    let mut contract = Contract::draft(id, number, terms, cmd.parties, cmd.responsible, cmd.at);
    follow(&mut contract, &known);
    contracts::insert(tx, &contract).await?;
    versions::add(tx, &contract, None, cmd.at).await?;
    history::add(tx, &contract, history::Kind::Drafted, None, cmd.at).await?;
    tx.publish(events::contract_drafted(&contract)).await?;
    tx.publish(events::contract_recorded(&contract, cmd.at))
        .await?;
    Ok(())
}

fn terms(settings: &Settings, number: Number, cmd: &DraftContract) -> Terms {
    let Settings {
        recurring,
        period_months,
        renewal_notice_days,
        ..
    } = *settings;
    let facts = Facts {
        number,
        title: &cmd.title,
        sale_object: &cmd.sale_object,
        amount: &cmd.amount,
        recurring,
        period_months,
        renewal_notice_days,
    };
    Terms {
        title: cmd.title.clone(),
        amount: cmd.amount.clone(),
        recurring,
        period_months,
        starts_at: None,
        ends_at: None,
        renewal_notice_days,
        text: template::text(facts),
    }
}
