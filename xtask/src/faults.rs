//! `cargo xtask test faults`: crash safety of the real program, driven from outside by `tests/faults`. Installs what that
//! needs where it may, and says what it could not have. Refuses to judge: the driver does, and its exit code says how.

use crate::command::{cargo, output, run as run_command, run_within, status_within};
use crate::postgres::{Postgres, Programs, Version};
use crate::repo;
use crate::stages::{End, Stages};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What its help says, and what its words mean.
pub const USAGE: &str = "\
--minutes N    the most time, 8 if not given
--kills N      how many kills, 520 if not given
--seed S       the choices of an earlier run
--hospes P     a program that is built already
--only PARTS   of kills,disk,damage
--folder DIR   where the data is kept afterwards
--postgres V   debian (if not given) or newest";

const INSTALL_LIMIT: Duration = Duration::from_mins(3);
const MINUTES: u64 = 8;
/// The exit code of the driver when nothing was wrong, but a part could not run.
const INCOMPLETE: i32 = 3;

/// What a run may be asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    minutes: Option<u64>,
    /// Handed on to the driver as they are.
    driver: Vec<String>,
    hospes: Option<PathBuf>,
    /// The newest PostgreSQL instead of Debian's.
    newest: bool,
}

impl Options {
    /// Reads the words after `test faults`; none if there is one it does not know.
    pub fn parse(words: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let (pairs, []) = words.as_chunks::<2>() else { return None };
        for [name, value] in pairs {
            match name.as_str() {
                "--minutes" => options.minutes = Some(value.parse().ok()?),
                "--kills" | "--seed" => {
                    value.parse::<u64>().ok()?;
                    options.driver.extend([name.clone(), value.clone()]);
                }
                "--only" | "--folder" => options.driver.extend([name.clone(), value.clone()]),
                "--postgres" => {
                    options.newest = match value.as_str() {
                        "debian" => false,
                        "newest" => true,
                        _ => return None,
                    }
                }
                "--hospes" => options.hospes = Some(value.into()),
                _ => return None,
            }
        }
        Some(options)
    }

    fn minutes(&self) -> u64 {
        self.minutes.unwrap_or(MINUTES)
    }
}

/// Runs the target alone and says whether nothing failed.
pub fn run(root: &Path, options: &Options) -> bool {
    let mut stages = Stages::default();
    let mut hospes = options.hospes.clone();
    if hospes.is_none() {
        let build = ["build", "--release", "--locked", "-p", "hospes"];
        let built = stages.run("release build", || run_command(cargo(root, &build)).map(|()| End::Passed));
        hospes = built.then(|| repo::target(root).join("release").join("hospes"));
    }
    run_stages(root, hospes.as_deref(), options, &mut stages);
    stages.report()
}

/// The stages of this target; they are skipped without a program.
pub fn run_stages(root: &Path, hospes: Option<&Path>, options: &Options, stages: &mut Stages) {
    const NAMES: [&str; 2] = ["faults", "faults scale-out"];
    let Some(hospes) = hospes else {
        for name in NAMES {
            stages.skip(name, "the release build failed");
        }
        return;
    };
    stages.run(NAMES[0], || {
        have_strace();
        drive(root, hospes, options, "sqlite", &[])
    });
    stages.run(NAMES[1], || scale_out(root, hospes, options));
}

/// strace aims kills and errors at single system calls. Without it the driver says which parts it leaves out.
fn have_strace() {
    let is_there = |name: &str| Path::new("/usr/bin").join(name).exists();
    if is_there("strace") || !is_there("apt-get") {
        return;
    }
    for arguments in [&["update"][..], &["install", "-y", "--no-install-recommends", "strace"]] {
        let mut install = Command::new("apt-get");
        install.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        install.stdin(Stdio::null()).stdout(Stdio::null());
        if let Err(why) = run_within(INSTALL_LIMIT, install) {
            println!("strace cannot be installed: {why}");
            return;
        }
    }
}

/// The same on PostgreSQL, which is crashed, too.
fn scale_out(root: &Path, hospes: &Path, options: &Options) -> Result<End, String> {
    let mut help = Command::new(hospes);
    help.args(["dev", "--help"]).stdin(Stdio::null());
    if !output(help)?.contains("--postgres") {
        return Ok(End::Skipped("hospes dev has no --postgres in this build".to_owned()));
    }
    let version = if options.newest { Version::Newest } else { Version::Debian };
    let programs = match Programs::have(root, version) {
        Ok(programs) => programs,
        Err(why) => return Ok(End::Skipped(why)),
    };
    println!("{}, with fsync", programs.says);
    let server = Postgres::start(&programs, true)?;
    let end = drive(root, hospes, options, "postgres", &server.environment()?);
    server.stop()?;
    end
}

fn drive(
    root: &Path,
    hospes: &Path,
    options: &Options,
    engine: &str,
    environment: &[(&str, String)],
) -> Result<End, String> {
    let minutes = options.minutes();
    let mut driver = Command::new(std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into()));
    driver
        .arg(root.join("tests/faults"))
        .arg("--hospes")
        .arg(std::path::absolute(hospes).unwrap_or_default());
    driver.args(["--engine", engine, "--minutes", &minutes.to_string()]).args(&options.driver);
    driver.envs(environment.iter().map(|(name, value)| (name, value))).env("PYTHONDONTWRITEBYTECODE", "1");
    driver.stdin(Stdio::null());
    // What has begun is brought to its end: leases of a minute, and the judgement after them.
    let limit = Duration::from_secs((minutes + 5) * 60);
    match status_within(limit, driver) {
        Ok(status) if status.success() => Ok(End::Passed),
        Ok(status) if status.code() == Some(INCOMPLETE) => {
            Ok(End::Skipped("a part of it: see its lines above; nothing of the rest was wrong".to_owned()))
        }
        Ok(status) => Err(format!("the driver ended with {status}")),
        Err(why) => Err(why),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn parsed(line: &str) -> Option<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_asked_for_reaches_the_driver_and_nothing_else_does() {
        let options = parsed("--seed 7 --minutes 2 --hospes target/x").unwrap();
        assert_eq!((options.minutes(), options.driver), (2, vec!["--seed".to_owned(), "7".to_owned()]));
        assert!(!options.newest && parsed("--postgres newest").unwrap().newest);
        assert_eq!(options.hospes, Some("target/x".into()));
        assert_eq!(parsed("").unwrap().minutes(), MINUTES);
        for wrong in ["--seed", "--seed x", "--minutes -1", "--postgres 9", "--engine x", "sqlite"] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn without_a_program_nothing_is_left_out_in_silence() {
        let mut stages = Stages::default();
        run_stages(Path::new("/nowhere"), None, &Options::default(), &mut stages);
        assert_eq!(stages.ends(), [("faults", "skipped"), ("faults scale-out", "skipped")]);
    }
}
