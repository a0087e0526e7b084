//! The operations that are measured: how their rows are called, and what is promised of each on which engine (design
//! section 11). Refuses to know how one is asked for; that is `measures.rs`.

use super::figures::Goal;
use super::options::Engine;

/// The numbers of clients everything is measured with.
pub const CLIENTS: [usize; 3] = [1, 16, 64];
/// With how many the latency at half the rate is measured.
pub const PACED: usize = 16;
/// What each paced measurement reports.
pub const PERCENTILES: [(&str, f64); 3] = [("p50", 50.0), ("p99", 99.0), ("p99.9", 99.9)];

/// An operation.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name in the figures.
    pub name: &'static str,
    /// How much of the limit's work one of it does: a code exchange signs twice.
    pub parts: f64,
    /// Whether its latency is measured at half the rate.
    pub paced: bool,
    /// What its 99th percentile should be, paced, in milliseconds.
    pub p99: Goal,
    /// What half of its answers to a single client should take at most, in microseconds.
    pub alone: Goal,
    /// What part of the limit one client and 64 of them should reach.
    one: Option<Part>,
    many: Option<Part>,
}

/// A part of the limit. Engines differ where the database does the work: over a connection another cost counts.
#[derive(Clone, Copy, Debug)]
struct Part {
    sqlite: f64,
    postgres: f64,
}

const fn part(sqlite: f64, postgres: f64) -> Part {
    Part { sqlite, postgres }
}

/// Nothing is promised.
const PLAIN: Operation = Operation {
    name: "",
    parts: 1.0,
    paced: true,
    p99: Goal::None,
    alone: Goal::None,
    one: None,
    many: None,
};

/// A client-credential grant, signed with RSA.
pub const GRANT_RS256: Operation = Operation { name: "grant RS256", many: Some(part(0.8, 0.8)), ..PLAIN };
/// The same, signed with an elliptic curve.
pub const GRANT_ES256: Operation = Operation { name: "grant ES256", many: Some(part(0.5, 0.5)), ..PLAIN };
/// A refresh token for its successor and two tokens. Its commit counts as that of an invitation does: 0.35 for 0.6 on a
/// server (docs/decisions/0010-postgresql.md).
pub const REFRESH: Operation =
    Operation { name: "refresh", parts: 2.0, many: Some(part(0.6, 0.35)), ..PLAIN };
/// A code for three tokens, two of them signed.
pub const CODE_EXCHANGE: Operation =
    Operation { name: "code exchange", parts: 2.0, many: Some(part(0.6, 0.35)), ..PLAIN };
/// An invitation whose link the inviter sends.
pub const INVITATION: Operation =
    Operation { name: "invitation", one: Some(part(0.6, 0.35)), many: Some(part(0.6, 0.35)), ..PLAIN };
/// An invitation with a mail.
pub const INVITATION_WITH_MAIL: Operation = Operation { name: "invitation with mail", ..INVITATION };
/// The limit of a single client that invites, as a row of its own.
pub const ONE_COMMIT_EACH: Operation =
    Operation { name: "limit: one commit each, rows of an invitation", paced: false, ..PLAIN };
/// The last step of a redemption.
pub const REDEMPTION: Operation = Operation { name: "redemption", many: Some(part(0.5, 0.5)), ..PLAIN };
/// A reset of a redeemed guest.
pub const RESET: Operation = Operation { name: "reset", many: Some(part(0.5, 0.5)), ..PLAIN };
/// Any guest by id.
pub const USER_BY_ID: Operation = Operation {
    name: "user by id",
    many: Some(part(0.7, 0.5)),
    p99: Goal::Below(5.0),
    alone: Goal::Below(60.0),
    ..PLAIN
};
/// A hundred users whose address begins like this.
pub const STARTS_WITH: Operation =
    Operation { name: "startsWith(mail), $top=100", p99: Goal::Below(10.0), ..PLAIN };
