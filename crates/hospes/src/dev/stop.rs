//! When to stop: Ctrl-C in the terminal, the terminal closing (SIGHUP), or a polite request of the system (SIGTERM).

/// Completes at the first request to stop.
pub async fn asked() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::SignalKind;
        tokio::select! {
            () = interrupted() => {}
            () = signalled(SignalKind::terminate()) => {}
            () = signalled(SignalKind::hangup()) => {}
        }
    }
    #[cfg(not(unix))]
    interrupted().await;
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
