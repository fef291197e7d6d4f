//! Intake as its callers see it, on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "what fails here fails a test, and a table of cases is read from top to bottom"
)]

mod batches;
mod calls;
mod consumers;
mod doors;
mod emails;
mod erasures;
mod forms;
mod hostile;
mod identities;
mod leads;
mod office;
mod partners;
mod persons;
mod rematches;
mod rules;
mod scans;
mod standings;
mod twins;
mod verdicts;
mod world;
