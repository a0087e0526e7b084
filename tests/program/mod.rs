//! The program as its users meet it: `hospes dev` and `hospes demo`, `hospes serve` and the commands that call a server
//! in processes of their own.
//! Refuses to reach into any of them.

#[cfg(unix)]
mod command_line;
mod dev_and_demo;
mod dev_server;
#[cfg(unix)]
mod domains;
#[cfg(unix)]
mod http;
#[cfg(unix)]
mod itself;
mod keys;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod serve;

#[cfg(unix)]
pub use http::{Answer, Browser, Request, ask, connect};
#[cfg(unix)]
pub use process::{HOST, Process, Site, URL};
