//! How much programs may ask of the directory API, as the original publishes it (reference/graph-conventions.md section 6):
//! token buckets over requests, resource units and writes. Refuses to know paths and headers, and to count a request that
//! is refused: whoever waits as told gets in.

use crate::time::Time;

/// What a bucket holds when it is full, and in how many seconds it fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Never zero.
    pub amount: u32,
    /// Never zero.
    pub seconds: u32,
}

const MICROS: i64 = 1_000_000;

impl Limit {
    const fn per(amount: u32, seconds: u32) -> Self {
        Self { amount, seconds }
    }

    /// The window in microseconds: one unit counts as much, so that filling up needs no fractions.
    fn unit(self) -> i64 {
        i64::from(self.seconds) * MICROS
    }

    fn full(self) -> i64 {
        i64::from(self.amount) * self.unit()
    }
}

/// What is left for somebody under one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// In microseconds of the limit's window for each unit.
    level: i64,
    at: Time,
}

impl Bucket {
    /// One nobody has taken from.
    pub fn full(limit: Limit, now: Time) -> Self {
        Self { level: limit.full(), at: now }
    }

    /// The same with what has flowed in until now. A clock that went back fills nothing.
    #[must_use]
    pub fn filled(self, limit: Limit, now: Time) -> Self {
        let passed = now.0.saturating_sub(self.at.0).max(0);
        let flowed = passed.saturating_mul(i64::from(limit.amount));
        Self { level: self.level.saturating_add(flowed).min(limit.full()), at: now }
    }

    /// Whether nothing is missing: such a bucket need not be kept.
    pub fn is_full(self, limit: Limit, now: Time) -> bool {
        self.filled(limit, now).level == limit.full()
    }

    /// Whole seconds until `units` are there; none if they are. More than the bucket holds is there when it is full.
    pub fn wait(self, limit: Limit, units: u32) -> Option<u32> {
        let missing = i64::from(units.min(limit.amount)) * limit.unit() - self.level;
        if missing <= 0 {
            return None;
        }
        let each_second = i64::from(limit.amount) * MICROS;
        let seconds = missing / each_second + i64::from(missing % each_second != 0);
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    /// The same without these units.
    #[must_use]
    pub fn without(self, limit: Limit, units: u32) -> Self {
        Self { level: (self.level - i64::from(units) * limit.unit()).max(0), ..self }
    }

    /// How much of the limit is in use once `units` more are taken, in hundredths; over 100 when they are not there.
    pub fn used(self, limit: Limit, units: u32) -> u32 {
        let taken = limit.full() - self.level + i64::from(units) * limit.unit();
        // The numbers are far from the end of what fits; a hundredth loses nothing that anybody reads.
        u32::try_from(taken / (limit.full() / 100).max(1)).unwrap_or(u32::MAX)
    }
}

/// Whom a limit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Share {
    /// One application, over all tenants.
    Application,
    /// One application in one tenant.
    ApplicationInTenant,
    /// One tenant, over all applications.
    Tenant,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Every request as one.
    Requests,
    /// Each request by what it costs.
    Units,
    /// What changes something, as one.
    Writes,
}

/// The part of the API that a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Users, groups, applications, roles and everything around them.
    Identity,
    /// `/invitations`
    Invitations,
    /// Audit and sign-in logs.
    Reports,
}

/// How many users a tenant has, as far as limits go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// Under 50.
    #[default]
    Small,
    /// 50 to 500.
    Medium,
    /// Over 500.
    Large,
}

impl Size {
    /// Users beyond this many make no difference.
    pub const ENOUGH: u32 = 501;

    /// The size of a tenant with so many users.
    pub fn of(users: u32) -> Self {
        match users {
            0..50 => Self::Small,
            50..=500 => Self::Medium,
            _ => Self::Large,
        }
    }

    fn units(self) -> u32 {
        match self {
            Self::Small => 3_500,
            Self::Medium => 5_000,
            Self::Large => 8_000,
        }
    }
}

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Where.
    pub part: Part,
    /// In resource units.
    pub units: u32,
    /// Whether it changes something.
    pub write: bool,
}

/// One limit that a request comes under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The part it is of; none for that of the whole API.
    pub part: Option<Part>,
    /// Whom it is for.
    pub share: Share,
    /// What it counts.
    pub counted: Counted,
    /// How much.
    pub limit: Limit,
}

