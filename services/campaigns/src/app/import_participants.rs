//! Reads a file of participants into a campaign, chunk by chunk.

use std::{collections::HashSet, vec::IntoIter};

use ids::{CampaignId, ParticipantId};

use super::{App, admit::admit, again::again};
use crate::{domain::participant::Participant, error::Error, store};

/// Rows of one transaction.
const CHUNK: usize = 500;

/// A row of a file: a participant, or what is wrong with it.
pub struct Row {
    /// From 1.
    pub line: u64,
    pub read: Result<Participant, Vec<String>>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Added(Option<ParticipantId>),
    Known(Option<ParticipantId>),
    Rejected(Vec<String>),
}

/// An import that goes on as long as it is asked to.
pub struct Import {
    campaign: CampaignId,
    dry_run: bool,
    rows: IntoIter<Row>,
    /// Contacts of earlier rows, in a dry run.
    seen: HashSet<String>,
}

impl Import {
    pub async fn begin(
        app: &App,
        campaign: CampaignId,
        rows: Vec<Row>,
        dry_run: bool,
    ) -> Result<Self, Error> {
        store::campaigns::get(app.outbox.database().reader(), campaign).await?;
        Ok(Self {
            campaign,
            dry_run,
            rows: rows.into_iter(),
            seen: HashSet::new(),
        })
    }

    /// Judges the next rows, and keeps them unless it is a dry run. Nothing at the end.
    pub async fn go_on(&mut self, app: &App) -> Result<Vec<(u64, Verdict)>, Error> {
        let chunk: Vec<Row> = self.rows.by_ref().take(CHUNK).collect();
        let good = chunk.iter().filter_map(|row| row.read.as_ref().ok());
        let good: Vec<Participant> = good.cloned().collect();
        let judged = if self.dry_run {
            self.predict(app, &good).await?
        } else {
            let campaign = self.campaign;
            again(|| keep(app, campaign, &good)).await?
        };
        let mut judged = judged.into_iter();
        let verdict = |row: Row| {
            let verdict = match row.read {
                Err(wrong) => Verdict::Rejected(wrong),
                // As many were judged as are good.
                Ok(_) => judged.next().unwrap_or(Verdict::Known(None)),
            };
            (row.line, verdict)
        };
        Ok(chunk.into_iter().map(verdict).collect())
    }

    async fn predict(&mut self, app: &App, rows: &[Participant]) -> Result<Vec<Verdict>, Error> {
        let keys: Vec<String> = rows.iter().filter_map(|it| it.contact.key()).collect();
        let db = app.outbox.database().reader();
        let known = store::members::by_keys(db, self.campaign, &keys).await?;
        let verdict = |key: String| match known.get(&key) {
            Some(known) => Verdict::Known(Some(*known)),
            None if self.seen.insert(key) => Verdict::Added(None),
            None => Verdict::Known(None),
        };
        Ok(keys.into_iter().map(verdict).collect())
    }
}

async fn keep(
    app: &App,
    campaign: CampaignId,
    rows: &[Participant],
) -> Result<Vec<Verdict>, Error> {
    let tx = app.outbox.begin().await?;
    let admitted = admit(app, &tx, campaign, rows.to_vec()).await?;
    tx.commit().await?;
    let verdict = |(row, stored): (&Participant, &Participant)| {
        if stored.id == row.id && admitted.new.contains(&row.id) {
            Verdict::Added(Some(stored.id))
        } else {
            Verdict::Known(Some(stored.id))
        }
    };
    Ok(rows
        .iter()
        .zip(&admitted.participants)
        .map(verdict)
        .collect())
}
