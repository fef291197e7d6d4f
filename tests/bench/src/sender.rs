//! Sends leads through their own doors and keeps what came back.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use e2e::{Doors, leads::Lead};
use proto::intake::v1::{LeadInput, StreamLeadsRequest};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

/// What became of one lead.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Id in the file.
    pub lead: String,
    /// `sub_…`.
    pub submission: String,
    /// `created` …
    pub verdict: String,
    /// Stable reason, may be empty.
    pub reason: String,
    /// `lead_…`, empty when none.
    pub lead_id: String,
    /// From the first byte sent until the receipt was there; one per announcement for a call.
    pub times: Vec<Duration>,
}

type Waiting = Arc<Mutex<VecDeque<oneshot::Sender<Result<Value, String>>>>>;

/// A long stream of a partner; receipts come back in the order of the records.
pub struct PartnerStream {
    records: Mutex<mpsc::Sender<StreamLeadsRequest>>,
    waiting: Waiting,
}

impl PartnerStream {
    /// Opens the stream.
    pub fn open(doors: Doors) -> Arc<Self> {
        let (records, receiver) = mpsc::channel(256);
        let waiting = Waiting::default();
        let stream = Arc::new(Self {
            records: Mutex::new(records),
            waiting: waiting.clone(),
        });
        #[expect(clippy::disallowed_methods, reason = "a driver, not a service")]
        tokio::spawn(async move {
            let outcome = receive(doors, receiver, &waiting).await;
            let text = outcome
                .err()
                .map_or_else(|| "stream ended".to_owned(), |error| format!("{error:#}"));
            for waiter in waiting.lock().await.drain(..) {
                let _ = waiter.send(Err(text.clone()));
            }
        });
        stream
    }

    async fn send(&self, lead: LeadInput) -> Result<Value> {
        let (sender, receiver) = oneshot::channel();
        {
            let records = self.records.lock().await;
            self.waiting.lock().await.push_back(sender);
            records
                .send(StreamLeadsRequest { lead: Some(lead) })
                .await?;
        }
        match receiver.await? {
            Ok(receipt) => Ok(receipt),
            Err(text) => bail!("partner stream: {text}"),
        }
    }
}

async fn receive(
    doors: Doors,
    records: mpsc::Receiver<StreamLeadsRequest>,
    waiting: &Waiting,
) -> Result<()> {
    let mut answers = doors.stream(ReceiverStream::new(records)).await?;
    while let Some(answer) = answers.message().await? {
        let receipt = answer.receipt.context("answer without a receipt")?;
        let verdict = receipt.verdict().as_str_name().to_owned();
        let value = serde_json::json!({
            "submissionId": receipt.submission_id, "verdict": verdict,
            "reason": receipt.reason, "leadId": receipt.lead_id,
        });
        if let Some(waiter) = waiting.lock().await.pop_front() {
            let _ = waiter.send(Ok(value));
        }
    }
    Ok(())
}

/// A lead in the form in which its channel sends it. Made beforehand: the senders of real leads do
/// not share a processor with us.
pub struct Parcel {
    /// Id in the file.
    lead: String,
    content: Content,
}

enum Content {
    /// One after the other, the last answer counts.
    Posts(Vec<reqwest::Request>),
    /// Over the partner's stream.
    Record(Box<LeadInput>),
}

impl Parcel {
    /// Wraps a lead up for its door.
    pub fn wrap(doors: &Doors, lead: &Lead) -> Result<Self> {
        let content = match lead.channel.as_str() {
            "form" => {
                let door = format!("form-{}", lead.locale);
                let post = doors.form_request(&door, &lead.lead_id, &lead.form())?;
                Content::Posts(vec![post])
            }
            "email" => {
                let door = format!("box-{}", lead.locale);
                Content::Posts(vec![doors.email_request(&door, lead.email())?])
            }
            "call" => {
                let door = format!("line-{}", lead.locale);
                let steps = ["ringing", "answered", "ended"];
                let posts = steps.map(|step| doors.call_request(&door, &lead.call(step)));
                Content::Posts(posts.into_iter().collect::<Result<_>>()?)
            }
            _ => Content::Record(Box::new(lead.partner())),
        };
        Ok(Self {
            lead: lead.lead_id.clone(),
            content,
        })
    }
}

/// Sends one lead through its door.
pub async fn send(doors: &Doors, partner: &PartnerStream, parcel: Parcel) -> Result<Answer> {
    let mut times = Vec::with_capacity(3);
    let mut receipt = Value::Null;
    match parcel.content {
        Content::Posts(posts) => {
            for post in posts {
                let begun = Instant::now();
                receipt = checked(doors.send(post).await?)?;
                times.push(begun.elapsed());
            }
        }
        Content::Record(record) => {
            let begun = Instant::now();
            receipt = partner.send(*record).await?;
            times.push(begun.elapsed());
        }
    }
    let receipt = receipt.get("receipt").unwrap_or(&receipt);
    let text = |field: &str| receipt[field].as_str().unwrap_or_default().to_owned();
    Ok(Answer {
        lead: parcel.lead,
        submission: text("submissionId"),
        verdict: text("verdict")
            .trim_start_matches("VERDICT_")
            .to_lowercase(),
        reason: text("reason"),
        lead_id: text("leadId"),
        times,
    })
}

fn checked((status, body): (reqwest::StatusCode, Value)) -> Result<Value> {
    if !status.is_success() {
        bail!("{status}: {body}");
    }
    Ok(body)
}
