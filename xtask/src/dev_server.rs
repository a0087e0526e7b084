//! A development server for the length of a test run: started from a built program on a free port with an empty
//! folder, known by the variables it writes when ready, stopped as a person would stop it.

use crate::command::{pause, wait};
use crate::stages::Watch;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const READY_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(15);
/// The variable without which nothing can find the server.
const BASE_URL: &str = "HOSPES_BASE_URL";

/// A running `hospes dev`. Dropped without `stop`, it is killed.
pub struct DevServer {
    child: Child,
    /// Where the server wrote how to reach it.
    pub env_file: PathBuf,
    /// What it wrote there: names and values.
    pub variables: Vec<(String, String)>,
    log: PathBuf,
}

impl DevServer {
    /// Starts the program in an empty folder and waits until it is ready.
    pub fn start(hospes: &Path, folder: &Path) -> Result<Self, String> {
        let trouble = |error: std::io::Error| format!("cannot prepare {}: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(trouble)?;
        }
        fs::create_dir_all(folder).map_err(trouble)?;
        let env_file = folder.join("hospes.env");
        let log = folder.join("server.log");
        let output = File::create(&log).map_err(trouble)?;
        let child = Command::new(hospes)
            .args(["dev", "--port", "0", "--data"])
            .arg(folder.join("data"))
            .arg("--env-file")
            .arg(&env_file)
            // SDKs are to show that they wait when they are told to.
            .arg("--throttling")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(output.try_clone().map_err(trouble)?)
            .stdout(output)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", hospes.display()))?;
        let mut server = Self { child, env_file, variables: Vec::new(), log };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let watch = Watch::start();
        loop {
            let text = fs::read_to_string(&self.env_file).unwrap_or_default();
            self.variables = variables(&text);
            if let Some((_, url)) = self.variables.iter().find(|(name, _)| name == BASE_URL) {
                println!("ready after {} ms at {url}", watch.elapsed().as_millis());
                return Ok(());
            }
            if let Some(status) = wait(&mut self.child, Duration::ZERO)? {
                return Err(format!(
                    "hospes dev ended with {status} before it was ready:\n{}",
                    self.log_end()
                ));
            }
            if watch.elapsed() > READY_LIMIT {
                return Err(format!("no {BASE_URL} in the file of --env-file:\n{}", self.log_end()));
            }
            pause();
        }
    }

    /// The last forty lines that the server printed.
    pub fn log_end(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// Asks the server to stop, and insists that it ends cleanly and takes its env file with it.
    pub fn stop(mut self) -> Result<(), String> {
        if let Some(status) = wait(&mut self.child, Duration::ZERO)? {
            return Err(format!("hospes dev had already ended with {status}:\n{}", self.log_end()));
        }
        // The standard library can only kill; `kill` of the shell asks politely.
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).status();
        asked.map_err(|error| format!("cannot ask the server to stop: {error}"))?;
        let Some(status) = wait(&mut self.child, STOP_LIMIT)? else {
            return Err(format!(
                "hospes dev did not stop within {} s:\n{}",
                STOP_LIMIT.as_secs(),
                self.log_end()
            ));
        };
        if !status.success() {
            return Err(format!("hospes dev stopped with {status}:\n{}", self.log_end()));
        }
        if self.env_file.exists() {
            return Err("hospes dev stopped but left the file of --env-file behind".to_owned());
        }
        Ok(())
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The `NAME=value` lines of an env file; comments and half-written lines are left out.
fn variables(text: &str) -> Vec<(String, String)> {
    let complete = text.rsplit_once('\n').map_or("", |(complete, _)| complete);
    complete
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_half_written_line_is_not_read() {
        let read = variables("# note\nHOSPES_CLIENT_ID=a=b\nHOSPES_BASE_URL=https://local");
        assert_eq!(read, [("HOSPES_CLIENT_ID".to_owned(), "a=b".to_owned())]);
    }

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_server_is_known_by_its_variables_until_it_is_stopped() {
        let folder = folder("server");
        let hospes = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fake-hospes");
        let server = DevServer::start(&hospes, &folder).unwrap();
        assert!(server.variables.contains(&("HOSPES_CLIENT_ID".to_owned(), "app".to_owned())));
        assert!(server.env_file.exists());
        assert_eq!(server.stop(), Ok(()));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_program_that_ends_at_once_is_reported_with_what_it_printed() {
        let folder = folder("echo");
        let failure = DevServer::start(Path::new("/bin/echo"), &folder).err().unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(failure.contains("before it was ready") && failure.contains("dev --port 0"), "{failure}");
    }
}
