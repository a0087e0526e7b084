//! How often a password may be tried, from where: so that guessing is slow and nobody can shut anybody else out
//! (docs/decisions/0017-passwords.md). A browser that has signed in as the person before has tries of its own, whatever
//! strangers do; strangers share what is left, by network and person, by person, and by network over all names. Refuses
//! to tell names that are somebody's from names that are nobody's (threats E5), and to count by itself: counters are
//! rows, raised before anything is compared (G2).

use uuid::Uuid;

use crate::ids::ObjectId;
use crate::proof::{Counter, Limit};
use crate::time::Time;

/// Tries of one browser that the person has signed in with before.
pub const TRIES_OF_DEVICE: Limit = Limit { most: 10, seconds: 900 };
/// Tries of one network at one person, or at one name that is nobody's.
pub const TRIES_OF_NETWORK: Limit = Limit { most: 10, seconds: 900 };
/// Tries of all strangers together at one person.
pub const TRIES_OF_STRANGERS: Limit = Limit { most: 100, seconds: 3600 };
/// Tries of one network at all names together: the same few passwords at many people ("spraying").
pub const TRIES_AT_EVERYBODY: Limit = Limit { most: 100, seconds: 3600 };

/// A browser somebody has signed in with, as its sealed cookie says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Its random id.
    pub id: Uuid,
    /// Who signed in.
    pub user: ObjectId,
    /// When the password was set that was current then: with a new one no browser is known any more.
    pub password_set_at: Time,
}

impl KnownDevice {
    /// Whether the browser is known for that person and password.
    pub fn knows(&self, user: ObjectId, password_set_at: Time) -> bool {
        self.user == user && self.password_set_at == password_set_at
    }
}

/// Where a try comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence<'a> {
    /// From a browser that is known for the person.
    Device(Uuid),
    /// From anywhere else: the network, unless the connection stands for everybody.
    Elsewhere(Option<&'a str>),
}

/// One counter and what it may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The counter's name.
    pub counter: String,
    /// What it may reach.
    pub limit: Limit,
    /// Whether the right password empties it; else it only gives back the one try.
    pub emptied: bool,
}

impl Budget {
    /// The counter after the right password: whoever signs in costs nobody a try.
    pub fn after_success(&self, counter: Counter) -> Counter {
        if self.emptied {
            Counter::default()
        } else {
            Counter { count: counter.count.saturating_sub(1), ..counter }
        }
    }
}

