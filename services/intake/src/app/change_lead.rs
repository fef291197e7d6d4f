//! How every command changes a lead: load, decide, save under its revision, announce, commit.

use clock::Timestamp;
use ids::LeadId;
use matching::record::{Received, Record};
use messaging::Tx;

use super::{App, capture::Traces, erase_person::not_erased};
use crate::{
    domain::{identity::RecordId, lead::Lead},
    error::Error,
    events,
    store::{Connection, history, identity, leads},
};

/// How often a command is begun anew when somebody else changed the lead first.
const ATTEMPTS: u32 = 5;

/// Changes a lead. `seen` is the revision the caller decided on, 0 for whatever it is now.
pub async fn change_lead(
    app: &App,
    id: LeadId,
    seen: i64,
    change: impl Fn(&mut Lead) -> Result<(), Error>,
) -> Result<Lead, Error> {
    let mut tried = 0;
    loop {
        tried += 1;
        match once(app, id, seen, &change).await {
            Err(error) if error.is_race() && seen == 0 && tried < ATTEMPTS => {}
            result => return result,
        }
    }
}

async fn once(
    app: &App,
    id: LeadId,
    seen: i64,
    change: &impl Fn(&mut Lead) -> Result<(), Error>,
) -> Result<Lead, Error> {
    let tx = app.outbox.begin().await?;
    not_erased(&tx, id).await?;
    let lead = change_lead_in(app, &tx, id, |lead| {
        if seen != 0 && lead.revision != seen {
            return Err(Error::Conflict);
        }
        change(lead)
    });
    let lead = lead.await?;
    tx.commit().await?;
    Ok(lead)
}

/// Changes a lead in the caller's transaction.
pub async fn change_lead_in(
    app: &App,
    tx: &Tx,
    id: LeadId,
    change: impl FnOnce(&mut Lead) -> Result<(), Error>,
) -> Result<Lead, Error> {
    let found = leads::find(tx.connection(), id).await?;
    let mut lead = found.ok_or(Error::LeadNotFound(id))?;
    let before = (lead.name.clone(), lead.organisation.clone());
    change(&mut lead)?;
    if lead.is_changed() {
        leads::update(tx.connection(), &[&lead]).await?;
        announce(
            tx,
            std::slice::from_mut(&mut lead),
            app.clock.now(),
            &Traces::new(),
        )
        .await?;
        if before != (lead.name.clone(), lead.organisation.clone()) {
            compare_by(tx.connection(), &lead).await?;
        }
    }
    Ok(lead)
}

/// What staff corrected is a record of its own: what was received stays as it was.
async fn compare_by<C: Connection>(db: &C, lead: &Lead) -> Result<(), Error> {
    let record = record(lead);
    let id = RecordId(lead.id.uuid());
    let (whose, gone) = ([lead.identity].into(), [id].into());
    let mut around = identity::load_replacing(db, &[&record], &whose, &gone).await?;
    around.known.remove(lead.identity, id);
    let body = record.to_string();
    around.known.add(lead.identity, id, record);
    identity::replace_records(db, &[(id, lead.identity, body)]).await?;
    identity::write_keys(db, &around.known.changes()).await?;
    Ok(())
}

fn record(lead: &Lead) -> Record {
    let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
    let emails = lead.emails.iter().map(|mailbox| mailbox.address.as_str());
    Record::read(&Received {
        full_name: given(&lead.name.full),
        given_name: given(&lead.name.given),
        family_name: given(&lead.name.family),
        organisation: given(&lead.organisation),
        emails: emails.collect(),
        phones: lead.phones.iter().map(String::as_str).collect(),
        city: given(&lead.city),
        country: given(&lead.country),
        locale: given(&lead.locale),
        ..Received::default()
    })
}

/// Writes histories and events of leads that were saved.
pub(super) async fn announce(
    tx: &Tx,
    leads: &mut [Lead],
    now: Timestamp,
    traces: &Traces,
) -> Result<(), Error> {
    let (mut lines, mut announced) = (Vec::new(), Vec::new());
    for lead in leads {
        let changes = lead.take_changes();
        for change in &changes {
            let Some(event) = events::of(lead, change, now) else {
                continue;
            };
            let trace = change.submission.and_then(|it| traces.get(&it));
            announced.push(match trace {
                Some(trace) => event.continuing(trace),
                None => event,
            });
        }
        if let Some(standing) = lead.take_standing() {
            let event = events::recorded(lead, &standing, now);
            let mut of = changes.iter().filter_map(|change| change.submission);
            announced.push(match of.find_map(|it| traces.get(&it)) {
                Some(trace) => event.continuing(trace),
                None => event,
            });
        }
        lines.extend(changes.into_iter().map(|change| (lead.id, change)));
    }
    history::insert(tx.connection(), &lines).await?;
    tx.publish_all(announced).await?;
    Ok(())
}
