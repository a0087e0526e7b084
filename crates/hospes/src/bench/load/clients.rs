//! The clients themselves, spread over a few threads with a runtime each. Refuses to be late on purpose: what the load
//! itself could not send in time is not held against the server, what the server held up is.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::connection::Connection;
use super::{Cell, Times, now};

/// What one client saw.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Nanoseconds of the counted answers, and of what was waited for in vain.
    pub(super) latencies: Vec<u64>,
    /// The counted answers.
    pub(super) answers: usize,
    /// Those of them that came before the time was over.
    pub(super) inside: usize,
    /// When the last one came.
    pub(super) last: Option<Instant>,
    /// Whether it still waited when nobody waits any longer.
    pub(super) gave_up: bool,
}

impl Part {
    fn answered(&mut self, from: Instant, end: Option<Instant>) {
        let at = now();
        self.waited(from, at);
        self.answers += 1;
        self.last = Some(at);
        self.inside += usize::from(end.is_none_or(|end| at <= end));
    }

    fn waited(&mut self, from: Instant, until: Instant) {
        let nanos = until.saturating_duration_since(from).as_nanos();
        self.latencies.push(u64::try_from(nanos).unwrap_or(u64::MAX));
    }

    /// What was asked, and when it should have been: none of it was answered.
    fn give_up(&mut self, waiting: impl IntoIterator<Item = Instant>) {
        let at = now();
        self.gave_up = true;
        waiting.into_iter().for_each(|from| self.waited(from, at));
    }
}

/// Runs each client on one of the load's threads, which are half of the machine: the other half is the server's.
pub(super) fn on_threads<F>(
    clients: usize,
    patience: Duration,
    client: impl Fn(usize) -> F + Sync,
) -> Result<Vec<Part>, String>
where
    F: Future<Output = Result<Part, String>> + 'static,
{
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let threads = (cores / 2).clamp(1, clients.max(1));
    let one = |thread: usize| -> Result<Vec<Part>, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
        let local = tokio::task::LocalSet::new();
        let mine = (thread..clients).step_by(threads);
        let tasks: Vec<_> = mine.map(|number| local.spawn_local(client(number))).collect();
        let all = async {
            let mut parts = Vec::new();
            for task in tasks {
                parts.push(task.await.map_err(|error| format!("a client ended: {error}"))??);
            }
            Ok(parts)
        };
        let bounded = async {
            tokio::time::timeout(patience, all).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
        };
        local.block_on(&runtime, bounded)
    };
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || one(thread))).collect();
        let joined = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|_| Err("a thread of the load panicked".to_owned()))
        };
        threads.into_iter().map(joined).collect::<Result<Vec<_>, String>>()
    })?;
    Ok(parts.into_iter().flatten().collect())
}

/// Asks, and asks again when the answer is there, until the time is over; an answer that does not come is given up and
/// counts with the time it was waited for.
pub(super) async fn closed(cell: Cell, client: usize, times: Times) -> Result<Part, String> {
    let mut part = Part::default();
    let mut waiting = None;
    let asking = async {
        let mut connection = Connection::open(cell.server).await?;
        loop {
            let sent = now();
            // Where a single answer takes longer than all of the time, there is one all the same.
            if sent >= times.end && part.answers > 0 {
                return Ok(());
            }
            let Some(request) = cell.source.next(client) else { return Ok(()) };
            waiting = Some(sent);
            ask(&cell, client, &mut connection, &request).await?;
            waiting = None;
            // By its answer: one that was asked for before the time began and answered in it is an answer in that time.
            if now() >= times.count_from {
                part.answered(sent, Some(times.end));
            }
        }
    };
    match in_time(times.give_up, asking).await {
        Some(asked) => asked?,
        None => part.give_up(waiting),
    }
    Ok(part)
}

/// Asks at the times it is told. What was not answered in the end counts with the time it was waited for, and so does
/// what could not be asked meanwhile.
pub(super) async fn open(
    cell: Cell,
    client: usize,
    mut ticks: mpsc::UnboundedReceiver<Instant>,
    give_up: Instant,
) -> Result<Part, String> {
    let mut part = Part::default();
    let mut waiting = None;
    let asking = async {
        let mut connection = Connection::open(cell.server).await?;
        loop {
            // A tick that waits already was missed because an answer was outstanding: its time counts. One that is
            // waited for is sent when this client wakes up: the delay until then is the load's own.
            let from = match ticks.try_recv() {
                Ok(intended) => intended,
                Err(mpsc::error::TryRecvError::Empty) => match ticks.recv().await {
                    Some(_) => now(),
                    None => return Ok(()),
                },
                Err(mpsc::error::TryRecvError::Disconnected) => return Ok(()),
            };
            let Some(request) = cell.source.next(client) else { return Ok(()) };
            waiting = Some(from);
            ask(&cell, client, &mut connection, &request).await?;
            waiting = None;
            part.answered(from, None);
        }
    };
    match in_time(give_up, asking).await {
        Some(asked) => asked?,
        None => part.give_up(waiting.into_iter().chain(std::iter::from_fn(|| ticks.try_recv().ok()))),
    }
    Ok(part)
}

/// What came of it, or nothing when the time is over.
async fn in_time(
    give_up: Instant,
    asking: impl Future<Output = Result<(), String>>,
) -> Option<Result<(), String>> {
    tokio::time::timeout_at(give_up.into(), asking).await.ok()
}

async fn ask(cell: &Cell, client: usize, connection: &mut Connection, request: &[u8]) -> Result<(), String> {
    let (status, body) = connection.ask(request).await?;
    if status != cell.status {
        let body: String = String::from_utf8_lossy(body).chars().take(300).collect();
        return Err(format!("status {status} instead of {}: {body}", cell.status));
    }
    cell.source.answered(client, body);
    Ok(())
}

/// Tells the clients in turn when to send: a thread that sleeps, since the timers of the runtime are whole milliseconds.
pub(super) struct Ticks {
    receivers: Mutex<Vec<Option<mpsc::UnboundedReceiver<Instant>>>>,
    stop: Arc<AtomicBool>,
}

impl Ticks {
    pub(super) fn new(clients: usize, from: Instant, period: Duration, time: Duration) -> Self {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..clients).map(|_| mpsc::unbounded_channel()).unzip();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let mut turn = senders.iter().cycle();
            let mut at = from;
            while at < from + time && !stopped.load(Ordering::Relaxed) {
                until(at);
                // A client whose inputs have run out is gone.
                let gone = turn.next().is_none_or(|sender| sender.send(at).is_err());
                if gone && senders.iter().all(mpsc::UnboundedSender::is_closed) {
                    return;
                }
                at += period;
            }
        });
        Self { receivers: Mutex::new(receivers.into_iter().map(Some).collect()), stop }
    }

    /// The times of one client.
    pub(super) fn of(&self, client: usize) -> mpsc::UnboundedReceiver<Instant> {
        let mut receivers = self.receivers.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = receivers.get_mut(client).and_then(Option::take);
        // Each client asks once; another would be told nothing.
        mine.unwrap_or_else(|| mpsc::unbounded_channel().1)
    }

    /// Nobody listens any more.
    pub(super) fn done(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "the load has to wait for a point in time")]
fn until(at: Instant) {
    let wait = at.saturating_duration_since(now());
    if !wait.is_zero() {
        std::thread::sleep(wait);
    }
}
