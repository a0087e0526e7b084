//! When to stop: Ctrl-C in the terminal, or a polite request of the system (SIGTERM). In development also when the
//! terminal closes (SIGHUP); a server that was started to outlive its terminal is left to the system's default.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Requests to stop. All of them from the moment this is made: none gets lost between two.
pub(crate) struct Requests {
    #[cfg(unix)]
    signals: Vec<Signal>,
}

impl Requests {
    /// Those to a server.
    pub fn to_a_server() -> Self {
        #[cfg(unix)]
        return Self::of(&[SignalKind::interrupt(), SignalKind::terminate()]);
        #[cfg(not(unix))]
        Self {}
    }

    /// The same, and when the terminal closes.
    pub fn to_a_terminal() -> Self {
        #[cfg(unix)]
        return Self::of(&[SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]);
        #[cfg(not(unix))]
        Self {}
    }

    #[cfg(unix)]
    fn of(kinds: &[SignalKind]) -> Self {
        let heard = |kind: &SignalKind| {
            signal(*kind)
                .inspect_err(|error| tracing::warn!(%error, ?kind, "cannot listen for a signal"))
                .ok()
        };
        Self { signals: kinds.iter().filter_map(heard).collect() }
    }

    /// Completes at the next request.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        std::future::poll_fn(|context| {
            // The first that is ready ends the wait; the others stay for the next one.
            if self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        #[cfg(not(unix))]
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot listen for Ctrl-C");
            // Without it only the system can end the process.
            std::future::pending::<()>().await;
        }
    }
}
