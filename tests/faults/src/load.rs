//! Sixteen clients that submit leads, retry some of what went wrong, and write down everything.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use e2e::Doors;
use proto::intake::v1::{Receipt as ProtoReceipt, StreamLeadsRequest, Verdict};
use rand::{Rng as _, rngs::StdRng};
use serde_json::Value;
use tokio::{sync::mpsc, sync::watch, task::JoinSet, time::timeout};
use tokio_stream::{StreamExt as _, wrappers::ReceiverStream};

use crate::{
    journal::{Journal, Receipt, What},
    people::Person,
    run::dice,
    windows::Attempt,
};

/// Clients of a load.
pub const CLIENTS: u64 = 16;

/// Of these, so many stream as a partner; the others post forms.
const STREAMERS: u64 = 4;

/// No answer takes longer while nothing is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client waits so long before it tries again.
const PAUSE: Duration = Duration::from_millis(40);

/// Records of a stream whose receipts are awaited at the same time.
const UNDER_WAY: usize = 8;

/// Records of one stream.
const PER_STREAM: usize = 40;

/// A load that goes on until it is finished.
pub struct Load {
    shared: Arc<Shared>,
    clients: JoinSet<Result<()>>,
}

struct Shared {
    doors: Doors,
    journal: Journal,
    seed: u64,
    name: String,
    stop: AtomicBool,
    acknowledged: watch::Sender<u64>,
    attempts: Mutex<Vec<Attempt>>,
}

impl Load {
    /// Starts the clients. Keys begin with `name`, and no other load of the seed has the same people.
    pub fn start(doors: &Doors, journal: &Journal, name: &str, seed: u64) -> Self {
        let shared = Arc::new(Shared {
            doors: doors.clone(),
            journal: journal.clone(),
            seed: name.bytes().fold(seed, |seed, byte| {
                seed.wrapping_mul(31).wrapping_add(u64::from(byte))
            }),
            name: name.to_owned(),
            stop: AtomicBool::new(false),
            acknowledged: watch::Sender::new(0),
            attempts: Mutex::default(),
        });
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let shared = shared.clone();
            if number < STREAMERS {
                clients.spawn(async move { shared.stream(number).await });
            } else {
                clients.spawn(async move { shared.post(number).await });
            }
        }
        Self { shared, clients }
    }

    /// How many submissions were acknowledged by now.
    pub fn acknowledged(&self) -> u64 {
        *self.shared.acknowledged.borrow()
    }

    /// Waits until `more` submissions were acknowledged from now on. Between two of them no more than
    /// `within` may pass.
    pub async fn wait_for(&self, more: u64, within: Duration) -> Result<()> {
        let wanted = self.acknowledged() + more;
        let mut seen = self.shared.acknowledged.subscribe();
        while *seen.borrow_and_update() < wanted {
            if timeout(within, seen.changed()).await.is_err() {
                let now = self.acknowledged();
                bail!("{now} of {wanted} acknowledged, and none for {within:?}");
            }
        }
        Ok(())
    }

    /// Ends the load; clients finish what they are at.
    pub async fn finish(mut self) -> Result<Vec<Attempt>> {
        self.shared.stop.store(true, Ordering::Relaxed);
        while let Some(client) = self.clients.join_next().await {
            client??;
        }
        Ok(std::mem::take(&mut *self.shared.attempts()))
    }
}

