//! What figures depend on besides the facts of their journey.

use super::fact::{Fact, What};

pub mod rates;
pub mod weights;

use rates::Rates;
use weights::Weights;

/// Rates of currencies and weights of the data-driven model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Base currency, ISO 4217.
    pub base: String,
    pub rates: Rates,
    pub weights: Weights,
}

impl Parameters {
    /// Without any rate or weight.
    pub fn new(base: impl Into<String>) -> Self {
        let base = base.into();
        Self {
            rates: Rates::new(&base),
            weights: Weights::default(),
            base,
        }
    }

    /// Takes in a rate or fitted weights; any other fact is none of its business. Order and repeats do not
    /// matter. True when something changed.
    pub fn learn(&mut self, fact: &Fact) -> bool {
        match &fact.what {
            What::RateRecorded {
                currency,
                day,
                billionths,
            } => self.rates.learn(currency, *day, *billionths, fact.age()),
            What::WeightsFitted { version, weights } => self.weights.learn(*version, weights),
            _ => false,
        }
    }
}
