//! Opens the directory with its master key, which is made when there is neither a key nor anybody in the directory.
//! Refuses to make a second key for a database that has one.

use std::io;
use std::path::Path;
use std::sync::Arc;

use hospes_actions::app::{App, AppOptions, OpenError};
use hospes_actions::clock::SystemClock;
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;

use super::ProductionError;
use crate::private_file;
use crate::settings::Settings;

/// The open directory, and whether its master key is new.
pub(super) struct Opened {
    pub app: App,
    pub key_is_new: bool,
}

/// Opens what the settings name. Takes the master key out of them.
pub(super) async fn open(settings: &mut Settings) -> Result<Opened, ProductionError> {
    if let Some(master) = settings.master.key.take() {
        let app = App::open(options(settings, master)).await.map_err(|error| match error {
            OpenError::Keys(..) => ProductionError::WrongMasterKey(error),
            other => ProductionError::Open(other),
        })?;
        return Ok(Opened { app, key_is_new: false });
    }
    let text = MasterKey::generate_text(&SystemRandom);
    // What was just made always parses.
    let master = MasterKey::parse(&text).map_err(|_| ProductionError::MasterKeyGone)?;
    let app = App::open(options(settings, master)).await.map_err(|error| match error {
        // A key that fits nothing shows that there is something.
        OpenError::Keys(..) => ProductionError::MasterKeyGone,
        other => ProductionError::Open(other),
    })?;
    if let Err(error) = keep(&settings.master.path, &text) {
        app.close().await;
        return Err(ProductionError::MasterKeyUnwritten(error));
    }
    Ok(Opened { app, key_is_new: true })
}

fn options(settings: &Settings, master: MasterKey) -> AppOptions {
    AppOptions {
        database: settings.database.clone(),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        master,
        public_url: settings.public_url.clone(),
        password_cost: PasswordCost::PRODUCTION,
    }
}

fn keep(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private_file::make_folder(folder)?;
    }
    private_file::write(path, text)
}
