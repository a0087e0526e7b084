//! The file that tells scripts where the development server is: `NAME=value` lines, as shells and tools read them.
//!
//! It appears only when the server answers, whole, and readable by its owner alone, since it holds secrets of the
//! seed. It refuses values that would break a line. A file left by a killed server is recognised by its process.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::private_file;

/// Where the server answers.
pub const BASE_URL: &str = "HOSPES_BASE_URL";
/// Number of the server's process.
const PROCESS_ID: &str = "HOSPES_PROCESS_ID";
/// When that process started, as the operating system counts: numbers are used again, starts are not.
const PROCESS_START: &str = "HOSPES_PROCESS_START";
/// What [`PROCESS_START`] holds where the operating system does not tell.
const UNKNOWN_START: &str = "unknown";

/// Time for a server that is there to accept a connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why the file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    /// A name or a value that a line cannot hold. The value is not repeated here, it may be a secret.
    #[error("the setting {0} cannot be written as a line")]
    Unwritable(String),
    /// There is a file that no server wrote; it would be lost when the server stops.
    #[error("{0} holds something else. Give --env-file another name, or remove it first.")]
    Foreign(PathBuf),
    /// The file system refuses.
    #[error("cannot write {path}: {source}")]
    File {
        /// The file concerned.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// A written file; removed when this is dropped, unless a later server has replaced it.
#[derive(Debug)]
pub struct EnvFile {
    path: PathBuf,
    contents: String,
}

impl EnvFile {
    /// Writes the file, with the process of the caller added. Call it when the server answers.
    ///
    /// # Errors
    /// A name that is not letters, digits and underscores, a value with a line break or other control character,
    /// or a folder that cannot be written; a file that is there and was not written by a server.
    pub fn write(path: &Path, settings: &[(&str, &str)]) -> Result<Self, EnvFileError> {
        let id = std::process::id();
        let (id_text, start) =
            (id.to_string(), process_start(id).unwrap_or_else(|| UNKNOWN_START.to_owned()));
        let process = [(PROCESS_ID, id_text.as_str()), (PROCESS_START, start.as_str())];
        let mut contents = String::new();
        for &(name, value) in settings.iter().chain(&process) {
            if !is_name(name) || value.chars().any(char::is_control) {
                return Err(EnvFileError::Unwritable(name.to_owned()));
            }
            contents.extend([name, "=", value, "\n"]);
        }
        refuse_foreign(path)?;
        private_file::write(path, &contents)
            .map_err(|source| EnvFileError::File { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), contents })
    }
}

/// Whether a variable names the process that wrote such a file.
pub(super) fn is_process(name: &str) -> bool {
    name == PROCESS_ID || name == PROCESS_START
}

/// Refuses a file in which somebody keeps something else; one just made by `mktemp` is empty.
///
/// # Errors
/// [`EnvFileError::Foreign`].
pub fn refuse_foreign(path: &Path) -> Result<(), EnvFileError> {
    let there = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&there);
    if text.trim().is_empty() || parse(&text).contains_key(PROCESS_ID) {
        return Ok(());
    }
    Err(EnvFileError::Foreign(path.to_owned()))
}

impl Drop for EnvFile {
    fn drop(&mut self) {
        if fs::read_to_string(&self.path).is_ok_and(|found| found == self.contents)
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "cannot remove the settings file");
        }
    }
}

/// What a settings file says about its server.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// There is no file.
    Nothing,
    /// There is a file, but its server is gone.
    Stale,
    /// A server answers; its settings by name.
    Running(BTreeMap<String, String>),
}

/// Reads the file at `path` and looks whether its server is still there: the process lives, is the one that wrote
/// the file, and its address accepts connections. Blocks for up to a second.
///
/// # Errors
/// The file is there but cannot be read.
pub fn find(path: &Path) -> io::Result<Found> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        other => other?,
    };
    let settings = parse(&text);
    let alive = process_is_there(&settings) && settings.get(BASE_URL).is_some_and(|base| accepts(base));
    Ok(if alive { Found::Running(settings) } else { Found::Stale })
}

