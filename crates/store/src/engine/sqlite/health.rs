//! Looks for damage before it is served (threats K5): the log before SQLite reads it, a small file before the first
//! answer, a large one in the background, and every file once a day. Refuses to repair: what a repair makes up would be
//! served as if somebody had written it. What can be found and what cannot is in `docs/decisions/0011-damage.md`.

use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle};

use super::super::StoreError;
use super::super::queue::Queue;
use super::super::work::{QueuedRead, QueuedWrite};
use super::connection;
use super::direct::Direct;
use super::error::from_driver;

/// A file up to this size is checked before anything is served: that takes a few milliseconds.
const SMALL: u64 = 4 << 20;
const EVERY: Duration = Duration::from_hours(24);
/// Sizes of the parts of a log: <https://www.sqlite.org/fileformat2.html#walformat>.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

fn damaged(path: &Path, what: &str) -> StoreError {
    StoreError::Corrupt(format!("the database {} is damaged: {what}", path.display()))
}

/// Looks at the write-ahead log before SQLite does. SQLite takes the first broken frame for the end of the log: right
/// for what a power cut tore, wrong for damage further up, where it would forget commits that were answered. A commit
/// is on the disk before the next one begins, so whatever has two commits behind it was not torn.
pub(super) fn check_log(path: &Path) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    let Ok(file) = File::open(&name) else { return Ok(()) };
    let failed = |error: io::Error| StoreError::Disk(error.to_string());
    let mut log = Log::open(BufReader::new(file), path).map_err(failed)?;
    let mut lost = 0_u32;
    while let Some(frame) = log.next().map_err(failed)? {
        lost += u32::from(!frame.is_whole && frame.is_commit);
    }
    match lost {
        0 | 1 => Ok(()),
        _ => Err(damaged(path, &format!("its log is broken before {lost} commits that were answered"))),
    }
}

/// Checks a small file before anything of it is served.
pub(super) fn check_small(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(file) if file.len() <= SMALL => check(path, connection, "PRAGMA quick_check(1)"),
        _ => Ok(()),
    }
}

/// Checks in the background until it is dropped.
pub(super) struct Watch {
    thread: JoinHandle<()>,
    stop: Sender<()>,
    interrupt: InterruptHandle,
}

impl Watch {
    /// Starts the thread. When it finds damage it closes the store: an answer that is late is better than a wrong one.
    pub(super) fn start(
        path: &Path,
        writes: &Arc<Queue<Box<dyn QueuedWrite>>>,
        reads: &Arc<Queue<Box<dyn QueuedRead>>>,
        direct: &Arc<Direct>,
    ) -> Result<Self, StoreError> {
        let connection = connection::for_reading(path)?;
        let interrupt = connection.get_interrupt_handle();
        let (stop, stopped) = channel();
        let (path, writes, readers) = (path.to_owned(), Arc::clone(writes), Arc::clone(reads));
        let direct = Arc::clone(direct);
        let body = move || {
            if let Err(error) = watch(&path, &connection, &stopped) {
                tracing::error!(%error, "the store is closed, so that nothing wrong is served");
                writes.abandon();
                readers.abandon();
                direct.close();
            }
        };
        let thread = thread::Builder::new().name("store health".into()).spawn(body);
        let thread = thread.map_err(|error| StoreError::Disk(error.to_string()))?;
        Ok(Self { thread, stop, interrupt })
    }

    /// Ends a check that is running and waits for the thread: it must not be the last to have the file open.
    pub(super) fn end(self) {
        drop(self.stop);
        self.interrupt.interrupt();
        if self.thread.join().is_err() {
            tracing::error!("the thread that checks the database had panicked");
        }
    }
}

/// Returns when it is told to stop, or with the damage it found.
fn watch(path: &Path, connection: &Connection, stopped: &Receiver<()>) -> Result<(), StoreError> {
    let is_small = fs::metadata(path).is_ok_and(|file| file.len() <= SMALL);
    let mut pause = if is_small { EVERY } else { Duration::ZERO };
    while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        // One table at a time: a check holds a state of the database, and its log grows meanwhile.
        for table in tables(connection)? {
            if stopped.try_recv() != Err(TryRecvError::Empty) {
                return Ok(());
            }
            match check(path, connection, &format!("PRAGMA integrity_check('{table}')")) {
                Err(error @ StoreError::Corrupt(_)) => return Err(error),
                // Interrupted at the end of the store.
                Err(_) if stopped.try_recv() != Err(TryRecvError::Empty) => return Ok(()),
                // A lock of an outside tool: not damage.
                Err(error) => tracing::warn!(%error, table, "a table could not be checked"),
                Ok(()) => {}
            }
        }
        pause = EVERY;
    }
    Ok(())
}

