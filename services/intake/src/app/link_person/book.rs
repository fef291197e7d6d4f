//! Identities around some persons, changed in memory and then saved.

use std::collections::BTreeSet;

use clock::Timestamp;
use ids::{IdentityId, PersonId};
use matching::{decide::Verdict, model::Model, record::Record};

use super::App;
use crate::{
    domain::{
        decision,
        identity::{Cause, Link, RecordId, Review},
    },
    error::Error,
    store::{
        Connection,
        identity::{self, Around},
        persons::Person,
    },
};

pub(super) struct Book<'a> {
    model: &'a Model,
    around: Around,
    records: Vec<(RecordId, IdentityId, String)>,
    /// Persons of whom another record tells all.
    covered: Vec<RecordId>,
    links: Vec<Link>,
    reviews: Vec<Review>,
}

impl<'a> Book<'a> {
    pub(super) async fn load<C: Connection>(
        app: &'a App,
        db: &C,
        records: &[Record],
        identities: &BTreeSet<IdentityId>,
        gone: &BTreeSet<RecordId>,
    ) -> Result<Self, Error> {
        let records: Vec<&Record> = records.iter().collect();
        Ok(Self {
            model: &app.model,
            around: identity::load_replacing(db, &records, identities, gone).await?,
            records: Vec::new(),
            covered: Vec::new(),
            links: Vec::new(),
            reviews: Vec::new(),
        })
    }

    /// Enters what a person is compared by; answers its identity. `cards` are the identities of its
    /// leads.
    pub(super) fn enter(
        &mut self,
        person: PersonId,
        before: Option<&Person>,
        cards: &[IdentityId],
        record: Record,
        now: Timestamp,
    ) -> IdentityId {
        let id = RecordId(person.uuid());
        let known = before.map(|before| before.identity);
        if let Some(identity) = known {
            self.around.known.remove(identity, id);
        }
        let identity = match known.or_else(|| cards.first().copied()) {
            Some(identity) => identity,
            None => self.matched(&record, now),
        };
        for card in cards {
            if self.around.known.link(identity, *card) {
                self.links.push(Link {
                    source: Some(person.uuid()),
                    ..Link::new(identity, *card, Cause::ClientBase, now)
                });
            }
        }
        let known = &self.around.known;
        let is_covered = known
            .records_of(identity)
            .any(|(_, other)| other.covers(&record));
        if is_covered {
            // As of a person who came of a lead and of whom nothing else is known yet.
            self.covered.push(id);
        } else {
            self.records.push((id, identity, record.to_string()));
            self.around.known.add(identity, id, record);
        }
        identity
    }

    /// A new identity, linked to whoever the record shows to be the same.
    fn matched(&mut self, record: &Record, now: Timestamp) -> IdentityId {
        let identity = IdentityId::generate();
        let decided = decision::decide(self.model, &self.around.known, record, None);
        let ppm = decided.probability_ppm();
        let reviews = decided.reviews(identity, None, now);
        self.reviews.extend(reviews);
        if let Verdict::Same { person, merges } = decided.verdict {
            for other in [person].into_iter().chain(merges) {
                if self.around.known.link(identity, other) {
                    self.links.push(Link {
                        probability_ppm: Some(ppm),
                        ..Link::new(identity, other, Cause::Matched, now)
                    });
                }
            }
        }
        identity
    }

    /// Writes what is not as it was.
    pub(super) async fn save<C: Connection>(self, db: &C, now: Timestamp) -> Result<(), Error> {
        identity::delete_records(db, &self.covered).await?;
        identity::replace_records(db, &self.records).await?;
        identity::insert_reviews(db, &self.reviews).await?;
        identity::save_links(db, &self.around, &self.links, now).await?;
        identity::write_keys(db, &self.around.known.changes()).await?;
        Ok(())
    }
}
