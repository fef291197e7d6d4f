use std::collections::BTreeSet;

use clock::Timestamp;
use ids::{LeadId, PersonId};
use messaging::{Tx, erased};
use persons::reach;
use uuid::Uuid;

use super::App;
use crate::{error::Error, store::erasures};

pub(crate) struct ErasePerson {
    pub persons: BTreeSet<PersonId>,
    pub leads: BTreeSet<LeadId>,
    pub email_digests: Vec<String>,
    pub phone_digests: Vec<String>,
    pub at: Timestamp,
}

/// Forgets a person: nothing is sent to it any more, and what was loses its words.
pub(crate) async fn erase_person(app: &App, tx: &Tx, cmd: ErasePerson) -> Result<(), Error> {
    let mut leads = cmd.leads;
    for person in &cmd.persons {
        let known = reach::leads(tx.connection(), *person).await?;
        leads.extend(known.iter().filter_map(|lead| lead.parse::<LeadId>().ok()));
    }
    let persons = cmd.persons.iter().map(|person| person.uuid());
    let ids = persons
        .chain(leads.iter().map(|lead| lead.uuid()))
        .collect();
    erased::mark(tx.connection(), proto::PERSONAL, &ids, cmd.at).await?;
    reach::forbid(tx.connection()).await?;
    let (emails, phones) = (&cmd.email_digests, &cmd.phone_digests);
    reach::erase(tx.connection(), &cmd.persons, emails, phones, cmd.at).await?;
    blank_leads(app, tx, &leads).await
}

/// Forgets a lead.
pub(crate) async fn erase_lead(
    app: &App,
    tx: &Tx,
    lead: LeadId,
    at: Timestamp,
) -> Result<(), Error> {
    let ids = [lead.uuid()].into();
    erased::mark(tx.connection(), proto::PERSONAL, &ids, at).await?;
    blank_leads(app, tx, &[lead].into()).await
}

/// Forgets what is about a deal or a contract, by its printed id.
pub(crate) async fn erase_subject(
    app: &App,
    tx: &Tx,
    id: Uuid,
    printed: String,
    at: Timestamp,
) -> Result<(), Error> {
    erased::mark(tx.connection(), proto::PERSONAL, &[id].into(), at).await?;
    Ok(erasures::blank(tx.connection(), &[printed].into(), app.clock.now()).await?)
}

async fn blank_leads(app: &App, tx: &Tx, leads: &BTreeSet<LeadId>) -> Result<(), Error> {
    let subjects = leads.iter().map(ToString::to_string).collect();
    erasures::blank(tx.connection(), &subjects, app.clock.now()).await?;
    erasures::blank_leads(tx.connection(), leads).await?;
    Ok(erasures::blank_questionnaires(tx.connection(), leads).await?)
}
