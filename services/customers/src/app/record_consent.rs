use chrono::{DateTime, Utc};
use ids::{ConsentId, PersonId, StaffId};

use super::{App, again::again, erase_person::not_erased};
use crate::{
    domain::consent::{About, Consent, State},
    error::Error,
    events, store,
};

pub struct RecordConsent {
    pub id: ConsentId,
    pub person: PersonId,
    pub about: About,
    pub state: State,
    pub source: String,
    pub proof: String,
    /// `None` for now.
    pub stated_at: Option<DateTime<Utc>>,
    pub by: Option<StaffId>,
}

/// Adds a statement. The same id twice returns the same statement.
pub async fn record_consent(app: &App, cmd: RecordConsent) -> Result<Consent, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordConsent) -> Result<Consent, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = store::consents::find(&*tx, cmd.id).await? {
        if (known.person, &known.about, known.state) != (cmd.person, &cmd.about, cmd.state) {
            return Err(Error::ConsentIdTaken(cmd.id));
        }
        return Ok(known);
    }
    let mut person = store::persons::find(&*tx, cmd.person)
        .await?
        .ok_or(Error::PersonNotFound(cmd.person))?;
    not_erased(&tx, [cmd.person]).await?;
    let (now, seen) = (app.clock.now(), person.revision);
    person.consent_stated();
    store::persons::save(&tx, [(&person, seen)]).await?;
    let consent = Consent {
        id: cmd.id,
        person: cmd.person,
        revision: person.revision,
        about: cmd.about.clone(),
        state: cmd.state,
        source: cmd.source.clone(),
        proof: cmd.proof.clone(),
        stated_at: cmd.stated_at.unwrap_or(now),
        by: cmd.by,
        recorded_at: now,
    };
    store::consents::insert(&tx, &consent).await?;
    tx.publish(events::consent_recorded(&consent, now)).await?;
    tx.commit().await?;
    Ok(consent)
}
