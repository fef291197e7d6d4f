//! Judges records that are not stored, by the same desk as all others; each sees the ones before it.

use std::collections::{BTreeMap, HashMap};

use ids::{IdentityId, LeadId, SubmissionId};
use serde::Deserialize as _;

use super::{Prepared, desk::Desk, knowledge::Knowledge, memory::Memory};
use crate::{
    app::{App, explain::Why},
    domain::verdict::{Receipt, Verdict},
    error::Error,
    store::submissions::Judged,
};

/// A scan under way, and what it keeps of each record: its text for comparing, its keys, its content's
/// hash, what became of it and whose it is. That is about one kilobyte.
#[derive(Debug, Default)]
pub struct Scan {
    memory: Memory,
    people: HashMap<IdentityId, Person>,
    /// Those who were found to be somebody else, who may be yet somebody else.
    became: HashMap<IdentityId, IdentityId>,
    summary: Summary,
}

/// What a scan found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub records: u32,
    pub verdicts: BTreeMap<Verdict, u32>,
    pub replayed: u32,
    /// Those who would have a card, and how many of them are stored already.
    pub persons: u32,
    pub known: u32,
    pub unsure: u32,
    pub bad: u32,
}

/// Somebody of whom records of the scan tell.
#[derive(Debug, Clone, Copy)]
struct Person {
    /// The first of them.
    first: u32,
    /// Something stored tells of the person too.
    is_known: bool,
    has_card: bool,
}

/// What would become of a record.
#[derive(Debug)]
pub struct Scanned {
    pub index: u32,
    /// The first record that is the same person's, or that says the same.
    pub same_as: Option<u32>,
    pub outcome: Result<Predicted, Error>,
}

/// What would become of a record that is accepted.
#[derive(Debug)]
pub struct Predicted {
    /// Its lead is one that is there.
    pub receipt: Receipt,
    /// Whose it would be, of those who are there.
    pub identity: Option<IdentityId>,
    pub probability_ppm: u32,
    /// Who may be the same.
    pub candidates: Vec<Candidate>,
    /// The likeliest persons.
    pub why: Option<Why>,
}

/// Somebody who may be the person of a record.
#[derive(Debug)]
pub struct Candidate {
    /// By whom the explanation calls the person.
    pub person: IdentityId,
    pub is_known: bool,
    pub lead: Option<LeadId>,
    pub same_as: Option<u32>,
    pub probability_ppm: u32,
}

impl Scan {
    /// What was found.
    pub fn summary(&self) -> Summary {
        let with_card = self.people.values().filter(|person| person.has_card);
        let (persons, known) = with_card.fold((0, 0), |(persons, known), person| {
            (persons + 1, known + u32::from(person.is_known))
        });
        Summary {
            persons,
            known,
            ..self.summary.clone()
        }
    }

    /// Judges the next records of the scan, of which those that broke a limit come with the reason.
    pub async fn judge(
        &mut self,
        app: &App,
        records: Vec<Result<Prepared, Error>>,
    ) -> Result<Vec<Scanned>, Error> {
        let now = app.clock.now();
        let mut batch = Vec::with_capacity(records.len());
        let places: Vec<Result<(), Error>> = records
            .into_iter()
            .map(|record| record.map(|prepared| batch.push(prepared)))
            .collect();
        let db = app.reader();
        let knowledge = Knowledge::load_over(db, &batch, now, &self.memory).await?;
        let mut desk = Desk::new(knowledge, &app.rules, &app.model, now);
        let answers = desk.take_all(db, &batch, false).await?;
        let judged = desk.plan.judged.iter();
        let judged: HashMap<SubmissionId, &Judged<'_>> =
            judged.map(|it| (it.submission.id, it)).collect();

        let mut answered = batch.iter().zip(answers);
        let mut scanned = Vec::with_capacity(places.len());
        for place in places {
            let index = self.summary.records;
            self.summary.records = index.saturating_add(1);
            let next = match place {
                Ok(()) => answered.next().ok_or(Error::Interrupted),
                Err(error) => Err(error),
            };
            scanned.push(match next {
                Ok((prepared, Ok(receipt))) => {
                    let judged = judged.get(&prepared.submission.id).copied();
                    self.predicted(index, &desk, prepared, receipt, judged)?
                }
                Ok((prepared, Err(error))) => {
                    self.memory.note(index, prepared, None);
                    let first = self.memory.of_key(prepared);
                    self.refused(index, first, error)
                }
                Err(error) => self.refused(index, None, error),
            });
        }
        self.memory.keep(desk);
        Ok(scanned)
    }

