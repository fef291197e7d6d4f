//! A deal as its facts tell it.

use std::collections::BTreeMap;

use clock::Timestamp;
use ids::{DealActivityId, DealId, LeadId, PersonId, TopicId};

pub(crate) mod route;

use route::{Move, Route, Stay};

use super::{Agent, Labels, Newest, age, lead::Lead};
use crate::domain::{
    derive::{Desk, desk::Worth, printed},
    fact::{Fact, Money, Source, What},
};

/// A deal.
pub(crate) struct Deal<'a> {
    pub(crate) id: DealId,
    /// Lead that it counts under: its own, as soon as the arrival of that is known.
    pub(crate) home: Option<LeadId>,
    pub(crate) opened_at: Timestamp,
    /// Absent while open.
    pub(crate) closing: Option<Closing<'a>>,
    /// What it is worth: by the rate of the day it was closed, of the day it was opened while it is open.
    pub(crate) worth: Worth,
    /// In the order of time.
    pub(crate) stays: Vec<Stay<'a>>,
    /// By id, with the kind.
    pub(crate) activities: BTreeMap<DealActivityId, Work<'a>>,
    pub(crate) source: Option<&'a Source>,
    topic: Newest<TopicId>,
    stage: Newest<&'a str>,
    state: Newest<&'a str>,
    amount: Newest<Option<&'a Money>>,
    lead: Newest<Option<LeadId>>,
    person: Newest<Option<PersonId>>,
    agent: Newest<Agent>,
    origin: Newest<&'a str>,
    forecast: Newest<Forecast<'a>>,
    opened: Option<Timestamp>,
    recorded: Option<Timestamp>,
    seen: Timestamp,
    route: Route<'a>,
    end: Newest<Closing<'a>>,
    /// The first time a state other than open was recorded.
    ended: BTreeMap<&'a str, Timestamp>,
}

/// What is told of a deal's future.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Forecast<'a> {
    pub(crate) expected_close_at: Option<Timestamp>,
    pub(crate) probability_percent: i32,
    pub(crate) committed: bool,
    pub(crate) sale_object: &'a str,
}

/// How a deal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closing<'a> {
    pub(crate) won: bool,
    pub(crate) at: Timestamp,
    /// Of a loss.
    pub(crate) reason: &'a str,
    /// That it was lost at, empty when not known.
    pub(crate) stage: &'a str,
}

/// Work done on a deal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) kind: &'a str,
    pub(crate) by: Agent,
    pub(crate) at: Timestamp,
}

impl<'a> Deal<'a> {
    fn new(id: DealId, seen: Timestamp) -> Self {
        Self {
            id,
            home: None,
            opened_at: seen,
            closing: None,
            worth: Worth::default(),
            stays: Vec::new(),
            activities: BTreeMap::new(),
            source: None,
            topic: Newest::default(),
            stage: Newest::default(),
            state: Newest::default(),
            amount: Newest::default(),
            lead: Newest::default(),
            person: Newest::default(),
            agent: Newest::default(),
            origin: Newest::default(),
            forecast: Newest::default(),
            opened: None,
            recorded: None,
            seen,
            route: Route::default(),
            end: Newest::default(),
            ended: BTreeMap::new(),
        }
    }

    pub(crate) fn topic(&self) -> String {
        printed(self.topic.get())
    }

