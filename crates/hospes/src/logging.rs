//! Logs on standard error: for people on a terminal, as JSON lines otherwise. Refuses to log addresses with their
//! query, where links and codes travel: nothing of ours writes them, and the libraries that would stay quiet.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// The variable that says what is logged, in the syntax of `RUST_LOG` (`info`, `hospes_actions=debug,warn`).
pub const VARIABLE: &str = "HOSPES_LOG";

/// Libraries that log whole addresses or bytes below warnings.
const TALKATIVE: [&str; 5] = ["reqwest", "hyper", "hyper_util", "h2", "rustls"];

/// The logs cannot be set up as asked.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The variable does not parse.
    #[error("{VARIABLE} is not a log filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody else logs already.
    #[error("cannot start logging: {0}")]
    Taken(#[from] tracing_subscriber::util::TryInitError),
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Starts logging; without the variable, `fallback` says what.
///
/// # Errors
/// A filter that does not parse: better said at the start than missed when the log is needed.
pub fn start(fallback: &str) -> Result<(), LoggingError> {
    let wanted = std::env::var(VARIABLE).ok().filter(|text| !text.trim().is_empty());
    start_with(wanted.as_deref().unwrap_or(fallback), None)
}

/// Starts logging as told; without a format, text where a person looks.
///
/// # Errors
/// A filter that does not parse.
pub fn start_with(wanted: &str, format: Option<Format>) -> Result<(), LoggingError> {
    let builder = tracing_subscriber::fmt().with_env_filter(filter(wanted)?).with_writer(io::stderr);
    let is_terminal = io::stderr().is_terminal();
    let builder = builder.with_ansi(is_terminal);
    match format.unwrap_or(if is_terminal { Format::Text } else { Format::Json }) {
        Format::Text => builder.with_target(false).compact().finish().try_init()?,
        Format::Json => builder.json().finish().try_init()?,
    }
    Ok(())
}

/// Whether a text says what is logged.
pub fn is_filter(text: &str) -> bool {
    !text.trim().is_empty() && filter(text).is_ok()
}

fn filter(wanted: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    let mut directives = TALKATIVE.map(|name| format!("{name}=warn")).to_vec();
    // The last directive for a target counts, so whoever names such a library gets it.
    directives.push(wanted.to_owned());
    EnvFilter::builder().parse(directives.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_general_level_leaves_talkative_libraries_quiet() {
        let shown = filter("debug").map(|filter| filter.to_string()).unwrap_or_default();
        assert!(shown.contains("reqwest=warn") && shown.contains("debug"), "{shown}");
        assert!(filter("hospes=loud=x").is_err());
    }
}
