#![doc = include_str!("../README.md")]

pub mod merges;
pub mod reach;
