//! Turns texts into values, setting by setting, and remembers everything that is wrong. Refuses to stop at the first
//! problem: an operator mends all of them in one go.

use std::fmt::Display;
use std::path::PathBuf;

use super::layers::{Layers, Value};
use super::problem::{Origin, Problem};
use super::secret::{self, Secret, SecretFileError};
use super::table::{Setting, named};

pub(super) struct Reader<'a> {
    layers: &'a Layers,
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub fn new(layers: &'a Layers) -> Self {
        Self { layers, problems: Vec::new() }
    }

    /// The text of a setting and where it comes from.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.layers.get(key)
    }

    /// See [`Layers::path`].
    pub fn path_of(&self, value: &Value) -> PathBuf {
        self.layers.path(value)
    }

    /// Remembers what is wrong with a setting.
    pub fn wrong(&mut self, key: &str, cause: impl Display) {
        let origin = self.value(key).map_or(Origin::Default, |value| value.origin);
        self.problems.push(Problem::with(setting(key), origin, cause));
    }

    /// A setting that makes no sense beside the others must not be set.
    pub fn needless(&mut self, key: &str, cause: &str) {
        if self.value(key).is_some() {
            self.wrong(key, cause);
        }
    }

    /// The value of a setting, if it is set and can be read.
    pub fn parsed<T, E: Display>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(&self.value(key)?.text) {
            Ok(value) => Some(value),
            Err(cause) => {
                self.wrong(key, cause);
                None
            }
        }
    }

    /// A path, if it is set.
    pub fn path(&self, key: &str) -> Option<PathBuf> {
        self.value(key).map(|value| self.path_of(value))
    }

    /// A file that is no secret, as it is.
    pub fn bytes(&mut self, key: &str) -> Option<Vec<u8>> {
        let path = self.path(key)?;
        match std::fs::read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.wrong(key, format!("the file cannot be read: {}.", error.kind()));
                None
            }
        }
    }

    /// A secret: by itself or in a file, whichever source wins.
    pub fn secret(&mut self, key: &str) -> Option<Secret> {
        let in_file = format!("{key}_file");
        match (self.value(key), self.value(&in_file)) {
            (Some(itself), Some(file)) if itself.origin.is_beside(file.origin) => {
                self.wrong(key, format!("it is given twice, here and by {in_file}. Leave one of them out."));
                None
            }
            (Some(itself), file) if file.is_none_or(|file| file.origin < itself.origin) => {
                Some(Secret::new(itself.text.clone()))
            }
            (_, Some(_)) => self.secret_file(&in_file),
            _ => None,
        }
    }

    /// The source that [`Reader::secret`] takes it from.
    pub fn origin_of_secret(&self, key: &str) -> Option<Origin> {
        let both = [self.value(key), self.value(&format!("{key}_file"))];
        both.into_iter().flatten().map(|value| value.origin).max()
    }

    /// What a file of a secret holds.
    pub fn secret_file(&mut self, key: &str) -> Option<Secret> {
        let path = self.path(key)?;
        self.taken(key, secret::read(&path))
    }

    /// The secret, or the problem with its file.
    pub fn taken(&mut self, key: &str, read: Result<Secret, SecretFileError>) -> Option<Secret> {
        read.map_err(|error| self.wrong(key, error)).ok()
    }
}

/// Keys in this program are those of the table; a test walks through all of them (`tests.rs`).
fn setting(key: &str) -> &'static Setting {
    named(key).unwrap_or(&super::table::TABLE[0])
}
