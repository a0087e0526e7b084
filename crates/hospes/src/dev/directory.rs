//! The directory of a development server: a file in its folder, or a PostgreSQL database that is given to it. Refuses
//! to erase a directory it did not make, however it is asked.

use std::sync::Arc;

use hospes_actions::app::{App, AppOptions, OpenError};
use hospes_actions::database::{CONNECTIONS, Database};
use hospes_actions::keys::PasswordCost;
use hospes_actions::random::SystemRandom;
use hospes_domain::time::Clock;

use super::folder::Folder;
use super::options::DevOptions;
use super::run::DevError;
use super::seed;
use super::seed_file::Seed;

/// Cheap: these passwords stand on the start page.
const PASSWORD_COST: PasswordCost = PasswordCost { memory_kib: 256, passes: 1, lanes: 1 };

/// The directory, seeded at the first start and whenever `--reset` asks for it.
pub(super) async fn open(
    folder: &Folder,
    options: &DevOptions,
    base_url: &str,
    clock: &Arc<dyn Clock>,
) -> Result<(App, Seed), DevError> {
    // A seed of another version stands in the way of going on, not of starting over.
    let known = if options.reset { None } else { Seed::read(&folder.seed())? };
    let database = match &options.postgres {
        None => Database::file(folder.database()),
        Some(address) => Database::server(address, None, None, CONNECTIONS)?,
    };
    let place = Place { folder, base_url, clock };
    if known.is_none() {
        // The seed is written last: without it the seeding was interrupted, and half of one is no use to anybody.
        if options.postgres.is_some() {
            erase(&place, &database).await?;
        }
        folder.reset()?;
    }
    let app = place.open(&database).await?;
    if let Some(seed) = known {
        seed::move_sample_app(&app, &seed).await.map_err(DevError::Seed)?;
        return Ok((app, seed));
    }
    let seed = seed::plant(&app).await.map_err(DevError::Seed)?;
    seed.write(&folder.seed())?;
    Ok((app, seed))
}

struct Place<'a> {
    folder: &'a Folder,
    base_url: &'a str,
    clock: &'a Arc<dyn Clock>,
}

impl Place<'_> {
    async fn open(&self, database: &Database) -> Result<App, DevError> {
        let options = AppOptions {
            database: database.clone(),
            clock: Arc::clone(self.clock),
            random: Arc::new(SystemRandom),
            master: self.folder.master_key()?,
            public_url: self.base_url.to_owned(),
            password_cost: PASSWORD_COST,
            leaked_passwords: None,
        };
        App::open(options).await.map_err(|error| match error {
            OpenError::Keys(..) => DevError::ForeignDirectory,
            other => DevError::Open(other),
        })
    }
}

/// Empties a database, once the keys of this folder have shown that what is in it was made from here.
async fn erase(place: &Place<'_>, database: &Database) -> Result<(), DevError> {
    place.open(database).await?.close().await;
    Ok(database.erase().await?)
}