/// What a try is counted against; it needs room in all of them. `who` is a person, or a name that is nobody's.
pub fn budgets(who: &str, whence: Whence<'_>) -> Vec<Budget> {
    let budget = |counter, limit, emptied| Budget { counter, limit, emptied };
    match whence {
        Whence::Device(id) => vec![budget(format!("password-device:{id}"), TRIES_OF_DEVICE, true)],
        Whence::Elsewhere(network) => {
            let pair = format!("password:{who}:{}", network.unwrap_or("-"));
            let mut all = vec![
                budget(pair, TRIES_OF_NETWORK, true),
                budget(format!("password-strangers:{who}"), TRIES_OF_STRANGERS, false),
            ];
            // A connection that stands for everybody must not shut everybody out.
            all.extend(
                network
                    .map(|network| budget(format!("password-network:{network}"), TRIES_AT_EVERYBODY, false)),
            );
            all
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    const NOW: Time = Time(1_000_000_000_000);

    /// The counters of a tenant, as the store keeps them.
    #[derive(Default)]
    struct Counters(HashMap<String, Counter>);

    impl Counters {
        /// One try: `Ok` if it is compared.
        fn tries(&mut self, who: &str, whence: Whence<'_>, at: Time) -> Result<(), u32> {
            let budgets = budgets(who, whence);
            for budget in &budgets {
                self.0.get(&budget.counter).copied().unwrap_or_default().room(budget.limit, at)?;
            }
            for budget in budgets {
                let counter = self.0.entry(budget.counter).or_default();
                *counter = counter.plus_one(budget.limit, at);
            }
            Ok(())
        }

        /// One with the right password.
        fn signs_in(&mut self, who: &str, whence: Whence<'_>, at: Time) -> bool {
            let compared = self.tries(who, whence, at).is_ok();
            for budget in budgets(who, whence).into_iter().filter(|_| compared) {
                let counter = self.0.entry(budget.counter.clone()).or_default();
                *counter = budget.after_success(*counter);
            }
            compared
        }
    }

    #[test]
    fn g1_whatever_strangers_do_the_persons_own_browser_gets_in() {
        let own = Whence::Device(Uuid::from_u128(7));
        let networks: Vec<String> = (0..300).map(|n| format!("198.51.{n}.0/24")).collect();
        // How many networks, how many tries of each; how many are compared in an hour; whether a stranger's browser
        // and a new browser of the person still get in.
        for (sources, tries, compared, new_browser) in
            [(1, 500, 10, true), (9, 50, 90, true), (10, 50, 100, false), (300, 50, 100, false)]
        {
            let mut counters = Counters::default();
            let mut seen = 0;
            for network in &networks[..sources] {
                let guesses = (0..tries)
                    .filter(|_| counters.tries("ada", Whence::Elsewhere(Some(network)), NOW).is_ok());
                seen += guesses.count();
            }
            assert_eq!(seen, compared, "{sources} networks");
            assert!(counters.signs_in("ada", own, NOW), "{sources} networks");
            assert_eq!(counters.signs_in("ada", Whence::Elsewhere(Some("192.0.2.0/24")), NOW), new_browser);
            assert!(
                counters.signs_in("bert", Whence::Elsewhere(Some("192.0.2.0/24")), NOW),
                "others are not touched"
            );
            assert!(counters.signs_in(
                "ada",
                Whence::Elsewhere(Some("192.0.2.0/24")),
                NOW.plus_seconds(3600)
            ));
        }
    }

    #[test]
    fn g1_one_password_at_many_names_is_slow_too_and_a_shared_proxy_shuts_nobody_out() {
        let mut counters = Counters::default();
        let network = Whence::Elsewhere(Some("203.0.113.0/24"));
        let compared =
            (0..500).filter(|n| counters.tries(&format!("name {n}"), network, NOW).is_ok()).count();
        assert_eq!(compared, 100);
        assert!(counters.tries("ada", Whence::Elsewhere(Some("198.51.100.0/24")), NOW).is_ok());
        let behind = Whence::Elsewhere(None);
        let compared = (0..500).filter(|n| counters.tries(&format!("name {n}"), behind, NOW).is_ok()).count();
        assert_eq!(compared, 500, "this one stands for everybody");
    }

    #[test]
    fn whoever_signs_in_costs_nobody_a_try() {
        let mut counters = Counters::default();
        let office = Whence::Elsewhere(Some("203.0.113.0/24"));
        for n in 0..1000 {
            assert!(counters.signs_in(&format!("colleague {}", n % 300), office, NOW), "{n}");
        }
        // Somebody who signs in does not pay for the wrong ones of others.
        for _ in 0..100 {
            let _compared = counters.tries("ada", office, NOW);
            let _compared = counters.tries("bert", office, NOW);
        }
        for n in 0..80 {
            let _compared = counters.tries(&format!("name {n}"), office, NOW);
        }
        assert!(!counters.signs_in("carla", office, NOW));
    }

    #[test]
    fn a_browser_is_known_for_one_person_and_one_password() {
        let (ada, bert) = (ObjectId(Uuid::from_u128(1)), ObjectId(Uuid::from_u128(2)));
        let device = KnownDevice { id: Uuid::from_u128(7), user: ada, password_set_at: NOW };
        assert!(device.knows(ada, NOW));
        assert!(!device.knows(bert, NOW) && !device.knows(ada, NOW.plus_seconds(1)));
    }

    #[test]
    fn g2_a_known_browser_guesses_no_faster_than_a_stranger() {
        let mut counters = Counters::default();
        let stolen = Whence::Device(Uuid::from_u128(7));
        assert_eq!((0..100).filter(|_| counters.tries("ada", stolen, NOW).is_ok()).count(), 10);
    }
}
