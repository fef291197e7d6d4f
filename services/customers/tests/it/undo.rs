//! Promise F18 through the service: random merges, edits, links and splits against a model that
//! knows nothing of merges but their pairs.

#![expect(
    clippy::indexing_slicing,
    reason = "numbers of persons come from the model itself"
)]

use std::collections::BTreeSet;

use ids::LeadId;
use proto::customers::v1::{self as pb, ConsentState};
use rpc::Code;

use crate::{
    fixture::{Base, bases, person, refused},
    links::link,
    merges::{merge, request, split},
};

const SEEDS: u64 = 30;
const STEPS: usize = 25;
const PERSONS: usize = 5;
/// In the order of the card.
const PURPOSES: [&str; 2] = ["", "mailing"];

/// What a record is without any merge: the card as it would be alone.
struct Model {
    alone: Vec<pb::GetPersonResponse>,
    /// In force: merge and the numbers of its two persons.
    pairs: Vec<(String, usize, usize)>,
}

impl Model {
    fn id(&self, at: usize) -> &str {
        &self.alone[at].person.as_ref().unwrap().person_id
    }

    /// Persons that are one with this one, by spreading along the pairs until nothing is added.
    fn members(&self, at: usize) -> BTreeSet<usize> {
        let mut members = BTreeSet::from([at]);
        for _ in 0..PERSONS {
            for (_, one, other) in &self.pairs {
                if members.contains(one) || members.contains(other) {
                    members.extend([*one, *other]);
                }
            }
        }
        members
    }

    /// Who refuses, or else who consents, of each purpose.
    fn consents(&self, members: &BTreeSet<usize>) -> Vec<pb::MergedConsent> {
        let purposes = PURPOSES.iter().filter_map(|purpose| {
            let told = |state: ConsentState| -> Vec<String> {
                let says = |at: &&usize| {
                    let own = self.alone[**at].consents.iter();
                    let mut own = own.filter(|it| it.purpose == *purpose);
                    own.any(|it| it.state() == state)
                };
                members
                    .iter()
                    .filter(says)
                    .map(|&at| self.id(at).to_owned())
                    .collect()
            };
            let states = [ConsentState::Refused, ConsentState::Given];
            let told = states.into_iter().map(|state| (state, told(state)));
            let (state, person_ids) = told.into_iter().find(|(_, told)| !told.is_empty())?;
            Some(pb::MergedConsent {
                channel: "email".to_owned(),
                purpose: (*purpose).to_owned(),
                contact: String::new(),
                state: state.into(),
                person_ids,
            })
        });
        purposes.collect()
    }

    /// Rows of the list of all: the oldest record of each person and how many it has.
    fn rows(&self) -> BTreeSet<(String, i32)> {
        let row = |at: usize| {
            let members = self.members(at);
            let oldest = self.id(*members.first().unwrap()).to_owned();
            (oldest, i32::try_from(members.len()).unwrap())
        };
        (0..PERSONS).map(row).collect()
    }

    fn card(&self, at: usize) -> pb::GetPersonResponse {
        let members = self.members(at);
        let of = |values: fn(&pb::Person) -> Vec<String>| {
            let mut all: Vec<pb::MergedValue> = Vec::new();
            for &member in &members {
                for value in values(self.alone[member].person.as_ref().unwrap()) {
                    let id = self.id(member).to_owned();
                    match all.iter_mut().find(|it| it.value == value) {
                        Some(known) => known.person_ids.push(id),
                        None => all.push(pb::MergedValue {
                            value,
                            person_ids: vec![id],
                        }),
                    }
                }
            }
            all
        };
        let leads = members.iter().flat_map(|&member| {
            let leads = self.alone[member].leads.iter();
            leads.map(move |lead| (self.id(member), &lead.lead_id))
        });
        let lead = |(person, lead): (&str, &String)| pb::MergedLead {
            person_id: person.to_owned(),
            lead_id: lead.clone(),
        };
        pb::GetPersonResponse {
            merged: Some(pb::MergedPerson {
                canonical_id: self.id(*members.first().unwrap()).to_owned(),
                member_ids: members.iter().map(|&it| self.id(it).to_owned()).collect(),
                names: of(|it| vec![it.name.as_ref().unwrap().full.clone()]),
                emails: of(|it| it.emails.clone()),
                phones: of(|it| it.phones.clone()),
                tags: of(|it| it.tags.clone()),
                leads: leads.map(lead).collect(),
                consents: self.consents(&members),
                ..pb::MergedPerson::default()
            }),
            ..self.alone[at].clone()
        }
    }
}

/// Numbers that depend on the seed alone (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }
}

