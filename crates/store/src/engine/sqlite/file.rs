//! The database file, its folder and its lock. Refuses a file another process has, and files that
//! other users of the machine could read.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::super::StoreError;

/// Makes folder and file if missing and locks `<path>.lock` for this process. The lock is the operating
/// system's, so it dies with the process; the file stays and means nothing.
pub(super) fn claim(path: &Path) -> Result<File, StoreError> {
    let failed = |error: io::Error| StoreError::Open { path: path.to_owned(), reason: error.to_string() };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder).map_err(failed)?;
    }
    let lock = private_file(&lock_path(path)).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // SQLite gives its side files the permissions of the main file.
    private_file(path).map_err(failed)?;
    Ok(lock)
}

/// Unlocks at once. Merely dropping the file could leave the lock for a moment with a child process that
/// is being started just now.
pub(super) fn give_up(lock: &File) {
    if let Err(error) = lock.unlock() {
        tracing::warn!(%error, "the lock of the database could not be given up before the end of the process");
    }
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    if fs::exists(folder)? {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
