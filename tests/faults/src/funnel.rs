//! Leads on their way: staff who record outcomes while the platform is shaken.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use e2e::{Client, Doors};
use serde_json::{Value, json};

use crate::{people::Person, stage::patient};

/// What staff have done, by lead.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// Leads with a positive outcome that opened a deal.
    pub qualified: BTreeSet<String>,
    /// Refused leads with an address.
    pub refused: BTreeSet<String>,
    /// Deals that were won, with their leads.
    pub won: BTreeSet<String>,
}

/// Submits one person's form until it is acknowledged; the lead it made.
pub async fn submit(doors: &Doors, key: &str, person: &Person) -> Result<String> {
    let end = std::time::Instant::now() + crate::SOON;
    loop {
        let answer = doors.form("form-en", key, &person.form()).await;
        if let Ok((status, answer)) = &answer
            && status.is_success()
        {
            let lead = crate::load::of_json(answer)?.lead;
            return (!lead.is_empty())
                .then_some(lead)
                .with_context(|| format!("{key}: {answer}"));
        }
        if std::time::Instant::now() > end {
            let (status, answer) = answer?;
            anyhow::bail!("{key}: {status} {answer}");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Records a positive outcome with a deal; the deal's id.
pub async fn qualify(admin: &Client, lead: &str, title: &str) -> Result<String> {
    let body = json!({
        "outcome": "OUTCOME_POSITIVE", "talk": "Wants an offer",
        "newDeal": {"title": title, "amount": {"minor": "250000", "currency": "EUR"}},
    });
    let card = patient(admin, &format!("/v1/leads/{lead}:recordOutcome"), &body).await?;
    let deal = card
        .pointer("/lead/dealId")
        .and_then(Value::as_str)
        .unwrap_or_default();
    (!deal.is_empty())
        .then(|| deal.to_owned())
        .with_context(|| format!("{lead}: {card}"))
}

/// Refuses a lead.
pub async fn refuse(admin: &Client, lead: &str) -> Result<()> {
    let body = json!({"outcome": "OUTCOME_NEGATIVE", "reason": "PRICE"});
    patient(admin, &format!("/v1/leads/{lead}:recordOutcome"), &body).await?;
    Ok(())
}

/// Plans the next contact.
pub async fn plan(admin: &Client, lead: &str, at: &str) -> Result<()> {
    let body = json!({"nextContactAt": at, "contactKind": "call"});
    patient(admin, &format!("/v1/leads/{lead}:planNextContact"), &body).await?;
    Ok(())
}

/// Wins a deal, once its event has arrived.
pub async fn win(admin: &Client, deal: &str) -> Result<()> {
    patient(admin, &format!("/v1/deals/{deal}:win"), &json!({})).await?;
    Ok(())
}

impl Done {
    /// One lead through as much of the funnel as its number says: every second is qualified, of
    /// these every second deal is won; every fourth is refused; the others are planned.
    pub async fn lead(
        &mut self,
        admin: &Client,
        doors: &Doors,
        number: usize,
        key: &str,
        person: &Person,
    ) -> Result<()> {
        let lead = submit(doors, key, person).await?;
        match number % 4 {
            0 => {
                let deal = qualify(admin, &lead, &person.message).await?;
                win(admin, &deal).await?;
                self.won.insert(deal);
                self.qualified.insert(lead);
            }
            1 => {
                qualify(admin, &lead, &person.message).await?;
                self.qualified.insert(lead);
            }
            2 => {
                refuse(admin, &lead).await?;
                self.refused.insert(lead);
            }
            _ => plan(admin, &lead, "2031-05-01T09:00:00Z").await?,
        }
        Ok(())
    }
}
