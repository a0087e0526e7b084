//! Small files and folders that only their owner may read. Refuses to leave half a file, and where a file is made and
//! not replaced, to touch one that is there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replaces the file at `path`: written beside it (mode 0600), flushed to disk, then renamed over it.
///
/// # Errors
/// The folder is missing or not writable, or the disk is full; the old file is then untouched.
pub(crate) fn write(path: &Path, contents: &str) -> io::Result<()> {
    let temporary = beside(path, &format!("{}.tmp", std::process::id()))?;
    // Left over from a process of the same number that was killed; creating anew also sets the mode anew.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write_new(&temporary, contents).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Makes the file at `path` (mode 0600) if there is none, and sees to it that a power cut does not take it away again.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`]: somebody else made it, perhaps at this moment; theirs is untouched. Else as
/// [`write()`].
pub(crate) fn create(path: &Path, contents: &str) -> io::Result<()> {
    let finished = finished(path, contents)?;
    // A second name for a finished file: unlike a rename it never replaces what is there.
    let linked = fs::hard_link(&finished, path);
    let _ = fs::remove_file(&finished);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // Some file systems have no second names; there a crash in this moment leaves a part, which nothing takes.
        Err(_) => write_new(path, contents)?,
        Ok(()) => {}
    }
    sync_folder(path)
}

/// A file beside this one that no other process has: in two containers two of them may have the same number.
fn finished(path: &Path, contents: &str) -> io::Result<PathBuf> {
    let mut number = 0_u32;
    loop {
        let file = beside(path, &format!("{}-{number}.new", std::process::id()))?;
        match write_new(&file, contents) {
            Ok(()) => return Ok(file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A name in the same folder.
fn beside(path: &Path, ending: &str) -> io::Result<PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not the path of a file"));
    };
    let mut other = name.to_os_string();
    other.push(format!(".{ending}"));
    Ok(path.with_file_name(other))
}

/// Writes the name of a new file to the disk, too (fsync(2): the file alone is not enough).
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Not every system and file system can do that with folders.
        Err(error) if cfg!(unix) && error.kind() != io::ErrorKind::InvalidInput => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder, and those above it, for its owner alone (mode 0700); one that is there is left as it is.
///
/// # Errors
/// The file system refuses.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn write_new(path: &Path, contents: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    let written = file.write_all(contents.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // The first error is the one to tell; this is only tidying.
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_that_is_made_replaces_none_and_leaves_nothing_beside_it() {
        let folder = std::env::temp_dir().join(format!("hospes-private-{}", std::process::id()));
        make_folder(&folder).unwrap();
        let path = folder.join("master.key");
        create(&path, "first").unwrap();
        assert_eq!(create(&path, "second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        write(&path, "third").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "third");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_dir_all(&folder).unwrap();
        assert!(create(&path, "no folder").is_err() && !path.exists());
    }
}
