//! Behaviour of the crate as seen from outside.

mod decisions;
mod explanations;
mod identity;
mod population;
mod quality;
mod stability;
mod submission;
