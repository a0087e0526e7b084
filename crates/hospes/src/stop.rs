//! When to stop: Ctrl-C in the terminal, or a polite request of the system (SIGTERM). In development also when the
//! terminal closes (SIGHUP); a server that was started to outlive its terminal is left to the system's default.

/// Completes at the first request to stop.
pub async fn asked() {
    #[cfg(unix)]
    tokio::select! {
        () = interrupted() => {}
        () = signalled(tokio::signal::unix::SignalKind::terminate()) => {}
    }
    #[cfg(not(unix))]
    interrupted().await;
}

/// The same, and when the terminal closes.
pub async fn asked_or_left() {
    #[cfg(unix)]
    tokio::select! {
        () = asked() => {}
        () = signalled(tokio::signal::unix::SignalKind::hangup()) => {}
    }
    #[cfg(not(unix))]
    asked().await;
}

#[cfg(unix)]
async fn signalled(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, ?kind, "cannot listen for a signal; Ctrl-C works");
            std::future::pending::<()>().await;
        }
    }
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "cannot listen for Ctrl-C");
        // Without it only the system can end the process.
        std::future::pending::<()>().await;
    }
}
