//! A server from its first request to its last, the same in development and in production. Refuses to end while
//! something is half done: the readiness turns first, requests and mails that are on their way finish, then the
//! database is closed (threats K15).

use axum::Router;
use hospes_actions::app::App;
use hospes_web::health::Readiness;
use tokio::sync::watch;

use crate::serve::Server;
use crate::worker::Worker;

/// Everything that runs.
pub(crate) struct Running {
    /// The application, closed at the end.
    pub app: App,
    /// Takes connections.
    pub server: Server,
    /// Answers requests.
    pub router: Router,
    /// Sends mails and posts, sweeps, turns keys.
    pub worker: Worker,
    /// What the router's options hold, too.
    pub readiness: Readiness,
}

impl Running {
    /// Serves until `stopping` completes, then ends in order.
    pub async fn until(self, stopping: impl Future<Output = ()>) {
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(self.worker.run(stopped));
        let readiness = self.readiness;
        let asked = async {
            stopping.await;
            readiness.stop();
            // Mails that requests still cause wait for the next start.
            let _ = stop.send(true);
        };
        let drained = self.server.run(self.router, asked).await;
        if let Err(error) = worker.await {
            tracing::error!(%error, "the worker ended by itself");
        }
        self.app.close().await;
        if drained.cut_off > 0 {
            tracing::warn!(connections = drained.cut_off, "cut off while they were busy");
        }
    }
}
