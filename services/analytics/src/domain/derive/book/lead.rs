//! A lead as its facts tell it.

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use ids::{LeadId, PersonId, StaffId, SubmissionId};

use super::{Agent, Labels, Newest, age};
use crate::domain::{
    derive::{newest, printed, seconds},
    fact::{Fact, Source, What},
};

/// States of a lead that somebody is to work on.
const OPEN: [&str; 2] = ["new", "in_work"];

/// A lead.
pub(crate) struct Lead<'a> {
    pub(crate) id: LeadId,
    /// Absent while `LeadCreated` is not there.
    pub(crate) arrival: Option<Arrival<'a>>,
    /// Submissions that joined the card.
    pub(crate) enquiries: BTreeMap<SubmissionId, Arrival<'a>>,
    /// Outcomes, in the order of time.
    pub(crate) talks: Vec<Talk<'a>>,
    /// In the order of time.
    pub(crate) refusals: Vec<Refusal<'a>>,
    /// In the order of time.
    pub(crate) reopenings: Vec<Timestamp>,
    /// The first time.
    pub(crate) qualified_at: Option<Timestamp>,
    pub(crate) last_qualified_at: Option<Timestamp>,
    /// Who came to have the lead, in the order of revisions.
    pub(crate) holders: Vec<Holder>,
    /// Answers to questionnaires of farewell letters.
    pub(crate) answers: BTreeMap<ids::QuestionnaireId, Timestamp>,
    /// Who the lead is in the client base.
    pub(crate) person: Option<PersonId>,
    topic: Newest<&'a str>,
    temperature: Newest<&'a str>,
    state: Newest<&'a str>,
    agent: Newest<Agent>,
    fields: Newest<(i32, i32)>,
}

/// How a submission came in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) submission: SubmissionId,
    pub(crate) source: &'a Source,
    pub(crate) at: Timestamp,
}

/// A conversation and its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Talk<'a> {
    pub(crate) at: Timestamp,
    pub(crate) outcome: &'a str,
    pub(crate) by: Agent,
}

/// The first conversation with a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirstTalk {
    pub(crate) at: Timestamp,
    /// Who talked, else who has the lead.
    pub(crate) by: Agent,
    /// The first of the talks; false when only the qualification tells of it.
    pub(crate) told: bool,
    /// Seconds from the arrival.
    pub(crate) waited: i64,
}

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refusal<'a> {
    pub(crate) at: Timestamp,
    pub(crate) reason: &'a str,
}

/// Somebody to whom the lead came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Holder {
    revision: i64,
    pub(crate) at: Timestamp,
    pub(crate) agent: Agent,
}

impl<'a> Lead<'a> {
    fn new(id: LeadId) -> Self {
        Self {
            id,
            arrival: None,
            enquiries: BTreeMap::new(),
            talks: Vec::new(),
            refusals: Vec::new(),
            reopenings: Vec::new(),
            qualified_at: None,
            last_qualified_at: None,
            holders: Vec::new(),
            answers: BTreeMap::new(),
            person: None,
            topic: Newest::default(),
            temperature: Newest::default(),
            state: Newest::default(),
            agent: Newest::default(),
            fields: Newest::default(),
        }
    }

    /// What the lead and what came of it are grouped by.
    pub(crate) fn labels(&self) -> Labels {
        Labels {
            topic: self.topic.get().unwrap_or_default().to_owned(),
            agent: printed(self.agent()),
            temperature: self.temperature.get().unwrap_or_default().to_owned(),
            ..self
                .arrival
                .map_or_else(Labels::direct, |arrival| Labels::of(arrival.source))
        }
    }

    pub(crate) fn agent(&self) -> Agent {
        self.agent.get().flatten()
    }

