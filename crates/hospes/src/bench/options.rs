//! What can be asked of a measurement. Refuses nothing itself; what cannot be measured is said where it is opened.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

/// The engine below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A server of its own, named by `--postgres`.
    Postgres,
}

impl Engine {
    /// As it stands in the figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Options of `hospes bench`.
#[derive(Args, Clone, Debug)]
pub struct BenchOptions {
    /// How many guests the directory holds
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub guests: usize,
    /// Which engine is measured
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    pub engine: Engine,
    /// Address of an empty PostgreSQL database
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
    /// Shorter rounds and fewer of them: under four minutes
    #[arg(long)]
    pub quick: bool,
    /// Only rows with this in their name, such as `grant` or `user by id, 64`
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// Write the figures as JSON
    #[arg(long)]
    pub json: bool,
    /// Compare with the JSON of an earlier run and say what moved beyond noise
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// The folder on whose disk is measured; a folder of the run's own is made in it and removed
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// How long one measurement of a round takes
    #[arg(long, value_name = "SECONDS", hide = true, value_parser = seconds)]
    pub seconds: Option<f64>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.01..=60.0).contains(&seconds) { Ok(seconds) } else { Err("between 0.01 and 60".to_owned()) }
}

impl BenchOptions {
    /// How long one measurement takes.
    pub fn cell(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.unwrap_or(if self.quick { 0.3 } else { 1.0 }))
    }

    /// How often everything is measured; the spread between rounds is the noise.
    pub fn rounds(&self) -> usize {
        if self.quick { 3 } else { 5 }
    }

    /// Whether a row of this name is wanted.
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.to_lowercase().contains(&only.to_lowercase()))
    }
}

/// Which server the child process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The product.
    Hospes,
    /// Minimal handlers on a database of their own.
    Limits,
}

impl Kind {
    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hospes => "hospes",
            Self::Limits => "limits",
        }
    }
}

/// Options of the server that is measured; a process of its own, so that its memory is its own.
#[derive(Args, Clone, Debug)]
pub struct ServerOptions {
    /// Which one
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// Where its database and key are
    #[arg(long, value_name = "DIR")]
    pub folder: PathBuf,
    /// Which engine
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    pub engine: Engine,
    /// Address of the PostgreSQL database
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
}
