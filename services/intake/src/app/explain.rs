//! Tells who somebody is, and why.

use std::collections::{BTreeMap, BTreeSet};

use ids::{IdentityId, LeadId, PersonId, ReviewId, SubmissionId};
use matching::{
    case::Case,
    compare::Candidate,
    decide,
    explain::{self, Explanation},
    record::Record,
};
use serde::Deserialize;

use super::App;
use crate::{
    domain::{
        identity::{Link, RecordId, Review},
        lead::Lead,
        verdict::Receipt,
    },
    error::Error,
    store::{
        identity::{self, Around},
        leads, persons, submissions,
    },
};

/// Why, in plain values.
pub type Why = Explanation<IdentityId>;

/// A decision as it is stored with its submission.
#[derive(Debug, Deserialize)]
pub struct StoredDecision {
    pub explanation: Why,
    pub case: Case<IdentityId>,
}

/// Somebody, as far as is known.
pub struct View {
    pub head: IdentityId,
    pub members: BTreeSet<IdentityId>,
    pub leads: Vec<Lead>,
    pub persons: Vec<PersonId>,
    pub records: Vec<(Source, IdentityId, Record)>,
    pub links: Vec<Link>,
}

/// What a compared record was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Submission(SubmissionId),
    Card(LeadId),
    Person(PersonId),
}

/// Why a submission was given to whom it was given.
pub struct Explained {
    pub receipt: Receipt,
    pub identity: Option<IdentityId>,
    /// As stored, and as the rules in force decide of the same facts.
    pub decision: Option<(Why, Why)>,
    pub reviews: Vec<ReviewId>,
    pub links: Vec<Link>,
}

/// Explains a submission.
pub async fn explain_submission(app: &App, id: SubmissionId) -> Result<Explained, Error> {
    let db = app.reader();
    let found = submissions::find(db, id).await?;
    let stored = found.ok_or(Error::SubmissionNotFound(id))?;
    let decision = match submissions::decision(db, id).await? {
        Some(json) => {
            let stored: StoredDecision = serde_json::from_value(json).map_err(Error::unreadable)?;
            let anew = stored.case.explain(&app.model);
            Some((stored.explanation, anew))
        }
        None => None,
    };
    let reviews = identity::reviews_of(db, id).await?;
    Ok(Explained {
        receipt: stored.receipt,
        identity: stored.identity,
        decision,
        reviews: reviews.into_iter().map(|review| review.id).collect(),
        links: identity::shown_by(db, id.uuid()).await?,
    })
}

/// Two leads side by side.
pub struct Compared {
    pub same: bool,
    pub kept_apart: bool,
    pub why: Why,
    pub links: Vec<Link>,
}

/// Why two leads are one person, or are not.
pub async fn compare_leads(app: &App, one: LeadId, other: LeadId) -> Result<Compared, Error> {
    let db = app.reader();
    let whose = leads::identities(db, &BTreeSet::from([one, other])).await?;
    let of = |lead| whose.get(&lead).copied().ok_or(Error::LeadNotFound(lead));
    let (one, other) = (of(one)?, of(other)?);
    let both = BTreeSet::from([one, other]);
    let around = identity::load(db, &[], &both).await?;
    let why = why(app, &around, (one, None), other).await?;
    let known = &around.known;
    let same = known.head(one) == known.head(other);
    let apart = (known.head(one), known.head(other));
    let kept_apart = known
        .rulings()
        .apart
        .iter()
        .any(|pair| *pair == apart || *pair == (apart.1, apart.0));
    let links = if same {
        let members = known.members(one);
        identity::of_identities(db, &members).await?
    } else {
        Vec::new()
    };
    Ok(Compared {
        same,
        kept_apart,
        why,
        links,
    })
}

/// The record of one that raised the question, else the latest, against all of the other, were there
/// nobody else.
async fn why(
    app: &App,
    around: &Around,
    (one, asked): (IdentityId, Option<RecordId>),
    other: IdentityId,
) -> Result<Why, Error> {
    let own = || around.known.records_of(one);
    let asked = own().find(|(id, _)| Some(**id) == asked);
    let Some((id, record)) = asked.or_else(|| own().next_back()) else {
        return Err(Error::IdentityNotFound(one));
    };
    let counted = identity::load(app.reader(), &[record], &BTreeSet::new()).await?;
    let counts = counted.known.look_up(record, None).counts;
    let theirs: BTreeMap<RecordId, &Record> = around
        .known
        .members(other)
        .into_iter()
        .flat_map(|member| around.known.records_of(member))
        // Within one identity, the record is compared with the others.
        .filter(|(other, _)| *other != id)
        .map(|(id, record)| (*id, record))
        .collect();
    let head = around.known.head(other);
    let records: Vec<&Record> = theirs.into_values().collect();
    let candidates = if records.is_empty() {
        Vec::new()
    } else {
        vec![Candidate::new(head, records)]
    };
    let decision = decide::decide(
        &app.model,
        record,
        &candidates,
        &counts,
        &decide::Rulings::default(),
    );
    Ok(explain::explain(&app.model, record, &decision))
}

/// All that is known of somebody.
pub async fn view(app: &App, identity: IdentityId) -> Result<View, Error> {
    let around = identity::load(app.reader(), &[], &BTreeSet::from([identity])).await?;
    view_of(app, &around, identity).await
}

async fn view_of(app: &App, around: &Around, identity: IdentityId) -> Result<View, Error> {
    let db = app.reader();
    let members = around.known.members(identity);
    let leads = leads::of_identities(db, &members).await?;
    let persons = persons::of_identities(db, members.iter().copied()).await?;
    let persons: Vec<PersonId> = persons.into_iter().map(|person| person.id).collect();
    let source = |id: &RecordId| {
        let card = leads.iter().find(|lead| lead.id.uuid() == id.0);
        let person = persons.iter().find(|person| person.uuid() == id.0);
        match (card, person) {
            (Some(card), _) => Source::Card(card.id),
            (None, Some(person)) => Source::Person(*person),
            (None, None) => Source::Submission(SubmissionId::from_uuid(id.0)),
        }
    };
    let records: Vec<(Source, IdentityId, Record)> = members
        .iter()
        .flat_map(|member| {
            let records = around.known.records_of(*member);
            records.map(|(id, record)| (source(id), *member, record.clone()))
        })
        .collect();
    if leads.is_empty() && persons.is_empty() && records.is_empty() {
        return Err(Error::IdentityNotFound(identity));
    }
    let links = if members.len() > 1 {
        identity::of_identities(db, &members).await?
    } else {
        Vec::new()
    };
    Ok(View {
        head: around.known.head(identity),
        members,
        leads,
        persons,
        records,
        links,
    })
}

/// A review side by side.
pub struct SideBySide {
    pub review: Review,
    pub one: View,
    pub other: View,
    pub why: Why,
}

/// A review with its evidence.
pub async fn review(app: &App, id: ReviewId) -> Result<SideBySide, Error> {
    let db = app.reader();
    let found = identity::find_review(db, id).await?;
    let review = found.ok_or(Error::ReviewNotFound(id))?;
    let both = BTreeSet::from([review.one, review.other]);
    let around = identity::load(db, &[], &both).await?;
    let asked = review.submission.map(|id| RecordId(id.uuid()));
    Ok(SideBySide {
        one: view_of(app, &around, review.one).await?,
        other: view_of(app, &around, review.other).await?,
        why: why(app, &around, (review.one, asked), review.other).await?,
        review,
    })
}
