#![doc = include_str!("../README.md")]

pub mod domain;
pub mod reading;
pub mod store;
