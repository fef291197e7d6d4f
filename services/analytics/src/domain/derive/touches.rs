//! Touches: by day, and one by one.

use super::{Desk, book::Book, count, day};
use crate::domain::figures::{cells, records};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for (place, touch) in book.touches.iter().enumerate() {
        let labels = &touch.labels;
        desk.cell(cells::Touch {
            day: day(touch.at),
            kind: touch.kind.as_str().to_owned(),
            channel: labels.channel.clone(),
            source: labels.source.clone(),
            campaign: labels.campaign.clone(),
            partner: labels.partner.clone(),
            touches: 1,
            firsts: i64::from(place == 0),
        });
        desk.record(records::Touch {
            id: touch.id,
            touched_at: Some(touch.at),
            kind: touch.kind.as_str().to_owned(),
            channel: labels.channel.clone(),
            source: labels.source.clone(),
            campaign: labels.campaign.clone(),
            activity: labels.activity.clone(),
            partner: labels.partner.clone(),
            lead: touch.lead.map(ids::LeadId::uuid),
            person: touch.person.map(ids::PersonId::uuid),
            place: count(place + 1),
        });
    }
}