impl Price {
    /// Every limit this request comes under.
    pub fn rules(self, size: Size) -> Vec<Rule> {
        let rule = |share, counted, limit| Rule { part: Some(self.part), share, counted, limit };
        let whole = Rule { part: None, ..rule(Share::Application, Counted::Requests, Limit::per(2_000, 1)) };
        let mut rules = vec![whole];
        match self.part {
            Part::Invitations => rules.push(rule(Share::Tenant, Counted::Requests, Limit::per(150, 5))),
            Part::Reports => {
                rules.push(rule(Share::ApplicationInTenant, Counted::Requests, Limit::per(5, 10)));
            }
            Part::Identity => {
                rules.extend([
                    rule(Share::ApplicationInTenant, Counted::Units, Limit::per(size.units(), 10)),
                    rule(Share::Application, Counted::Units, Limit::per(150_000, 20)),
                ]);
                if self.write {
                    rules.extend([
                        rule(Share::ApplicationInTenant, Counted::Writes, Limit::per(3_000, 150)),
                        rule(Share::Application, Counted::Writes, Limit::per(70_000, 300)),
                        rule(Share::Tenant, Counted::Writes, Limit::per(18_000, 300)),
                    ]);
                }
            }
        }
        rules
    }

    /// What it takes from a bucket that counts so.
    pub fn takes(self, counted: Counted) -> u32 {
        match counted {
            Counted::Requests | Counted::Writes => 1,
            Counted::Units => self.units,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE_IN_TEN: Limit = Limit::per(5, 10);

    fn at(seconds: i64) -> Time {
        Time(0).plus_seconds(seconds)
    }

    #[test]
    fn a_bucket_empties_and_fills_again_at_its_own_pace() {
        let mut bucket = Bucket::full(FIVE_IN_TEN, at(0));
        for n in 1..=5 {
            assert_eq!((bucket.wait(FIVE_IN_TEN, 1), bucket.used(FIVE_IN_TEN, 1)), (None, n * 20));
            bucket = bucket.without(FIVE_IN_TEN, 1);
        }
        assert_eq!((bucket.wait(FIVE_IN_TEN, 1), bucket.wait(FIVE_IN_TEN, 5)), (Some(2), Some(10)));
        assert_eq!(bucket.used(FIVE_IN_TEN, 1), 120);
        let later = bucket.filled(FIVE_IN_TEN, at(1));
        assert_eq!(later.wait(FIVE_IN_TEN, 1), Some(1), "told in whole seconds");
        // In as many small steps as in one.
        let stepped = (1..=20).fold(bucket, |b, n| b.filled(FIVE_IN_TEN, Time(n * 100_000)));
        assert_eq!(stepped, bucket.filled(FIVE_IN_TEN, at(2)));
        assert_eq!(stepped.wait(FIVE_IN_TEN, 1), None);
        assert!(bucket.is_full(FIVE_IN_TEN, at(10)) && !bucket.is_full(FIVE_IN_TEN, at(9)));
        assert_eq!(bucket.filled(FIVE_IN_TEN, at(1_000_000)), Bucket::full(FIVE_IN_TEN, at(1_000_000)));
    }

    #[test]
    fn a_clock_that_goes_back_gives_and_takes_nothing() {
        let bucket = Bucket::full(FIVE_IN_TEN, at(50)).without(FIVE_IN_TEN, 5);
        assert_eq!(bucket.filled(FIVE_IN_TEN, at(0)).wait(FIVE_IN_TEN, 1), Some(2));
    }

    #[test]
    fn what_costs_more_than_the_bucket_holds_is_not_shut_out_for_ever() {
        let bucket = Bucket::full(FIVE_IN_TEN, at(0));
        assert_eq!(bucket.wait(FIVE_IN_TEN, 50), None);
        assert_eq!(bucket.without(FIVE_IN_TEN, 50).wait(FIVE_IN_TEN, 1), Some(2));
    }

    #[test]
    fn published_limits_are_the_ones_that_hold() {
        let told = |part, write, users| -> Vec<(Share, u32, u32)> {
            let price = Price { part, units: 1, write };
            let rules = price.rules(Size::of(users)).into_iter().skip(1);
            rules.map(|rule| (rule.share, rule.limit.amount, rule.limit.seconds)).collect()
        };
        let (app, pair, tenant) = (Share::Application, Share::ApplicationInTenant, Share::Tenant);
        assert_eq!(told(Part::Invitations, true, 0), [(tenant, 150, 5)]);
        assert_eq!(told(Part::Reports, false, 0), [(pair, 5, 10)]);
        for (users, units) in [(0, 3_500), (49, 3_500), (50, 5_000), (500, 5_000), (501, 8_000)] {
            assert_eq!(told(Part::Identity, false, users), [(pair, units, 10), (app, 150_000, 20)]);
        }
        assert_eq!(
            told(Part::Identity, true, 0)[2..],
            [(pair, 3_000, 150), (app, 70_000, 300), (tenant, 18_000, 300)]
        );
    }
}
