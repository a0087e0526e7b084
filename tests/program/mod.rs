//! The program as its users meet it: `hospes dev` and `hospes demo`, and `hospes serve` in a process of its own.
//! Refuses to reach into any of them.

mod dev_and_demo;
#[cfg(unix)]
mod domains;
#[cfg(unix)]
mod http;
#[cfg(unix)]
mod itself;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod serve;

#[cfg(unix)]
pub use http::{Answer, Browser, Request, ask, connect};
#[cfg(unix)]
pub use process::{HOST, Process, Site, URL};
