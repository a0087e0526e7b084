//! Where a request came from, for the records of sessions and sign-ins. It stands beside the request and not in the
//! signature of every verb, because nothing is decided on it: a browser says what it likes about itself, and an address is
//! only what the operator's proxies say. Refuses to be read inside a closure: verbs read it before. Only the id of the
//! request goes along, for the audit records that closures write.

use std::net::IpAddr;

use uuid::Uuid;

tokio::task_local! {
    static ORIGIN: Origin;
    static DECIDING_FOR: Uuid;
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

/// The id of the request this task works for; nil outside one.
pub(crate) fn current_request() -> Uuid {
    ORIGIN.try_with(|origin| origin.request).unwrap_or_default()
}

/// Runs a closure of the store, on whatever thread that is, for a request.
pub(crate) fn deciding_for<T>(request: Uuid, closure: impl FnOnce() -> T) -> T {
    DECIDING_FOR.sync_scope(request, closure)
}

/// Which request a closure decides for, as records name it; `None` where nobody asked.
pub(crate) fn decided_for() -> Option<String> {
    let request = DECIDING_FOR.try_with(|request| *request).unwrap_or_default();
    (!request.is_nil()).then(|| request.to_string())
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

    #[tokio::test]
    async fn a_closure_on_another_thread_knows_the_request_it_decides_for() {
        let from = Origin { request: Uuid::from_u128(1), ..Origin::default() };
        let request = within(from, async { current_request() }).await;
        let told = std::thread::spawn(move || (deciding_for(request, decided_for), decided_for()));
        assert_eq!(told.join().ok(), Some((Some(Uuid::from_u128(1).to_string()), None)));
        assert_eq!(deciding_for(current_request(), decided_for), None, "nobody asked");
    }
}
