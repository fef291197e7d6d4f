#![doc = include_str!("../README.md")]

pub mod domain;
pub mod error;
pub mod migrations;
pub mod reading;
pub mod rpc;
pub mod store;
