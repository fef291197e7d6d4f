//! All that analytics announces.

pub use proto::analytics::v1::{RateRecorded, WeightsFitted};
