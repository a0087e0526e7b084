//! The server that is measured, in a process of its own: the product's router or the minimal handlers, behind the same
//! serve loop, on loopback, without encryption. Ends with its parent. Refuses to be of any other use.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hospes_actions::app::{App, AppOptions};
use hospes_actions::bench::Limits as BareStore;
use hospes_actions::clock::SystemClock;
use hospes_actions::database::{CONNECTIONS, Database};
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;
use hospes_actions::setup::{NewTenant, create_tenant};
use hospes_web::WebOptions;
use tokio::sync::oneshot;

use super::error::BenchError;
use super::minimal;
use super::options::{Engine, Kind, ServerOptions};
use crate::serve::{Limits, Listeners, Server, Transport};

/// The public URL. Fixed, so that tokens can be made before a port is known; clients send its host.
pub const PUBLIC_URL: &str = "http://hospes.test";
/// What the server prints before its port when it is ready.
pub const READY: &str = "ready ";
/// The master key, beside the database.
const KEY_FILE: &str = "master.key";
/// Nobody waits long for a measurement to end.
pub(super) const DRAIN: Duration = Duration::from_secs(3);

/// The database in this folder, or a schema named after the folder on that server.
///
/// # Errors
/// PostgreSQL is asked for without an address, or with one that cannot be used.
pub fn database(engine: Engine, folder: &Path, postgres: Option<&str>) -> Result<Database, BenchError> {
    let address = match (engine, postgres) {
        (Engine::Sqlite, _) => return Ok(Database::file(folder.join("hospes.db"))),
        (Engine::Postgres, None) => return Err(BenchError::Engine),
        (Engine::Postgres, Some(address)) => address,
    };
    let names = [folder.parent().and_then(Path::file_name), folder.file_name()];
    let schema: Vec<_> = names.into_iter().flatten().map(|name| name.to_string_lossy()).collect();
    let schema = schema.join("_").replace('-', "_");
    let joint = if address.contains('?') { '&' } else { '?' };
    let address = format!("{address}{joint}options=-csearch_path%3D{schema}");
    Ok(Database::server(&address, None, None, CONNECTIONS)?)
}

/// Removes what was kept on a server; folders are removed as folders.
pub async fn erase(engine: Engine, folder: &Path, postgres: Option<&str>) {
    let Ok(database) = database(engine, folder, postgres) else { return };
    if let Err(error) = database.erase().await {
        tracing::warn!(%error, "what was measured could not be removed from the database");
    }
}

/// The directory in a folder, made if there is none; the same for the server and for whoever fills it.
///
/// # Errors
/// Whatever keeps it from opening.
pub async fn open(engine: Engine, folder: &Path, postgres: Option<&str>) -> Result<App, BenchError> {
    let database = database(engine, folder, postgres)?;
    std::fs::create_dir_all(folder).map_err(BenchError::folder(folder))?;
    let app = App::open(AppOptions {
        database,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        master: master(folder)?,
        public_url: PUBLIC_URL.to_owned(),
        password_cost: PasswordCost::PRODUCTION,
        leaked_passwords: None,
    });
    let app = app.await?;
    if app.tenants().await.map_err(BenchError::Refused)?.is_empty() {
        let tenant = NewTenant {
            display_name: "Bench".to_owned(),
            initial_domain: "bench.test".to_owned(),
            ..NewTenant::default()
        };
        create_tenant(&app, tenant).await.map_err(BenchError::Refused)?;
    }
    Ok(app)
}

fn master(folder: &Path) -> Result<MasterKey, BenchError> {
    let file = folder.join(KEY_FILE);
    let text = if let Ok(text) = std::fs::read_to_string(&file) {
        text
    } else {
        let text = MasterKey::generate_text(&SystemRandom).to_string();
        std::fs::write(&file, &text).map_err(BenchError::folder(folder))?;
        text
    };
    MasterKey::parse(text.trim()).map_err(|error| BenchError::Server(error.to_string()))
}

/// Serves until standard input ends.
///
/// # Errors
/// Whatever keeps it from starting.
pub async fn run(options: ServerOptions) -> Result<(), BenchError> {
    let at = (std::net::Ipv4Addr::LOCALHOST, 0).into();
    let listeners = Listeners::on(at).await.map_err(|error| BenchError::Server(error.to_string()))?;
    let server = Server::new(listeners, Transport::Plain, Limits { drain: DRAIN, ..Limits::default() });
    let (engine, folder, postgres) = (options.engine, &options.folder, options.postgres.as_deref());
    match options.kind {
        Kind::Hospes => {
            let app = open(engine, folder, postgres).await?;
            let router = hospes_web::router(app.clone(), WebOptions::default());
            ready(server.port());
            server.run(router, parent_gone()).await;
            app.close().await;
        }
        Kind::Limits => {
            let database = database(engine, folder, postgres)?;
            let store = BareStore::open(database, Arc::new(SystemClock), Arc::new(SystemRandom))?;
            let router = minimal::router(store.clone())?;
            ready(server.port());
            server.run(router, parent_gone()).await;
            store.close().await;
        }
    }
    Ok(())
}

fn ready(port: u16) {
    let mut out = std::io::stdout().lock();
    // A parent that has gone ends the server by itself.
    let _ = writeln!(out, "{READY}{port}").and_then(|()| out.flush());
}

/// Standard input ends when the parent does, however that happens.
async fn parent_gone() {
    let (gone, told) = oneshot::channel();
    std::thread::spawn(move || {
        let mut nothing = Vec::new();
        let _ = std::io::stdin().lock().read_to_end(&mut nothing);
        let _ = gone.send(());
    });
    let _ = told.await;
}
