//! Tells the demo to a person: short sentences, and a check mark for everything that was looked at. Refuses to mark
//! what does not hold: that ends the demo.

use super::failure::{Failure, Outcome};
use crate::terminal::{Ink, Terminal, say};

/// Says what happens and counts what holds.
pub struct Narrator {
    terminal: Terminal,
    held: usize,
}

impl Narrator {
    /// On this terminal.
    pub fn new(terminal: Terminal) -> Self {
        Self { terminal, held: 0 }
    }

    /// A new part of the story.
    pub fn title(&self, text: &str) {
        say(format!("\n{}", self.terminal.set(Ink::Strong, text)));
    }

    /// What happens next.
    pub fn tell(text: &str) {
        say(format!("  {text}"));
    }

    /// A promise: `promise` says what must be so, `holds` whether it is, `seen` what was seen instead.
    pub fn holds(&mut self, promise: &str, holds: bool, seen: impl FnOnce() -> String) -> Outcome<()> {
        if holds {
            self.held += 1;
            say(format!("    {} {promise}", self.terminal.set(Ink::Good, "✓")));
            return Ok(());
        }
        say(format!("    {} {promise}", self.terminal.set(Ink::Bad, "✗")));
        let seen = seen();
        let seen = if seen.is_empty() { seen } else { format!(" Seen instead: {seen}.") };
        Err(Failure::new(format!("this does not hold: {promise}.{seen}")))
    }

    /// A promise that two values are the same.
    pub fn same<T: PartialEq + std::fmt::Debug>(
        &mut self,
        promise: &str,
        before: &T,
        after: &T,
    ) -> Outcome<()> {
        self.holds(promise, before == after, || format!("{after:?} in place of {before:?}"))
    }

    /// The last words.
    pub fn end(&self) {
        let line = format!("All {} checks passed.", self.held);
        say(format!("\n{} Same guest, new way to sign in.\n", self.terminal.set(Ink::Good, line)));
    }
}
