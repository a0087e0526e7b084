//! The sources of settings laid over each other: flags before the environment before the file. Refuses to guess
//! between two spellings of one secret in the same source.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::flags::Flags;
use super::problem::{Origin, Problem, Problems};
use super::{environment, file};

/// The settings file of whoever names none.
const DEFAULT_FILE: &str = "hospes.toml";

/// The value that won.
#[derive(Clone)]
pub(super) struct Value {
    /// As it is spelled in the environment or as a flag.
    pub text: Zeroizing<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// What all sources say together.
#[derive(Default)]
pub(super) struct Layers {
    values: BTreeMap<&'static str, Value>,
    /// The settings file that was read.
    pub file: Option<PathBuf>,
    /// Variables that were passed over.
    pub strangers: Vec<String>,
}

impl Layers {
    /// Reads every source.
    pub fn gather(
        flags: &Flags,
        config: Option<&Path>,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        let found = environment::read(variables);
        let mut problems = found.problems;
        let mut layers = Self { strangers: found.strangers, ..Self::default() };
        match read_file(config.map(Path::to_owned).or(found.config.map(PathBuf::from))) {
            Ok(Some((path, lines))) => {
                for line in lines {
                    layers.set(line.key, line.text, Origin::File { line: line.number });
                }
                layers.file = Some(path);
            }
            Ok(None) => {}
            Err(more) => problems.extend(more),
        }
        for (setting, text) in found.values {
            layers.set(setting.key, text, Origin::Environment);
        }
        for (setting, text) in &flags.0 {
            layers.set(setting.key, text.clone(), Origin::Flag);
        }
        if problems.is_empty() { Ok(layers) } else { Err(Problems(problems)) }
    }

    fn set(&mut self, key: &'static str, text: String, origin: Origin) {
        self.values.insert(key, Value { text: Zeroizing::new(text), origin });
    }

    /// The value of a setting.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// A path as it was meant: in the file relative to that file, elsewhere to where the program was started.
    pub fn path(&self, value: &Value) -> PathBuf {
        let path = Path::new(value.text.as_str());
        match (value.origin, self.file.as_deref().and_then(Path::parent)) {
            (Origin::File { .. }, Some(folder)) => folder.join(path),
            _ => path.to_owned(),
        }
    }
}

/// The file with its lines. Nobody has to have one, but a file that was named has to be there.
fn read_file(named: Option<PathBuf>) -> Result<Option<(PathBuf, Vec<file::Line>)>, Vec<Problem>> {
    let (path, must_be) = named.map_or_else(|| (PathBuf::from(DEFAULT_FILE), false), |path| (path, true));
    match std::fs::read_to_string(&path) {
        Ok(text) => file::read(&text).map(|lines| Some((path, lines))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_be => Ok(None),
        Err(error) => {
            let what = format!("the settings file {}", path.display());
            Err(vec![Problem::about(what, format!("it cannot be read: {}.", error.kind()))])
        }
    }
}
