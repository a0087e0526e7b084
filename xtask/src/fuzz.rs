//! `cargo xtask fuzz`: libFuzzer on the whole server, for as long as is asked. The compiler marks the branches of our own
//! crates, so that inputs are bred that reach new ones. Refuses to keep what it learned out of sight: the corpus grows in
//! the target folder, and an input that led to a defect stays there, named in the output.

use crate::command::{behind_others, cargo, output, run_within, wait};
use crate::repo;
use crate::stages::{End, Stages};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What its help says.
pub const USAGE: &str = "\
--seconds N    for each target, 20 if not given
--only TARGET  query, batch, body, token or link";

/// Each has a folder of seeds in `tests/fuzz/seeds`.
const TARGETS: [&str; 5] = ["query", "batch", "body", "token", "link"];
const SECONDS: u64 = 20;
/// As many as there are processors on the smallest machine that this runs on.
const AT_ONCE: usize = 2;
/// Longer inputs than every seed, and short enough that most of one matters.
const LONGEST_INPUT: &str = "-max_len=2048";
/// An answer that takes longer is a defect, too.
const LONGEST_ANSWER: &str = "-timeout=10";
const INSTALL_LIMIT: Duration = Duration::from_mins(3);

/// What a run may be asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    seconds: u64,
    targets: Vec<&'static str>,
}

impl Default for Options {
    fn default() -> Self {
        Self { seconds: SECONDS, targets: TARGETS.to_vec() }
    }
}

impl Options {
    /// Reads the words after `fuzz`; none if there is one it does not know.
    pub fn parse(words: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let (pairs, []) = words.as_chunks::<2>() else { return None };
        for [name, value] in pairs {
            match name.as_str() {
                "--seconds" => options.seconds = value.parse().ok()?,
                "--only" => options.targets = vec![TARGETS.into_iter().find(|target| target == value)?],
                _ => return None,
            }
        }
        Some(options)
    }
}

/// Runs it alone and says whether nothing failed.
pub fn run(root: &Path, options: &Options) -> bool {
    let mut stages = Stages::default();
    let program = have_compiler().and_then(|()| build(root));
    run_stage(root, options, program, &mut stages);
    stages.report()
}

/// The stage of `cargo xtask test`.
pub fn run_stage(root: &Path, options: &Options, program: Result<PathBuf, NoProgram>, stages: &mut Stages) {
    stages.run("fuzz", || {
        let program = match program {
            Ok(program) => program,
            Err(NoProgram::NoCompiler(why)) => return Ok(End::Skipped(why)),
            Err(NoProgram::NotBuilt(why)) => return Err(why),
        };
        let mut failed = Vec::new();
        for some in options.targets.chunks(AT_ONCE) {
            failed.extend(together(root, &program, some, options.seconds)?);
        }
        if failed.is_empty() { Ok(End::Passed) } else { Err(failed.join("; ")) }
    });
}

/// Why there is nothing to fuzz with.
pub enum NoProgram {
    /// Nothing here compiles C++.
    NoCompiler(String),
    /// What the compiler says.
    NotBuilt(String),
}

/// libFuzzer is written in C++. Installs a compiler where it may, which nothing else may do at the same time.
pub fn have_compiler() -> Result<(), NoProgram> {
    let is_there = |name: &str| Path::new("/usr/bin").join(name).exists();
    if is_there("c++") {
        return Ok(());
    }
    if !is_there("apt-get") {
        let why = "there is no C++ compiler, and only Debian's can be installed";
        return Err(NoProgram::NoCompiler(why.to_owned()));
    }
    for arguments in [&["update"][..], &["install", "-y", "--no-install-recommends", "g++"]] {
        let mut install = Command::new("apt-get");
        install.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        install.stdin(Stdio::null()).stdout(Stdio::null());
        run_within(INSTALL_LIMIT, install).map_err(NoProgram::NoCompiler)?;
    }
    Ok(())
}

/// The crates of others are those of the tests, so that this builds no more than our own once more. Whatever else runs on
/// the machine goes first; what the compiler says is kept until it has ended.
pub fn build(root: &Path) -> Result<PathBuf, NoProgram> {
    let arguments =
        ["build", "--quiet", "--locked", "-p", "hospes-tests", "--example", "fuzz", "--features", "fuzz"];
    let mut build = behind_others(cargo(root, &arguments));
    build.env("RUSTC_WORKSPACE_WRAPPER", root.join("tests").join("fuzz").join("rustc"));
    output(build).map_err(NoProgram::NotBuilt)?;
    Ok(repo::target(root).join("debug").join("examples").join("fuzz"))
}

/// Runs some targets side by side; what went wrong with each.
fn together(root: &Path, program: &Path, targets: &[&str], seconds: u64) -> Result<Vec<String>, String> {
    let mut running = Vec::new();
    for target in targets {
        let folder = repo::target(root).join("fuzz").join(target);
        let corpus = folder.join("corpus");
        let trouble = |error: std::io::Error| format!("cannot use {}: {error}", folder.display());
        std::fs::create_dir_all(&corpus).map_err(trouble)?;
        let log = folder.join("log");
        let file = std::fs::File::create(&log).map_err(trouble)?;
        let mut fuzz = Command::new(program);
        fuzz.arg(format!("-max_total_time={seconds}")).args([LONGEST_INPUT, LONGEST_ANSWER]);
        fuzz.arg(format!("-artifact_prefix={}/", folder.display()));
        fuzz.arg(format!("-dict={}", root.join("tests/fuzz/words.dict").display()));
        fuzz.arg(&corpus).arg(root.join("tests/fuzz/seeds").join(target));
        fuzz.env("HOSPES_FUZZ", target).env_remove("HOSPES_TEST_POSTGRES").stdin(Stdio::null());
        fuzz.stdout(file.try_clone().map_err(trouble)?).stderr(file);
        let child = fuzz.spawn().map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        running.push((*target, log, child));
    }
    let limit = Duration::from_secs(seconds) + Duration::from_mins(2);
    let mut failed = Vec::new();
    for (target, log, mut child) in running {
        let end = wait(&mut child, limit)?;
        if end.is_none() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        let last = said.lines().rev().find(|line| line.starts_with("Done ") || line.starts_with('#'));
        println!("{target}: {}", last.unwrap_or("it said nothing"));
        if !end.is_some_and(|status| status.success()) {
            println!("{}", tail(&said));
            failed.push(format!(
                "{target} found an input that is answered with a defect: see {}",
                log.display()
            ));
        }
    }
    Ok(failed)
}

/// As much of the output as tells what happened.
fn tail(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_are_not() {
        let read =
            |text: &str| Options::parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(read(""), Some(Options::default()));
        assert_eq!(read("--only link --seconds 3"), Some(Options { seconds: 3, targets: vec!["link"] }));
        for text in ["--only saml", "--seconds", "--seconds x", "--minutes 1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_target_has_seeds() {
        let seeds = repo::root().join("tests/fuzz/seeds");
        for target in TARGETS {
            assert!(std::fs::read_dir(seeds.join(target)).unwrap().count() > 0, "{target}");
        }
    }
}
