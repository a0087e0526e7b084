//! One stage after another, each with a name, a time and one of three ends. A stage that did not run says why
//! and is counted: nothing is left out in silence.

use std::time::{Duration, Instant};

/// How a stage ended when it did not fail.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// It did its work.
    Passed,
    /// It did nothing, for this reason.
    Skipped(String),
}

/// Runs stages and remembers how each ended.
#[derive(Default)]
pub struct Stages {
    done: Vec<Done>,
}

struct Done {
    name: String,
    seconds: f64,
    end: Result<End, String>,
}

impl Stages {
    /// Runs one stage and says whether it passed. A failure does not stop the stages after it: one run tells
    /// about everything that is wrong.
    pub fn run(&mut self, name: &str, work: impl FnOnce() -> Result<End, String>) -> bool {
        println!("\n── {name}");
        let watch = Watch::start();
        let end = work();
        match &end {
            Ok(End::Passed) => {}
            Ok(End::Skipped(why)) => println!("skipped: {why}"),
            Err(why) => eprintln!("{name} failed: {why}"),
        }
        let passed = end == Ok(End::Passed);
        self.done.push(Done { name: name.to_owned(), seconds: watch.elapsed().as_secs_f64(), end });
        passed
    }

    /// Counts a stage that cannot run because an earlier one failed.
    pub fn skip(&mut self, name: &str, why: &str) {
        self.run(name, || Ok(End::Skipped(why.to_owned())));
    }

    /// The stages so far and how they ended, for tests.
    #[cfg(test)]
    pub fn ends(&self) -> Vec<(&str, &str)> {
        let end = |stage: &Done| match stage.end {
            Ok(End::Passed) => "passed",
            Ok(End::Skipped(_)) => "skipped",
            Err(_) => "failed",
        };
        self.done.iter().map(|stage| (stage.name.as_str(), end(stage))).collect()
    }

    /// Prints the table of stages and says whether none failed.
    pub fn report(&self) -> bool {
        println!("\n── stages");
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for stage in &self.done {
            let end = match &stage.end {
                Ok(End::Passed) => {
                    passed += 1;
                    "passed".to_owned()
                }
                Ok(End::Skipped(why)) => {
                    skipped += 1;
                    format!("skipped: {why}")
                }
                Err(_) => {
                    failed += 1;
                    "FAILED".to_owned()
                }
            };
            println!("{:>7.1} s  {:<18} {end}", stage.seconds, stage.name);
        }
        println!("stages: {passed} passed, {failed} failed, {skipped} skipped");
        failed == 0
    }
}

/// Measures how long something takes.
pub struct Watch(Instant);

impl Watch {
    /// Begins to measure.
    #[expect(
        clippy::disallowed_methods,
        reason = "times its own stages; no rule of the product depends on it"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_stage_fails_the_run_and_the_later_ones_still_run() {
        let mut stages = Stages::default();
        assert!(!stages.run("first", || Err("broken".to_owned())));
        assert!(stages.run("second", || Ok(End::Passed)));
        assert!(!stages.report());
    }

    #[test]
    fn a_skipped_stage_does_not_count_as_passed() {
        let mut stages = Stages::default();
        assert!(!stages.run("clients", || Ok(End::Skipped("none here".to_owned()))));
        assert_eq!(stages.done.len(), 1);
        assert!(stages.report(), "and not as failed either");
    }
}
