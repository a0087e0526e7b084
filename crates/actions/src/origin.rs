//! Where a request came from, for the records of sessions and sign-ins. It stands beside the request and not in the
//! signature of every verb, because nothing is decided on it: a browser says what it likes about itself, and an address is
//! only what the operator's proxies say. Refuses to be read inside a closure: verbs read it before.

use std::net::IpAddr;

use uuid::Uuid;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// The origin of a request; the default one is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of whoever asks.
    pub address: Option<IpAddr>,
    /// What the browser or program says it is, as it was sent.
    pub user_agent: Option<String>,
    /// The id of the request, which refusals show (`request-id`).
    pub request: Uuid,
    /// What the caller calls it (`client-request-id`).
    pub correlation: Option<String>,
}

impl Origin {
    /// The origin of the request this task works for; unknown outside one.
    pub fn current() -> Self {
        ORIGIN.try_with(Self::clone).unwrap_or_default()
    }

    /// The address as text.
    pub(crate) fn address_text(&self) -> Option<String> {
        self.address.map(|address| address.to_canonical().to_string())
    }
}

/// Runs a request whose verbs find this origin.
pub async fn within<F: Future>(origin: Origin, request: F) -> F::Output {
    ORIGIN.scope(origin, request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_request_has_its_own_origin_and_nobody_elses() {
        let from = |request| Origin { request: Uuid::from_u128(request), ..Origin::default() };
        let (one, other) = tokio::join!(
            within(from(1), async {
                tokio::task::yield_now().await;
                Origin::current().request
            }),
            within(from(2), async { Origin::current().request }),
        );
        assert_eq!((one.as_u128(), other.as_u128()), (1, 2));
        assert_eq!(Origin::current(), Origin::default());
    }
}
