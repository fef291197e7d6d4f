//! Intake as its callers see it, on SQLite and on PostgreSQL.

mod batches;
mod calls;
mod consumers;
mod doors;
mod emails;
mod forms;
mod hostile;
mod leads;
mod partners;
mod twins;
mod verdicts;
mod world;
