//! What a client did and was told, on disk before it goes on.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    sync::mpsc,
};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Idempotency key, `external_id`, `Message-ID` or `call_id`.
    pub key: String,
    /// What happened.
    pub what: What,
}

/// What happened to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// It is about to be sent.
    Attempted,
    /// It was answered with a receipt.
    Acknowledged(Receipt),
    /// It was refused: with this status and reason.
    Refused(String),
    /// Nobody knows what became of it.
    Unknown(String),
}

/// What an acknowledgement said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// `sub_…`.
    pub submission: String,
    /// `created`, `attached` …
    pub verdict: String,
    /// `lead_…`, empty when none.
    pub lead: String,
    /// It was the first answer again.
    pub replayed: bool,
}

/// A journal that is being written; clones write to the same.
#[derive(Clone)]
pub struct Journal(mpsc::Sender<(Line, oneshot::Sender<()>)>);

impl Journal {
    /// Opens a journal, a new one or one to go on with.
    pub fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let (sender, lines) = mpsc::channel();
        // Many clients share one flush, as in any log.
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || write(file, &lines))?;
        Ok(Self(sender))
    }

    /// Writes a line; returns when it is on disk.
    pub async fn note(&self, key: &str, what: What) -> Result<()> {
        let (written, on_disk) = oneshot::channel();
        let line = Line {
            key: key.to_owned(),
            what,
        };
        self.0
            .send((line, written))
            .ok()
            .context("the journal is closed")?;
        on_disk.await.context("the journal cannot be written")
    }
}

fn write(mut file: File, lines: &mpsc::Receiver<(Line, oneshot::Sender<()>)>) {
    while let Ok(first) = lines.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(lines.try_iter()).collect();
        let mut text = Vec::new();
        for (line, _) in &batch {
            if serde_json::to_writer(&mut text, line).is_err() {
                return;
            }
            text.push(b'\n');
        }
        if file
            .write_all(&text)
            .and_then(|()| file.sync_data())
            .is_err()
        {
            // Whoever waits is told by the closed channel.
            return;
        }
        for (_, written) in batch {
            let _ = written.send(());
        }
    }
}

/// Reads a journal back.
pub fn read(path: &Path) -> Result<Vec<Line>> {
    BufReader::new(File::open(path)?)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_noted_is_read_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let receipt = Receipt {
            submission: "sub_1".to_owned(),
            verdict: "created".to_owned(),
            lead: "lead_1".to_owned(),
            replayed: false,
        };
        let steps = [
            What::Attempted,
            What::Unknown("reset\nby peer".to_owned()),
            What::Refused("409".to_owned()),
            What::Acknowledged(receipt),
        ];
        let journal = Journal::open(&path).unwrap();
        for what in &steps {
            journal.note("k", what.clone()).await.unwrap();
        }
        let lines = read(&path).unwrap();
        assert_eq!(lines.len(), steps.len());
        for (line, what) in lines.into_iter().zip(steps) {
            assert_eq!(
                line,
                Line {
                    key: "k".to_owned(),
                    what
                }
            );
        }
    }
}
