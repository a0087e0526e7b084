//! The data folder of a development server: what lies where, and that only one server uses it. Refuses folders
//! that hold somebody else's files only when asked to delete: then it deletes its own files by name.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use hospes_actions::keys::MasterKey;
use hospes_actions::random::SystemRandom;

use crate::private_file;

/// How to reach the server that uses this folder; there while it runs.
pub const ENV_FILE: &str = "dev.env";

const DATABASE: &str = "dev.db";
/// What SQLite keeps beside the database.
const DATABASE_COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];
const MASTER_KEY: &str = "dev.key";
const SEED: &str = "seed.json";
const LOCK: &str = "dev.lock";

/// A data folder that no other server uses while this lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another server is using it.
    #[error(
        "another `hospes dev` is using {0}. Stop it first, or give this one a folder of its own with --data DIR."
    )]
    InUse(PathBuf),
    /// The file system refuses.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file concerned.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The key file was changed by hand, or cut off.
    #[error("{0} is not a master key any more. Start over with --reset.")]
    MasterKey(PathBuf),
}

impl Folder {
    /// Takes the folder, and makes it if it is missing.
    pub fn take(path: &Path) -> Result<Self, FolderError> {
        private_file::make_folder(path)
            .map_err(|source| FolderError::File { path: path.to_owned(), source })?;
        // Everything in here is either a secret or can be made anew; none of it belongs into version control.
        let ignore = path.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(|source| FolderError::File { path: ignore, source })?;
        }
        let lock_path = path.join(LOCK);
        let failed = |source| FolderError::File { path: lock_path.clone(), source };
        let lock =
            File::options().create(true).write(true).truncate(false).open(&lock_path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Where it is, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// The settings file.
    pub fn env_file(&self) -> PathBuf {
        self.path.join(ENV_FILE)
    }

    /// The secrets of the seed.
    pub fn seed(&self) -> PathBuf {
        self.path.join(SEED)
    }

    /// Forgets the directory, but not the certificate authority: whoever trusts it goes on trusting it.
    pub fn reset(&self) -> Result<(), FolderError> {
        let mut names: Vec<String> = DATABASE_COMPANIONS.map(|suffix| format!("{DATABASE}{suffix}")).to_vec();
        names.extend([SEED, DATABASE, MASTER_KEY].map(str::to_owned));
        for name in names {
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(FolderError::File { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The master key; made at the first start.
    pub fn master_key(&self) -> Result<MasterKey, FolderError> {
        let path = self.path.join(MASTER_KEY);
        let failed = |source| FolderError::File { path: path.clone(), source };
        if !path.exists() {
            let text = MasterKey::generate_text(&SystemRandom);
            private_file::write(&path, &text).map_err(failed)?;
        }
        let text = fs::read_to_string(&path).map_err(failed)?;
        MasterKey::parse(text.trim()).map_err(|_| FolderError::MasterKey(path))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_folder_serves_one_server_and_forgets_only_its_own_files() {
        let path = std::env::temp_dir().join(format!("hospes-folder-{}", std::process::id()));
        let folder = Folder::take(&path).unwrap();
        assert!(matches!(Folder::take(&path), Err(FolderError::InUse(_))));
        folder.master_key().unwrap();
        fs::write(path.join("notes.txt"), "mine").unwrap();
        fs::write(folder.database(), "").unwrap();
        folder.reset().unwrap();
        assert!(path.join("notes.txt").exists() && !folder.database().exists());
        assert!(!path.join(MASTER_KEY).exists());
        drop(folder);
        Folder::take(&path).unwrap();
        fs::write(path.join(MASTER_KEY), "cut").unwrap();
        assert!(matches!(Folder::take(&path).unwrap().master_key(), Err(FolderError::MasterKey(_))));
        fs::remove_dir_all(&path).unwrap();
    }
}
