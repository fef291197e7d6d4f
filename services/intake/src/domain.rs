//! The business: what arrives, what it is judged to be, and the lead that comes of it.

pub mod contact;
pub mod decision;
pub mod directory;
pub mod door;
pub mod evidence;
pub mod identity;
pub mod judge;
pub mod lead;
pub mod mention;
pub mod reason;
pub mod rematch;
pub mod rota;
pub mod source;
pub mod verdict;