async fn start(base: &Base) -> Model {
    let mut alone = Vec::new();
    for _ in 0..PERSONS {
        let id = base.record(person("Anna")).await.person_id;
        alone.push(base.card(&id).await);
    }
    let pairs = Vec::new();
    Model { alone, pairs }
}

async fn edit(base: &Base, model: &mut Model, at: usize, dice: &mut Dice) {
    let request = pb::UpdatePersonRequest {
        person_id: model.id(at).to_owned(),
        person: Some(pb::Person {
            emails: vec![format!("{}@example.org", dice.below(3))],
            phones: vec![format!("+3712000000{}", dice.below(3))],
            tags: vec![format!("tag {}", dice.below(3))],
            ..person(&format!("Anna {}", dice.below(3)))
        }),
    };
    let changed = base.client().update_person(request).await.unwrap();
    model.alone[at].person = changed.into_inner().person;
}

async fn link_new(base: &Base, model: &mut Model, at: usize) {
    let lead = LeadId::generate().to_string();
    let changed = link(base, model.id(at), &lead).await.unwrap();
    model.alone[at].person = Some(changed);
    model.alone[at].leads = base.card(model.id(at)).await.leads;
}

async fn say(base: &Base, model: &mut Model, at: usize, dice: &mut Dice) {
    let states = [ConsentState::Given, ConsentState::Refused];
    let request = pb::RecordConsentRequest {
        person_id: model.id(at).to_owned(),
        consent: Some(pb::Consent {
            channel: "email".to_owned(),
            purpose: PURPOSES[dice.below(PURPOSES.len())].to_owned(),
            state: states[dice.below(2)].into(),
            source: "call".to_owned(),
            ..pb::Consent::default()
        }),
    };
    base.client().record_consent(request).await.unwrap();
    let card = base.card(model.id(at)).await;
    model.alone[at].consents = card.consents;
    model.alone[at].person = card.person;
}

async fn merge_two(base: &Base, model: &mut Model, one: usize, other: usize) {
    let given = pb::MergePersonsRequest {
        override_split: true,
        ..request(model.id(one), model.id(other))
    };
    let merged = merge(base, &given).await;
    if model.members(one).contains(&other) {
        refused(merged, Code::FailedPrecondition, "PERSONS_ARE_ONE");
    } else {
        merged.unwrap();
        model.pairs.push((given.merge_id, one, other));
    }
}

/// Every person is compared after every split, the touched one after every other step.
async fn sequence(base: &Base, seed: u64) {
    let mut dice = Dice(seed);
    let mut model = start(base).await;
    for _ in 0..STEPS {
        let (one, other) = (dice.below(PERSONS), dice.below(PERSONS));
        match dice.below(10) {
            0..=3 => merge_two(base, &mut model, one, other).await,
            4..=6 if !model.pairs.is_empty() => {
                let at = dice.below(model.pairs.len());
                let (id, ..) = model.pairs.remove(at);
                split(base, &id).await.unwrap();
                compare(base, &model, 0..PERSONS).await;
            }
            6 | 9 => say(base, &mut model, one, &mut dice).await,
            7 => link_new(base, &mut model, one).await,
            _ => edit(base, &mut model, one, &mut dice).await,
        }
        compare(base, &model, one..=one).await;
    }
    list(base, &model).await;
    for (id, ..) in std::mem::take(&mut model.pairs) {
        split(base, &id).await.unwrap();
    }
    compare(base, &model, 0..PERSONS).await;
    list(base, &model).await;
}

/// The persons of this sequence, of all that are listed.
async fn list(base: &Base, model: &Model) {
    let wanted = pb::ListPersonsRequest {
        page_size: 500,
        ..pb::ListPersonsRequest::default()
    };
    let listed = base.persons(wanted).await.persons.into_iter();
    let listed = listed.filter(|it| (0..PERSONS).any(|at| model.id(at) == it.person_id));
    let listed: BTreeSet<_> = listed
        .map(|it| (it.canonical_id, it.member_count))
        .collect();
    assert_eq!(listed, model.rows(), "{}", base.label);
}

async fn compare(base: &Base, model: &Model, persons: impl Iterator<Item = usize>) {
    for at in persons {
        let card = base.card(model.id(at)).await;
        assert_eq!(card, model.card(at), "{} person {at}", base.label);
    }
}

#[tokio::test]
async fn whatever_is_merged_edited_and_split_is_as_the_merges_in_force_make_it() {
    for base in bases().await {
        for seed in 0..SEEDS {
            // A failure tells of which sequence it is.
            println!("{} seed {seed}", base.label);
            sequence(&base, seed).await;
        }
    }
}
