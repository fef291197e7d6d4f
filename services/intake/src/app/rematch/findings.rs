//! What deciding some records anew shows, and how it is written.

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use ids::{IdentityId, SubmissionId};
use matching::{
    decide::{self, Verdict},
    explain,
    model::Model,
    record::Record,
};

use super::super::App;
use crate::{
    domain::{
        decision::probabilities,
        identity::{Cause, Link, RecordId, Review},
        rematch::Tally,
    },
    error::Error,
    store::{
        Connection,
        identity::{self, Around},
        rematches::{self, Stored},
    },
};

/// Records that are decided before others get a turn.
const TURN: usize = 10;

/// A link with those whom it makes one person.
struct Joined {
    link: Link,
    one: BTreeSet<IdentityId>,
    other: BTreeSet<IdentityId>,
}

/// What some records show.
#[derive(Default)]
pub(super) struct Findings {
    around: Around,
    /// Verdicts of the matching on those records that are submissions.
    verdicts: BTreeMap<RecordId, Option<String>>,
    joined: Vec<Joined>,
    questions: Vec<Review>,
    /// Records that show something, and whose they are.
    shown_by: BTreeMap<RecordId, IdentityId>,
    would_part: Vec<SubmissionId>,
    errors: i64,
}

impl Findings {
    /// Nothing but so many errors.
    pub(super) fn none(errors: i64) -> Self {
        Self {
            errors,
            ..Self::default()
        }
    }

    /// Decides records against everybody else; each sees what the ones before it show.
    pub(super) async fn of(app: &App, records: &[Stored]) -> Result<Self, Error> {
        let db = app.reader();
        let readable: Vec<&Record> = records.iter().filter_map(|it| it.record.as_ref()).collect();
        let whose: BTreeSet<IdentityId> = records.iter().map(|it| it.identity).collect();
        let wanted: Vec<RecordId> = records.iter().map(|it| it.id).collect();
        let mut findings = Self {
            verdicts: rematches::verdicts(db, &wanted).await?,
            around: identity::load(db, &readable, &whose).await?,
            ..Self::default()
        };
        let now = app.clock.now();
        for (index, stored) in records.iter().enumerate() {
            match &stored.record {
                Some(record) => findings.decide(&app.model, stored, record, now),
                None => findings.errors += 1,
            }
            if index % TURN == TURN - 1 {
                tokio::task::yield_now().await;
            }
        }
        Ok(findings)
    }

    fn decide(&mut self, model: &Model, stored: &Stored, record: &Record, now: Timestamp) {
        let known = &self.around.known;
        let own = known.head(stored.identity);
        let found = known.look_up_anew(stored.identity, stored.id, record);
        let rulings = known.rulings_of(stored.identity);
        let candidates = &found.candidates;
        let decision = decide::decide(model, record, candidates, &found.counts, &rulings);
        let is_alone = candidates.iter().all(|candidate| candidate.person != own);
        let shown: Vec<IdentityId> = match &decision.verdict {
            Verdict::Same { person, merges } => [person].into_iter().chain(merges).collect(),
            Verdict::Review { persons } => persons.iter().collect(),
            Verdict::New | Verdict::Unidentified => Vec::new(),
        }
        .into_iter()
        .copied()
        .collect();
        let is_own = shown.contains(&own);
        let is_sure = matches!(decision.verdict, Verdict::Same { .. });
        // What a record shows about itself is about its person only if it is the person's.
        let others: Vec<IdentityId> = shown.into_iter().filter(|it| *it != own).collect();
        let others = if is_alone || is_own {
            others
        } else {
            Vec::new()
        };
        let ppm = explain::ppm(decision.probability);
        let asked = probabilities(&decision, &others);
        let is_given = is_alone || (is_sure && is_own);
        if !is_given {
            self.part(stored);
        }
        if is_sure {
            self.join(stored, &others, ppm, now);
        } else {
            self.ask(stored, &asked, now);
        }
    }

    /// The record's own person would not get it any more. That counts where it was rules that gave it.
    fn part(&mut self, stored: &Stored) {
        let verdict = self.verdicts.get(&stored.id).and_then(Option::as_deref);
        if verdict == Some("same") {
            self.would_part.push(SubmissionId::from_uuid(stored.id.0));
        }
    }