    fn refused(&mut self, index: u32, first: Option<u32>, error: Error) -> Scanned {
        self.summary.bad += 1;
        Scanned {
            index,
            same_as: first.filter(|first| *first < index),
            outcome: Err(error),
        }
    }

    fn predicted(
        &mut self,
        index: u32,
        desk: &Desk<'_>,
        prepared: &Prepared,
        receipt: Receipt,
        judged: Option<&Judged<'_>>,
    ) -> Result<Scanned, Error> {
        self.memory.note(index, prepared, Some(&receipt));
        if receipt.replayed {
            self.summary.replayed += 1;
        } else {
            *self.summary.verdicts.entry(receipt.verdict).or_default() += 1;
        }
        let decision = judged.and_then(|judged| judged.whose.decision.as_ref());
        let why = decision.and_then(|decision| decision.get("explanation"));
        let why = why.map(Why::deserialize).transpose();
        let why = why.map_err(Error::unreadable)?;
        let candidates = self.candidates(desk, prepared);
        self.summary.unsure += u32::from(!candidates.is_empty());

        for link in &desk.plan.links {
            if link.source == Some(prepared.submission.id.uuid()) {
                let ends = [link.one, link.other].map(|it| self.person(desk, it));
                self.unite(ends);
            }
        }
        let identity = judged.and_then(|judged| judged.whose.identity);
        let whose = identity.map(|identity| self.person(desk, identity));
        let is_known = why.as_ref().is_some_and(|why| why.verdict == "same");
        let person = whose.map(|whose| self.meet(whose, index, is_known, receipt.verdict));
        let same_as = match (receipt.replayed, receipt.verdict) {
            (true, _) => self.memory.of_key(prepared),
            (_, Verdict::Duplicate) => self.memory.of_content(prepared),
            _ => person.map(|person| person.first),
        };
        let is_there = |lead: &LeadId| !self.is_opened(desk, *lead);
        Ok(Scanned {
            index,
            same_as: same_as.filter(|first| *first < index),
            outcome: Ok(Predicted {
                identity: whose.filter(|_| person.is_some_and(|person| person.is_known)),
                probability_ppm: why.as_ref().map_or(0, |why| why.probability_ppm),
                receipt: Receipt {
                    lead: receipt.lead.filter(is_there),
                    ..receipt
                },
                candidates,
                why,
            }),
        })
    }

    fn candidates(&self, desk: &Desk<'_>, prepared: &Prepared) -> Vec<Candidate> {
        let asked = desk.plan.reviews.iter();
        let asked = asked.filter(|review| review.submission == Some(prepared.submission.id));
        asked
            .map(|review| {
                let person = self.people.get(&self.person(desk, review.other));
                let card = desk.knowledge.card(review.other);
                Candidate {
                    person: review.other,
                    is_known: person.is_none_or(|person| person.is_known),
                    lead: card.filter(|lead| !self.is_opened(desk, *lead)),
                    same_as: person.map(|person| person.first),
                    probability_ppm: review.probability_ppm,
                }
            })
            .collect()
    }

    fn is_opened(&self, desk: &Desk<'_>, lead: LeadId) -> bool {
        self.memory.is_opened(lead) || desk.plan.is_new(lead)
    }

    /// By whom somebody goes here.
    fn person(&self, desk: &Desk<'_>, identity: IdentityId) -> IdentityId {
        let mut person = desk.knowledge.around.head_before(identity);
        while let Some(other) = self.became.get(&person) {
            person = *other;
        }
        person
    }

    /// The two are one from now on.
    fn unite(&mut self, [one, other]: [IdentityId; 2]) {
        if one == other {
            return;
        }
        self.became.insert(other, one);
        let Some(gone) = self.people.remove(&other) else {
            // Whoever no record told of before is stored.
            if let Some(person) = self.people.get_mut(&one) {
                person.is_known = true;
            }
            return;
        };
        let kept = self.people.entry(one).or_insert(Person {
            is_known: true,
            ..gone
        });
        kept.first = kept.first.min(gone.first);
        kept.is_known |= gone.is_known;
        kept.has_card |= gone.has_card;
    }

    /// A record tells of somebody.
    fn meet(&mut self, whose: IdentityId, index: u32, is_known: bool, verdict: Verdict) -> Person {
        let person = self.people.entry(whose).or_insert(Person {
            first: index,
            is_known,
            has_card: false,
        });
        person.has_card |= matches!(verdict, Verdict::Created | Verdict::Attached);
        *person
    }
}
