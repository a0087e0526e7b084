//! What `hospes dev` may be asked for. Everything has a value already: nothing has to be configured.

use std::path::PathBuf;

/// Options of `hospes dev`.
#[derive(Clone, Debug, clap::Args)]
pub struct DevOptions {
    /// Folder for the database, the keys and the certificate authority; made if it is missing
    #[arg(long, value_name = "DIR", default_value = DEFAULT_FOLDER)]
    pub data: PathBuf,
    /// Port on localhost; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 8443)]
    pub port: u16,
    /// Start over from the seed: people, guests and apps are as on the first day
    #[arg(long)]
    pub reset: bool,
    /// Keep the directory in this PostgreSQL database instead of a file: postgres://user:password@host/database
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
    /// Refuse programs that ask for more than Microsoft's own limits allow, with 429, as the original does
    #[arg(long)]
    pub throttling: bool,
    /// Write how to reach the server into this file, too, as NAME=value lines; removed when the server stops
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
}

/// Where the data lives when nobody says otherwise.
pub const DEFAULT_FOLDER: &str = "./hospes-dev";
