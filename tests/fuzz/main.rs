//! Coverage-guided fuzzing of everything that programs and strangers send, with the whole server behind it: the address of a
//! query, a batch, a body, a token, a link. Run by `cargo xtask fuzz`, which names the target in `HOSPES_FUZZ`. Refuses
//! nothing itself: an answer that is a defect of ours ends the run, with the input that led to it.
#![no_main]
#![expect(clippy::unwrap_used, reason = "a defect is told by panicking")]

#[path = "../harness/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
mod harness;
mod targets;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

use targets::{Stage, Target};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());
static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("HOSPES_FUZZ").unwrap_or_default();
    Target::parse(&name).unwrap_or_else(|| panic!("HOSPES_FUZZ names no target: '{name}'"))
});
static STAGE: LazyLock<Stage> = LazyLock::new(|| RUNTIME.block_on(Stage::new()));

fuzz_target!(|data: &[u8]| RUNTIME.block_on(STAGE.run(*TARGET, data)));
