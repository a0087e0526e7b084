//! `hospes bench`: a bench that tells the truth. One run measures minimal handlers, which are the limits, and Hospes
//! itself: on the same machine, behind the same HTTP stack, with the same settings of the database. Each figure stands
//! beside its limit. What each row means is in `docs/guide/bench.md`.
//!
//! Refuses to measure anything but real requests to a server in a process of its own, and to switch off a limit or a
//! check of the product for it. Talks to this machine only and leaves nothing behind.

mod baseline;
mod child;
mod error;
mod figures;
mod footprint;
mod lists;
mod load;
mod measures;
mod minimal;
mod operations;
mod options;
mod requests;
mod rounds;
mod server;
mod stage;
mod table;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hospes_actions::clock::SystemClock;
use hospes_domain::time::Clock as _;

pub use error::BenchError;
pub use options::{BenchOptions, ServerOptions};
pub use server::run as serve;

use baseline::Baseline;
use child::Measured;
use figures::{Figure, Header};
use measures::{Group, Servers};
use operations::CLIENTS;
use options::{Engine, Kind};
use stage::Directory;

use crate::stop::Requests;
use crate::terminal::{Terminal, say};

/// The folders of the two directories.
const OURS: &str = "hospes";
const BARE: &str = "limits";

/// Measures and prints.
///
/// # Errors
/// Whatever cannot be measured; a missed goal is none.
pub async fn run(options: BenchOptions) -> Result<(), BenchError> {
    known(&options)?;
    let baseline = options.baseline.as_deref().map(Baseline::read).transpose()?;
    let header = header(&options);
    if header.profile == "debug" {
        note("This is a debug build: its figures say nothing. Build with --release or --profile dist.");
    }
    let folder = Folder::new(&options.folder)?;
    warn_of_memory_disk(&folder.0);
    let mut stopping = Requests::to_a_terminal();
    let figures = tokio::select! {
        figures = measured(&options, &folder.0) => figures,
        () = stopping.next() => Err(BenchError::Interrupted),
    };
    erased(&options, &folder.0).await;
    let figures = figures?;
    if options.json {
        say(figures::json(&header, &figures));
    } else {
        for line in table::lines(Terminal::stdout(), &header, &figures) {
            say(line);
        }
    }
    if let Some(baseline) = baseline {
        for line in table::moved(Terminal::stdout(), &baseline.moved(&figures)) {
            // Standard output is the JSON's.
            if options.json { note(&line) } else { say(line) }
        }
    }
    Ok(())
}

/// Refuses to measure nothing.
fn known(options: &BenchOptions) -> Result<(), BenchError> {
    let others = || footprint::NAMES.into_iter().chain([SEEDED]);
    let mut rows = operations::ALL.iter().flat_map(operations::Operation::rows);
    match &options.only {
        Some(only) if !rows.any(|row| options.wants(&row)) && !others().any(|name| options.wants(name)) => {
            let names = operations::ALL.iter().map(|operation| operation.name).chain(others()).collect();
            Err(BenchError::Unknown { only: only.clone(), names })
        }
        _ => Ok(()),
    }
}

/// Removes what the run keeps on a database server: each directory of it has a folder that its schema is called after.
async fn erased(options: &BenchOptions, folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        server::erase(options.engine, &entry.path(), options.postgres.as_deref()).await;
    }
}

fn header(options: &BenchOptions) -> Header {
    Header {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: env!("HOSPES_BUILD_PROFILE").to_owned(),
        engine: options.engine.name().to_owned(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        guests: options.guests,
        date: jiff::Timestamp::from_second(SystemClock.now().seconds()).unwrap_or_default().to_string(),
    }
}

/// A folder of this run's own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(parent: &Path) -> Result<Self, BenchError> {
        let path = parent.join(format!("hospes-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(BenchError::folder(&path))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "the folder of the measurement could not be removed");
        }
    }
}

/// A commit that costs nothing makes every ratio of writes worthless.
fn warn_of_memory_disk(folder: &Path) {
    let Ok(path) = folder.canonicalize() else { return };
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let holding = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?.to_owned(), words.next()?.to_owned());
        path.starts_with(&at).then_some((at.len(), kind))
    };
    let nearest = mounts.lines().filter_map(holding).max_by_key(|(length, _)| *length);
    if nearest.is_some_and(|(_, kind)| kind == "tmpfs" || kind == "ramfs") {
        note(
            "This folder lies in memory, where a durable commit costs nothing. Give one on a disk with --folder.",
        );
    }
}

/// Progress goes to standard error, so that standard output is the figures alone.
fn note(line: &str) {
    // Nobody can be told when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{line}");
}

