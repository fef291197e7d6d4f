#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod bus;
mod channels;
mod definition;
mod error;
mod grpc;
mod health;
mod idle;
mod listen;
mod plan;
mod running;
pub mod settings;
mod shell;
mod signals;
mod site;
mod supervisor;

pub use crate::{
    bus::connect as connect_bus,
    channels::Channels,
    definition::{Context, Definition, Started, Task},
    error::StartError,
    idle::{Idle, start_idle},
    listen::Addresses,
    plan::{Plan, connect as connect_database, migrate, migrations, pending},
    running::{Running, Stopped, run},
    settings::Settings,
    shell::start,
    signals::Signals,
};
