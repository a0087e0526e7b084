//! What `hospes bench` needs of the store: a directory to measure, inputs that can be used once each, and the limits,
//! which are bare statements on the same engine. It stands here because surfaces and the program see verbs and never
//! the store (ARCHITECTURE.md, "The map"), and a benchmark is no reason to open a way past that.
//!
//! Refuses to be part of any answer: no surface calls it, and no rule is softened for it. Guests it makes go through
//! the same lifecycle as everybody, proof included, only without a mail in between.

mod directory;
mod inputs;
mod limits;

pub use directory::{GuestKind, SCOPE, Seeded, guests};
pub use inputs::{CALLBACK, OPENID_SCOPE, Redeemable, VERIFIER, codes, redeemable};
pub use limits::{Limits, Rows};

#[cfg(test)]
mod tests;
