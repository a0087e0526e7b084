//! The comparison with an earlier run. Refuses to call noise a change: a figure has moved when all rounds of one run
//! lie on the same side of all rounds of the other, and the middle ones are more than a twentieth apart. Where there is
//! a ratio it is compared, since the machine may have been another or busy with something else.

use std::path::Path;

use serde::Deserialize;

use super::error::BenchError;
use super::figures::{Figure, Spread};

/// How far the middle rounds must be apart.
const APART: f64 = 0.05;

/// An earlier run.
#[derive(Debug, Deserialize)]
pub struct Baseline {
    rounds: Vec<Before>,
}

#[derive(Debug, Deserialize)]
struct Before {
    name: String,
    value: [f64; 3],
    ratio: Option<[f64; 3]>,
}

/// A figure that moved beyond noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Which.
    pub name: String,
    /// `ratio` or the unit of its value.
    pub what: &'static str,
    /// Then.
    pub before: Spread,
    /// Now.
    pub after: Spread,
    /// Whether that is good: more of what is done per second, less of everything else.
    pub better: bool,
}

impl Baseline {
    /// Reads what `hospes bench --json` wrote.
    ///
    /// # Errors
    /// No such file, or one that was not written by this program.
    pub fn read(path: &Path) -> Result<Self, BenchError> {
        let bad = |problem: String| BenchError::Baseline { path: path.to_owned(), problem };
        let text = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
        serde_json::from_slice(&text).map_err(|error| bad(error.to_string()))
    }

    /// What moved. Figures that only one of the runs has are left out.
    pub fn moved(&self, figures: &[Figure]) -> Vec<Moved> {
        figures
            .iter()
            .filter_map(|figure| {
                let before = self.rounds.iter().find(|before| before.name == figure.name)?;
                let (what, before, after) = match (before.ratio, figure.ratio) {
                    (Some(before), Some(after)) => ("ratio", before, after),
                    _ => (figure.unit, before.value, figure.value),
                };
                let [min, median, max] = before;
                let before = Spread { min, median, max };
                let more_is_better = what == "ratio" || figure.unit == "per second";
                let better = (after.median > before.median) == more_is_better;
                beyond_noise(before, after).then(|| Moved {
                    name: figure.name.clone(),
                    what,
                    before,
                    after,
                    better,
                })
            })
            .collect()
    }
}

fn beyond_noise(before: Spread, after: Spread) -> bool {
    let apart = after.min > before.max || after.max < before.min;
    apart && (after.median - before.median).abs() > APART * before.median.abs()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::figures::{Goal, Header, json};
    use super::*;

    fn figure(name: &str, unit: &'static str, value: &[f64], ratio: &[f64]) -> Figure {
        Figure { ratio: Spread::of(ratio), ..Figure::alone(name, unit, value, Goal::None).unwrap() }
    }

    fn written(figures: &[Figure]) -> Baseline {
        let header = Header {
            version: String::new(),
            profile: String::new(),
            engine: String::new(),
            cores: 1,
            guests: 1,
            date: String::new(),
        };
        serde_json::from_value(json(&header, figures)).unwrap()
    }

    #[test]
    fn only_what_lies_apart_has_moved() {
        let before = written(&[
            figure("slower machine", "per second", &[900.0, 1000.0, 1100.0], &[0.5, 0.6, 0.7]),
            figure("better", "per second", &[1.0], &[0.5, 0.6, 0.7]),
            figure("touching", "per second", &[1.0], &[0.5, 0.6, 0.7]),
            figure("apart but little", "ms", &[100.0, 100.0, 100.0], &[]),
            figure("slower", "ms", &[1.0, 2.0, 3.0], &[]),
            figure("gone", "ms", &[1.0], &[]),
        ]);
        let after = [
            figure("slower machine", "per second", &[90.0, 100.0, 110.0], &[0.55, 0.6, 0.65]),
            figure("better", "per second", &[1.0], &[0.8, 0.85, 0.9]),
            figure("touching", "per second", &[1.0], &[0.7, 0.85, 0.9]),
            figure("apart but little", "ms", &[104.0, 104.0, 104.0], &[]),
            figure("slower", "ms", &[4.0, 5.0, 6.0], &[]),
            figure("new", "ms", &[1.0], &[]),
        ];
        let moved = before.moved(&after);
        let names: Vec<_> =
            moved.iter().map(|moved| (moved.name.as_str(), moved.what, moved.better)).collect();
        assert_eq!(names, [("better", "ratio", true), ("slower", "ms", false)]);
    }
}
