//! Turns a panic of a handler into "no answer", so that one bad request cannot end a connection. Refuses to show
//! what the panic said: that goes to the log only.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

/// The future's answer; `None` when it panicked. What it left half done stays private to the request: shared
/// state changes only inside transactions, which a panic rolls back.
pub async fn caught<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))).map_or_else(
            |_| {
                tracing::error!("a handler panicked");
                Poll::Ready(None)
            },
            |polled| polled.map(Some),
        )
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_no_answer() {
        assert_eq!(caught(async { 1 }).await, Some(1));
        assert_eq!(
            caught(async {
                tokio::task::yield_now().await;
                panic!("a test of panics")
            })
            .await,
            None::<u8>
        );
    }
}
