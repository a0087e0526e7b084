//! The server under test: real SQLite in a temporary folder, the real router, a clock that only moves
//! when told to, repeatable randomness, and mail that is captured instead of sent.

mod app_samples;
mod apps;
mod browser;
mod crash;
mod dice;
mod evidence;
mod factors;
mod fixed;
mod graph;
pub mod html;
mod letters;
mod look;
mod mail;
mod name_server;
mod oidc;
mod passkey;
mod proofs;
mod redeem;
mod resource_samples;
mod samples;
mod server;
mod steps;
mod tenant_samples;
mod two;

pub use apps::{MadeApp, answer, claims};
pub use browser::{Browser, Page};
pub use crash::Left;
pub use dice::Dice;
pub use evidence::{INVITED, REDEEMED};
pub use factors::{Owner, codes_on, secret_on};
pub use fixed::{FrozenClock, SeededRandom};
pub use graph::Reply;
pub use html::{Form, forms};
pub use letters::Sent;
pub use look::{difference, server_address};
pub use mail::Caught;
pub use name_server::{NameServer, Zone};
pub use passkey::{Authenticator, script_form};
pub use proofs::certificate;
pub use samples::{Routed, Sample, Samples, graph_routes, is_newer};
pub use server::{PASSWORD, Person, Server};
pub use steps::other_than;
pub use tenant_samples::domain_policy;
pub use two::{HOME_DOMAIN, Two, everybody, partner};
