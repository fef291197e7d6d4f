//! Rates and weights: facts of this service itself.

use clock::Timestamp;
use ids::{RateId, WeightsId};
use proto::analytics::v1::{RateRecorded, WeightsFitted};
use rpc::decode::Fields;

use super::Kept;
use super::fields::time;
use crate::domain::fact::What;
use crate::domain::figures::Day;

const SECONDS_OF_A_DAY: i64 = 86_400;

impl Kept for RateRecorded {
    const KIND: i16 = 120;

    fn kept(self) -> Self {
        self
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        fields.parse::<RateId>("rate_id", &self.rate_id);
        let day = time(fields, "day", self.day.as_ref()).flatten();
        let day = fields.require("day", day)?;
        Some(What::RateRecorded {
            currency: self.currency.clone(),
            day: Day::try_from(day.timestamp().div_euclid(SECONDS_OF_A_DAY)).ok()?,
            billionths: self.billionths,
        })
    }
}

impl Kept for WeightsFitted {
    const KIND: i16 = 121;

    fn kept(self) -> Self {
        self
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        fields.parse::<WeightsId>("weights_id", &self.weights_id);
        let weights = self.weights.iter();
        Some(What::WeightsFitted {
            version: self.version,
            weights: weights
                .map(|weight| (weight.channel.clone(), weight.millionths))
                .collect(),
        })
    }
}
