//! `cargo xtask check`: what every commit must pass, cheapest first, under two minutes once built.

use crate::command::{cargo, run as run_command};
use crate::invariants;
use crate::repo::Repo;
use crate::stages::{End, Stages};
use std::path::Path;

/// The stages by name, in the order in which they run.
pub const STAGES: [&str; 5] = ["format", "invariants", "clippy", "docs", "unit"];

/// Runs the named stages, all of them when none is named, and says whether none failed.
pub fn run(root: &Path, only: &[String]) -> bool {
    let mut stages = Stages::default();
    for name in STAGES.iter().filter(|name| only.is_empty() || only.iter().any(|wanted| wanted == *name)) {
        stages.run(name, || stage(root, name));
    }
    stages.report()
}

/// The stages that `cargo xtask test` starts with: all but the unit tests, which it runs among all tests.
pub fn run_without_tests(root: &Path, stages: &mut Stages) {
    for name in STAGES.iter().filter(|name| **name != "unit") {
        stages.run(name, || stage(root, name));
    }
}

fn stage(root: &Path, name: &str) -> Result<End, String> {
    match name {
        "format" => run_command(cargo(root, &["fmt", "--all", "--check"])),
        "invariants" => invariants::check(&Repo::load(root)?),
        "clippy" => run_command(cargo(
            root,
            &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        )),
        "docs" => {
            // The readers are people who work on this code, so what is private is documented too.
            let mut command =
                cargo(root, &["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
            command.env("RUSTDOCFLAGS", "-D warnings");
            run_command(command)
        }
        "unit" => run_command(cargo(
            root,
            &[
                "test",
                "--locked",
                "-p",
                "hospes-domain",
                "-p",
                "hospes-store",
                "-p",
                "xtask",
                "--lib",
                "--bins",
            ],
        )),
        other => Err(format!("there is no stage called {other}")),
    }
    .map(|()| End::Passed)
}
