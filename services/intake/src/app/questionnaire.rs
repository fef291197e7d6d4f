//! Takes in the answer to the questionnaire of a farewell letter.

use clock::Timestamp;
use ids::LeadId;
use messaging::Tx;

use super::{App, change_lead::change_lead_in};
use crate::error::Error;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub lead: LeadId,
    pub reason: String,
    pub comment: String,
    pub contact_wanted: bool,
    pub at: Timestamp,
}

/// Notes an answer on the card; whoever wants to be contacted again is a lead again.
pub async fn answer_questionnaire(app: &App, tx: &Tx, answer: &Answer) -> Result<(), Error> {
    let mut note = format!("questionnaire answered: {}", answer.reason);
    if !answer.comment.is_empty() {
        note = format!(
            "{note}: {}",
            crate::reading::text::block(&answer.comment, 500).text
        );
    }
    change_lead_in(app, tx, answer.lead, |lead| {
        lead.answer_questionnaire(note, answer.contact_wanted, answer.at);
        Ok(())
    })
    .await?;
    Ok(())
}
