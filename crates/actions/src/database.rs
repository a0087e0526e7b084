//! Where a directory is kept, as a program names it. Refuses to let anything of the store through: whoever opens
//! an application knows a file's path or a server's address, and nothing more.

use std::path::PathBuf;

use hospes_store::engine::Location;

/// Reader connections of a file; more do not read faster (design section 11).
const READERS: usize = 2;

/// A database file or server.
#[derive(Clone, Debug)]
pub struct Database(Location);

impl Database {
    /// A SQLite file; it and its folder are made if missing.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Location::File { path: path.into(), readers: READERS })
    }

    pub(crate) fn location(self) -> Location {
        self.0
    }
}
