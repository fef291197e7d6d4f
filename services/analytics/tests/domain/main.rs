//! The figures of whole journeys: a small company worked by hand, and what holds for any.

mod golden;
#[path = "../golden/read.rs"]
mod read;
