//! `hospes serve`: settings, directory, mail, server, in this order. Refuses to take a connection before everything
//! else stands, and to end with anything half done unless it is asked a second time.

use std::sync::Arc;

use hospes_actions::random::SystemRandom;
use hospes_actions::setup::Door;
use hospes_actions::subscriptions::Receivers;
use hospes_web::WebOptions;
use hospes_web::health::Readiness;

use super::banner::Banner;
use super::open::open;
use super::{ProductionError, ServeOptions, warn_of_strangers};
use crate::logging;
use crate::outgoing::Network;
use crate::running::Running;
use crate::serve::{Limits, Listeners, Server};
use crate::settings::Settings;
use crate::stop::Requests;
use crate::terminal::say;
use crate::worker::{Outbox, Worker, WorkerOptions};

/// Runs a server until somebody stops the program.
///
/// # Errors
/// Whatever keeps it from starting; each says what to do.
pub async fn serve(options: ServeOptions) -> Result<(), ProductionError> {
    let mut settings = Settings::read(options.config.as_deref(), &options.flags)?;
    if options.check {
        settings.report.iter().for_each(say);
        say("The settings can be used.");
        return Ok(());
    }
    logging::start_with(&settings.log, settings.log_format)?;
    warn_of_strangers(&settings);
    let listeners = Listeners::on(settings.listen)
        .await
        .map_err(|source| ProductionError::Listen { address: settings.listen, source })?;
    let opened = open(&mut settings).await?;
    let (door, code) = if opened.app.is_empty().await.map_err(ProductionError::Refused)? {
        let (door, code) = Door::with_code(&SystemRandom);
        (door, Some(code))
    } else {
        (Door::default(), None)
    };
    let mut address = settings.listen;
    address.set_port(listeners.port());
    let banner = Banner {
        settings: &settings,
        address,
        key_is_new: opened.key_is_new,
        code: code.as_ref().map(|code| code.as_str()),
    };
    // Whoever sees that it runs may stop it in order.
    let requests = Requests::to_a_server();
    banner.lines().into_iter().for_each(say);
    let readiness = Readiness::default();
    let web = WebOptions {
        trusted_proxies: settings.trusted_proxies,
        throttling: settings.throttling,
        door,
        readiness: readiness.clone(),
        receivers: Receivers::by(Network { development: false }),
        ..WebOptions::default()
    };
    let worker = Worker::new(WorkerOptions {
        development: false,
        app: opened.app.clone(),
        outbox: settings.mail.map(|mail| Outbox { mailer: mail.mailer, sender: mail.sender }),
        random: Arc::new(SystemRandom),
    });
    let running = Running {
        server: Server::new(listeners, settings.transport, Limits::default()),
        router: hospes_web::router(opened.app.clone(), web),
        app: opened.app,
        worker,
        readiness,
    };
    running.until(asked(requests)).await;
    tracing::info!("stopped");
    Ok(())
}

/// Completes at the first request to stop; at the second one nobody is waited for.
async fn asked(mut requests: Requests) {
    requests.next().await;
    tracing::info!("stopping: running requests and mails have half a minute to finish");
    tokio::spawn(async move {
        requests.next().await;
        tracing::warn!("stopped at once, as asked a second time");
        std::process::exit(1);
    });
}
