//! Positive responses of a campaign's participants.

use proto::campaigns::v1::ResponseRecorded;

use super::{Digest, Draft, Place, Read};
use crate::domain::contact::PersonName;

/// Reads a response. The response's id is its key, also when its text was changed later.
pub fn read(response: &ResponseRecorded, place: Place<'_>) -> Read {
    let mut draft = Draft::at(place);
    draft.place("", &response.locale);
    for (index, email) in response.emails.iter().enumerate() {
        draft.email(&format!("emails[{index}]"), email);
    }
    for (index, phone) in response.phones.iter().enumerate() {
        draft.phone(&format!("phones[{index}]"), phone);
    }
    draft.evidence.organisation = draft.line(&response.organisation);
    draft.evidence.message = draft.block(&response.text);
    let name = response.name.clone().unwrap_or_default();
    let name = PersonName {
        full: name.full,
        given: name.given,
        family: name.family,
    };
    let hash = Digest::new().part(&response.response_id).finish();
    draft.finish(&name, Some(response.response_id.clone()), hash)
}
