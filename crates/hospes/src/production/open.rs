//! Opens the directory with its master key, which is made when there is neither a key nor anybody in the directory.
//! Refuses to make a second key for a database that has one, and to replace one that another start makes meanwhile:
//! whatever that start has sealed could not be opened any more.

use std::io;
use std::path::Path;
use std::sync::Arc;

use hospes_actions::app::{App, AppOptions, OpenError};
use hospes_actions::clock::SystemClock;
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;

use super::ProductionError;
use super::options::TenantPlace;
use crate::logging;
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
        return Err(match error.kind() {
            io::ErrorKind::AlreadyExists => ProductionError::MasterKeyMadeMeanwhile,
            _ => ProductionError::MasterKeyUnwritten(error),
        });
    }
    Ok(Opened { app, key_is_new: true })
}

/// Opens what a command of the operator names, which makes nothing: a directory that was never set up stays so.
pub(super) async fn opened(place: &TenantPlace) -> Result<Opened, ProductionError> {
    let mut settings = Settings::read(place.config.as_deref(), &place.flags)?;
    logging::start_with(&settings.log, settings.log_format)?;
    if settings.master.key.is_none() {
        return Err(ProductionError::NotSetUp);
    }
    open(&mut settings).await
}

fn options(settings: &Settings, master: MasterKey) -> AppOptions {
    AppOptions {
        database: settings.database.clone(),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        master,
        public_url: settings.public_url.clone(),
        password_cost: PasswordCost::PRODUCTION,
        leaked_passwords: settings.leaked_passwords.clone(),
    }
}

fn keep(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private_file::make_folder(folder)?;
    }
    private_file::create(path, text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::settings::Flags;

    /// Two first starts on one empty directory, as on a database server: each has read that there is no key yet.
    #[tokio::test]
    async fn the_second_of_two_first_starts_leaves_the_key_of_the_first() {
        let folder = std::env::temp_dir().join(format!("hospes-open-{}", std::process::id()));
        private_file::make_folder(&folder).unwrap();
        let config = folder.join("hospes.toml");
        std::fs::write(&config, "public_url = \"https://guests.fabrikam.example\"\ndata = \"data\"\n")
            .unwrap();
        let read = || Settings::read_from(Some(&config), &Flags::default(), std::iter::empty()).unwrap();
        let (mut first, mut second) = (read(), read());
        let opened = open(&mut first).await.unwrap();
        assert!(opened.key_is_new);
        opened.app.close().await;
        let key = std::fs::read_to_string(&first.master.path).unwrap();

        let refused = open(&mut second).await.err().unwrap();
        assert!(matches!(refused, ProductionError::MasterKeyMadeMeanwhile), "{refused}");
        assert!(refused.to_string().contains("Start again"));
        assert_eq!(std::fs::read_to_string(&first.master.path).unwrap(), key);
        let again = open(&mut read()).await.unwrap();
        assert!(!again.key_is_new);
        again.app.close().await;
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