    pub(crate) fn state(&self) -> &'a str {
        self.state.get().unwrap_or("new")
    }

    /// Neither qualified nor refused.
    pub(crate) fn is_open(&self) -> bool {
        OPEN.contains(&self.state())
    }

    /// Filled and wanted fields of the card.
    pub(crate) fn fields(&self) -> (i64, i64) {
        let (filled, wanted) = self.fields.get().unwrap_or_default();
        (filled.into(), wanted.into())
    }

    /// The first conversation. Who was qualified was talked to, also where the outcome is not known.
    pub(crate) fn talked_at(&self) -> Option<Timestamp> {
        let talk = self.talks.first().map(|talk| talk.at);
        talk.into_iter().chain(self.qualified_at).min()
    }

    /// The first conversation, of a lead whose arrival is known.
    pub(crate) fn first_talk(&self) -> Option<FirstTalk> {
        let arrival = self.arrival?;
        let at = self.talked_at()?;
        let talk = self.talks.first().filter(|talk| talk.at == at);
        Some(FirstTalk {
            at,
            by: talk.and_then(|talk| talk.by).or(self.agent()),
            told: talk.is_some(),
            waited: seconds(arrival.at, at),
        })
    }

    fn note(&mut self, fact: &'a Fact) {
        match &fact.what {
            What::LeadCreated {
                submission,
                source,
                topic,
                responsible,
                received_at,
                ..
            } => {
                self.arrival = Some(Arrival {
                    submission: *submission,
                    source,
                    at: *received_at,
                });
                self.topic.state(age(fact, 0), topic);
                self.state.state(age(fact, 0), "new");
                self.hold(fact, *responsible, *received_at);
            }
            What::LeadRecorded {
                state,
                topic,
                temperature,
                responsible,
                filled_fields,
                wanted_fields,
                ..
            } => {
                let age = age(fact, 3);
                self.state.state(age, state);
                self.topic.state(age, topic);
                self.temperature.state(age, temperature);
                self.agent.state(age, *responsible);
                self.fields.state(age, (*filled_fields, *wanted_fields));
            }
            What::LeadAssigned { responsible, .. } => self.hold(fact, *responsible, fact.at),
            _ => self.note_work(fact),
        }
    }

    fn note_work(&mut self, fact: &'a Fact) {
        match &fact.what {
            What::LeadOutcomeRecorded {
                outcome,
                by,
                recorded_at,
                ..
            } => {
                self.state.state(age(fact, 1), "in_work");
                self.talks.push(Talk {
                    at: *recorded_at,
                    outcome,
                    by: *by,
                });
            }
            What::LeadQualified { qualified_at, .. } => {
                self.state.state(age(fact, 2), "qualified");
                let first = self.qualified_at.get_or_insert(*qualified_at);
                *first = (*first).min(*qualified_at);
                self.last_qualified_at = self.last_qualified_at.max(Some(*qualified_at));
            }
            What::LeadRefused {
                reason, refused_at, ..
            } => {
                self.state.state(age(fact, 2), "refused");
                self.refusals.push(Refusal {
                    at: *refused_at,
                    reason,
                });
            }
            What::LeadReopened { .. } => {
                self.state.state(age(fact, 1), "in_work");
                self.reopenings.push(fact.at);
            }
            What::QuestionnaireAnswered {
                questionnaire,
                answered_at,
                ..
            } => {
                let first = self.answers.entry(*questionnaire).or_insert(*answered_at);
                *first = (*first).min(*answered_at);
            }
            _ => {}
        }
    }

    fn hold(&mut self, fact: &Fact, agent: Option<StaffId>, at: Timestamp) {
        self.agent.state(age(fact, 0), agent);
        self.holders.push(Holder {
            revision: fact.revision,
            at,
            agent,
        });
    }

    fn settle(&mut self) {
        self.talks.sort_unstable();
        self.talks.dedup();
        self.refusals.sort_unstable();
        self.refusals.dedup_by_key(|refusal| refusal.at);
        self.reopenings.sort_unstable();
        self.reopenings.dedup();
        self.holders.sort_unstable();
        self.holders.dedup_by_key(|holder| holder.agent);
    }
}

/// Writes down what a fact says of a lead.
pub(super) fn note<'a>(leads: &mut BTreeMap<LeadId, Lead<'a>>, fact: &'a Fact) {
    match &fact.what {
        What::LeadCreated { lead, .. }
        | What::LeadRecorded { lead, .. }
        | What::LeadAssigned { lead, .. }
        | What::LeadOutcomeRecorded { lead, .. }
        | What::LeadQualified { lead, .. }
        | What::LeadRefused { lead, .. }
        | What::LeadReopened { lead }
        | What::QuestionnaireAnswered { lead, .. } => leads
            .entry(*lead)
            .or_insert_with(|| Lead::new(*lead))
            .note(fact),
        _ => {}
    }
}

/// Puts what was written down in order, and finds the enquiries of the leads and who they are.
pub(super) fn settle<'a>(leads: &mut BTreeMap<LeadId, Lead<'a>>, facts: &'a [Fact]) {
    join(leads, facts);
    name(leads, facts);
    leads.values_mut().for_each(Lead::settle);
}

/// Gives each enquiry to the lead that it joined last, unless it was made a lead of its own.
fn join<'a>(leads: &mut BTreeMap<LeadId, Lead<'a>>, facts: &'a [Fact]) {
    let made: BTreeSet<SubmissionId> = leads
        .values()
        .filter_map(|lead| lead.arrival.map(|arrival| arrival.submission))
        .collect();
    let enquiries = newest(facts, |what| match what {
        What::EnquiryAttached { submission, .. } if !made.contains(submission) => {
            Some(submission.uuid())
        }
        _ => None,
    });
    for fact in enquiries {
        if let What::EnquiryAttached {
            lead,
            submission,
            source,
            received_at,
        } = &fact.what
        {
            let enquiry = Arrival {
                submission: *submission,
                source,
                at: *received_at,
            };
            leads
                .entry(*lead)
                .or_insert_with(|| Lead::new(*lead))
                .enquiries
                .insert(*submission, enquiry);
        }
    }
}

/// Finds who the leads are in the client base: whom the newest state of a person names, else whom the
/// qualification named.
fn name(leads: &mut BTreeMap<LeadId, Lead<'_>>, facts: &[Fact]) {
    let mut persons: BTreeMap<PersonId, &Fact> = BTreeMap::new();
    for fact in facts {
        if let What::PersonRecorded { person, .. } = fact.what {
            let newest = persons.entry(person).or_insert(fact);
            if newest.age() < fact.age() {
                *newest = fact;
            }
        }
    }
    for fact in facts {
        match &fact.what {
            What::LeadQualified { lead, person, .. } if !persons.contains_key(person) => {
                whose(leads, *lead, *person);
            }
            What::PersonRecorded {
                person, leads: own, ..
            } if persons
                .get(person)
                .is_some_and(|newest| newest.id == fact.id) =>
            {
                for lead in own {
                    whose(leads, *lead, *person);
                }
            }
            _ => {}
        }
    }
}

fn whose(leads: &mut BTreeMap<LeadId, Lead<'_>>, lead: LeadId, person: PersonId) {
    if let Some(lead) = leads.get_mut(&lead) {
        let oldest = lead.person.get_or_insert(person);
        *oldest = (*oldest).min(person);
    }
}