impl Shared {
    fn attempts(&self) -> std::sync::MutexGuard<'_, Vec<Attempt>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn record(&self, begun: Instant, succeeded: bool) {
        self.attempts().push(Attempt {
            begun,
            ended: Instant::now(),
            succeeded,
        });
        if succeeded {
            self.acknowledged.send_modify(|count| *count += 1);
        }
    }

    /// Posts one form after the other.
    async fn post(&self, client: u64) -> Result<()> {
        let mut dice = dice(self.seed, client);
        let mut number = 0;
        while !self.stopped() {
            number += 1;
            let key = format!("{}-f{client}-{number}", self.name);
            let body = Person::invent(&key, &mut dice).form();
            loop {
                self.journal.note(&key, What::Attempted).await?;
                let begun = Instant::now();
                let answer = timeout(PATIENCE, self.doors.form("form-en", &key, &body)).await;
                let what = match answer {
                    Ok(Ok((status, answer))) => form_answer(status.as_u16(), &answer)?,
                    Ok(Err(error)) => What::Unknown(format!("{error:#}")),
                    Err(_) => What::Unknown("no answer".to_owned()),
                };
                let known = !matches!(what, What::Unknown(_));
                self.record(begun, matches!(what, What::Acknowledged(_)));
                self.journal.note(&key, what).await?;
                if known || gives_up(&mut dice) {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// Sends records as a partner, several under way at a time.
    async fn stream(&self, client: u64) -> Result<()> {
        let mut dice = dice(self.seed, client);
        let mut number = 0;
        let mut again: Vec<(String, Person)> = Vec::new();
        while !self.stopped() || !again.is_empty() {
            let resent = std::mem::take(&mut again);
            let mut records: VecDeque<(String, Person)> = resent.into();
            while records.len() < PER_STREAM && !self.stopped() {
                number += 1;
                let key = format!("{}-p{client}-{number}", self.name);
                let person = Person::invent(&key, &mut dice);
                records.push_back((key, person));
            }
            let left = self.stream_once(records).await?;
            if !left.is_empty() {
                again.extend(left.into_iter().filter(|_| !gives_up(&mut dice)));
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// One stream; gives the records whose outcome is unknown.
    async fn stream_once(
        &self,
        mut records: VecDeque<(String, Person)>,
    ) -> Result<Vec<(String, Person)>> {
        let (sender, receiver) = mpsc::channel(UNDER_WAY);
        let mut under_way: VecDeque<(String, Person, Instant)> = VecDeque::new();
        let stream = self.doors.stream(ReceiverStream::new(receiver));
        // The server may wait for the first record before it answers.
        self.send(&sender, &mut records, &mut under_way).await?;
        let mut receipts = match timeout(PATIENCE, stream).await {
            Ok(Ok(receipts)) => receipts,
            Ok(Err(status)) => return self.unknown(under_way, status.message()).await,
            Err(_) => return self.unknown(under_way, "no answer").await,
        };
        loop {
            while under_way.len() < UNDER_WAY && !records.is_empty() {
                self.send(&sender, &mut records, &mut under_way).await?;
            }
            if under_way.is_empty() {
                return Ok(Vec::new());
            }
            let receipt = match timeout(PATIENCE, receipts.next()).await {
                Ok(Some(Ok(answer))) => answer.receipt.context("an answer without a receipt")?,
                Ok(Some(Err(status))) => return self.unknown(under_way, status.message()).await,
                Ok(None) => return self.unknown(under_way, "the stream ended").await,
                Err(_) => return self.unknown(under_way, "no answer").await,
            };
            let (key, _, begun) = under_way.pop_front().context("a receipt too many")?;
            if receipt.external_id != key {
                bail!("the receipt of {key} is that of {}", receipt.external_id);
            }
            self.record(begun, true);
            self.journal
                .note(&key, What::Acknowledged(of_proto(&receipt)))
                .await?;
        }
    }

    async fn send(
        &self,
        sender: &mpsc::Sender<StreamLeadsRequest>,
        records: &mut VecDeque<(String, Person)>,
        under_way: &mut VecDeque<(String, Person, Instant)>,
    ) -> Result<()> {
        let Some((key, person)) = records.pop_front() else {
            return Ok(());
        };
        self.journal.note(&key, What::Attempted).await?;
        let record = StreamLeadsRequest {
            lead: Some(person.record(&key)),
        };
        // A closed stream tells why when the receipt is asked for.
        let _ = sender.send(record).await;
        under_way.push_back((key, person, Instant::now()));
        Ok(())
    }

    async fn unknown(
        &self,
        under_way: VecDeque<(String, Person, Instant)>,
        why: &str,
    ) -> Result<Vec<(String, Person)>> {
        let mut left = Vec::new();
        for (key, person, begun) in under_way {
            self.record(begun, false);
            self.journal
                .note(&key, What::Unknown(why.to_owned()))
                .await?;
            left.push((key, person));
        }
        Ok(left)
    }
}

/// Not every client asks again.
fn gives_up(dice: &mut StdRng) -> bool {
    dice.random_ratio(1, 4)
}

/// What the answer to a post means. Only load and absence leave it open.
pub fn form_answer(status: u16, answer: &Value) -> Result<What> {
    Ok(match status {
        200 | 201 => What::Acknowledged(of_json(answer)?),
        408 | 429 | 500..600 => What::Unknown(format!("{status} {}", reason(answer))),
        _ => What::Refused(format!("{status} {}", reason(answer))),
    })
}

/// The stable reason of a refusal.
pub fn reason(answer: &Value) -> &str {
    answer
        .pointer("/error/reason")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A receipt as doors answer it.
pub fn of_json(answer: &Value) -> Result<Receipt> {
    let receipt = answer
        .get("receipt")
        .filter(|it| it.is_object())
        .unwrap_or(answer);
    let text = |name: &str| {
        receipt
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let submission = text("submissionId").to_owned();
    if submission.is_empty() {
        bail!("an acknowledgement without a submission: {answer}");
    }
    Ok(Receipt {
        submission,
        verdict: text("verdict")
            .trim_start_matches("VERDICT_")
            .to_lowercase(),
        lead: text("leadId").to_owned(),
        replayed: receipt
            .get("replayed")
            .and_then(Value::as_bool)
            .unwrap_or(false),
    })
}

/// A receipt as partners get it.
pub fn of_proto(receipt: &ProtoReceipt) -> Receipt {
    let verdict = match receipt.verdict() {
        Verdict::Unspecified => "",
        Verdict::Created => "created",
        Verdict::Attached => "attached",
        Verdict::Duplicate => "duplicate",
        Verdict::Interest => "interest",
        Verdict::Held => "held",
        Verdict::Rejected => "rejected",
    };
    Receipt {
        submission: receipt.submission_id.clone(),
        verdict: verdict.to_owned(),
        lead: receipt.lead_id.clone(),
        replayed: receipt.replayed,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_read_for_what_they_mean() {
        let receipt =
            json!({"submissionId": "sub_1", "verdict": "VERDICT_CREATED", "leadId": "lead_1"});
        let expected = Receipt {
            submission: "sub_1".to_owned(),
            verdict: "created".to_owned(),
            lead: "lead_1".to_owned(),
            replayed: false,
        };
        for answer in [receipt.clone(), json!({"receipt": receipt})] {
            assert_eq!(
                form_answer(201, &answer).unwrap(),
                What::Acknowledged(expected.clone())
            );
        }
        assert!(
            form_answer(200, &json!({"ok": true})).is_err(),
            "no proof, no acknowledgement"
        );
        let busy = json!({"error": {"reason": "OVERLOADED"}});
        assert_eq!(
            form_answer(503, &busy).unwrap(),
            What::Unknown("503 OVERLOADED".to_owned())
        );
        let twice = json!({"error": {"reason": "IDEMPOTENCY_KEY_REUSED"}});
        let refused = What::Refused("409 IDEMPOTENCY_KEY_REUSED".to_owned());
        assert_eq!(form_answer(409, &twice).unwrap(), refused);
    }
}
