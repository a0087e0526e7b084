//! Starts, runs and stops a development server. The order matters: everything is ready before the first line is
//! printed and the settings file appears, and both are taken back before anything is closed.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hospes_actions::app::{App, OpenError};
use hospes_actions::clock::SystemClock;
use hospes_actions::database::DatabaseError;
use hospes_actions::dns::{OperatorsWord, Proofs};
use hospes_actions::random::SystemRandom;
use hospes_actions::subscriptions::Receivers;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Clock;
use hospes_web::WebOptions;
use hospes_web::health::Readiness;

use super::authority::{Authority, AuthorityError};
use super::directory;
use super::env_file::{self, EnvFile, EnvFileError, Found};
use super::folder::{Folder, FolderError};
use super::mail_sink::{self, MailSink};
use super::options::DevOptions;
use super::sample_app::{self, ClientOptions};
use super::seed_file::{Seed, SeedFileError};
use super::settings::{self, Whereabouts};
use super::start_page::{self, StartPage};
use super::{banner, inbox, style_page};
use crate::outgoing::Network;
use crate::running::Running;
use crate::serve::{self, Limits, Listeners, Server, Transport};
use crate::smtp::{Mailer, Security, SettingsError, SmtpSettings};
use crate::stop::Requests;
use crate::terminal::{Ink, Terminal, say};
use crate::worker::{Outbox, Worker, WorkerOptions};

/// A developer who presses Ctrl-C does not wait for somebody's idle browser.
const DRAIN: Duration = Duration::from_secs(3);
/// The mail catcher answers at once, or never.
const MAIL_PATIENCE: Duration = Duration::from_secs(10);

/// Why the development server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The port.
    #[error("port {0} is taken. Stop what uses it, or choose another one: `--port 0` picks a free one.")]
    PortTaken(u16),
    /// Listening failed otherwise.
    #[error("cannot listen on localhost: {0}")]
    Listen(io::Error),
    /// The certificate authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The certificate.
    #[error("cannot use the certificate: {0}")]
    Tls(#[from] rustls::Error),
    /// The mail catcher.
    #[error("cannot start the mail catcher: {0}")]
    Mail(io::Error),
    /// The way to it.
    #[error(transparent)]
    Mailer(#[from] SettingsError),
    /// The database.
    #[error("cannot open the database: {0}. `--reset` starts over from the seed.")]
    Open(#[from] OpenError),
    /// The database named by `--postgres`.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A database with a directory in it that this folder has no key for.
    #[error(
        "that database holds a directory that was not made from this data folder, and it is left alone. \
         Name an empty database, or the folder it was made from with --data DIR."
    )]
    ForeignDirectory,
    /// The seed.
    #[error("cannot seed the directory: {0}")]
    Seed(Refusal),
    /// The seed's secrets.
    #[error(transparent)]
    SeedFile(#[from] SeedFileError),
    /// A settings file.
    #[error(transparent)]
    EnvFile(#[from] EnvFileError),
    /// The asked-for settings file belongs to somebody else.
    #[error("{0} belongs to a development server that is running. Give this one a file of its own.")]
    EnvFileInUse(PathBuf),
}

/// Runs a development server until somebody stops the program.
///
/// # Errors
/// Whatever keeps it from starting; each says what to do.
pub async fn run(options: DevOptions) -> Result<(), DevError> {
    run_until(options, async { Requests::to_a_terminal().next().await }).await
}

/// Runs a development server until `stopping` completes.
///
/// # Errors
/// Whatever keeps it from starting; each says what to do.
#[expect(clippy::disallowed_methods, reason = "measures the program's own start")]
pub async fn run_until(options: DevOptions, stopping: impl Future<Output = ()>) -> Result<(), DevError> {
    let began = std::time::Instant::now();
    let terminal = Terminal::stdout();
    let folder = Folder::take(&options.data)?;
    note_stale_files(&folder, &options)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let listeners = Listeners::loopback(options.port).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => DevError::PortTaken(options.port),
        _ => DevError::Listen(error),
    })?;
    let authority = Authority::open(folder.path(), clock.now())?;
    let leaf = authority.leaf(clock.now())?;
    let transport = Transport::Tls(serve::server_config(leaf.chain, leaf.key)?);
    let server = Server::new(listeners, transport, Limits { drain: DRAIN, ..Limits::default() });
    let base_url = format!("https://localhost:{}", server.port());
    let sink = MailSink::start(0, Arc::clone(&clock)).await.map_err(DevError::Mail)?;
    let (app, seed) = directory::open(&folder, &options, &base_url, &clock).await?;

    let readiness = Readiness::default();
    let web = WebOptions {
        dev_mode: true,
        proofs: Proofs::by(OperatorsWord),
        readiness: readiness.clone(),
        receivers: Receivers::by(Network { development: true }),
        throttling: options.throttling,
        ..WebOptions::default()
    };
    let router = router(&app, &seed, &sink, &authority, &folder, &clock, web);
    let worker = worker(&app, &seed, &sink)?;
    let at = Whereabouts { base_url: &base_url, ca_file: authority.certificate_file(), seed: &seed };
    let files = write_settings(&at, &folder, &options)?;
    for line in banner::lines(terminal, &at, folder.path(), began.elapsed().as_millis()) {
        say(line);
    }
    let running = Running { app, server, router, worker, readiness };
    running
        .until(async move {
            stopping.await;
            drop(files);
        })
        .await;
    say(terminal.set(Ink::Soft, "Stopped. The data is kept; `hospes dev` goes on where this ended."));
    Ok(())
}