    fn join(&mut self, stored: &Stored, others: &[IdentityId], ppm: u32, now: Timestamp) {
        let one = stored.identity;
        let known = &mut self.around.known;
        for other in others {
            let sides = (known.members(one), known.members(*other));
            if known.link(one, *other) {
                self.shown_by.insert(stored.id, one);
                self.joined.push(Joined {
                    link: Link {
                        source: self
                            .verdicts
                            .contains_key(&stored.id)
                            .then_some(stored.id.0),
                        probability_ppm: Some(ppm),
                        ..Link::new(one, *other, Cause::Rematched, now)
                    },
                    one: sides.0,
                    other: sides.1,
                });
            }
        }
    }

    fn ask(&mut self, stored: &Stored, asked: &[(IdentityId, u32)], now: Timestamp) {
        let known = &self.around.known;
        let is_submission = self.verdicts.contains_key(&stored.id);
        let members = known.members(stored.identity);
        let is_worked = members.iter().any(|it| self.around.cards.contains_key(it));
        if is_submission && !is_worked {
            // Nobody was asked when it came either: it is an interest, and no card depends on it.
            return;
        }
        let own = known.head(stored.identity);
        for (other, probability_ppm) in asked {
            self.shown_by.insert(stored.id, stored.identity);
            let submission = is_submission.then(|| SubmissionId::from_uuid(stored.id.0));
            let pair = (own.max(*other), own.min(*other));
            let question = Review::open(pair, submission, *probability_ppm, now);
            self.questions.push(question);
        }
    }

    /// Writes it; answers what it came to. What is not as it was read is a conflict.
    pub(super) async fn write<C: Connection>(
        mut self,
        db: &C,
        now: Timestamp,
    ) -> Result<Tally, Error> {
        let shown_by: BTreeSet<RecordId> = self.shown_by.keys().copied().collect();
        if !shown_by.is_empty() && rematches::whose(db, &shown_by).await? != self.shown_by {
            return Err(Error::Conflict);
        }
        self.leave_out_asked(db).await?;
        identity::insert_reviews(db, &self.questions).await?;
        let links: Vec<Link> = self.joined.iter().map(|it| it.link.clone()).collect();
        identity::save_links(db, &self.around, &links, now).await?;
        if self.are_told_apart(db).await? {
            return Err(Error::Conflict);
        }
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Ok(Tally {
            examined: 0,
            linked: count(self.joined.len()),
            asked: count(self.questions.len()),
            would_part: count(self.would_part.len()),
            parting: self.would_part,
            errors: self.errors,
        })
    }

    /// Keeps the questions that nobody was asked yet, about persons who are two still.
    async fn leave_out_asked<C: Connection>(&mut self, db: &C) -> Result<(), Error> {
        if self.questions.is_empty() {
            return Ok(());
        }
        let known = &self.around.known;
        let pair = |one, other| {
            let (one, other) = (known.head(one), known.head(other));
            (one.min(other), one.max(other))
        };
        let asked = self.questions.iter().flat_map(|it| [it.one, it.other]);
        let members: BTreeSet<IdentityId> = asked.flat_map(|it| known.members(it)).collect();
        if !identity::is_as_read(db, &self.around, &members).await? {
            return Err(Error::Conflict);
        }
        let before = identity::asked_about(db, &members).await?;
        let mut before: BTreeSet<(IdentityId, IdentityId)> = before
            .into_iter()
            .map(|(one, other)| pair(one, other))
            .collect();
        self.questions.retain(|it| {
            known.head(it.one) != known.head(it.other) && before.insert(pair(it.one, it.other))
        });
        Ok(())
    }

    /// People told some apart whom the links make one. Whoever did it meanwhile had the lock on their
    /// review or on who is one with whom, and writing the links has waited for that.
    async fn are_told_apart<C: Connection>(&self, db: &C) -> Result<bool, Error> {
        if self.joined.is_empty() {
            return Ok(false);
        }
        let sides = self.joined.iter().flat_map(|it| it.one.union(&it.other));
        let apart = identity::told_apart(db, &sides.copied().collect()).await?;
        Ok(apart.iter().any(|(a, b)| {
            self.joined.iter().any(|Joined { one, other, .. }| {
                (one.contains(a) && other.contains(b)) || (one.contains(b) && other.contains(a))
            })
        }))
    }
}
