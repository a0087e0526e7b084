//! One connection from handshake to farewell. Refuses to outlive its deadlines; a failing connection is nobody
//! else's matter, so nothing here returns an error.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::Service;

use super::activity::Activity;
use super::body::{AnswerBody, RequestBody, Unread};
use super::{NoError, Shared};

/// Time for the last bytes of a connection that was asked to leave.
const FAREWELL: Duration = Duration::from_secs(5);

/// Somebody who connected, with what is needed to serve them.
pub(super) struct Visitor {
    pub(super) peer: SocketAddr,
    pub(super) router: Router,
    pub(super) shared: Arc<Shared>,
    pub(super) stopping: watch::Receiver<bool>,
}

impl Visitor {
    pub(super) async fn serve(mut self, stream: TcpStream) {
        // Answers are written whole; without this their last packet waits for an acknowledgement.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY refused");
        }
        let activity = Activity::new();
        let Some(tls) = self.shared.tls.clone() else {
            return self.speak(stream, activity).await;
        };
        let shared = Arc::clone(&self.shared);
        let handshake = tokio::select! {
            done = tokio::time::timeout(shared.limits.handshake, tls.accept(stream)) => done,
            () = stopped(&mut self.stopping) => return,
            () = activity.outstayed(&shared) => return,
        };
        match handshake {
            Ok(Ok(secured)) => self.speak(secured, activity).await,
            Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
            Err(_) => tracing::debug!("TLS handshake took too long"),
        }
    }

    async fn speak<S>(mut self, stream: S, activity: Arc<Activity>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (peer, router, shared) = (self.peer, self.router, self.shared);
        let patience = shared.limits.request_body;
        let requests = Arc::clone(&activity);
        let service = service_fn(move |request: Request<Incoming>| {
            answer(request, router.clone(), peer, Arc::clone(&requests), patience)
        });
        let connection = shared.http.serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            result = connection.as_mut() => return note(result),
            () = stopped(&mut self.stopping) => {
                // Running requests finish; the drain time of the server is their deadline.
                connection.as_mut().graceful_shutdown();
                return note(connection.await);
            }
            () = activity.outstayed(&shared) => {}
        }
        connection.as_mut().graceful_shutdown();
        if let Ok(result) = tokio::time::timeout(FAREWELL, connection).await {
            note(result);
        }
    }
}

fn answer(
    mut request: Request<Incoming>,
    mut router: Router,
    peer: SocketAddr,
    activity: Arc<Activity>,
    patience: Duration,
) -> impl Future<Output = Result<Response<AnswerBody>, NoError>> {
    let running = activity.begin();
    request.extensions_mut().insert(ConnectInfo(peer));
    // A client that asks first has sent nothing yet, and sends nothing to who answers without it (RFC 9110 section 10.1.1).
    let asks_first = request.headers().contains_key(header::EXPECT);
    let persists = request.version() == Version::HTTP_11;
    let (head, incoming) = request.into_parts();
    let (body, unread) = RequestBody::new(incoming, patience);
    let answering = router.call(Request::from_parts(head, body));
    async move {
        let mut answer = answering.await?;
        if let Some(rest) = unread.filter(|_| !asks_first).and_then(Unread::rest) {
            if rest.is_too_much() && persists {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            tokio::spawn(rest.drain());
        }
        Ok(answer.map(|body| AnswerBody::new(body, running)))
    }
}

/// Completes when the server stops, also if it is already gone.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

fn note(result: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended early");
    }
}
