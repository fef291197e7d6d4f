//! A labelled stream, decided on arrival by the matching engine in memory, then closed.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use matching::{
    decide::{Decision, Verdict},
    explain,
    model::Model,
    population::Population,
    record::{Contact, Kind, Record},
};

use crate::{labelled::Lead, quality::Assigned};

/// Persons of a partner's file who share a contact, from which on it is the partner's own.
const PARTNER_PERSONS: usize = 5;
/// Organisations of theirs, from which on it is the partner's and not an employer's.
const PARTNER_ORGANISATIONS: usize = 3;

/// What came of a stream.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Each lead, in order of arrival.
    pub leads: Vec<Assigned>,
    /// Pairs of leads shown to people, by their places in the stream.
    pub reviews: Vec<(usize, usize)>,
    /// Leads that were given to a person by nothing but a partner's own contact.
    pub partner_merges: usize,
    /// Leads that were given to a person by nothing but junk.
    pub junk_merges: usize,
    /// What each decision took: normalising, looking up, scoring, explaining.
    pub times: Vec<Duration>,
    /// What the whole took, storing included.
    pub took: Duration,
    /// Candidates' records of each decision.
    pub compared: Vec<usize>,
    /// Letters of all stored records.
    pub stored_bytes: usize,
    /// Keys of all stored records.
    pub stored_keys: usize,
}

/// Decides about each lead on arrival; `progress` is called after each.
pub fn decide(model: &Model, leads: &[Lead], mut progress: impl FnMut()) -> Outcome {
    let mut population: Population<usize> = Population::new();
    let mut outcome = Outcome::default();
    let partners = partner_contacts(leads);
    let mut labels: HashMap<&str, usize> = HashMap::new();
    let mut latest: HashMap<usize, usize> = HashMap::new();
    let begun = Instant::now();
    let mut aside = Duration::ZERO;
    for (number, lead) in leads.iter().enumerate() {
        let started = Instant::now();
        let record = lead.record();
        let decision = population.decide(model, &record);
        let explanation = explain::explain(model, &record, &decision);
        outcome.times.push(started.elapsed());

        let counting = Instant::now();
        let trap = |is_trap: &dyn Fn(&Contact) -> bool| {
            rests_on(model, &population, &record, &decision, is_trap)
        };
        outcome.partner_merges += usize::from(trap(&|c| partners.contains(&c.value)));
        outcome.junk_merges += usize::from(trap(&|c| c.kind == Kind::Junk));
        outcome.stored_bytes += explanation.record.len();
        outcome.stored_keys += matching::keys::Lookup::of(&record).keys().len();
        outcome.compared.push(decision.ranking.len());
        aside += counting.elapsed();

        let person = match decision.verdict {
            Verdict::Same { person, merges } => {
                for merged in merges {
                    population.merge(person, merged);
                }
                person
            }
            Verdict::Review { persons } => {
                let shown = persons.iter().filter_map(|person| latest.get(person));
                outcome.reviews.extend(shown.map(|other| (*other, number)));
                number
            }
            Verdict::New | Verdict::Unidentified => number,
        };
        latest.insert(person, number);
        population.add(person, record);
        let next = labels.len();
        labels.entry(&lead.true_person_id).or_insert(next);
        progress();
    }
    outcome.took = begun.elapsed().saturating_sub(aside);
    outcome.leads = leads
        .iter()
        .filter_map(|lead| labels.get(lead.true_person_id.as_str()))
        .zip(population.persons())
        .map(|(label, person)| Assigned {
            label: *label,
            person,
        })
        .collect();
    // Closed: what has become one person meanwhile is no longer under review.
    let persons: Vec<usize> = population.persons().collect();
    outcome
        .reviews
        .retain(|(one, other)| persons.get(*one) != persons.get(*other));
    outcome
}

/// Whether the record would not be the person's without such contacts.
fn rests_on(
    model: &Model,
    population: &Population<usize>,
    record: &Record,
    decision: &Decision<'_, usize>,
    is_trap: &dyn Fn(&Contact) -> bool,
) -> bool {
    let Verdict::Same { person, .. } = &decision.verdict else {
        return false;
    };
    if !record.contacts.iter().any(is_trap) {
        return false;
    }
    let mut without = record.clone();
    without.contacts.retain(|contact| !is_trap(contact));
    let again = population.decide(model, &without).verdict;
    !matches!(again, Verdict::Same { person: same, .. } if same == *person)
}

/// Contacts that by the labels are the partners' own: many persons of many organisations carry
/// them, in partners' files alone.
fn partner_contacts(leads: &[Lead]) -> HashSet<String> {
    #[derive(Default)]
    struct Users<'a> {
        persons: HashSet<&'a str>,
        organisations: HashSet<Option<&'a str>>,
        elsewhere: bool,
    }
    let mut users: HashMap<String, Users<'_>> = HashMap::new();
    for lead in leads {
        for contact in lead.record().contacts {
            let users = users.entry(contact.value).or_default();
            users.persons.insert(&lead.true_person_id);
            users.organisations.insert(lead.true_org_id.as_deref());
            users.elsewhere |= lead.channel != "partner";
        }
    }
    users.retain(|_, users| {
        !users.elsewhere
            && users.persons.len() >= PARTNER_PERSONS
            && users.organisations.len() >= PARTNER_ORGANISATIONS
    });
    users.into_keys().collect()
}
