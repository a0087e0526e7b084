//! A measured server as its parent sees it: started, found, weighed, stopped. Refuses to leave one behind: it ends with
//! its parent's end of the pipe, and is killed if it does not.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::error::BenchError;
use super::load::now;
use super::options::{BenchOptions, Kind};
use super::server::{DRAIN, READY};

/// How long a server may take to end: its connections, then a database with many guests.
const ENDED: Duration = DRAIN.saturating_add(Duration::from_secs(5));
/// Between two looks whether it has.
const LOOK: Duration = Duration::from_millis(10);

/// A running server.
pub struct Measured {
    process: Child,
    /// Where it answers.
    pub at: SocketAddr,
}

impl Measured {
    /// Starts a server on the database in this folder and waits until it says that it is ready.
    ///
    /// # Errors
    /// It ended instead; it has said why on standard error.
    pub fn start(options: &BenchOptions, kind: Kind, folder: &Path) -> Result<Self, BenchError> {
        let failed = |error: std::io::Error| BenchError::Server(error.to_string());
        let mut command = Command::new(std::env::current_exe().map_err(failed)?);
        command.args(["bench-server", "--kind", kind.name(), "--engine", options.engine.name(), "--folder"]);
        command.arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(url) = &options.postgres {
            command.args(["--postgres", url]);
        }
        let mut process = command.spawn().map_err(failed)?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(failed)?;
        }
        let port = line.trim().strip_prefix(READY).and_then(|port| port.parse().ok());
        let mut measured = Self { process, at: SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0))) };
        if port.is_none() {
            measured.end(ENDED);
            return Err(BenchError::Server("it did not start".to_owned()));
        }
        Ok(measured)
    }

    /// Memory of its own in MiB: heap and stacks, without mapped files (`RssAnon`); `None` where the system does not
    /// tell.
    pub fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
        let kib: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(f64::from(kib) / 1024.0)
    }

    /// Asks it to end and waits for that; one that hangs is killed.
    pub fn stop(mut self) {
        self.end(ENDED);
    }

    fn end(&mut self, within: Duration) {
        drop(self.process.stdin.take());
        let give_up = now() + within;
        while self.is_running() {
            if now() >= give_up {
                tracing::warn!("the measured server did not end and is killed");
                return self.kill();
            }
            pause();
        }
    }

    fn is_running(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    fn kill(&mut self) {
        // Both fail only if it has ended meanwhile.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "a process does not say that it has ended within a time")]
fn pause() {
    std::thread::sleep(LOOK);
}

impl Drop for Measured {
    fn drop(&mut self) {
        if self.is_running() {
            self.kill();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// It once held the whole run up, since nobody came to kill it.
    #[test]
    fn a_server_that_does_not_end_is_killed() {
        let process = Command::new("sleep").arg("600").stdin(Stdio::piped()).spawn().unwrap();
        let mut measured = Measured { process, at: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) };
        measured.end(Duration::ZERO);
        assert!(!measured.is_running());
        let process = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut measured = Measured { process, at: measured.at };
        measured.end(Duration::from_mins(10));
        assert!(measured.process.wait().unwrap().success(), "one that ends by itself is let");
    }
}
