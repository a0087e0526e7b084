//! The outbox: which mails wait, went out, were given up or lost their point, and sending one once more (threats I7).
//! Refuses to show what a mail says: text, link and code are derived when it is sent, and stored nowhere (threats I9).

mod list;
mod retry;

pub use list::{get, list};
pub use retry::retry;

#[cfg(test)]
mod tests;