async fn measured(options: &BenchOptions, folder: &Path) -> Result<Vec<Figure>, BenchError> {
    let (ours, bare) = (folder.join(OURS), folder.join(BARE));
    // Before anything else: an engine that cannot be measured is said at once.
    server::database(options.engine, &ours, options.postgres.as_deref())?;
    note("Starting and starting again.");
    let mut figures = footprint::empty(options, folder).await?;
    let (directory, filling) = filled(options, &ours).await?;
    figures.extend(footprint::filled(options, &ours).await?);

    // Three numbers of clients and once paced.
    let each = options.rounds() * (CLIENTS.len() + 1);
    let app = server::open(options.engine, &ours, options.postgres.as_deref()).await?;
    note("Preparing what can be used once only.");
    let prepared = stage::prepare(&app, &directory, options, each).await.map_err(BenchError::Refused);
    app.close().await;
    let mut inputs = prepared?;
    copied(options, &ours, &bare).await?;
    let hospes = Measured::start(options, Kind::Hospes, &ours)?;
    let limits = Measured::start(options, Kind::Limits, &bare)?;
    let servers = Servers { hospes: hospes.at, limits: limits.at };

    let mut groups = servers.grants(&directory, &mut inputs, each).await?;
    let bearer = inputs.bearer.clone();
    groups.extend(servers.writes(&directory, inputs, each).await?);
    groups.extend(servers.reads(&directory, &bearer).await?);
    groups.extend(servers.documents(&directory).await?);
    let groups = wanted(options, groups);
    let (all, time) = (options.rounds(), options.cell());
    let engine = options.engine;
    let told = move |round| note(&format!("Round {round} of {all}."));
    let rounds = move || rounds::run(&groups, engine, all, time, told);
    let measured = tokio::task::spawn_blocking(rounds).await;
    figures.extend(measured.map_err(|error| BenchError::Server(error.to_string()))??);
    figures.extend(filling);
    figures.extend(footprint::loaded(options, &hospes).await);
    hospes.stop();
    limits.stop();
    figures.retain(|figure| options.wants(&figure.name));
    Ok(figures)
}

/// The operations with a row that is wanted. The memory after load is that after all of them, so that its row means the
/// same in every run.
fn wanted(options: &BenchOptions, groups: Vec<Group>) -> Vec<Group> {
    if options.wants(footprint::LOADED.0) {
        return groups;
    }
    let is_wanted = |operation: operations::Operation| operation.rows().iter().any(|row| options.wants(row));
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|group| {
            let measures =
                group.measures.into_iter().filter(|measure| is_wanted(measure.operation)).collect();
            Group { measures, ..group }
        })
        .collect();
    groups.retain(|group| !group.measures.is_empty());
    groups
}

/// The name of the row about seeding.
const SEEDED: &str = "guests seeded in bulk";

/// The directory with its guests, and how many of them a second the bulk path of the store took.
async fn filled(options: &BenchOptions, folder: &Path) -> Result<(Directory, Option<Figure>), BenchError> {
    let app = server::open(options.engine, folder, options.postgres.as_deref()).await?;
    let began = load::now();
    let told = |guests: usize| {
        if guests.is_multiple_of(100_000) || guests == options.guests {
            note(&format!("{guests} guests."));
        }
    };
    let filled = stage::fill(&app, options.guests, told).await.map_err(BenchError::Refused);
    let seconds = began.elapsed().as_secs_f64();
    app.close().await;
    let rate = if seconds > 0.0 { load::count(options.guests) / seconds } else { 0.0 };
    let figure = Figure::alone(SEEDED, "per second", &[rate], figures::Goal::None);
    Ok((filled?, figure.filter(|_| options.guests > 0 && options.wants(SEEDED))))
}

/// The limits get the same database, as it is before anything is measured.
async fn copied(options: &BenchOptions, from: &Path, to: &Path) -> Result<(), BenchError> {
    std::fs::create_dir_all(to).map_err(BenchError::folder(to))?;
    if options.engine == Engine::Postgres {
        let [from, to] =
            [from, to].map(|folder| server::database(options.engine, folder, options.postgres.as_deref()));
        return Ok(from?.copy_to(&to?, Arc::new(SystemClock)).await?);
    }
    for entry in std::fs::read_dir(from).map_err(BenchError::folder(from))? {
        let entry = entry.map_err(BenchError::folder(from))?;
        std::fs::copy(entry.path(), to.join(entry.file_name())).map_err(BenchError::folder(to))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::load::{Cell, Source};
    use super::measures::Measure;
    use super::*;

    fn only(only: Option<&str>) -> BenchOptions {
        BenchOptions {
            guests: 1,
            engine: Engine::Sqlite,
            postgres: None,
            quick: true,
            only: only.map(str::to_owned),
            json: false,
            baseline: None,
            folder: PathBuf::new(),
            seconds: None,
        }
    }

    /// The names of what would be run.
    fn run(options: &BenchOptions) -> Vec<&'static str> {
        let cell = Cell {
            server: "127.0.0.1:9".parse().unwrap(),
            source: Arc::new(Source::Same(Vec::new())),
            status: 200,
        };
        let group =
            |operation| Group { limit: None, measures: vec![Measure { operation, cell: cell.clone() }] };
        let groups = wanted(options, operations::ALL.map(group).into());
        groups.iter().flat_map(|group| group.measures.iter().map(|measure| measure.operation.name)).collect()
    }

    #[test]
    fn a_part_of_a_row_says_what_is_run() {
        assert_eq!(run(&only(Some("user by id"))), ["user by id"]);
        assert_eq!(run(&only(Some("User by id, 64"))), ["user by id"]);
        assert_eq!(run(&only(Some("with mail, 1 client"))), ["invitation with mail"]);
        assert_eq!(run(&only(Some("size of"))), [""; 0]);
        let all = operations::ALL.len();
        assert_eq!(run(&only(None)).len(), all);
        assert_eq!(run(&only(Some("memory"))).len(), all, "after load is after all of it");
    }

    #[test]
    fn what_has_no_row_is_refused_with_the_names() {
        for name in ["user by id, 64", "$COUNT", "memory", "size", "seeded"] {
            assert!(known(&only(Some(name))).is_ok(), "{name}");
        }
        let refused = known(&only(Some("user by name"))).unwrap_err().to_string();
        for name in ["user by name", "user by id", "memory: idle", SEEDED] {
            assert!(refused.contains(name), "{name}: {refused}");
        }
    }
}
