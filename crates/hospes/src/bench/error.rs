//! Why a measurement cannot be made. Refuses to go on with half of one: a figure that is there was measured.

use std::io;
use std::path::{Path, PathBuf};

use hospes_actions::app::OpenError;
use hospes_actions::database::DatabaseError;
use hospes_domain::refusal::Refusal;

/// Why a measurement ended early.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// An engine without a place.
    #[error(
        "name the database to measure with --postgres postgres://user@host/database; schemas are made in it and dropped again"
    )]
    Engine,
    /// Rows that there are not.
    #[error(
        "--only: no figure has {only:?} in its name. Give a part of one of these, or a whole row such as \"user by id, 64 clients\":\n  {}",
        names.join("\n  ")
    )]
    Unknown {
        /// What was asked for.
        only: String,
        /// What can be.
        names: Vec<&'static str>,
    },
    /// Somebody stopped it.
    #[error("interrupted before everything was measured; half a run has no figures")]
    Interrupted,
    /// The database server.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The folder of the run.
    #[error("cannot use the folder {}: {error}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The directory.
    #[error("cannot open the directory: {0}")]
    Open(#[from] OpenError),
    /// Something of the preparation.
    #[error("the directory refused what should be measured: {0}")]
    Refused(Refusal),
    /// The server process.
    #[error("the measured server: {0}")]
    Server(String),
    /// An answer that was not the expected one.
    #[error("{what}: {problem}")]
    Load {
        /// The measure.
        what: String,
        /// What came instead.
        problem: String,
    },
    /// The figures to compare with.
    #[error("cannot read the baseline {}: {problem}", path.display())]
    Baseline {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl BenchError {
    /// For `map_err`.
    pub fn folder(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Folder { path, error }
    }
}
