//! What members of staff and partners are called.

use clock::Timestamp;
use proto::gateway::v1::{PartnerRecorded, StaffRecorded};
use rpc::decode::Fields;

use super::Kept;
use crate::domain::fact::What;

impl Kept for StaffRecorded {
    const KIND: i16 = 110;

    fn kept(self) -> Self {
        Self {
            staff_id: self.staff_id,
            name: self.name,
            active: self.active,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let staff = fields.parse("staff_id", &self.staff_id);
        Some(What::StaffRecorded {
            staff: staff?,
            name: self.name.clone(),
            active: self.active,
        })
    }
}

impl Kept for PartnerRecorded {
    const KIND: i16 = 111;

    fn kept(self) -> Self {
        Self {
            partner_id: self.partner_id,
            name: self.name,
            active: self.active,
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let partner = fields.parse("partner_id", &self.partner_id);
        Some(What::PartnerRecorded {
            partner: partner?,
            name: self.name.clone(),
            active: self.active,
        })
    }
}
