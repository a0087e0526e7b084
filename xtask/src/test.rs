//! `cargo xtask test`: everything this repository can prove about itself, as continuous integration runs it.
//! After the checks and all tests it builds the release program, starts `hospes dev` from it and lets
//! `hospes demo` and other people's clients loose on it; last come kills, full disks and damage.

use crate::check;
use crate::command::{cargo, output, run as run_command, run_within, status_within};
use crate::dev_server::DevServer;
use crate::faults;
use crate::fuzz;
use crate::postgres::{Postgres, Programs, Version};
use crate::repo;
use crate::stages::{End, Stages};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// `hospes demo` walks its journeys in seconds; after minutes it hangs.
const DEMO_LIMIT: Duration = Duration::from_mins(3);
/// Installed below the target folder when it is not there: two minutes once, on two cores.
const DENY_VERSION: &str = "0.20.2";
/// Three minutes' worth, on two cores.
const DIFFERENTIAL_COMMANDS: &str = "40000";
/// The exit code of a client whose engine is not on this machine, as automake has it.
const CANNOT_RUN: i32 = 77;
/// A client's script may have to install its own needs first.
const CLIENT_LIMIT: Duration = Duration::from_mins(10);

/// Runs every stage and says whether none failed.
pub fn run(root: &Path) -> bool {
    let mut stages = Stages::default();
    check::run_without_tests(root, &mut stages);
    stages.run("cargo-deny", || cargo_deny(root).map(|()| End::Passed));
    stages.run("tests", || {
        run_command(cargo(root, &["test", "--workspace", "--locked", "--no-fail-fast"])).map(|()| End::Passed)
    });
    stages.run("tests debian pg", || on_postgres(root, Version::Debian, vec![every_test(root)]));
    stages.run("tests newest pg", || on_postgres(root, Version::Newest, tests_of_versions(root)));
    stages.run("differential", || on_postgres(root, Version::Debian, vec![differential(root)]));
    let built = stages.run("release build", || {
        run_command(cargo(root, &["build", "--release", "--locked", "-p", "hospes"])).map(|()| End::Passed)
    });
    let target = repo::target(root);
    let hospes = built.then(|| target.join("release").join("hospes"));
    with_server(root, hospes.as_deref(), &target.join("xtask").join("dev"), &mut stages);
    let compiler = fuzz::have_compiler();
    let program = std::thread::scope(|scope| {
        // Who is killed and started again waits more than it computes: meanwhile the next stage is built.
        let program = scope.spawn(|| compiler.and_then(|()| fuzz::build(root)));
        faults::run_stages(root, hospes.as_deref(), &faults::Options::default(), &mut stages);
        program.join()
    });
    let program = program.unwrap_or_else(|_| Err(fuzz::NoProgram::NotBuilt("building panicked".to_owned())));
    fuzz::run_stage(root, &fuzz::Options::default(), program, &mut stages);
    stages.report()
}

/// What a version of PostgreSQL can break: every statement of the store, every verb, and the journeys. All tests once
/// more would find nothing else and take ten minutes.
fn tests_of_versions(root: &Path) -> Vec<Command> {
    let mut inside = cargo(root, &["test", "--locked", "--no-fail-fast"]);
    inside.args(["-p", "hospes-store", "-p", "hospes-actions"]);
    let mut journeys = cargo(root, &["test", "--locked", "--no-fail-fast", "-p", "hospes-tests"]);
    journeys.args(["--", "journeys::"]);
    vec![inside, journeys]
}

/// Every test that keeps a directory.
fn every_test(root: &Path) -> Command {
    let mut tests = cargo(root, &["test", "--locked", "--no-fail-fast"]);
    for package in ["hospes-store", "hospes-actions", "hospes-web", "hospes", "hospes-tests"] {
        tests.args(["-p", package]);
    }
    // A power cut tears the log of a file, whichever engine the other tests are on: those ran among all tests.
    tests.args(["--", "--skip", "threats::k_power"]);
    tests
}

/// Random commands to both engines at once. Each lane waits for one answer at a time, so all of them run together.
fn differential(root: &Path) -> Command {
    let mut tests = cargo(root, &["test", "--locked", "--no-fail-fast", "-p", "hospes-tests"]);
    tests.args(["--", "differential::", "--nocapture", "--test-threads", "4"]);
    tests.env("HOSPES_DIFFERENTIAL_COMMANDS", DIFFERENTIAL_COMMANDS);
    tests
}

/// Tests on a private PostgreSQL server instead of a file.
fn on_postgres(root: &Path, version: Version, tests: Vec<Command>) -> Result<End, String> {
    let programs = match Programs::have(root, version) {
        Ok(programs) => programs,
        Err(why) => return Ok(End::Skipped(why)),
    };
    println!("{}", programs.says);
    let server = Postgres::start(&programs, false)?;
    let outcomes: Vec<Result<(), String>> = tests
        .into_iter()
        .map(|mut tests| {
            tests.env("HOSPES_TEST_POSTGRES", server.url());
            run_command(tests)
        })
        .collect();
    server.stop()?;
    outcomes.into_iter().collect::<Result<(), String>>().map(|()| End::Passed)
}

