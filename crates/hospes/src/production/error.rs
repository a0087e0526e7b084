//! Why a production server does not run; each says what to do.

use std::io;
use std::net::SocketAddr;

use hospes_actions::app::OpenError;
use hospes_domain::refusal::Refusal;

use crate::logging::LoggingError;
use crate::settings::Problems;
use crate::settings::secret::SecretFileError;

/// Why the server, or the set-up, ended early.
#[derive(Debug, thiserror::Error)]
pub enum ProductionError {
    /// Settings.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// The password of the first administrator.
    #[error("--password-file: {0}")]
    PasswordFile(SecretFileError),
    /// The log.
    #[error(transparent)]
    Logging(#[from] LoggingError),
    /// The address.
    #[error("listen: cannot listen on {address}: {source}")]
    Listen {
        /// As it was asked for.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The database.
    #[error("database: {0}")]
    Open(OpenError),
    /// The key does not fit.
    #[error(
        "master_key_file: this is not the key of this database ({0}). Put the right one back from your copy; \
         nothing can be opened without it."
    )]
    WrongMasterKey(OpenError),
    /// The key is gone.
    #[error(
        "master_key_file: the file does not exist, and the database holds organisations already. Put the key back from \
         your copy; no new one is made, since nothing could be opened with it."
    )]
    MasterKeyGone,
    /// The key of another start stands where a new one should.
    #[error(
        "master_key_file: another start made the key at this moment; it is kept and none of this start's own. Start again, \
         and only once: the key is there now."
    )]
    MasterKeyMadeMeanwhile,
    /// Nothing to work on.
    #[error("there is no directory here yet: no master key. Set it up first: hospes setup --help")]
    NotSetUp,
    /// The key cannot be written.
    #[error("master_key_file: the new key cannot be written: {0}")]
    MasterKeyUnwritten(io::Error),
    /// A verb says no.
    #[error("{0}")]
    Refused(Refusal),
}

impl ProductionError {
    /// Whether what was asked for cannot be, so that trying again is of no use.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Settings(_) | Self::PasswordFile(_) | Self::Refused(Refusal::Invalid(_)))
    }
}
