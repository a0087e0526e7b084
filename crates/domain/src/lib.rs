//! What is true: the rules and lifecycles of a guest directory as pure functions on plain data.
//! Refuses I/O, clocks, randomness and async; everything it decides on is handed in.

pub mod access;
pub mod address;
pub mod application;
pub mod audit;
pub mod browser;
pub mod cross_tenant;
pub mod domains;
pub mod edit;
pub mod group;
pub mod guest;
pub mod ids;
pub mod invitation;
pub mod jose;
pub mod key_rotation;
pub mod link;
pub mod mail;
pub mod passkey;
pub mod password;
pub mod policy;
pub mod precondition;
pub mod proof;
pub mod query;
pub mod redeem_url;
pub mod redirect;
pub mod refusal;
pub mod reset;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod sign_ins;
pub mod tenant;
pub mod text;
pub mod time;
pub mod upn;
pub mod user;
