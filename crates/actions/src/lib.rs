//! What Hospes does: one verb per file. Loads, decides, saves, tells; holds the keys, the clock and the randomness.
pub mod app;
pub mod apps;
pub mod audit;
pub mod bench;
mod callers;
pub mod clock;
pub mod cross_tenant;
pub mod database;
pub mod directory_objects;
pub mod dns;
pub mod domains;
pub mod groups;
pub mod health;
pub mod invite;
pub mod jobs;
pub mod keys;
pub mod organization;
pub mod random;
pub mod redeem;
pub mod roles;
pub mod sessions;
pub mod setup;
pub mod sign_in;
mod stop;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod users;
