//! What a crash leaves behind: copies of the database and its log as they stand at a moment, cut or damaged as a test
//! likes, and opened as the next start would. The server that is copied goes on undisturbed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hospes_actions::app::{App, OpenError};
use hospes_actions::database::Database;

use super::FrozenClock;
use super::look::Look;
use super::server::{Server, options};

/// The files of a database at one moment.
pub struct Left {
    database: Vec<u8>,
    /// The write-ahead log.
    pub log: Vec<u8>,
    clock: Arc<FrozenClock>,
    folder: PathBuf,
}

impl Server {
    /// The files as they stand now.
    pub fn left_behind(&self) -> Left {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("hospes-left-{}-{number}", std::process::id()));
        Left {
            database: std::fs::read(self.database()).unwrap(),
            // A server that was stopped has emptied it.
            log: std::fs::read(log_of(&self.database())).unwrap_or_default(),
            clock: Arc::clone(&self.clock),
            folder,
        }
    }

    /// What a second server on the same database would do.
    pub async fn open_again(&self) -> Result<App, OpenError> {
        let file = self.database();
        App::open(options(Database::file(file), &self.clock, 78)).await
    }
}

fn log_of(database: &Path) -> PathBuf {
    database.with_extension("db-wal")
}

/// Bytes of one frame of the log: a header and a page (<https://www.sqlite.org/fileformat2.html#walformat>).
const FRAME: usize = 24 + 4096;
/// Bytes before the first frame.
const HEADER: usize = 32;

impl Left {
    /// The database file of the copy.
    pub fn file(&self) -> PathBuf {
        self.folder.join("hospes.db")
    }

    /// The ends of the log's frames, each as a length of the file.
    pub fn frames(&self) -> Vec<usize> {
        (HEADER..=self.log.len()).step_by(FRAME).collect()
    }

    /// The frames that end a transaction, as lengths of the log behind them.
    pub fn commits(&self) -> Vec<usize> {
        let ends = self.frames();
        let is_commit =
            |end: &&usize| **end > HEADER && self.log[*end - FRAME + 4..*end - FRAME + 8] != [0; 4];
        ends.iter().filter(is_commit).copied().collect()
    }

    /// Starts from the first `length` bytes of the log.
    pub async fn open_with_log_of(&self, length: usize) -> Result<App, OpenError> {
        self.open_changed(|_, log| log.truncate(length)).await
    }

    /// Starts from changed files.
    pub async fn open_changed(
        &self,
        change: impl FnOnce(&mut Vec<u8>, &mut Vec<u8>),
    ) -> Result<App, OpenError> {
        let (mut database, mut log) = (self.database.clone(), self.log.clone());
        change(&mut database, &mut log);
        drop(std::fs::remove_dir_all(&self.folder));
        std::fs::create_dir_all(&self.folder).unwrap();
        std::fs::write(self.file(), database).unwrap();
        std::fs::write(log_of(&self.file()), log).unwrap();
        App::open(options(Database::file(self.file()), &self.clock, 77)).await
    }

    /// Looks into the copy.
    pub fn look(&self) -> Look {
        Look::File(self.file())
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
