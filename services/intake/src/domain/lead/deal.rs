//! What the deal that came of a lead tells of itself.

use clock::Timestamp;
use ids::DealId;

use super::{Change, DealLink, HistoryKind, Lead};

/// A step of a deal, as announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealStep {
    pub deal: DealId,
    /// Stage the deal is in after it.
    pub stage: String,
    /// False once it is won or lost.
    pub open: bool,
    /// Of the deal.
    pub revision: i64,
    /// In words, for the history.
    pub note: String,
    pub at: Timestamp,
}

impl Lead {
    /// Takes in a step of a deal. Steps may come in any order: the card shows the latest deal at its
    /// latest step, the history has all.
    pub fn follow_deal(&mut self, step: &DealStep) {
        let newer = self
            .deal
            .as_ref()
            .is_none_or(|known| (known.id, known.revision) < (step.deal, step.revision));
        if newer {
            self.deal = Some(DealLink {
                id: step.deal,
                stage: step.stage.clone(),
                open: step.open,
                revision: step.revision,
            });
        }
        self.note(Change::new(HistoryKind::Deal, step.at, step.note.clone()));
    }
}
