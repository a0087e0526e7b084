//! What an operator sets: one table of settings, read from a file, the environment and flags, checked as a whole
//! before anything is opened. Refuses unknown names, secrets where others can read them, and to repeat a value that it
//! refuses (threats K16).

mod database;
mod environment;
mod file;
mod flags;
mod layers;
mod mail;
mod problem;
mod reader;
mod report;
pub mod secret;
pub mod table;
#[cfg(test)]
mod tests;
mod web;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use hospes_actions::database::Database;
use hospes_actions::keys::MasterKey;
use hospes_actions::passwords::LeakedPasswords;
use hospes_web::http::TrustedProxies;

use self::layers::Layers;
use self::reader::Reader;
use self::secret::SecretFileError;
use crate::logging::{self, Format};
use crate::serve::Transport;

pub use flags::Flags;
pub use mail::Mail;
pub use problem::{Problem, Problems};

/// The folder of whoever names none.
const DATA: &str = "./hospes-data";
/// The key's name in the data folder.
const MASTER_KEY: &str = "master.key";
/// What production operators would miss in their logs.
const LOG: &str = "info";

/// The key that seals all others.
pub struct Master {
    /// Where it is, or will be.
    pub path: PathBuf,
    /// `None` before the first start.
    pub key: Option<MasterKey>,
}

/// Everything that a server needs to be told, read and checked. No `Debug`: it holds secrets.
pub struct Settings {
    /// The public origin, without a slash at the end.
    pub public_url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// HTTPS, or plain HTTP behind a proxy.
    pub transport: Transport,
    /// The operator's proxies.
    pub trusted_proxies: TrustedProxies,
    /// Where the directory is kept.
    pub database: Database,
    /// The same, to be shown.
    pub database_shown: String,
    /// The master key.
    pub master: Master,
    /// The operator's list of leaked passwords.
    pub leaked_passwords: Option<LeakedPasswords>,
    /// The mail server; without one mails wait.
    pub mail: Option<Mail>,
    /// Whether the directory API keeps to the original's limits.
    pub throttling: bool,
    /// What is logged.
    pub log: String,
    /// How it is written; `None` for what suits where it goes.
    pub log_format: Option<Format>,
    /// One line for each setting: its value, or that it is set, and where it comes from; then the strangers.
    pub report: Vec<String>,
    /// Variables of the environment that are no settings.
    pub strangers: Vec<String>,
}

impl Settings {
    /// Reads the settings from all their sources.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(config: Option<&Path>, flags: &Flags) -> Result<Self, Problems> {
        Self::read_from(config, flags, std::env::vars_os())
    }

    /// The same with these variables of the environment.
    pub(crate) fn read_from(
        config: Option<&Path>,
        flags: &Flags,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        let layers = Layers::gather(flags, config, variables)?;
        let mut reader = Reader::new(&layers);
        let web = web::read(&mut reader);
        let data = reader.path("data").unwrap_or_else(|| PathBuf::from(DATA));
        let database = database::read(&mut reader, &data);
        let master = master(&mut reader, &data);
        let leaked_passwords = leaked_passwords(&mut reader);
        let mail = mail::read(&mut reader);
        let throttling = reader.parsed("throttling", throttling);
        let log = reader.parsed("log", log_filter);
        let log_format = reader.parsed("log_format", log_format);
        let problems = reader.problems;
        let (Some(web), Some(database), Some(master), true) = (web, database, master, problems.is_empty())
        else {
            return Err(Problems(problems));
        };
        Ok(Self {
            public_url: web.public_url,
            listen: web.listen,
            transport: web.transport,
            trusted_proxies: web.trusted_proxies,
            report: report::lines(&layers, &database.shown, &master),
            database: database.database,
            database_shown: database.shown,
            master,
            leaked_passwords,
            mail,
            throttling: throttling.unwrap_or_default(),
            log: log.unwrap_or_else(|| LOG.to_owned()),
            log_format,
            strangers: layers.strangers,
        })
    }
}

/// The key from its file; a file that is not there yet is made at the first start.
fn master(reader: &mut Reader<'_>, data: &Path) -> Option<Master> {
    let path = reader.path("master_key_file").unwrap_or_else(|| data.join(MASTER_KEY));
    let key = match secret::read(&path) {
        Err(SecretFileError::Missing) => None,
        // Nobody named the path, so it may be said.
        Err(error) if reader.value("master_key_file").is_none() => {
            reader.wrong("master_key_file", format!("{}: {error}", path.display()));
            return None;
        }
        read => {
            let text = reader.taken("master_key_file", read)?;
            let Ok(key) = MasterKey::parse(text.reveal()) else {
                let cause = "the file does not hold a master key (32 bytes in base64url), or only a part of it. \
                             Put the whole key back from your copy.";
                reader.wrong("master_key_file", cause);
                return None;
            };
            Some(key)
        }
    };
    Some(Master { path, key })
}

/// The list, looked at where it begins and ends.
fn leaked_passwords(reader: &mut Reader<'_>) -> Option<LeakedPasswords> {
    let path = reader.path("leaked_passwords")?;
    LeakedPasswords::open(&path).map_err(|error| reader.wrong("leaked_passwords", error)).ok()
}

fn throttling(text: &str) -> Result<bool, &'static str> {
    match text {
        "off" => Ok(false),
        "published" => Ok(true),
        _ => Err("there are no such limits. Give off or published."),
    }
}

fn log_filter(text: &str) -> Result<String, &'static str> {
    if logging::is_filter(text) {
        Ok(text.to_owned())
    } else {
        Err("this is not a log filter. Write it as info, or as hospes_actions=debug,warn.")
    }
}

fn log_format(text: &str) -> Result<Format, &'static str> {
    match text {
        "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        _ => Err("there is no such format. Give text or json."),
    }
}
