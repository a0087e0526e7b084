//! What `hospes dev` says in the terminal when it is ready: where it is, how to trust it, what to do next. Short
//! enough to be read, and every line can be copied.

use std::path::Path;

use super::commands;
use super::seed_file::Organisation;
use super::settings::Whereabouts;
use crate::terminal::{Ink, Terminal};

/// The lines, in order.
pub fn lines(terminal: Terminal, at: &Whereabouts<'_>, data: &Path, took_ms: u128) -> Vec<String> {
    let strong = |text: &str| terminal.set(Ink::Strong, text);
    let soft = |text: &str| terminal.set(Ink::Soft, text);
    let mut lines = vec![
        String::new(),
        format!("  {}  {}", strong("Your directory is running"), soft(&format!("after {took_ms} ms"))),
        String::new(),
        format!("  Start page    {}", strong(at.base_url)),
        format!("  Mail inbox    {}/dev/inbox", at.base_url),
        format!("  Sample app    {}{}", at.base_url, super::seed::SAMPLE_PATH),
        format!("  Data          {}", data.display()),
        String::new(),
        people(&at.seed.host),
        people(&at.seed.partner),
        format!("  Password      {}, for everybody", strong(&at.seed.password)),
        String::new(),
        format!("  {}", soft("Trust its certificate authority in this shell (curl, Python, Node):")),
    ];
    let certificate = at.ca_path();
    lines.extend(commands::trust_lines(&certificate).into_iter().map(|(_, line)| format!("  {line}")));
    lines.extend([
        String::new(),
        format!("  {}", soft("Watch guests change how they sign in, in a second terminal:")),
        format!("  {}", commands::demo(data)),
        String::new(),
        format!("  {}", soft("Ctrl-C stops the server. For development only: keep it off the internet.")),
        String::new(),
    ]);
    lines
}

fn people(of: &Organisation) -> String {
    let locals: Vec<&str> =
        of.people.iter().map(|person| person.upn.split('@').next().unwrap_or_default()).collect();
    format!("  {:<13} {} @{}", of.name, locals.join(", "), of.domain)
}
