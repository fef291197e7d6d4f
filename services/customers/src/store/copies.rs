//! What is known of deals and contracts from their events. The highest revision counts.

use database::Error;
use ids::{ContractId, DealId, LeadId, OrganisationId, PersonId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Condition,
};

use super::{
    entity::{contract_copy, deal_copy},
    links,
};

/// A deal as its events tell; parts that an event does not tell are left as they are.
#[derive(Debug, Clone)]
pub struct Deal {
    pub id: DealId,
    pub revision: i64,
    pub person: Option<PersonId>,
    pub lead: Option<LeadId>,
    pub title: String,
    pub state: String,
}

/// A contract as its events tell.
#[derive(Debug, Clone)]
pub struct Contract {
    pub id: ContractId,
    pub revision: i64,
    pub person: Option<PersonId>,
    pub lead: Option<LeadId>,
    pub organisation: Option<OrganisationId>,
    pub amount: Option<(i64, String)>,
    pub state: String,
}

/// A card shows no more of either than this.
const MOST: u64 = 500;

pub async fn save_deal(tx: &Tx, deal: Deal) -> Result<(), Error> {
    let known = deal_copy::Entity::find_by_id(deal.id.uuid())
        .one(&**tx)
        .await?;
    let newer = known
        .as_ref()
        .is_none_or(|known| known.revision < deal.revision);
    let row = deal_copy::ActiveModel {
        deal_id: Set(deal.id.uuid()),
        revision: Set(known
            .as_ref()
            .map_or(deal.revision, |it| it.revision.max(deal.revision))),
        person_id: Set(deal
            .person
            .map(PersonId::uuid)
            .or(known.as_ref().and_then(|it| it.person_id))),
        lead_id: Set(deal
            .lead
            .map(LeadId::uuid)
            .or(known.as_ref().and_then(|it| it.lead_id))),
        title: Set(match &known {
            Some(known) if deal.title.is_empty() => known.title.clone(),
            _ => deal.title,
        }),
        state: Set(match &known {
            Some(known) if !newer => known.state.clone(),
            _ => deal.state,
        }),
    };
    match known {
        None => {
            deal_copy::Entity::insert(row)
                .exec_without_returning(&**tx)
                .await?;
        }
        Some(_) => {
            deal_copy::Entity::update(row).exec(&**tx).await?;
        }
    }
    Ok(())
}

pub async fn save_contract(tx: &Tx, contract: Contract) -> Result<(), Error> {
    let known = contract_copy::Entity::find_by_id(contract.id.uuid())
        .one(&**tx)
        .await?;
    let newer = known
        .as_ref()
        .is_none_or(|known| known.revision < contract.revision);
    let told = contract.amount.as_ref();
    let before = known.as_ref();
    let row = contract_copy::ActiveModel {
        contract_id: Set(contract.id.uuid()),
        revision: Set(before.map_or(contract.revision, |it| it.revision.max(contract.revision))),
        person_id: Set(contract
            .person
            .map(PersonId::uuid)
            .or(before.and_then(|it| it.person_id))),
        lead_id: Set(contract
            .lead
            .map(LeadId::uuid)
            .or(before.and_then(|it| it.lead_id))),
        organisation_id: Set(contract
            .organisation
            .map(OrganisationId::uuid)
            .or(before.and_then(|it| it.organisation_id))),
        amount_minor: Set(told
            .map(|it| it.0)
            .or(before.and_then(|it| it.amount_minor))),
        currency: Set(told
            .map(|it| it.1.clone())
            .or(before.and_then(|it| it.currency.clone()))),
        state: Set(match before {
            Some(before) if !newer => before.state.clone(),
            _ => contract.state,
        }),
    };
    match known {
        None => {
            contract_copy::Entity::insert(row)
                .exec_without_returning(&**tx)
                .await?;
        }
        Some(_) => {
            contract_copy::Entity::update(row).exec(&**tx).await?;
        }
    }
    Ok(())
}

/// Deals of a person, by its id or by its leads, newest first.
pub async fn deals_of(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Deal>, Error> {
    let leads = links::leads(db, person).await?;
    let rows = deal_copy::Entity::find()
        .filter(
            Condition::any()
                .add(deal_copy::Column::PersonId.eq(person.uuid()))
                .add(deal_copy::Column::LeadId.is_in(leads.iter().map(|link| link.lead.uuid()))),
        )
        .order_by_desc(deal_copy::Column::DealId)
        .limit(MOST)
        .all(db)
        .await?;
    let deal = |row: deal_copy::Model| Deal {
        id: DealId::from_uuid(row.deal_id),
        revision: row.revision,
        person: row.person_id.map(PersonId::from_uuid),
        lead: row.lead_id.map(LeadId::from_uuid),
        title: row.title,
        state: row.state,
    };
    Ok(rows.into_iter().map(deal).collect())
}

/// Contracts of a person, by its id or by its leads, newest first.
pub async fn contracts_of(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<Contract>, Error> {
    let leads = links::leads(db, person).await?;
    let rows = contract_copy::Entity::find()
        .filter(
            Condition::any()
                .add(contract_copy::Column::PersonId.eq(person.uuid()))
                .add(contract_copy::Column::LeadId.is_in(leads.iter().map(|it| it.lead.uuid()))),
        )
        .order_by_desc(contract_copy::Column::ContractId)
        .limit(MOST)
        .all(db)
        .await?;
    let contract = |row: contract_copy::Model| Contract {
        id: ContractId::from_uuid(row.contract_id),
        revision: row.revision,
        person: row.person_id.map(PersonId::from_uuid),
        lead: row.lead_id.map(LeadId::from_uuid),
        organisation: row.organisation_id.map(OrganisationId::from_uuid),
        amount: row.amount_minor.zip(row.currency),
        state: row.state,
    };
    Ok(rows.into_iter().map(contract).collect())
}
