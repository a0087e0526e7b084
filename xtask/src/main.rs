//! `cargo xtask …`: the commands that keep this repository true. `check` is for every few minutes, `test` is
//! what continuous integration runs. Nothing here knows the product: it starts programs and reads text.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to its terminal")]

mod check;
mod command;
mod dev_server;
mod faults;
mod fuzz;
mod invariants;
mod postgres;
mod repo;
mod source;
mod stages;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask check [STAGE…]   what every commit must pass: format, invariants, clippy, docs, unit tests
cargo xtask test             check and everything else: all tests, the release build, demo, other people's clients, faults
cargo xtask test faults      kills, full disks and damage alone, with options
cargo xtask fuzz             inputs that are bred to reach every branch alone, with options

Stages of check, each can be run alone: format invariants clippy docs unit";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let root = repo::root();
    let all_passed = match words.split_first() {
        Some((verb, only))
            if verb == "check" && only.iter().all(|name| check::STAGES.contains(&name.as_str())) =>
        {
            check::run(&root, only)
        }
        Some((verb, [])) if verb == "test" => test::run(&root),
        Some((verb, [target, options @ ..])) if verb == "test" && target == "faults" => {
            let Some(options) = faults::Options::parse(options) else { return usage() };
            faults::run(&root, &options)
        }
        Some((verb, options)) if verb == "fuzz" => {
            let Some(options) = fuzz::Options::parse(options) else { return usage() };
            fuzz::run(&root, &options)
        }
        _ => return usage(),
    };
    if all_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}\n\nOptions of test faults:\n{}\n\nOptions of fuzz:\n{}", faults::USAGE, fuzz::USAGE);
    ExitCode::from(2)
}
