//! The load: clients with one connection each, on threads of their own outside the measured process. Closed loop for
//! throughput (the next request follows the answer), open loop for latency (requests have their times, whatever the
//! answers do). Refuses to count an answer that is not the expected one: it ends the measurement.

mod clients;
mod connection;
mod source;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    /// From each request to its answer, in nanoseconds, in no order.
    pub latencies: Vec<u64>,
}

/// The part of a measurement that warms up and is not counted.
const WARM_UP: u32 = 5;
/// How long the last answers may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// As many requests as `clients` can ask one after the other for this long.
///
/// # Errors
/// A refused connection or an unexpected answer.
pub fn closed(cell: &Cell, clients: usize, time: Duration) -> Result<Reached, String> {
    cell.source.begin();
    let times = Times::from_now(time / WARM_UP, time);
    let parts = clients::on_threads(clients, PATIENCE + time * 2, |client| {
        clients::closed(cell.clone(), client, times)
    })?;
    let inside: usize = parts.iter().map(|part| part.inside).sum();
    let last = parts.iter().filter_map(|part| part.last).max();
    let latencies: Vec<u64> = parts.into_iter().flat_map(|part| part.latencies).collect();
    // Inputs may have run out before the time was over, and a slow answer may take longer than all of it.
    let early = last.filter(|last| *last < times.end || inside == 0);
    let (answers, end) = early.map_or((inside, times.end), |last| (latencies.len(), last));
    let seconds = end.saturating_duration_since(times.count_from).as_secs_f64();
    Ok(Reached { rate: if seconds > 0.0 { count(answers) / seconds } else { 0.0 }, latencies })
}

/// Latencies in nanoseconds of requests sent at a fixed `rate` for this long. A request that could not be sent in time
/// because its client still waited for an answer counts from when it should have been sent (coordinated omission).
///
/// # Errors
/// A refused connection or an unexpected answer.
pub fn open(cell: &Cell, clients: usize, rate: f64, time: Duration) -> Result<Vec<u64>, String> {
    cell.source.begin();
    let period = Duration::from_secs_f64(1.0 / rate.max(1.0));
    let begin = now() + Duration::from_millis(20);
    let ticks = clients::Ticks::new(clients, begin, period, time);
    let parts = clients::on_threads(clients, PATIENCE + time * 2, |client| {
        clients::open(cell.clone(), client, ticks.of(client), begin + time)
    })?;
    ticks.done();
    Ok(parts.into_iter().flat_map(|part| part.latencies).collect())
}

/// When a closed loop counts.
#[derive(Clone, Copy, Debug)]
struct Times {
    count_from: Instant,
    end: Instant,
}

impl Times {
    fn from_now(warm_up: Duration, time: Duration) -> Self {
        let count_from = now() + warm_up;
        Self { count_from, end: count_from + time }
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
