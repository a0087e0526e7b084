//! What was seeded, with the secrets the database keeps only as hashes, so that scripts work again after a restart.
//! Written last: where it is missing, the seed is not whole. Refuses to be read by others (mode 0600).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::private_file;

/// Raised when the seed changes in a way that old folders do not have.
const VERSION: u32 = 3;

/// The seeded organisations.
#[derive(Clone, Serialize, Deserialize)]
pub struct Seed {
    version: u32,
    /// The one that invites.
    pub host: Organisation,
    /// Another one on the same server, whose people are invited.
    pub partner: Organisation,
    /// The sample app.
    pub sample: Client,
    /// The group that guests are put into.
    pub group: Uuid,
    /// The password of each person.
    pub password: String,
}

/// An organisation with its people.
#[derive(Clone, Serialize, Deserialize)]
pub struct Organisation {
    /// `tid`.
    pub tenant: Uuid,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// The application that automates.
    pub automation: Client,
    /// The members, the most powerful first.
    pub people: Vec<SeededPerson>,
}

/// An application with its secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct Client {
    /// `appId`.
    pub client_id: Uuid,
    /// The client secret.
    pub secret: String,
}

/// Somebody to sign in as.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeededPerson {
    /// Display name.
    pub name: String,
    /// The directory role's name; none for a plain member.
    pub role: Option<String>,
    /// Sign-in name.
    pub upn: String,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SeedFileError {
    /// The file system refuses.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Not what this program wrote.
    #[error("{0} does not fit this version of Hospes. Start over with --reset.")]
    Unreadable(PathBuf),
}

impl Seed {
    /// Of this version.
    pub fn new(
        host: Organisation,
        partner: Organisation,
        sample: Client,
        group: Uuid,
        password: &str,
    ) -> Self {
        Self { version: VERSION, host, partner, sample, group, password: password.to_owned() }
    }

    /// Reads the file; `None` where there is none.
    pub fn read(path: &Path) -> Result<Option<Self>, SeedFileError> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(SeedFileError::File { path: path.to_owned(), source }),
            Ok(text) => text,
        };
        match serde_json::from_str::<Self>(&text) {
            Ok(seed) if seed.version == VERSION => Ok(Some(seed)),
            _ => Err(SeedFileError::Unreadable(path.to_owned())),
        }
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> Result<(), SeedFileError> {
        // Texts, numbers and lists: JSON holds them all.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        private_file::write(path, &format!("{text}\n"))
            .map_err(|source| SeedFileError::File { path: path.to_owned(), source })
    }
}

impl Organisation {
    /// The sign-in name of the first person with that directory role, or of the first who has none.
    pub fn upn_of(&self, role: Option<&str>) -> &str {
        let person = self.people.iter().find(|person| person.role.as_deref() == role);
        person.map_or("", |person| &person.upn)
    }
}
