//! What the gateway announces.

use clock::Timestamp;
use messaging::Event;
use proto::gateway::v1::{PartnerRecorded, StaffRecorded};

use crate::domain::{partner::Partner, staff::Staff};

pub(crate) fn staff_recorded(staff: &Staff, now: Timestamp) -> Event {
    let message = StaffRecorded {
        staff_id: staff.id.to_string(),
        name: staff.name.clone(),
        email: staff.email.clone(),
        locale: staff.locale.as_str().to_owned(),
        roles: staff
            .roles
            .iter()
            .map(|role| role.as_str().to_owned())
            .collect(),
        active: staff.active,
    };
    Event::new(&message, staff.id, staff.revision, now)
}

pub(crate) fn partner_recorded(partner: &Partner, now: Timestamp) -> Event {
    let message = PartnerRecorded {
        partner_id: partner.id.to_string(),
        name: partner.name.clone(),
        active: partner.active,
    };
    Event::new(&message, partner.id, partner.revision, now)
}
