//! The tests a user could have written: the whole server in process, with a frozen clock, seeded
//! randomness and captured mail. Needs nothing installed and no network.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod compatibility;
mod conformance;
mod differential;
mod harness;
mod jose_vectors;
mod journeys;
mod permissions;
mod portal;
mod powershell;
mod program;
mod queries;
mod reference;
mod threats;
