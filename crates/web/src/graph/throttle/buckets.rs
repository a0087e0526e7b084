//! Everybody's buckets. Refuses to grow without end: those that are full say nothing and are forgotten first, then those
//! that were used longest ago.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hospes_domain::access::Actor;
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::throttling::{Bucket, Counted, Limit, Part, Price, Rule, Share, Size};
use hospes_domain::time::Time;

/// The most buckets that are remembered, a few for each application that calls.
const MOST: usize = 20_000;

/// Whose bucket it is, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    part: Option<Part>,
    counted: Counted,
    client: Option<ClientId>,
    tenant: Option<TenantId>,
}

impl Key {
    fn of(rule: Rule, actor: &Actor) -> Self {
        let (client, tenant) = match rule.share {
            Share::Application => (actor.client, None),
            Share::ApplicationInTenant => (actor.client, Some(actor.tenant)),
            Share::Tenant => (None, Some(actor.tenant)),
        };
        Self { part: rule.part, counted: rule.counted, client, tenant }
    }
}

#[derive(Debug)]
struct Kept {
    bucket: Bucket,
    limit: Limit,
    used_at: Time,
}

#[derive(Debug, Default)]
struct Memory {
    buckets: HashMap<Key, Kept>,
    sizes: HashMap<TenantId, (Size, Time)>,
}

/// The buckets of all applications and tenants.
#[derive(Debug, Default)]
pub struct Buckets(Mutex<Memory>);

/// What came of a request for units.
#[derive(Debug)]
pub(super) struct Paid {
    /// How much of the tightest limit is in use, in hundredths.
    pub used: u32,
    /// The limit that has no room, and how many seconds that lasts.
    pub refused: Option<(Rule, u32)>,
}

impl Buckets {
    /// Takes the price from every bucket of the caller that it comes under; if one has no room, from none.
    pub(super) fn take(&self, actor: &Actor, price: Price, size: Size, now: Time) -> Paid {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = price.rules(size);
        let at = |rule: &Rule| {
            let kept = memory.buckets.get(&Key::of(*rule, actor));
            kept.map_or_else(|| Bucket::full(rule.limit, now), |kept| kept.bucket.filled(rule.limit, now))
        };
        let found: Vec<(Rule, Bucket, u32)> =
            rules.into_iter().map(|rule| (rule, at(&rule), price.takes(rule.counted))).collect();
        let used = found.iter().map(|(rule, bucket, units)| bucket.used(rule.limit, *units)).max();
        let waits =
            found.iter().filter_map(|(rule, bucket, units)| Some((*rule, bucket.wait(rule.limit, *units)?)));
        let refused = waits.max_by_key(|(_, seconds)| *seconds);
        if refused.is_none() {
            memory.make_room(found.len(), now);
            for (rule, bucket, units) in found {
                let bucket = bucket.without(rule.limit, units);
                memory.buckets.insert(Key::of(rule, actor), Kept { bucket, limit: rule.limit, used_at: now });
            }
        }
        Paid { used: used.unwrap_or_default(), refused }
    }

    /// How big a tenant was when it was looked at last.
    pub(super) fn known(&self, tenant: TenantId) -> Option<(Size, Time)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sizes.get(&tenant).copied()
    }

    /// Remembers how big a tenant is.
    pub(super) fn know(&self, tenant: TenantId, size: Size, now: Time) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.sizes.len() >= MOST {
            memory.sizes.clear();
        }
        memory.sizes.insert(tenant, (size, now));
    }
}

impl Memory {
    fn make_room(&mut self, more: usize, now: Time) {
        if self.buckets.len() + more <= MOST {
            return;
        }
        self.buckets.retain(|_, kept| !kept.bucket.is_full(kept.limit, now));
        if self.buckets.len() + more <= MOST {
            return;
        }
        // Half at once, so that this is rare however many come.
        let mut used: Vec<Time> = self.buckets.values().map(|kept| kept.used_at).collect();
        used.sort_unstable();
        let middle = used.get(used.len() / 2).copied().unwrap_or(now);
        self.buckets.retain(|_, kept| kept.used_at > middle);
    }
}

#[cfg(test)]
mod tests {
    use hospes_domain::access::{ScopeSet, Who};
    use hospes_domain::ids::ObjectId;
    use uuid::Uuid;

    use super::*;

    fn actor(client: u128, tenant: u128) -> Actor {
        Actor {
            tenant: TenantId(Uuid::from_u128(tenant)),
            who: Who::App { id: ObjectId(Uuid::from_u128(client)) },
            scopes: ScopeSet::default(),
            client: Some(ClientId(Uuid::from_u128(client))),
            grant: None,
            issued_at: Time(0),
            correlation: None,
            request: None,
        }
    }

    const REPORT: Price = Price { part: Part::Reports, units: 1, write: false };

    #[test]
    fn each_application_has_its_own_and_a_refusal_takes_nothing() {
        let (buckets, now) = (Buckets::default(), Time(0));
        let asks = |client, tenant, now| buckets.take(&actor(client, tenant), REPORT, Size::Small, now);
        for _ in 0..5 {
            assert!(asks(1, 1, now).refused.is_none());
        }
        for _ in 0..100 {
            assert_eq!(asks(1, 1, now).refused.map(|(_, seconds)| seconds), Some(2));
        }
        assert!(asks(2, 1, now).refused.is_none(), "another application");
        assert!(asks(1, 2, now).refused.is_none(), "another tenant");
        assert!(asks(1, 1, now.plus_seconds(2)).refused.is_none(), "after the wait it was told");
    }

    #[test]
    fn all_applications_of_a_tenant_share_what_is_the_tenants() {
        let buckets = Buckets::default();
        let price = Price { part: Part::Invitations, units: 1, write: true };
        let asks = |client| buckets.take(&actor(client, 1), price, Size::Small, Time(0)).refused.is_none();
        assert_eq!((0..200).filter(|n| asks(*n)).count(), 150);
    }

    #[test]
    fn memory_is_bounded_whoever_comes() {
        let buckets = Buckets::default();
        for n in 0..30_000 {
            let now = Time(i64::try_from(n).unwrap_or_default());
            buckets.take(&actor(n, n), REPORT, Size::Small, now);
            buckets.know(TenantId(Uuid::from_u128(n)), Size::Small, now);
        }
        let memory = buckets.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(memory.buckets.len() <= MOST && memory.sizes.len() <= MOST);
        assert!(memory.buckets.len() >= MOST / 4, "it remembers as much as it can");
    }
}
