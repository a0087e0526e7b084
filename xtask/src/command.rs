//! Starting other programs: from the root of the repository, without standard input, with a time limit where
//! the program talks to a server and could wait for ever.

use crate::stages::Watch;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// A cargo command in the root of the repository.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root).stdin(Stdio::null());
    // `cargo xtask` describes this package in the environment; handed on, that would make build scripts that
    // look at those variables run again for every command.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// The same command, with the processors that others leave to it.
pub fn behind_others(command: Command) -> Command {
    let mut nice = Command::new("nice");
    nice.args(["-n", "19"]).arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    nice
}

/// Runs a command to its end with its output on this terminal.
pub fn run(mut command: Command) -> Result<(), String> {
    let line = spoken(&command);
    println!("$ {line}");
    let status = command.status().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    judge(&line, status)
}

/// Runs a command to its end and returns what it printed.
pub fn output(mut command: Command) -> Result<String, String> {
    let line = spoken(&command);
    let output = command.output().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    judge(&line, output.status)
        .map_err(|failure| format!("{failure}\n{}", String::from_utf8_lossy(&output.stderr)))?;
    String::from_utf8(output.stdout)
        .map_err(|error| format!("`{line}` printed something that is not text: {error}"))
}

/// Runs a command with its output on this terminal, and ends it when the limit has passed.
pub fn run_within(limit: Duration, command: Command) -> Result<(), String> {
    let line = spoken(&command);
    judge(&line, status_within(limit, command)?)
}

/// The same, for a command whose exit code says more than yes or no.
pub fn status_within(limit: Duration, mut command: Command) -> Result<ExitStatus, String> {
    let line = spoken(&command);
    println!("$ {line}");
    let mut child = command.spawn().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if let Some(status) = wait(&mut child, limit)? {
        return Ok(status);
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(format!("`{line}` was still running after {} s", limit.as_secs()))
}

/// Waits for a program to end, at most so long. `None`: it is still running.
pub fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>, String> {
    let watch = Watch::start();
    loop {
        let ended = child.try_wait().map_err(|error| format!("cannot wait for a program: {error}"))?;
        if ended.is_some() || watch.elapsed() > limit {
            return Ok(ended);
        }
        pause();
    }
}

/// The pause between two looks at another program, for which there is no event to wait for.
#[expect(
    clippy::disallowed_methods,
    reason = "the standard library has no wait for a program with a time limit"
)]
pub fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

fn judge(line: &str, status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("`{line}` ended with {status}")) }
}

/// The command as a person would type it.
fn spoken(command: &Command) -> String {
    let program =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_program_that_fails_is_named_with_its_exit_code() {
        let failure = run(Command::new("false")).unwrap_err();
        assert!(failure.starts_with("`false` ended with exit status: 1"), "{failure}");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let mut forever = Command::new("sleep");
        forever.arg("600");
        let failure = run_within(Duration::ZERO, forever).unwrap_err();
        assert_eq!(failure, "`sleep 600` was still running after 0 s");
    }

    #[test]
    fn a_missing_program_is_an_error_not_a_panic() {
        assert!(output(Command::new("no-such-program-here")).unwrap_err().starts_with("cannot start"));
    }
}
