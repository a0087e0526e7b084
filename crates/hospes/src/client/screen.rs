//! What a command shows: tables and labelled lines for people, JSON for scripts, sentences beside either on standard
//! error. Refuses to mix them: with `--json` nothing but JSON goes to standard output.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

use super::table::{self, Head};
use super::text::{json, plain};
use crate::terminal::{Ink, Terminal, say};

/// How a column of objects is made.
#[derive(Clone, Copy)]
pub struct Column {
    head: Head,
    cell: fn(&Value) -> String,
}

/// A column that may be shortened.
pub const fn column(title: &'static str, cell: fn(&Value) -> String) -> Column {
    Column { head: Head { title, whole: false }, cell }
}

/// A column that stays whole.
pub const fn whole(title: &'static str, cell: fn(&Value) -> String) -> Column {
    Column { head: Head { title, whole: true }, cell }
}

/// Where a command shows what it has.
pub struct Screen {
    json: bool,
    width: Option<usize>,
    terminal: Terminal,
}

impl Screen {
    /// Standard output as it is.
    pub fn new(json: bool) -> Self {
        let size = if io::stdout().is_terminal() { terminal_size::terminal_size() } else { None };
        let width = size.map(|(width, _)| usize::from(width.0));
        Self { json, width, terminal: Terminal::stdout() }
    }

    /// Objects of one kind; `kind` is what they are called if there are none.
    pub fn list(&self, kind: &str, objects: &[Value], columns: &[Column]) {
        if self.json {
            say(json(&Value::Array(objects.to_vec())));
            return;
        }
        if objects.is_empty() {
            note(&format!("No {kind}."));
            return;
        }
        let heads: Vec<Head> = columns.iter().map(|column| column.head).collect();
        let row = |object: &Value| columns.iter().map(|column| plain(&(column.cell)(object))).collect();
        let rows: Vec<Vec<String>> = objects.iter().map(row).collect();
        let mut lines = table::lines(self.width, &heads, &rows).into_iter();
        if let Some(titles) = lines.next() {
            say(self.terminal.set(Ink::Strong, titles));
        }
        lines.for_each(say);
    }

    /// One object, as lines with a label; empty ones are left out.
    pub fn card(&self, object: &Value, lines: &[(&str, String)]) {
        if self.json {
            say(json(object));
            return;
        }
        let widest = lines.iter().map(|(label, _)| label.len()).max().unwrap_or_default();
        for (label, text) in lines.iter().filter(|(_, text)| !text.is_empty()) {
            let label = self.terminal.set(Ink::Soft, format!("{label:<widest$}"));
            say(format!("{label}  {}", plain(text)));
        }
    }

    /// These objects in JSON; people were told already.
    pub fn objects(&self, objects: &[Value]) {
        if self.json {
            say(json(&Value::Array(objects.to_vec())));
        }
    }

    /// Something was done to this object: a sentence for people.
    pub fn done(&self, object: &Value, sentence: &str) {
        if self.json {
            say(json(object));
        } else {
            say(plain(sentence));
        }
    }

    /// A further line for people, which scripts find in the JSON.
    pub fn also(&self, line: &str) {
        if !self.json {
            say(plain(line));
        }
    }
}

/// A sentence that is not the answer, on standard error.
pub fn note(sentence: &str) {
    // Nobody can be told when standard error is closed.
    let _ = writeln!(io::stderr(), "{}", plain(sentence));
}
