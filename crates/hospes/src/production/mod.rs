//! Production: what `hospes serve`, `hospes setup`, `hospes domain` and `hospes keys` do with an operator's settings. Refuses to start on settings that
//! are wrong in any way, and on a database whose master key is not there.

mod banner;
mod domain;
mod error;
mod keys;
mod open;
mod options;
mod serve;
mod set_up;

pub use domain::domain;
pub use error::ProductionError;
pub use keys::keys;
pub use options::{DomainOptions, KeysOptions, ServeOptions, SetupOptions};
pub use serve::serve;
pub use set_up::set_up;

use crate::settings::Settings;

/// Names what an operator may have meant as a setting.
fn warn_of_strangers(settings: &Settings) {
    for name in &settings.strangers {
        tracing::warn!(name, "a variable that begins like a setting is none; passed over");
    }
}
