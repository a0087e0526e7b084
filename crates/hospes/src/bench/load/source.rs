//! Where requests come from. Refuses to run dry silently: a supply is rationed over the rounds that are to come, and a
//! round that uses its ration up ends early.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Makes the n-th request of a run.
type Making = Box<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// The requests of a measurement.
pub enum Source {
    /// Always the same one.
    Same(Vec<u8>),
    /// As many as are wanted, each made when it is sent.
    Each(AtomicU64, Making),
    /// Prepared ones, each sent once.
    Supply(Supply),
    /// Each follows from the answer before.
    Chain(Chain),
}

impl Source {
    /// As many as are wanted.
    pub fn each(make: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::Each(AtomicU64::new(0), Box::new(make))
    }

    /// A measurement begins.
    pub(super) fn begin(&self) {
        if let Self::Supply(supply) = self {
            supply.ration();
        }
    }

    /// Whether each request is good for one use, so that none can be spent on warming up.
    pub(super) fn can_run_out(&self) -> bool {
        matches!(self, Self::Supply(_))
    }

    /// The next request of a client; `None` when there are no more.
    pub fn next(&self, client: usize) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Same(request) => Some(Cow::Borrowed(request)),
            Self::Each(count, make) => Some(Cow::Owned(make(count.fetch_add(1, Ordering::Relaxed)))),
            Self::Supply(supply) => supply.next().map(Cow::Borrowed),
            Self::Chain(chain) => chain.next(client).map(Cow::Owned),
        }
    }

    /// What a client was answered.
    pub(super) fn answered(&self, client: usize, body: &[u8]) {
        if let Self::Chain(chain) = self {
            chain.answered(client, body);
        }
    }
}

/// Prepared requests, each good for one use.
pub struct Supply {
    requests: Vec<Vec<u8>>,
    next: AtomicUsize,
    until: AtomicUsize,
    /// Measurements still to come.
    left: AtomicUsize,
}

impl Supply {
    /// For so many measurements.
    pub fn new(requests: Vec<Vec<u8>>, measurements: usize) -> Self {
        Self {
            requests,
            next: AtomicUsize::new(0),
            until: AtomicUsize::new(0),
            left: AtomicUsize::new(measurements.max(1)),
        }
    }

    fn ration(&self) {
        let used = self.next.load(Ordering::Relaxed).min(self.until.load(Ordering::Relaxed));
        self.next.store(used, Ordering::Relaxed);
        let left = self.left.load(Ordering::Relaxed).max(1);
        self.until.store(used + (self.requests.len() - used) / left, Ordering::Relaxed);
        self.left.store(left.saturating_sub(1).max(1), Ordering::Relaxed);
    }

    fn next(&self) -> Option<&[u8]> {
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        if place < self.until.load(Ordering::Relaxed) {
            self.requests.get(place).map(Vec::as_slice)
        } else {
            None
        }
    }
}

/// Requests of which each needs what the answer before it says: a refresh token its successor, a page the address of the
/// next one. A client has a chain of its own, which goes on in the next round.
pub struct Chain {
    links: Vec<Mutex<String>>,
    /// Where a chain begins again that has come to its end; one of tokens has none.
    again: Option<String>,
    /// What a link is read from: the member of an answer, with what stands around its name.
    member: &'static [u8],
    make: Make,
    about: String,
}

/// Writes the request for what a chain is about with a link.
type Make = fn(&str, &str) -> Vec<u8>;

impl Chain {
    /// A chain for each of the first refresh tokens; `make` writes the request for `about` with a token.
    pub fn of_tokens(first: Vec<String>, about: String, make: Make) -> Self {
        let links = first.into_iter().map(Mutex::new).collect();
        Self { links, again: None, member: b"\"refresh_token\":\"", make, about }
    }

    /// A walk through all pages, over and over, for each of so many clients; `make` writes the request for `about` with
    /// the address of a page.
    pub fn of_pages(clients: usize, first: &str, about: String, make: Make) -> Self {
        Self::of_links(clients, first, b"\"@odata.nextLink\":\"", (about, make))
    }

    /// Rounds of a delta query that begins with `latest`: where other measurements changed something meanwhile, it begins anew.
    pub fn of_rounds(clients: usize, latest: &str, about: String, make: Make) -> Self {
        Self::of_links(clients, latest, b"\"@odata.deltaLink\":\"", (about, make))
    }

    fn of_links(clients: usize, first: &str, member: &'static [u8], (about, make): (String, Make)) -> Self {
        let links = (0..clients).map(|_| Mutex::new(first.to_owned())).collect();
        Self { links, again: Some(first.to_owned()), member, make, about }
    }

    fn next(&self, client: usize) -> Option<Vec<u8>> {
        let link = self.links.get(client)?.lock().unwrap_or_else(PoisonError::into_inner);
        Some((self.make)(&self.about, &link))
    }

    fn answered(&self, client: usize, body: &[u8]) {
        let from = body.windows(self.member.len()).position(|part| part == self.member);
        let link = from.and_then(|at| body[at + self.member.len()..].split(|byte| *byte == b'"').next());
        let link = link.map(|link| String::from_utf8_lossy(link).into_owned()).or_else(|| self.again.clone());
        if let (Some(link), Some(slot)) = (link, self.links.get(client)) {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = link;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supply_is_shared_out_over_the_measurements() {
        let supply = Source::Supply(Supply::new((0..9).map(|n| vec![n]).collect(), 3));
        let mut seen = Vec::new();
        for _ in 0..3 {
            supply.begin();
            let mut round = 0;
            while let Some(request) = supply.next(0) {
                seen.extend_from_slice(&request);
                round += 1;
            }
            assert_eq!(round, 3);
        }
        assert_eq!(seen, (0..9).collect::<Vec<u8>>());
    }

    #[test]
    fn a_chain_takes_its_next_link_from_the_answer() {
        let chain = Chain::of_tokens(vec!["a".into(), "b".into()], "x".into(), |about, token| {
            format!("{about}{token}").into()
        });
        let chain = Source::Chain(chain);
        chain.answered(1, br#"{"expires_in":1,"refresh_token":"c.d","id_token":"e"}"#);
        assert_eq!(chain.next(0).as_deref(), Some(b"xa".as_slice()));
        assert_eq!(chain.next(1).as_deref(), Some(b"xc.d".as_slice()));
        assert!(chain.next(2).is_none());
    }

    #[test]
    fn a_walk_begins_again_where_it_began() {
        let chain = Chain::of_pages(2, "/users", "x".into(), |about, page| format!("{about}{page}").into());
        let chain = Source::Chain(chain);
        let answers: [&[u8]; 3] =
            [br#"{"@odata.nextLink":"/2"}"#, br#"{"value":[]}"#, br#"{"@odata.nextLink":"/2"}"#];
        let mut seen = Vec::new();
        for answer in answers {
            seen.push(chain.next(1).map(|request| String::from_utf8_lossy(&request).into_owned()));
            chain.answered(1, answer);
        }
        assert_eq!(seen, ["x/users", "x/2", "x/users"].map(|request| Some(request.to_owned())));
        assert_eq!(chain.next(0).as_deref(), Some(b"x/users".as_slice()), "each client walks by itself");
    }
}
