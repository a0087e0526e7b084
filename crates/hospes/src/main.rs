//! The program `hospes`. Everything it does is in the library beside it; this file picks the allocator.

use std::process::ExitCode;

/// Keeps memory low after load (design section 11).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hospes::cli::run()
}
