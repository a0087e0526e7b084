//! Development mode: what `hospes dev` has that production has not. Refuses to be reached in production.

pub mod authority;
mod banner;
mod commands;
mod directory;
pub mod env_file;
mod folder;
pub mod inbox;
pub mod mail_sink;
mod options;
mod run;
mod sample_app;
mod seed;
mod seed_file;
mod settings;
mod start_page;
mod style_page;

pub use folder::ENV_FILE;
pub use options::DevOptions;
pub use run::{DevError, run, run_until};
pub use sample_app::challenge;
pub(crate) use settings::is_variable;
