//! The program: command line, server, worker, mail, development mode and the demo. Refuses to know the directory's
//! rules: it wires surfaces and verbs together and hands them the machine's clock, randomness and network.

pub mod bench;
pub mod cli;
pub mod client;
pub mod demo;
pub mod dev;
pub mod logging;
pub mod outgoing;
mod private_file;
pub mod production;
mod running;
pub mod serve;
pub mod settings;
pub mod smtp;
mod stop;
mod terminal;
pub mod worker;
