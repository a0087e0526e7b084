//! A figure: what was measured, beside its limit and its goal, and how far the rounds lay apart. Refuses a figure
//! without rounds.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a figure should be (design section 11 of the product; `docs/guide/bench.md`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// Nothing is promised; the figure is there to be seen.
    None,
    /// At least this part of the limit.
    OfLimit(f64),
    /// Less than this, in the unit of the figure.
    Below(f64),
}

impl Goal {
    /// As it is written: `>= 0.80 of the limit`, `< 5 ms`.
    pub fn text(self, unit: &str) -> Option<String> {
        match self {
            Self::None => None,
            Self::OfLimit(part) => Some(format!(">= {part:.2} of the limit")),
            Self::Below(most) => Some(format!("< {most} {unit}")),
        }
    }
}

/// Smallest, middle and largest of the rounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The smallest.
    pub min: f64,
    /// The middle one, which is the figure.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Of one value a round; `None` without any.
    pub fn of(rounds: &[f64]) -> Option<Self> {
        let mut sorted = rounds.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Some(Self { min, median, max })
    }
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What was measured; stable, so that runs can be compared.
    pub name: String,
    /// `per second`, `ms`, `µs` or `MiB`.
    pub unit: &'static str,
    /// The figure.
    pub value: Spread,
    /// What a minimal handler reached in the same rounds.
    pub limit: Option<Spread>,
    /// Figure by limit, round by round.
    pub ratio: Option<Spread>,
    /// What it should be.
    pub goal: Goal,
}

impl Figure {
    /// A figure by itself.
    pub fn alone(name: impl Into<String>, unit: &'static str, rounds: &[f64], goal: Goal) -> Option<Self> {
        let value = Spread::of(rounds)?;
        Some(Self { name: name.into(), unit, value, limit: None, ratio: None, goal })
    }

    /// Whether the goal is reached; `None` when there is none.
    pub fn holds(&self) -> Option<bool> {
        match self.goal {
            Goal::None => None,
            Goal::OfLimit(part) => Some(self.ratio.is_some_and(|ratio| ratio.median >= part)),
            Goal::Below(most) => Some(self.value.median < most),
        }
    }
}

/// Under which circumstances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Header {
    /// Of Hospes.
    pub version: String,
    /// Of the build: `dist`, `release` or `debug`.
    pub profile: String,
    /// Below.
    pub engine: String,
    /// Of the machine, load generator included.
    pub cores: usize,
    /// In the directory.
    pub guests: usize,
    /// When, RFC 3339.
    pub date: String,
}

/// Everything of a run as JSON: the header, the rows, and for each row the spread that the comparison needs.
pub fn json(header: &Header, figures: &[Figure]) -> Value {
    let row = |figure: &Figure| {
        json!({
            "name": figure.name,
            "value": rounded(figure.value.median),
            "unit": figure.unit,
            "limit": figure.limit.map(|limit| rounded(limit.median)),
            "ratio": figure.ratio.map(|ratio| rounded(ratio.median)),
            "goal": figure.goal.text(figure.unit),
        })
    };
    let three = |spread: Spread| [spread.min, spread.median, spread.max].map(rounded);
    let rounds = |figure: &Figure| json!({ "name": figure.name, "value": three(figure.value), "ratio": figure.ratio.map(three) });
    json!({
        "header": header,
        "rows": figures.iter().map(row).collect::<Vec<_>>(),
        "rounds": figures.iter().map(rounds).collect::<Vec<_>>(),
    })
}

/// Four digits: what lies behind them is noise.
pub fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let shift = 10_f64.powf(3.0 - value.abs().log10().floor());
    (value * shift).round() / shift
}

/// The smallest value that at least `percent` of the sorted ones do not exceed (nearest rank); 0 without any.
pub fn percentile(sorted: &[u64], percent: f64) -> u64 {
    let rank = (percent / 100.0 * super::load::count(sorted.len())).ceil();
    // A rank is between nothing and the number of values.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by a length")]
    let place = (rank as usize).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(place).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    #![expect(clippy::float_cmp, reason = "values that were put in come out")]

    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let hundred: Vec<u64> = (1..=100).collect();
        let of = |percent| percentile(&hundred, percent);
        assert_eq!((of(50.0), of(99.0), of(99.9), of(100.0), of(0.0)), (50, 99, 100, 100, 1));
        assert_eq!((percentile(&[], 99.0), percentile(&[7], 50.0), percentile(&[1, 9], 50.0)), (0, 7, 1));
    }

    #[test]
    fn the_middle_round_is_the_figure() {
        let spread = Spread::of(&[3.0, 1.0, 2.0]).unwrap();
        assert_eq!((spread.min, spread.median, spread.max), (1.0, 2.0, 3.0));
        assert_eq!(Spread::of(&[1.0, 2.0]).unwrap().median, 1.5);
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn a_goal_is_held_by_the_middle_round() {
        let figure = |goal, ratio: &[f64]| Figure {
            ratio: Spread::of(ratio),
            ..Figure::alone("x", "ms", &[4.0, 6.0, 5.0], goal).unwrap()
        };
        assert_eq!(figure(Goal::None, &[]).holds(), None);
        assert_eq!(figure(Goal::Below(5.0), &[]).holds(), Some(false));
        assert_eq!(figure(Goal::Below(5.1), &[]).holds(), Some(true));
        assert_eq!(figure(Goal::OfLimit(0.8), &[0.7, 0.8, 0.9]).holds(), Some(true));
        assert_eq!(figure(Goal::OfLimit(0.8), &[]).holds(), Some(false));
        assert_eq!(Goal::OfLimit(0.8).text("ms").as_deref(), Some(">= 0.80 of the limit"));
        assert_eq!(Goal::Below(5.0).text("ms").as_deref(), Some("< 5 ms"));
    }

    #[test]
    fn rows_have_exactly_their_members() {
        let header = Header {
            version: "1".into(),
            profile: "dist".into(),
            engine: "sqlite".into(),
            cores: 2,
            guests: 3,
            date: "2026-01-01T00:00:00Z".into(),
        };
        let figure = Figure::alone("x", "ms", &[1.23456], Goal::Below(2.0)).unwrap();
        let written = json(&header, &[figure]);
        let row = serde_json::json!({ "name": "x", "value": 1.235, "unit": "ms", "limit": null, "ratio": null, "goal": "< 2 ms" });
        assert_eq!(written["rows"], serde_json::json!([row]));
        assert_eq!(written["rounds"][0]["value"], serde_json::json!([1.235, 1.235, 1.235]));
        assert_eq!(written["header"]["guests"], 3);
    }

    #[test]
    fn four_digits_are_kept() {
        assert_eq!((rounded(12_345.6), rounded(0.012_345_6), rounded(0.0)), (12_350.0, 0.012_35, 0.0));
    }
}
