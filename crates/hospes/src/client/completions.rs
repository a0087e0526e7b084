//! `hospes completions`: the words of the command line for a shell. Refuses to install them: where they go is the
//! person's choice.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_complete::Shell;

/// Options of `hospes completions`.
#[derive(Clone, Debug, Args)]
pub struct CompletionsOptions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for this description of the command line.
pub fn print(options: &CompletionsOptions, mut command: Command) {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "hospes", &mut script);
    // Whoever closed the pipe wants no more of it.
    let _ = io::stdout().lock().write_all(&script);
}