    pub(crate) fn stage(&self) -> &'a str {
        self.stage.get().unwrap_or_default()
    }

    pub(crate) fn amount(&self) -> Option<&'a Money> {
        self.amount.get().flatten()
    }

    /// As the deal says, whether or not anything is known of that lead.
    pub(crate) fn lead(&self) -> Option<LeadId> {
        self.lead.get().flatten()
    }

    pub(crate) fn person(&self) -> Option<PersonId> {
        self.person.get().flatten()
    }

    pub(crate) fn agent(&self) -> Agent {
        self.agent.get().flatten()
    }

    pub(crate) fn origin(&self) -> &'a str {
        self.origin.get().unwrap_or_default()
    }

    pub(crate) fn forecast(&self) -> Forecast<'a> {
        self.forecast.get().unwrap_or_default()
    }

    pub(crate) fn won_at(&self) -> Option<Timestamp> {
        self.closing
            .filter(|closing| closing.won)
            .map(|closing| closing.at)
    }

    pub(crate) fn loss(&self) -> Option<Closing<'a>> {
        self.closing.filter(|closing| !closing.won)
    }

    /// What a deal without a lead is grouped by.
    pub(crate) fn labels(&self) -> Labels {
        Labels {
            topic: self.topic(),
            agent: printed(self.agent()),
            ..self.source.map_or_else(Labels::direct, Labels::of)
        }
    }

    fn note(&mut self, fact: &'a Fact) {
        self.seen = self.seen.min(fact.at);
        match &fact.what {
            What::DealOpened {
                topic,
                stage,
                amount,
                lead,
                person,
                responsible,
                origin,
                source,
                ..
            } => {
                let age = age(fact, 0);
                self.topic.state(age, *topic);
                self.stage.state(age, stage);
                self.state.state(age, "open");
                self.amount.state(age, amount.as_ref());
                self.lead.state(age, *lead);
                self.person.state(age, *person);
                self.agent.state(age, *responsible);
                self.origin.state(age, origin);
                self.opened = Some(fact.at);
                self.route.first = Some(stage);
                self.source = source.as_ref();
            }
            What::DealRecorded { .. } => self.note_state(fact),
            What::DealActivityCompleted {
                activity,
                kind,
                responsible,
                completed_at,
                ..
            } => {
                let work = Work {
                    kind,
                    by: *responsible,
                    at: *completed_at,
                };
                self.activities.insert(*activity, work);
            }
            _ => self.note_move(fact),
        }
    }

    fn note_state(&mut self, fact: &'a Fact) {
        let What::DealRecorded {
            topic,
            stage,
            state,
            amount,
            expected_close_at,
            probability_percent,
            committed,
            lead,
            person,
            responsible,
            origin,
            sale_object,
            opened_at,
            ..
        } = &fact.what
        else {
            return;
        };
        let age = age(fact, 3);
        self.topic.state(age, *topic);
        self.stage.state(age, stage);
        self.state.state(age, state);
        self.amount.state(age, amount.as_ref());
        self.lead.state(age, *lead);
        self.person.state(age, *person);
        self.agent.state(age, *responsible);
        self.origin.state(age, origin);
        let forecast = Forecast {
            expected_close_at: *expected_close_at,
            probability_percent: *probability_percent,
            committed: *committed,
            sale_object,
        };
        self.forecast.state(age, forecast);
        self.recorded = self.recorded.into_iter().chain(*opened_at).min();
        if state == "open" {
            self.route.chance(age, stage, *probability_percent);
        } else {
            let first = self.ended.entry(state).or_insert(fact.at);
            *first = fact.at.min(*first);
        }
    }

    fn note_move(&mut self, fact: &'a Fact) {
        match &fact.what {
            What::DealStageChanged {
                from_stage,
                to_stage,
                changed_at,
                ..
            } => {
                self.stage.state(age(fact, 1), to_stage);
                self.route.go(Move {
                    revision: fact.revision,
                    at: *changed_at,
                    from: from_stage,
                    to: to_stage,
                });
            }
            What::DealWon { amount, won_at, .. } => {
                self.state.state(age(fact, 2), "won");
                self.note_amount(fact, amount.as_ref());
                let closing = Closing {
                    won: true,
                    at: *won_at,
                    reason: "",
                    stage: "",
                };
                self.end.state(age(fact, 2), closing);
            }
            What::DealLost {
                reason,
                stage,
                amount,
                lost_at,
                ..
            } => {
                self.state.state(age(fact, 2), "lost");
                self.note_amount(fact, amount.as_ref());
                let closing = Closing {
                    won: false,
                    at: *lost_at,
                    reason,
                    stage,
                };
                self.end.state(age(fact, 2), closing);
            }
            _ => {}
        }
    }

    fn note_amount(&mut self, fact: &Fact, amount: Option<&'a Money>) {
        if amount.is_some() {
            self.amount.state(age(fact, 2), amount);
        }
    }

    fn settle(&mut self, leads: &BTreeMap<LeadId, Lead<'a>>, desk: &mut Desk<'a>) {
        self.opened_at = self.recorded.or(self.opened).unwrap_or(self.seen);
        self.home = self
            .lead()
            .filter(|lead| leads.get(lead).is_some_and(|lead| lead.arrival.is_some()));
        self.closing = self.closed();
        self.stays = self.route.stays(self.opened_at, self.stage(), self.closing);
        let valued_at = self.closing.map_or(self.opened_at, |closing| closing.at);
        self.worth = desk.worth(self.amount(), valued_at);
    }

    fn closed(&self) -> Option<Closing<'a>> {
        let state = self.state.get().unwrap_or("open");
        let won = match state {
            "won" => true,
            "lost" => false,
            _ => return None,
        };
        let told = self.end.get().filter(|closing| closing.won == won);
        told.or_else(|| {
            // The state came before the event that tells how.
            Some(Closing {
                won,
                at: self.ended.get(state).copied()?,
                reason: "",
                stage: self.stage(),
            })
        })
    }
}

/// Writes down what a fact says of a deal.
pub(super) fn note<'a>(deals: &mut BTreeMap<DealId, Deal<'a>>, fact: &'a Fact) {
    match &fact.what {
        What::DealOpened { deal, .. }
        | What::DealStageChanged { deal, .. }
        | What::DealWon { deal, .. }
        | What::DealLost { deal, .. }
        | What::DealRecorded { deal, .. }
        | What::DealActivityCompleted { deal, .. } => deals
            .entry(*deal)
            .or_insert_with(|| Deal::new(*deal, fact.at))
            .note(fact),
        _ => {}
    }
}

/// Puts what was written down in order.
pub(super) fn settle<'a>(
    deals: &mut BTreeMap<DealId, Deal<'a>>,
    leads: &BTreeMap<LeadId, Lead<'a>>,
    facts: &'a [Fact],
    desk: &mut Desk<'a>,
) {
    for fact in facts {
        if let What::LeadQualified {
            lead,
            person,
            deal: Some(deal),
            ..
        } = &fact.what
            && let Some(deal) = deals.get_mut(deal)
        {
            // Only while the deal itself has said nothing.
            let oldest = (i64::MIN, 0, fact.at, fact.id);
            deal.lead.state(oldest, Some(*lead));
            deal.person.state(oldest, Some(*person));
        }
    }
    for deal in deals.values_mut() {
        deal.settle(leads, desk);
    }
}
