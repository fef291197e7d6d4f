#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod address;
pub mod case;
pub mod compare;
pub mod decide;
pub mod email;
pub mod explain;
pub mod keys;
pub mod known;
pub mod level;
pub mod model;
pub mod name;
pub mod organisation;
pub mod phone;
pub mod place;
pub mod population;
pub mod record;
pub mod signature;
pub mod trial;
