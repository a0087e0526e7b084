//! `hospes bench` from outside: the program itself, with its server processes, as an operator runs it. Stands here and
//! not in `tests/`, because only a package's own tests are told where its program is. Asserts shape, never speed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Runs it in a folder of the test's own, below the build folder, which is on a disk; it must be empty afterwards.
fn bench(test: &str, more: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{test}"));
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hospes"));
    command.args(["bench", "--quick", "--seconds", "0.02", "--guests", "200", "--folder"]).arg(&folder);
    let ran = command.args(more).output().unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "something is left in {}", folder.display());
    ran
}

/// Every figure of the design that can be measured so far has a row, and each row says what it was compared with.
#[test]
fn every_promised_figure_has_a_row() {
    let ran = bench("all", &["--json"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let written: Value = serde_json::from_slice(&ran.stdout).unwrap();
    for name in ["version", "profile", "engine", "cores", "guests", "date"] {
        assert!(!written["header"][name].is_null(), "{name}");
    }
    let rows = written["rows"].as_array().unwrap();
    let mut members = ["goal", "limit", "name", "ratio", "unit", "value"];
    members.sort_unstable();
    for row in rows {
        let mut found: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, members, "{row}");
        assert!(row["value"].as_f64().unwrap() > 0.0, "{row}");
    }
    let row =
        |name: &str| rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no row {name}"));
    for (name, goal) in [
        ("grant RS256, 64 clients", 0.8),
        ("grant ES256, 64 clients", 0.5),
        ("refresh, 64 clients", 0.6),
        ("code exchange, 64 clients", 0.6),
        ("invitation, 1 client", 0.6),
        ("invitation, 64 clients", 0.6),
        ("invitation with mail, 64 clients", 0.6),
        ("redemption, 64 clients", 0.5),
        ("reset, 64 clients", 0.5),
        ("user by id, 64 clients", 0.7),
        ("discovery, 64 clients", 0.7),
        ("keys, 64 clients", 0.7),
    ] {
        assert_eq!(row(name)["goal"], format!(">= {goal:.2} of the limit"));
        assert!(
            row(name)["limit"].as_f64().unwrap() > 0.0 && row(name)["ratio"].as_f64().unwrap() > 0.0,
            "{name}"
        );
    }
    for (name, goal) in [
        ("user by id, 16 clients at half rate, p99", "< 5 ms"),
        ("user by id, 1 client, p50", "< 60 µs"),
        ("startsWith(mail), $top=100, 16 clients at half rate, p99", "< 10 ms"),
        ("$count, 16 clients at half rate, p99", "< 20 ms"),
        ("start: very first (schema, keys of a tenant)", "< 500 ms"),
        ("start: again, empty directory", "< 50 ms"),
        ("start: again, with all guests", "< 200 ms"),
        ("size of the program", "< 30 MiB"),
    ] {
        assert_eq!(row(name)["goal"], goal);
    }
    if cfg!(target_os = "linux") {
        assert_eq!(row("memory: idle, with all guests")["goal"], "< 25 MiB");
        assert_eq!(row("memory: after load, with all guests")["goal"], "< 60 MiB");
    }
    assert!(
        row("user by id, 1 client, p50")["limit"].as_f64().unwrap() > 0.0,
        "what this machine can do at best"
    );
    assert!(row("guests seeded in bulk")["goal"].is_null());
    assert_eq!(written["rounds"].as_array().unwrap().len(), rows.len(), "each row has its spread");
}

#[test]
fn one_name_is_measured_alone_and_nothing_is_left_behind() {
    let ran = bench("only", &["--only", "keys, 64"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let shown = String::from_utf8(ran.stdout).unwrap();
    assert!(shown.contains("keys, 64 clients"), "{shown}");
    assert!(!shown.contains("discovery") && !shown.contains("keys, 16"), "a row alone: {shown}");
}

/// A script that reads an empty table would take it for an answer.
#[test]
fn a_run_that_is_stopped_fails_and_leaves_nothing_behind() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-stopped");
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hospes"));
    command.args(["bench", "--quick", "--guests", "200", "--folder"]).arg(&folder);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(running.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("Starting")));
    let sent = Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let rest: Vec<String> = said.collect();
    assert!(rest.iter().any(|line| line.contains("interrupted")), "{rest:?}");
    let ran = running.wait_with_output().unwrap();
    assert_eq!((ran.status.code(), ran.stdout.len()), (Some(1), 0));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "something is left in {}", folder.display());
}

#[test]
fn what_cannot_be_measured_is_said_in_a_sentence() {
    for (more, word) in [
        (&["--only", "user by name"][..], "user by id"),
        (&["--engine", "postgres"], "name the database to measure with --postgres"),
        (&["--engine", "postgres", "--postgres", "postgres://127.0.0.1"], "the database is missing"),
    ] {
        let ran = bench("refused", more);
        assert_eq!(ran.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&ran.stderr).contains(word),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let ran = bench("refused", &["--baseline", "no-such-file"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("no-such-file"));
}

/// The other engine has the same rows and the same limits, on the server that the tests are told of.
#[test]
fn postgres_is_measured_in_schemas_that_are_dropped_again() {
    let Ok(server) = std::env::var("HOSPES_TEST_POSTGRES") else { return };
    let ran = bench("server", &["--engine", "postgres", "--postgres", &server, "--only", "invitation"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let shown = String::from_utf8(ran.stdout).unwrap();
    assert!(shown.contains("postgres") && shown.contains("invitation, 64 clients"), "{shown}");
    assert!(shown.contains(">= 0.35") && !shown.contains(">= 0.60"), "goals of its own: {shown}");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(!said.contains("could not be removed"), "{said}");
}
