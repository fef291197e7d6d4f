//! How contracts grew, as shown.

use proto::contracts::v1 as shown;
use proto::convert::timestamp;
use proto::types::v1 as types;

use super::{money, printed};
use crate::domain::contract::GrowthKind;
use crate::store::growth::Recorded;

pub fn growth(recorded: &Recorded) -> shown::Growth {
    let growth = &recorded.growth;
    let kind = match growth.kind {
        GrowthKind::Extension => shown::GrowthKind::Extension,
        GrowthKind::Expansion => shown::GrowthKind::Expansion,
    };
    shown::Growth {
        growth_id: growth.id.to_string(),
        contract_id: growth.contract.to_string(),
        kind: kind.into(),
        amount_added: Some(money(&growth.amount_added)),
        from_at: Some(timestamp(growth.from)),
        ends_at: growth.ends_at.map(timestamp),
        value_added: Some(types::Money {
            minor: growth.value_added,
            currency: growth.amount_added.currency().to_owned(),
        }),
        deal_id: printed(growth.deal),
        grown_at: Some(timestamp(growth.grown_at)),
        version: growth.version,
        recorded_by: printed(recorded.by),
    }
}
