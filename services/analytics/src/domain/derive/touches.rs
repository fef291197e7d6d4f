//! Touches: by day, and one by one.

use super::{Desk, book::Book, count, day, paths};
use crate::domain::figures::{cells, records};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let mut stands = paths::stands(book);
    let began_at = book.earning().next().map(|touch| touch.at);
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
        let stand = stands.remove(&touch.id);
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
            enquired_at: touch.enquired_at,
            began_at: began_at.filter(|_| stand.is_some()),
            ..stand.map_or_else(records::Touch::default, |stand| records::Touch {
                path: stand.path,
                from_channel: stand.from_channel,
                ..records::Touch::default()
            })
        });
    }
}
