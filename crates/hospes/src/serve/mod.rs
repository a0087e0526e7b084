//! The web server: takes connections, speaks TLS, HTTP/1.1 and HTTP/2, and hands requests to a router.
//!
//! It drives every connection itself so that each has a deadline: nobody holds a place by being slow or
//! silent (threats.md J8), and a stop lets running requests finish, but not for ever (K15).
//! It refuses to know routes, settings or anything of the directory.

mod activity;
mod body;
mod connection;
mod limits;
mod listen;
mod tls;

#[cfg(test)]
mod tests;

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub use limits::Limits;
pub use listen::Listeners;
pub use tls::server_config;

/// How often a full server asks idle connections to leave while somebody waits for a place.
const CROWD_INTERVAL: Duration = Duration::from_millis(250);

/// Pause after `accept` failed, usually because file descriptors ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What is spoken below HTTP.
#[derive(Clone)]
pub enum Transport {
    /// HTTP without encryption: for tests, and behind a proxy on the same machine.
    Plain,
    /// HTTPS; see [`server_config`].
    Tls(Arc<rustls::ServerConfig>),
}

/// How a server ended: what had to be cut off after the drain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections still busy when the drain time was over.
    pub cut_off: usize,
}

/// Listening sockets with everything needed to serve on them.
pub struct Server {
    listeners: Listeners,
    shared: Arc<Shared>,
    slots: Arc<Semaphore>,
}

/// What every connection of one server needs.
struct Shared {
    http: auto::Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    /// Told while the server is full: idle connections leave.
    crowded: Notify,
}

impl Server {
    /// Prepares to serve on sockets that are already bound. Nothing is accepted before [`Server::run`].
    pub fn new(listeners: Listeners, transport: Transport, limits: Limits) -> Self {
        let tls = match transport {
            Transport::Plain => None,
            Transport::Tls(config) => Some(TlsAcceptor::from(config)),
        };
        let slots = Arc::new(Semaphore::new(limits.connections));
        let shared = Arc::new(Shared { http: http_builder(&limits), tls, limits, crowded: Notify::new() });
        Self { listeners, shared, slots }
    }

    /// The port in use, also when port 0 was asked for.
    pub fn port(&self) -> u16 {
        self.listeners.port()
    }

    /// Serves until `stop` completes, then closes the sockets, lets running requests finish for
    /// [`Limits::drain`] and cuts off the rest.
    ///
    /// Each request carries the address of its peer as `axum::extract::ConnectInfo<SocketAddr>`.
    pub async fn run(self, router: Router, stop: impl Future<Output = ()>) -> Drained {
        let (stopping, _) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                (place, accepted) = self.next_connection() => match accepted {
                    Ok((stream, peer)) => {
                        let visitor = connection::Visitor {
                            peer,
                            router: router.clone(),
                            shared: Arc::clone(&self.shared),
                            stopping: stopping.subscribe(),
                        };
                        connections.spawn(async move {
                            visitor.serve(stream).await;
                            drop(place);
                        });
                    }
                    Err(error) => self.accept_failed(&error).await,
                },
            }
        }
        drop(self.listeners);
        // Nobody listens any more when every connection has already ended.
        let _ = stopping.send(true);
        drain(connections, self.shared.limits.drain).await
    }

    /// Waits for a free place, then for somebody to take it.
    async fn next_connection(
        &self,
    ) -> (Option<OwnedSemaphorePermit>, io::Result<(TcpStream, std::net::SocketAddr)>) {
        let place = self.place().await;
        (place, self.listeners.accept().await)
    }

    /// A free place; while there is none, idle connections are asked to leave.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            let waiting = Arc::clone(&self.slots).acquire_owned();
            match tokio::time::timeout(CROWD_INTERVAL, waiting).await {
                Ok(place) => return place.ok(),
                Err(_) => self.shared.crowded.notify_waiters(),
            }
        }
    }

    async fn accept_failed(&self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
            return; // That peer changed its mind; the next one is fine.
        }
        tracing::warn!(%error, "cannot accept connections; trying again");
        self.shared.crowded.notify_waiters();
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}

async fn drain(mut connections: JoinSet<()>, patience: Duration) -> Drained {
    let finish = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(patience, finish).await.is_ok() {
        return Drained { cut_off: 0 };
    }
    let cut_off = connections.len();
    connections.shutdown().await;
    Drained { cut_off }
}

/// HTTP settings of every connection. Rapid resets, floods of empty frames and continuation floods are
/// counted and ended by the h2 crate; the numbers here bound what one connection may ask for.
fn http_builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(limits.header_read).max_buf_size(64 * 1024);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(32 * 1024)
        .max_send_buf_size(64 * 1024)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(256)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    http
}

/// The error of a router: there is none, every refusal is a response.
type NoError = Infallible;