/// A guest by address.
pub const BY_MAIL: Operation = Operation { name: "user by mail", ..PLAIN };
/// Users by words of their names.
pub const SEARCH: Operation = Operation { name: "$search, $top=100", p99: Goal::Below(50.0), ..PLAIN };
/// A round of a delta query in which nothing is new.
pub const DELTA: Operation = Operation { name: "delta, nothing new", p99: Goal::Below(5.0), ..PLAIN };
/// The next page of a walk through all users.
pub const WALK: Operation = Operation { name: "page of a walk, $top=999", ..PLAIN };
/// How many users there are.
pub const COUNT: Operation = Operation { name: "$count", p99: Goal::Below(20.0), ..PLAIN };
/// The discovery document.
pub const DISCOVERY: Operation = Operation { name: "discovery", many: Some(part(0.7, 0.7)), ..PLAIN };
/// The keys.
pub const KEYS: Operation = Operation { name: "keys", many: Some(part(0.7, 0.7)), ..PLAIN };

/// All of them, in the order of the table.
pub const ALL: [Operation; 18] = [
    GRANT_RS256,
    REFRESH,
    CODE_EXCHANGE,
    GRANT_ES256,
    INVITATION,
    ONE_COMMIT_EACH,
    INVITATION_WITH_MAIL,
    REDEMPTION,
    RESET,
    USER_BY_ID,
    BY_MAIL,
    STARTS_WITH,
    SEARCH,
    COUNT,
    DELTA,
    WALK,
    DISCOVERY,
    KEYS,
];

impl Operation {
    /// What its throughput should be with so many clients.
    pub fn throughput(&self, clients: usize, engine: Engine) -> Goal {
        let part = match clients {
            1 => self.one,
            64 => self.many,
            _ => None,
        };
        part.map_or(Goal::None, |part| match engine {
            Engine::Sqlite => Goal::OfLimit(part.sqlite),
            Engine::Postgres => Goal::OfLimit(part.postgres),
        })
    }

    /// The row of its throughput with so many clients.
    pub fn throughput_row(&self, clients: usize) -> String {
        let plural = if clients == 1 { "client" } else { "clients" };
        format!("{}, {clients} {plural}", self.name)
    }

    /// The row of a single client's median.
    pub fn alone_row(&self) -> String {
        format!("{}, p50", self.throughput_row(1))
    }

    /// The row of its latency at half the rate.
    pub fn paced_row(&self, percent: &str) -> String {
        format!("{} at half rate, {percent}", self.throughput_row(PACED))
    }

    /// The names of all its rows.
    pub fn rows(&self) -> Vec<String> {
        let mut rows: Vec<String> = CLIENTS.map(|clients| self.throughput_row(clients)).into();
        rows.extend((self.alone != Goal::None).then(|| self.alone_row()));
        if self.paced {
            rows.extend(PERCENTILES.map(|(percent, _)| self.paced_row(percent)));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_have_goals_of_their_own() {
        let goals = |operation: Operation, clients| {
            [Engine::Sqlite, Engine::Postgres].map(|engine| operation.throughput(clients, engine))
        };
        for clients in [1, 64] {
            assert_eq!(goals(INVITATION, clients), [Goal::OfLimit(0.6), Goal::OfLimit(0.35)]);
            assert_eq!(goals(INVITATION_WITH_MAIL, clients), [Goal::OfLimit(0.6), Goal::OfLimit(0.35)]);
        }
        assert_eq!(goals(USER_BY_ID, 64), [Goal::OfLimit(0.7), Goal::OfLimit(0.5)]);
        assert_eq!(goals(GRANT_RS256, 64), [Goal::OfLimit(0.8); 2], "signing does not ask the database");
        assert_eq!(goals(INVITATION, 16), [Goal::None; 2]);
    }

    #[test]
    fn names_are_those_that_earlier_runs_are_compared_by() {
        let rows = USER_BY_ID.rows();
        assert_eq!(rows[0], "user by id, 1 client");
        assert_eq!(
            rows[2..5],
            [
                "user by id, 64 clients",
                "user by id, 1 client, p50",
                "user by id, 16 clients at half rate, p50",
            ]
        );
        assert_eq!(ONE_COMMIT_EACH.rows().len(), 3);
    }
}
