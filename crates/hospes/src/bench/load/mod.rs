//! The load: clients with one connection each, on threads of their own outside the measured process. Closed loop for
//! throughput (the next request follows the answer), open loop for latency (requests have their times, whatever the
//! answers do). Refuses to count an answer that is not the expected one, and to call nothing a figure: both end the
//! measurement.

mod clients;
mod connection;
mod source;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clients::Part;
pub use connection::once;
pub use source::{Chain, Source, Supply};

/// Who is asked, for what, and what the answer must be.
#[derive(Clone)]
pub struct Cell {
    /// The server.
    pub server: SocketAddr,
    /// The requests.
    pub source: Arc<Source>,
    /// The only good status.
    pub status: u16,
}

/// What a closed loop reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    /// Answers a second.
    pub rate: f64,
    /// From each request to its answer, or to when it was given up, in nanoseconds, in no order.
    pub latencies: Vec<u64>,
}

/// The part of a measurement that warms up and is not counted.
const WARM_UP: u32 = 5;
/// How long after the end an answer is waited for.
const GIVEN_UP: Duration = Duration::from_secs(5);
/// How long the last answers may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Why a measurement without a single answer is none. One whose answers never came is another thing: that is a figure.
const USED_UP: &str = "what was prepared for it was used up before anything could be counted";

/// As many requests as `clients` can ask one after the other for this long.
///
/// # Errors
/// A refused connection, an unexpected answer, or nothing to ask.
pub fn closed(cell: &Cell, clients: usize, time: Duration) -> Result<Reached, String> {
    cell.source.begin();
    let warm_up = if cell.source.can_run_out() { Duration::ZERO } else { time / WARM_UP };
    let times = Times::from_now(warm_up, time);
    let parts = clients::on_threads(clients, PATIENCE + time * 2, |client| {
        clients::closed(cell.clone(), client, times)
    })?;
    reached(parts, times)
}

fn reached(parts: Vec<Part>, times: Times) -> Result<Reached, String> {
    let (mut inside, mut answers, mut gave_up) = (0, 0, false);
    for part in &parts {
        inside += part.inside;
        answers += part.answers;
        gave_up |= part.gave_up;
    }
    if answers == 0 && !gave_up {
        return Err(USED_UP.to_owned());
    }
    let last = parts.iter().filter_map(|part| part.last).max();
    // Inputs may have run out before the time was over, and a slow answer may take longer than all of it. Where somebody
    // still waits for an answer, the time went on.
    let early = last.filter(|last| inside == 0 || (*last < times.end && !gave_up));
    let (counted, end) = early.map_or((inside, times.end), |last| (answers, last));
    let seconds = end.saturating_duration_since(times.count_from).as_secs_f64();
    let rate = if seconds > 0.0 { count(counted) / seconds } else { 0.0 };
    Ok(Reached { rate, latencies: parts.into_iter().flat_map(|part| part.latencies).collect() })
}

/// Latencies in nanoseconds of requests sent at a fixed `rate` for this long. A request that could not be sent in time
/// because its client still waited for an answer counts from when it should have been sent (coordinated omission).
///
/// # Errors
/// A refused connection, an unexpected answer, or nothing to ask.
pub fn open(cell: &Cell, clients: usize, rate: f64, time: Duration) -> Result<Vec<u64>, String> {
    cell.source.begin();
    let period = Duration::from_secs_f64(1.0 / rate.max(1.0));
    let begin = now() + Duration::from_millis(20);
    let ticks = clients::Ticks::new(clients, begin, period, time);
    let parts = clients::on_threads(clients, PATIENCE + time * 2, |client| {
        clients::open(cell.clone(), client, ticks.of(client), begin + time + GIVEN_UP)
    })?;
    ticks.done();
    let latencies: Vec<u64> = parts.into_iter().flat_map(|part| part.latencies).collect();
    if latencies.is_empty() { Err(USED_UP.to_owned()) } else { Ok(latencies) }
}

/// When a closed loop counts.
#[derive(Clone, Copy, Debug)]
struct Times {
    count_from: Instant,
    end: Instant,
    give_up: Instant,
}

impl Times {
    fn from_now(warm_up: Duration, time: Duration) -> Self {
        let count_from = now() + warm_up;
        let end = count_from + time;
        Self { count_from, end, give_up: end + GIVEN_UP }
    }
}

#[expect(clippy::disallowed_methods, reason = "measures")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Counts stay far below 2^52, where the conversion is exact.
#[expect(clippy::cast_precision_loss, reason = "counts of a run are small")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}
