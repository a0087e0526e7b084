//! How many connections a server takes and how long it waits for each thing it waits for.

use std::time::Duration;

/// Connections taken on a machine that does not tell how many files a process may open.
const UNKNOWN_MACHINE: usize = 192;

/// Never more connections than this, however many files the process may open.
const MOST_CONNECTIONS: usize = 8192;

/// The patience of a server (threats.md J8, K15). The default suits production; tests shorten it.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at the same time; when all are taken, idle ones make room.
    pub connections: usize,
    /// Requests at the same time on one HTTP/2 connection.
    pub streams: u32,
    /// Time for the TLS handshake.
    pub handshake: Duration,
    /// Time for the head of an HTTP/1 request, and between two requests on one connection.
    pub header_read: Duration,
    /// Time for the rest of a request body, from the first time it has to be waited for.
    pub request_body: Duration,
    /// Time a connection may be without any request.
    pub idle: Duration,
    /// Time a running request may make no progress at all.
    pub stalled: Duration,
    /// Idle time after which a connection makes room when the server is full.
    pub spare: Duration,
    /// Time to finish running requests after a stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: connections_for(open_file_limit()),
            streams: 128,
            handshake: Duration::from_secs(10),
            header_read: Duration::from_secs(30),
            request_body: Duration::from_mins(1),
            idle: Duration::from_mins(1),
            stalled: Duration::from_mins(2),
            spare: Duration::from_secs(1),
            drain: Duration::from_secs(30),
        }
    }
}

/// Three quarters of the files a process may open; the rest is for the database and outgoing connections.
fn connections_for(open_files: Option<usize>) -> usize {
    open_files.map_or(UNKNOWN_MACHINE, |files| (files / 4 * 3).clamp(16, MOST_CONNECTIONS))
}

/// The soft limit of open files, where the operating system tells it in a file (Linux).
fn open_file_limit() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_left_for_the_database() {
        assert_eq!(connections_for(Some(1024)), 768);
        assert_eq!(connections_for(Some(usize::MAX)), MOST_CONNECTIONS);
        assert_eq!(connections_for(None), UNKNOWN_MACHINE);
    }
}
