#![doc = include_str!("../README.md")]

pub mod clients;
pub mod merges;
pub mod reach;
