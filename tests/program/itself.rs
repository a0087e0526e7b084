//! The program in the binary of the tests: the same code as the one people run, so that no test meets a stale build.

use std::process::ExitCode;

use super::process::WORDS;

/// Started by [`super::Process`] in a process of its own, which ends with the program's exit code.
#[test]
#[ignore = "is the program; other tests start it with words to work on"]
fn the_program() {
    let Ok(words) = std::env::var(WORDS) else { return };
    let code = hospes::cli::run_from(std::iter::once("hospes").chain(words.lines()));
    let number = (0..=u8::MAX).find(|&number| ExitCode::from(number) == code).unwrap_or(u8::MAX);
    std::process::exit(number.into());
}
