#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod email;
pub mod identity;
pub mod name;
pub mod organisation;
pub mod phone;
pub mod signature;
