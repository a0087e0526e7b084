//! What a person reads in the terminal: plain lines, bold and colour where somebody looks, nothing where a file
//! does. The one place that writes to standard output; a reader that has gone is no reason to fail.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// Standard output with or without colour.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    colour: bool,
}

/// How a piece of text is set off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A heading.
    Strong,
    /// Something secondary.
    Soft,
    /// Something that holds.
    Good,
    /// Something that does not.
    Bad,
}

impl Ink {
    /// The numbers of ECMA-48 "select graphic rendition".
    fn code(self) -> &'static str {
        match self {
            Self::Strong => "1",
            Self::Soft => "2",
            Self::Good => "32",
            Self::Bad => "31",
        }
    }
}

impl Terminal {
    /// Colour only where a person looks and has not declined it (no-color.org).
    pub fn stdout() -> Self {
        let declined = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { colour: io::stdout().is_terminal() && !declined }
    }

    /// Never any colour.
    #[cfg(test)]
    pub fn plain() -> Self {
        Self { colour: false }
    }

    /// The text in this ink.
    pub fn set(self, ink: Ink, text: impl Display) -> String {
        if self.colour { format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code()) } else { text.to_string() }
    }
}

/// One line on standard output. Ends the program with code 1 when it cannot be written, so that no script takes a cut
/// file for a whole one; whoever closed the pipe wants no more lines and is not bothered.
pub fn say(line: impl Display) {
    write(format!("{line}\n").as_bytes());
}

/// The same for bytes as they are.
pub fn write(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        let said = "Make room, or write it elsewhere, and do it again.";
        // Where this cannot be said either, the code still says it.
        let _ = writeln!(io::stderr(), "The output could not be written: {error}. {said}");
        std::process::exit(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_get_no_colour() {
        assert_eq!(Terminal { colour: false }.set(Ink::Bad, "no"), "no");
        assert_eq!(Terminal { colour: true }.set(Ink::Good, "yes"), "\u{1b}[32myes\u{1b}[0m");
    }
}
