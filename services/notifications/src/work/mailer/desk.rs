//! Where lanes have things written down: what comes while one transaction runs waits for the next
//! one, and shares it.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ids::MessageId;
use tokio::sync::{Mutex as Turn, oneshot};
use uuid::Uuid;

use crate::{
    app::{
        App,
        hand_over::{self, Page},
    },
    error::Error,
};

#[derive(Default)]
pub(super) struct Desk {
    waiting: Mutex<Waiting>,
    /// Held by the one who writes.
    turn: Turn<()>,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    sheets: Vec<Sheet>,
}

struct Sheet {
    number: u64,
    page: Page,
    written: oneshot::Sender<HashSet<MessageId>>,
}

/// Nothing of this page was written, or nobody knows.
pub(super) struct Unwritten {
    pub(super) page: Page,
    pub(super) error: Error,
}

impl Desk {
    /// Has a page written down and committed. Gives the messages that may be sent.
    pub(super) async fn write(
        &self,
        app: &App,
        owner: Uuid,
        page: Page,
    ) -> Result<HashSet<MessageId>, Unwritten> {
        let (written, mut answer) = oneshot::channel();
        let number = self.lay_down(page, written);
        let _turn = self.turn.lock().await;
        // Whoever had the turn before may have written this page with his own.
        if let Ok(handed) = answer.try_recv() {
            return Ok(handed);
        }
        let mut sheets = std::mem::take(&mut self.waiting().sheets);
        let pages: Vec<&Page> = sheets.iter().map(|sheet| &sheet.page).collect();
        match hand_over::write_down(app, owner, &pages).await {
            Ok(handed) => {
                for sheet in sheets {
                    // Nobody waits who was dropped with the mailer.
                    let _ = sheet.written.send(handed.clone());
                }
                Ok(handed)
            }
            Err(error) => {
                // The others try without this page: it may be the one that cannot be written.
                let own = sheets.iter().position(|sheet| sheet.number == number);
                let page = own.map(|place| sheets.remove(place).page);
                self.waiting().sheets.append(&mut sheets);
                let page = page.unwrap_or_default();
                Err(Unwritten { page, error })
            }
        }
    }

    /// Keeps the leases of messages. Not beside a page: of two transactions that change the same
    /// rows in different orders, the database would end one.
    pub(super) async fn renew(
        &self,
        app: &App,
        owner: Uuid,
        held: impl FnOnce() -> Vec<MessageId>,
    ) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        hand_over::renew(app, owner, &held()).await
    }

    fn lay_down(&self, page: Page, written: oneshot::Sender<HashSet<MessageId>>) -> u64 {
        let mut waiting = self.waiting();
        let number = waiting.next;
        waiting.next += 1;
        waiting.sheets.push(Sheet {
            number,
            page,
            written,
        });
        number
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
