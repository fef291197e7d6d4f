//! How long a run is, and by what chance it goes.

use rand::{SeedableRng, rngs::StdRng};

/// Short, as part of all tests, or long, by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Seconds.
    Short,
    /// Minutes to hours.
    Long,
}

impl Form {
    /// What `FAULTS` asks for.
    pub fn of_process() -> Self {
        match std::env::var("FAULTS") {
            Ok(form) if form == "long" => Self::Long,
            _ => Self::Short,
        }
    }

    /// One of two sizes.
    pub fn pick<T>(self, short: T, long: T) -> T {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }
}

/// A size of this process's form.
pub fn size<T>(short: T, long: T) -> T {
    Form::of_process().pick(short, long)
}

/// The seed of a test: that of `FAULTS_SEED`, or a new one. It is printed.
pub fn seed(test: &str) -> u64 {
    let given = std::env::var("FAULTS_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(rand::random);
    eprintln!("{test}: FAULTS_SEED={seed}");
    seed
}

/// Dice of one client of a test.
pub fn dice(seed: u64, client: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_add(client.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}