/// Settings files of servers that were killed are named and replaced; one of a running server is not touched.
fn note_stale_files(folder: &Folder, options: &DevOptions) -> Result<(), DevError> {
    let files = [Some(folder.env_file()), options.env_file.clone()];
    for file in files.into_iter().flatten() {
        env_file::refuse_foreign(&file)?;
        match env_file::find(&file) {
            Ok(Found::Running(_)) => return Err(DevError::EnvFileInUse(file)),
            Ok(Found::Stale) => say(format!(
                "{} was left by a server that did not stop by itself; it is replaced.",
                file.display()
            )),
            // What cannot be read cannot be written either, and that says why.
            Ok(Found::Nothing) | Err(_) => {}
        }
    }
    Ok(())
}

/// The product's own routes, and beside them what only development has, behind the same rules.
fn router(
    app: &App,
    seed: &Seed,
    sink: &MailSink,
    authority: &Authority,
    folder: &Folder,
    clock: &Arc<dyn Clock>,
    options: WebOptions,
) -> Router {
    let base_url = app.public_url();
    let sample = ClientOptions {
        base_url: base_url.to_owned(),
        tenant: seed.host.tenant,
        client_id: seed.sample.client_id,
        secret: seed.sample.secret.clone(),
        authority: authority.certificate().clone(),
    };
    let page = StartPage {
        base_url: base_url.to_owned(),
        data: folder.path().to_owned(),
        ca_file: authority.certificate_file().to_owned(),
        seed: seed.clone(),
        sink: sink.clone(),
    };
    let more = Router::new()
        .merge(start_page::routes(page))
        .merge(style_page::routes())
        .merge(inbox::routes(sink.clone(), base_url, start_page::START_PATH))
        .merge(mail_sink::routes(sink.clone()))
        .merge(sample_app::routes(sample, Arc::clone(clock)));
    hospes_web::router_with(app.clone(), options, more)
}

fn worker(app: &App, seed: &Seed, sink: &MailSink) -> Result<Worker, DevError> {
    let mailer = Mailer::new(SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: sink.address().port(),
        security: Security::PlainLoopback,
        login: None,
        authority: None,
        patience: MAIL_PATIENCE,
    })?;
    Ok(Worker::new(WorkerOptions {
        development: true,
        app: app.clone(),
        outbox: Some(Outbox { mailer, sender: settings::sender(seed) }),
        random: Arc::new(SystemRandom),
    }))
}

/// The files that tell other programs where the server is; they disappear with what this returns.
fn write_settings(
    at: &Whereabouts<'_>,
    folder: &Folder,
    options: &DevOptions,
) -> Result<Vec<EnvFile>, DevError> {
    let settings = at.settings();
    let lines: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut files = vec![EnvFile::write(&folder.env_file(), &lines)?];
    if let Some(wanted) = &options.env_file {
        files.push(EnvFile::write(wanted, &lines)?);
    }
    Ok(files)
}
