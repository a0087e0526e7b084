//! Settings in the environment. Refuses names that look like a setting and are none; what merely begins like one is
//! reported and passed over, because orchestrators set variables after the name of a service.

use std::ffi::OsString;

use super::problem::{Origin, Problem, meant};
use super::table::{Setting, TABLE, named};
use crate::dev;

/// What all of them begin with.
const PREFIX: &str = "HOSPES_";
/// Says where the settings file is.
pub(super) const CONFIG: &str = "HOSPES_CONFIG";

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The path of the settings file.
    pub config: Option<OsString>,
    /// Settings with their values.
    pub values: Vec<(&'static Setting, String)>,
    /// Names that are no settings and look like none.
    pub strangers: Vec<String>,
    /// Names that look like settings, and values that are no text.
    pub problems: Vec<Problem>,
}

/// Looks through the variables. An empty one is as good as none: scripts and service files pass on what is not set.
pub(super) fn read(variables: impl Iterator<Item = (OsString, OsString)>) -> Found {
    let mut found = Found::default();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        if value.is_empty() || dev::is_variable(name) {
            continue;
        }
        if name == CONFIG {
            found.config = Some(value);
            continue;
        }
        match named(&name[PREFIX.len()..].to_ascii_lowercase()).filter(|setting| setting.variable() == name) {
            Some(setting) => match value.into_string() {
                Ok(text) => found.values.push((setting, text)),
                Err(_) => {
                    found.problems.push(Problem::with(
                        setting,
                        Origin::Environment,
                        "it is not text (UTF-8).",
                    ));
                }
            },
            None => stranger(&mut found, name),
        }
    }
    found
}

fn stranger(found: &mut Found, name: &str) {
    let variables: Vec<String> = TABLE.iter().map(Setting::variable).collect();
    let known = || variables.iter().map(String::as_str);
    let alike: Vec<&str> = known()
        .filter(|known| {
            group(name).is_some_and(|group| group == *known || known.starts_with(&format!("{group}_")))
        })
        .collect();
    let hint = match (meant(name, known()), alike.as_slice()) {
        (Some(meant), _) => format!("Did you mean {meant}?"),
        (None, []) => return found.strangers.push(name.to_owned()),
        (None, alike) => format!("Those that begin like it are {}.", alike.join(", ")),
    };
    let what = format!("{name} in the environment");
    found.problems.push(Problem::about(what, format!("there is no such setting. {hint}")));
}

/// `HOSPES_SMTP` of `HOSPES_SMTP_HOST`; single words have none.
fn group(variable: &str) -> Option<&str> {
    let end = variable[PREFIX.len()..].find('_')? + PREFIX.len();
    Some(&variable[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(&str, &str)]) -> Found {
        read(pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
    }

    #[test]
    fn settings_are_found_by_their_names() {
        let found = found(&[
            ("HOSPES_CONFIG", "/etc/hospes/hospes.toml"),
            ("HOSPES_SMTP_PASSWORD", "hunter2"),
            ("HOSPES_LISTEN", ""),
            ("PATH", "/bin"),
            ("HOSPES_BASE_URL", "https://localhost:8443"),
            ("HOSPES_CLIENT_SECRET", "x"),
        ]);
        assert!(found.problems.is_empty() && found.strangers.is_empty(), "{found:?}");
        assert_eq!(found.values.len(), 1, "an empty one is none, and those of development are not ours");
        assert_eq!(found.config.as_deref(), Some("/etc/hospes/hospes.toml".as_ref()));
    }

    #[test]
    fn k16_a_misspelt_setting_is_refused_and_a_strange_variable_reported() {
        for (name, said) in [
            ("HOSPES_SMTP_HOTS", "HOSPES_SMTP_HOST?"),
            ("HOSPES_LISTENS", "HOSPES_LISTEN?"),
            ("HOSPES_SMTP_MAILSERVER", "are HOSPES_SMTP_HOST, HOSPES_SMTP_PORT"),
            ("HOSPES_DATABASE_URL", "are HOSPES_DATABASE, HOSPES_DATABASE_PASSWORD"),
            ("HOSPES_LOG_LEVEL", "are HOSPES_LOG, HOSPES_LOG_FORMAT"),
        ] {
            let problems = found(&[(name, "hunter2")]).problems;
            let said_here = problems.first().map(ToString::to_string).unwrap_or_default();
            assert!(said_here.contains(said), "{name}: {said_here}");
            assert!(!said_here.contains("hunter2"));
        }
        // What an orchestrator sets for a service called "hospes".
        let theirs =
            ["HOSPES_SERVICE_HOST", "HOSPES_SERVICE_PORT", "HOSPES_PORT", "HOSPES_PORT_443_TCP_ADDR"];
        let found = found(&theirs.map(|name| (name, "tcp://10.0.0.1:443")));
        assert_eq!((found.problems.len(), found.strangers.len()), (0, 4), "{found:?}");
    }
}