/// The settings in a file of `NAME=value` lines. Blank lines and lines starting with `#` are skipped, as is
/// anything that is not a setting; the last of two equal names counts.
pub fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.trim_end_matches('\r').split_once('='))
        .filter(|(name, _)| is_name(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn process_is_there(settings: &BTreeMap<String, String>) -> bool {
    let Some(id) = settings.get(PROCESS_ID).and_then(|id| id.parse().ok()) else {
        return false;
    };
    match settings.get(PROCESS_START).map(String::as_str) {
        None => false,
        // Then only the connection can tell.
        Some(UNKNOWN_START) => true,
        Some(start) => process_start(id).as_deref() == Some(start),
    }
}

/// Field 22 of `/proc/<id>/stat`: ticks after boot at which the process started (Linux only).
fn process_start(id: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The second field is the program's name in brackets, which may itself hold blanks and brackets.
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(19).map(str::to_owned)
}

fn accepts(base_url: &str) -> bool {
    let Ok(url) = url::Url::parse(base_url) else {
        return false;
    };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return false;
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (host, port).to_socket_addrs().is_ok_and(|mut addresses| {
        addresses.any(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok())
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hospes-env-file-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_running_server_is_found_and_its_file_goes_with_it() {
        let folder = folder("running");
        let path = folder.join("dev.env");
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let file =
            EnvFile::write(&path, &[(BASE_URL, base.as_str()), ("HOSPES_CLIENT_SECRET", "a=b #c")]).unwrap();
        let Found::Running(settings) = find(&path).unwrap() else { panic!("not found") };
        assert_eq!(settings["HOSPES_CLIENT_SECRET"], "a=b #c");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(file);
        assert_eq!(find(&path).unwrap(), Found::Nothing);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing temporary is left");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_without_its_server_is_stale() {
        let folder = folder("stale");
        let path = folder.join("dev.env");
        let base = {
            let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
            format!("http://{}", listener.local_addr().unwrap())
        };
        let _file = EnvFile::write(&path, &[(BASE_URL, base.as_str())]).unwrap();
        assert_eq!(find(&path).unwrap(), Found::Stale, "the process lives, the server does not answer");

        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let text = format!("{BASE_URL}={base}\n{PROCESS_ID}={}\n{PROCESS_START}=1\n", std::process::id());
        fs::write(&path, text).unwrap();
        assert_eq!(find(&path).unwrap(), Found::Stale, "the number belongs to another process now");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_later_servers_file_is_left_alone() {
        let folder = folder("later");
        let path = folder.join("dev.env");
        let file = EnvFile::write(&path, &[("HOSPES_TENANT_ID", "1")]).unwrap();
        fs::write(&path, "HOSPES_TENANT_ID=2\n").unwrap();
        drop(file);
        assert_eq!(parse(&fs::read_to_string(&path).unwrap())["HOSPES_TENANT_ID"], "2");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn somebody_elses_file_is_neither_overwritten_nor_removed() {
        let folder = folder("foreign");
        let path = folder.join(".env");
        fs::write(&path, "DATABASE_URL=mine\n").unwrap();
        let refused = EnvFile::write(&path, &[("HOSPES_TENANT_ID", "1")]).unwrap_err();
        assert!(matches!(refused, EnvFileError::Foreign(_)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "DATABASE_URL=mine\n");
        fs::write(&path, "").unwrap();
        drop(EnvFile::write(&path, &[("HOSPES_TENANT_ID", "1")]).unwrap());
        // One left by a killed server is replaced.
        fs::write(&path, format!("HOSPES_TENANT_ID=1\n{PROCESS_ID}=1\n")).unwrap();
        drop(EnvFile::write(&path, &[("HOSPES_TENANT_ID", "2")]).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_value_cannot_smuggle_in_a_line() {
        let folder = folder("smuggle");
        let path = folder.join("dev.env");
        let refused = EnvFile::write(&path, &[("HOSPES_APP_ID", "x\nPATH=/tmp")]).unwrap_err();
        assert!(!refused.to_string().contains("PATH"), "the value is not repeated: {refused}");
        assert!(EnvFile::write(&path, &[("NOT A NAME", "x")]).is_err());
        assert!(!path.exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