fn tables(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = connection.prepare(sql).map_err(from_driver)?;
    let names = statement.query_map([], |row| row.get(0)).map_err(from_driver)?;
    names.collect::<Result<_, _>>().map_err(from_driver)
}

fn check(path: &Path, connection: &Connection, pragma: &str) -> Result<(), StoreError> {
    let said: String = connection.query_row(pragma, [], |row| row.get(0)).map_err(|error| {
        let error = from_driver(error);
        if let StoreError::Corrupt(what) = &error { damaged(path, what) } else { error }
    })?;
    if said == "ok" { Ok(()) } else { Err(damaged(path, said.lines().next_back().unwrap_or_default())) }
}

/// A frame of the log's newest generation.
struct Frame {
    /// Whether it and everything before it is as it was written.
    is_whole: bool,
    /// Whether it ends a transaction.
    is_commit: bool,
}

/// Reads a log frame by frame.
struct Log<R> {
    source: R,
    frame: Vec<u8>,
    /// Those of the header; where that is broken, those of the first frame.
    salts: Option<[u8; 8]>,
    sum: (u32, u32),
    big_endian: bool,
    is_whole: bool,
}

impl<R: Read> Log<R> {
    fn open(mut source: R, path: &Path) -> io::Result<Self> {
        let mut header = [0; LOG_HEADER];
        let is_there = fill(&mut source, &mut header)?;
        let big_endian = header[3] & 1 == 1;
        let sum = checksum(&header[..24], (0, 0), big_endian);
        let is_whole = number(&header, 0) & !1 == 0x377f_0682 && is_sum(&header[24..], sum);
        // A broken header says nothing; the pages are as large as the database's.
        let size = if is_whole { number(&header, 8) as usize } else { page_size(path) };
        let frame = if is_there { vec![0; FRAME_HEADER + size] } else { Vec::new() };
        let salts = header[16..24].try_into().ok().filter(|_| is_whole);
        Ok(Self { source, frame, salts, sum, big_endian, is_whole })
    }

    /// The next frame; none at the end of the file. Frames of an older generation may follow the newest one.
    fn next(&mut self) -> io::Result<Option<Frame>> {
        if self.frame.is_empty() || !fill(&mut self.source, &mut self.frame)? {
            return Ok(None);
        }
        let (header, page) = self.frame.split_at(FRAME_HEADER);
        let salts: [u8; 8] = header[8..16].try_into().unwrap_or_default();
        let is_ours = *self.salts.get_or_insert(salts) == salts;
        if self.is_whole {
            self.sum = checksum(&header[..8], self.sum, self.big_endian);
            self.sum = checksum(page, self.sum, self.big_endian);
            self.is_whole = is_ours && is_sum(&header[16..], self.sum);
        }
        Ok(Some(Frame { is_whole: self.is_whole, is_commit: is_ours && number(header, 4) != 0 }))
    }
}

/// Whether there was enough to fill it.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match source.read_exact(buffer) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        other => other.map(|()| true),
    }
}

/// The checksum of the format: two sums over pairs of words.
fn checksum(bytes: &[u8], start: (u32, u32), big_endian: bool) -> (u32, u32) {
    let word =
        |word: &[u8; 4]| if big_endian { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) };
    let (words, _) = bytes.as_chunks::<4>();
    let (pairs, _) = words.as_chunks::<2>();
    pairs.iter().fold(start, |(one, two), [left, right]| {
        let one = one.wrapping_add(word(left)).wrapping_add(two);
        (one, two.wrapping_add(word(right)).wrapping_add(one))
    })
}

fn is_sum(stored: &[u8], sum: (u32, u32)) -> bool {
    (number(stored, 0), number(stored, 4)) == sum
}

/// Numbers of the format are big-endian.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// What the header of the database says, in the one way the format has of saying 65536.
fn page_size(path: &Path) -> usize {
    let mut header = [0; 18];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match (read, u16::from_be_bytes([header[16], header[17]])) {
        (Ok(()), 1) => 65536,
        (Ok(()), size) if size >= 512 => size.into(),
        _ => 4096,
    }
}
