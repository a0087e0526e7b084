//! Bodies with a deadline: a request body that never ends fails, and an answer keeps its connection busy until
//! its last byte is handed over. Refuses to buffer; sizes are limited where a body is read, and where nobody does.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body as RouterBody;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::activity::Running;

/// The most of a body that is read although nobody wants it.
const MOST_UNWANTED: usize = 8 * 1024 * 1024;
/// How long that may take.
const UNWANTED: Duration = Duration::from_secs(5);

/// What the client sends.
pub(super) struct RequestBody {
    /// Taken by nothing but the end of this body.
    incoming: Option<Incoming>,
    patience: Duration,
    /// Started when the body is first waited for: most bodies arrive together with their head.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Where the rest goes if the router leaves some.
    unread: Option<oneshot::Sender<Incoming>>,
}

impl RequestBody {
    /// The body, and where what the router leaves of it turns up.
    pub(super) fn new(incoming: Incoming, patience: Duration) -> (Self, Option<Unread>) {
        let (unread, rest) = if incoming.is_end_stream() {
            (None, None)
        } else {
            let (unread, rest) = oneshot::channel();
            (Some(unread), Some(Unread(rest)))
        };
        (Self { incoming: Some(incoming), patience, deadline: None, unread }, rest)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let (Some(unread), Some(incoming)) = (self.unread.take(), self.incoming.take()) {
            // Nobody waits for it once the answer is on its way.
            drop(unread.send(incoming));
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(incoming).poll_frame(context) {
            if !matches!(frame, Some(Ok(_))) {
                self.unread = None;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let patience = self.patience;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        deadline.as_mut().poll(context).map(|()| {
            self.unread = None;
            Some(Err(io::Error::new(io::ErrorKind::TimedOut, "the request body took too long").into()))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

/// What the router may have left of a body.
pub(super) struct Unread(oneshot::Receiver<Incoming>);

impl Unread {
    /// What was left, if anything was.
    pub(super) fn rest(mut self) -> Option<Rest> {
        self.0.try_recv().ok().map(Rest)
    }
}

/// What the router left of a body.
pub(super) struct Rest(Incoming);

impl Rest {
    /// Whether it says itself that it is more than is read for nothing: the connection ends then.
    pub(super) fn is_too_much(&self) -> bool {
        self.0.size_hint().lower() > MOST_UNWANTED as u64
    }

    /// Reads it beside the answer, which does not wait: a client may want to hear it before it sends. A connection that is
    /// closed while its client still sends takes the answer with it (RFC 9112 section 9.6): whoever was refused early would
    /// never hear why. Where it is too much or takes too long the connection ends with this.
    pub(super) async fn drain(mut self) {
        let all = async {
            let mut bytes = 0;
            while let Some(Ok(frame)) =
                std::future::poll_fn(|context| Pin::new(&mut self.0).poll_frame(context)).await
            {
                bytes += frame.data_ref().map_or(0, Bytes::len);
                if bytes > MOST_UNWANTED {
                    break;
                }
            }
        };
        // Late or not, it is over.
        let _ = tokio::time::timeout(UNWANTED, all).await;
    }
}

/// What we answer.
pub(super) struct AnswerBody {
    inner: RouterBody,
    running: Running,
}

impl AnswerBody {
    pub(super) fn new(inner: RouterBody, running: Running) -> Self {
        Self { inner, running }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(context);
        if frame.is_ready() {
            self.running.touch();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
