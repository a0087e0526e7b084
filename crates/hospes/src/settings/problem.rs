//! What is wrong with the settings: which one, where it was set, why. Refuses to repeat a value (threats K16): it may
//! be a secret in the wrong place, and errors get copied into tickets.

use std::fmt;

use super::table::Setting;

/// Where a value comes from. Later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The settings file.
    File {
        /// Counted from one.
        line: usize,
    },
    /// A variable of the environment.
    Environment,
    /// A flag on the command line.
    Flag,
}

impl Origin {
    /// In words, for this setting.
    pub fn words(self, setting: &Setting) -> String {
        match self {
            Self::Default => "not set".to_owned(),
            Self::File { line } => format!("line {line} of the settings file"),
            Self::Environment => format!("{} in the environment", setting.variable()),
            Self::Flag => format!("--{}", setting.flag.unwrap_or(setting.key)),
        }
    }

    /// Whether two values come from the same place, so that neither wins.
    pub(super) fn is_beside(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(String);

impl Problem {
    /// With a setting of the table.
    pub(super) fn with(setting: &Setting, origin: Origin, cause: impl fmt::Display) -> Self {
        Self(format!("{} ({}): {cause}", setting.key, origin.words(setting)))
    }

    /// With something that is no setting, or with all of them.
    pub(super) fn about(what: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self(format!("{what}: {cause}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Everything that is wrong, so that it can be mended in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one] => write!(out, "{one}"),
            several => {
                write!(out, "the settings cannot be used")?;
                several.iter().try_for_each(|problem| write!(out, "\n  {problem}"))
            }
        }
    }
}

/// The setting that a name was probably meant to be.
pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (distance(name, known), known))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, known)| known)
}

/// Letters to change, add or leave out (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.bytes().enumerate() {
            let here = (diagonal + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = here;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        let known = ["smtp_host", "smtp_port", "listen"];
        assert_eq!(meant("smtp_hots", known.into_iter()), Some("smtp_host"));
        assert_eq!(meant("listne", known.into_iter()), Some("listen"));
        assert_eq!(meant("service_host", known.into_iter()), None);
        assert_eq!((distance("", "abc"), distance("abc", "abc"), distance("kitten", "sitting")), (3, 0, 3));
    }
}
