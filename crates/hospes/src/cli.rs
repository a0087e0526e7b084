//! The command line: what may be asked of the program, and how it answers. Refuses settings it does not know
//! (exit code 2); whatever fails later says so in one sentence on standard error (exit code 1).

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::bench::{BenchOptions, ServerOptions};
use crate::client::{self, ClientCommand, CompletionsOptions};
use crate::demo::DemoOptions;
use crate::dev::DevOptions;
use crate::logging;
use crate::production::{self, DomainOptions, KeysOptions, ServeOptions, SetupOptions};

/// The terminal of a developer stays readable; what production logs is a setting.
const QUIET: &str = "warn";

/// A directory for guests.
#[derive(Debug, Parser)]
#[command(
    name = "hospes",
    version,
    about = "Hospes, a directory for guests: invite people from outside, sign them in with what they have.",
    after_help = "Start with `hospes dev`, then run `hospes demo` in a second terminal, or\n\
                  `hospes login --env-file hospes-dev/dev.env` and `hospes guest list`.\n\
                  HOSPES_LOG says what is logged, for example HOSPES_LOG=info.",
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a whole directory on this machine, with people, a partner, an app and a mail inbox in it
    ///
    /// Nothing has to be configured: the data lives in a folder, HTTPS uses a certificate authority of its own
    /// that is made at the first start, and no mail leaves the machine. Not for production.
    Dev(DevOptions),
    /// Watch a guest change the way of signing in and stay the same guest
    ///
    /// Plays four situations against a running development server, through its public pages and interfaces only:
    /// another account, an account that was made anew, another company, and a hand-over to a successor. Every promise
    /// that can be seen from outside is checked; the first one that does not hold ends the demo with exit code 1.
    Demo(DemoOptions),
    /// Run the directory of an organisation
    ///
    /// Settings come from a file, from the environment (each has a variable, such as HOSPES_SMTP_HOST) and from
    /// flags; flags win over the environment, which wins over the file. An empty directory prints how to set it up.
    Serve(ServeOptions),
    /// Set an empty directory up without a browser
    ///
    /// Does what the page of the first start does, with the settings of `hospes serve`, which must not be running.
    Setup(SetupOptions),
    /// Say which domains belong to which organisation
    ///
    /// An organisation that owns a domain speaks for the addresses there. Its administrators prove that by a DNS record;
    /// the operator's word is as good. Uses the settings of `hospes serve`, which must not be running on a SQLite file.
    Domain(DomainOptions),
    /// Look at the keys that sign an organisation's tokens, or turn them before their time
    ///
    /// Keys turn by themselves every 90 days, announced two days before. Uses the settings of `hospes serve`, which must not
    /// be running on a SQLite file; on PostgreSQL running servers take up what was changed within a minute.
    Keys(KeysOptions),
    #[command(flatten)]
    Client(ClientCommand),
    /// Print the script that completes commands in a shell
    Completions(CompletionsOptions),
    /// Measure this program on this machine, each figure beside the best that minimal handlers reach
    ///
    /// A folder with a directory of its own is made, filled and removed again; only loopback is used. Build with
    /// `--release` (or `--profile dist`) before believing a figure.
    Bench(BenchOptions),
    /// The server that `hospes bench` measures
    #[command(hide = true)]
    BenchServer(ServerOptions),
}

/// The description of the command line, for its reference.
pub fn description() -> clap::Command {
    Cli::command()
}

/// Parses the command line and does what it says. Exits by itself for `--help`, `--version` and usage errors.
pub fn run() -> ExitCode {
    run_from(std::env::args_os())
}

/// The same for these words, the program's name first.
pub fn run_from(words: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    let Some(command) = Cli::parse_from(words).command else {
        // Asking for nothing is asking what there is.
        let shown = Cli::command().print_help();
        return if shown.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    };
    let logs_by_itself =
        matches!(command, Command::Serve(_) | Command::Setup(_) | Command::Domain(_) | Command::Keys(_));
    if !logs_by_itself && let Err(error) = logging::start(QUIET) {
        return fail(&error);
    }
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        tracing::debug!("a crypto provider was installed already");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    match command {
        Command::Dev(options) => ended(runtime.block_on(crate::dev::run(options))),
        Command::Demo(options) => ended(runtime.block_on(crate::demo::run(options))),
        Command::Serve(options) => operated(runtime.block_on(production::serve(options))),
        Command::Setup(options) => operated(runtime.block_on(production::set_up(options))),
        Command::Domain(options) => operated(runtime.block_on(production::domain(options))),
        Command::Keys(options) => operated(runtime.block_on(production::keys(options))),
        Command::Client(command) => ExitCode::from(runtime.block_on(client::run(command)).code()),
        Command::Completions(options) => {
            client::print_completions(&options, Cli::command());
            ExitCode::SUCCESS
        }
        Command::Bench(options) => ended(runtime.block_on(crate::bench::run(options))),
        Command::BenchServer(options) => ended(runtime.block_on(crate::bench::serve(options))),
    }
}

/// Settings that cannot be used are a usage error.
fn operated(result: Result<(), production::ProductionError>) -> ExitCode {
    match result {
        Err(error) if error.is_usage() => {
            fail(&error);
            ExitCode::from(2)
        }
        other => ended(other),
    }
}

fn ended<E: std::fmt::Display>(result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    // Nobody can be told when standard error is closed.
    let _ = writeln!(io::stderr(), "hospes: {error}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_description_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn development_needs_no_settings() {
        let Some(Command::Dev(options)) = Cli::try_parse_from(["hospes", "dev"]).unwrap().command else {
            panic!("dev is a command")
        };
        assert_eq!(options.data, std::path::Path::new("./hospes-dev"));
        assert_eq!((options.port, options.reset, options.env_file), (8443, false, None));
    }

    #[test]
    fn usage_errors_have_the_exit_code_two() {
        for wrong in [
            &["hospes", "dev", "--port", "99999"][..],
            &["hospes", "invite"],
            &["hospes", "--dev"],
            &["hospes", "serve", "--smtp-password", "x"],
        ] {
            assert_eq!(Cli::try_parse_from(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
        }
    }
}
