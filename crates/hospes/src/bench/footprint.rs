//! What Hospes costs before anybody asks it anything: time to start, memory, the size of the program. Refuses to call a
//! server started before it has answered.

use std::path::Path;
use std::time::Duration;

use super::child::Measured;
use super::error::BenchError;
use super::figures::{Figure, Goal};
use super::load::{self, once};
use super::options::{BenchOptions, Kind};
use super::requests::get;
use super::server;

/// How long memory settles before it is read.
const SETTLED: Duration = Duration::from_secs(1);

/// Names and goals of the figures here.
const FIRST: (&str, Goal) = ("start: very first (schema, keys of a tenant)", Goal::Below(500.0));
const RESTART: (&str, Goal) = ("start: again, empty directory", Goal::Below(50.0));
const RESTART_FULL: (&str, Goal) = ("start: again, with all guests", Goal::Below(200.0));
const IDLE: (&str, Goal) = ("memory: idle, with all guests", Goal::Below(25.0));
pub const LOADED: (&str, Goal) = ("memory: after load, with all guests", Goal::Below(60.0));
const BINARY: (&str, Goal) = ("size of the program", Goal::Below(30.0));

/// All their names.
pub const NAMES: [&str; 6] = [FIRST.0, RESTART.0, RESTART_FULL.0, IDLE.0, LOADED.0, BINARY.0];

/// From starting the process to the first answer, in milliseconds.
async fn started(options: &BenchOptions, folder: &Path) -> Result<(f64, Measured), BenchError> {
    let began = load::now();
    let server = Measured::start(options, Kind::Hospes, folder)?;
    let failed = |problem| BenchError::Load { what: "the first answer".to_owned(), problem };
    let (status, _) =
        once(server.at, &get("/common/v2.0/.well-known/openid-configuration", None)).await.map_err(failed)?;
    if status != 200 {
        return Err(failed(format!("status {status}")));
    }
    Ok((began.elapsed().as_secs_f64() * 1000.0, server))
}

/// Starts in empty folders, and starts again.
pub async fn empty(options: &BenchOptions, folder: &Path) -> Result<Vec<Figure>, BenchError> {
    let (mut first, mut again) = (Vec::new(), Vec::new());
    if !options.wants(FIRST.0) && !options.wants(RESTART.0) {
        return Ok(Vec::new());
    }
    for number in 0..options.rounds() {
        let fresh = folder.join(format!("first-{number}"));
        for times in [&mut first, &mut again] {
            let (time, server) = started(options, &fresh).await?;
            times.push(time);
            server.stop();
        }
        server::erase(options.engine, &fresh, options.postgres.as_deref()).await;
        std::fs::remove_dir_all(&fresh).map_err(BenchError::folder(&fresh))?;
    }
    Ok(kept(options, [(FIRST, "ms", first), (RESTART, "ms", again)]))
}

/// Starts with all guests, and the memory a moment later.
pub async fn filled(options: &BenchOptions, folder: &Path) -> Result<Vec<Figure>, BenchError> {
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    if !options.wants(RESTART_FULL.0) && !options.wants(IDLE.0) {
        return Ok(Vec::new());
    }
    for _ in 0..options.rounds() {
        let (time, server) = started(options, folder).await?;
        times.push(time);
        tokio::time::sleep(SETTLED).await;
        memory.extend(server.memory());
        server.stop();
    }
    Ok(kept(options, [(RESTART_FULL, "ms", times), (IDLE, "MiB", memory)]))
}

/// Memory after everything that can be measured, and the program's own size.
pub async fn loaded(options: &BenchOptions, server: &Measured) -> Vec<Figure> {
    tokio::time::sleep(SETTLED).await;
    let memory = server.memory().into_iter().collect();
    let program = std::env::current_exe().and_then(std::fs::metadata).map(|file| mebibytes(file.len()));
    kept(options, [(LOADED, "MiB", memory), (BINARY, "MiB", program.into_iter().collect())])
}

/// Sizes of programs are far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "below 2^52")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

fn kept<const N: usize>(
    options: &BenchOptions,
    all: [((&str, Goal), &'static str, Vec<f64>); N],
) -> Vec<Figure> {
    let wanted = all.into_iter().filter(|((name, _), _, _)| options.wants(name));
    wanted.filter_map(|((name, goal), unit, rounds)| Figure::alone(name, unit, &rounds, goal)).collect()
}