/// Licences, banned crates and sources by `deny.toml`. The advisories are left out: they come from a repository
/// on the network, and the same commit must not be green today and red tomorrow.
fn cargo_deny(root: &Path) -> Result<(), String> {
    let tools = repo::target(root).join("tools");
    let deny = tools.join("bin").join("cargo-deny");
    let mut version = Command::new(&deny);
    version.arg("--version");
    if !output(version).is_ok_and(|version| version.trim() == format!("cargo-deny {DENY_VERSION}")) {
        let mut install =
            cargo(root, &["install", "cargo-deny", "--locked", "--force", "--version", DENY_VERSION]);
        install.arg("--root").arg(&tools);
        run_command(install)?;
    }
    let mut check = Command::new(&deny);
    check.args(["--workspace", "--locked", "check", "bans", "licenses", "sources"]);
    check.current_dir(root).stdin(Stdio::null());
    run_command(check)
}

/// The stages that need a running server of this program; they are skipped without one.
fn with_server(root: &Path, hospes: Option<&Path>, folder: &Path, stages: &mut Stages) {
    let clients = client_scripts(root);
    let mut server = None;
    if let Some(hospes) = hospes {
        stages.run("dev starts", || {
            server = Some(DevServer::start(hospes, folder)?);
            Ok(End::Passed)
        });
    } else {
        stages.skip("dev starts", "the release build failed");
    }
    let (Some(hospes), Some(server)) = (hospes, server) else {
        for name in
            ["demo".to_owned(), "dev stops".to_owned()].iter().chain(clients.iter().map(|(name, _)| name))
        {
            stages.skip(name, "there is no server");
        }
        return;
    };
    let demo_passed = stages.run("demo", || demo(root, hospes, &server));
    if clients.is_empty() {
        stages.skip("clients", "there is no script at clients/*/run");
    }
    let mut clients_passed = true;
    for (name, script) in &clients {
        clients_passed &= stages.run(name, || client(script, &server));
    }
    if !(demo_passed && clients_passed) {
        println!("\nThe end of the server's own log:\n{}", server.log_end());
    }
    stages.run("dev stops", || server.stop().map(|()| End::Passed));
}

fn demo(root: &Path, hospes: &Path, server: &DevServer) -> Result<End, String> {
    let mut command = Command::new(hospes);
    command.arg("demo").arg("--env-file").arg(&server.env_file).current_dir(root).stdin(Stdio::null());
    run_within(DEMO_LIMIT, command).map(|()| End::Passed)
}

/// Runs one client's script in its own folder; it finds the server in `HOSPES_…` variables.
fn client(script: &Path, server: &DevServer) -> Result<End, String> {
    let mut command = Command::new(script);
    command.envs(server.variables.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
    command.current_dir(script.parent().ok_or("a script has a folder")?);
    let status = status_within(CLIENT_LIMIT, command)?;
    if status.code() == Some(CANNOT_RUN) {
        return Ok(End::Skipped("the script says above what it lacks".to_owned()));
    }
    if status.success() { Ok(End::Passed) } else { Err(format!("it ended with {status}")) }
}

/// The scripts `clients/*/run`, with the name of their stage, in alphabetical order.
fn client_scripts(root: &Path) -> Vec<(String, PathBuf)> {
    let Ok(folders) = std::fs::read_dir(root.join("clients")) else { return Vec::new() };
    let mut scripts: Vec<_> = folders
        .flatten()
        .map(|folder| {
            (format!("clients/{}", folder.file_name().to_string_lossy()), folder.path().join("run"))
        })
        .filter(|(_, script)| script.is_file())
        .collect();
    scripts.sort();
    scripts
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn demo_and_clients_run_against_one_server() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let root = std::env::temp_dir().join(format!("xtask-test-{}", std::process::id()));
        for (client, script) in
            [("lua", "client-that-lacks"), ("python", "client-that-connects"), ("ruby", "client-that-fails")]
        {
            let folder = root.join("clients").join(client);
            fs::create_dir_all(&folder).unwrap();
            symlink(fixtures.join(script), folder.join("run")).unwrap();
        }
        let mut stages = Stages::default();
        with_server(&root, Some(&fixtures.join("fake-hospes")), &root.join("dev"), &mut stages);
        fs::remove_dir_all(&root).unwrap();
        let ends = stages.ends();
        assert_eq!(ends[..3], [("dev starts", "passed"), ("demo", "passed"), ("clients/lua", "skipped")]);
        assert_eq!(
            ends[3..],
            [("clients/python", "passed"), ("clients/ruby", "failed"), ("dev stops", "passed")]
        );
    }

    #[test]
    fn without_a_program_nothing_is_left_out_in_silence() {
        let mut stages = Stages::default();
        with_server(Path::new("/nowhere"), None, Path::new("/nowhere/dev"), &mut stages);
        assert_eq!(stages.ends(), [("dev starts", "skipped"), ("demo", "skipped"), ("dev stops", "skipped")]);
    }
}
