//! The list of schema changes, oldest first. Refuses edits: an applied migration is history, and the
//! runner compares checksums (`docs/decisions/0001-one-sql-text.md` has the type tokens).

/// One schema change, run once per database in a transaction of its own.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Place in the order; starts at 1, no gaps.
    pub number: u32,
    /// What it does, in a word or two; for people.
    pub name: &'static str,
    /// Portable DDL with type tokens.
    pub sql: &'static str,
}

/// Every migration this program knows.
pub const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "directory", sql: include_str!("../migrations/0001_directory.sql") },
    Migration { number: 2, name: "invitations", sql: include_str!("../migrations/0002_invitations.sql") },
    Migration { number: 3, name: "sign-in", sql: include_str!("../migrations/0003_sign_in.sql") },
    Migration { number: 4, name: "jobs", sql: include_str!("../migrations/0004_jobs.sql") },
    Migration { number: 5, name: "sweeping", sql: include_str!("../migrations/0005_sweeping.sql") },
    Migration { number: 6, name: "counting", sql: include_str!("../migrations/0006_counting.sql") },
    Migration { number: 7, name: "home sign-in", sql: include_str!("../migrations/0007_home_sign_in.sql") },
    Migration { number: 8, name: "deletion", sql: include_str!("../migrations/0008_deletion.sql") },
    Migration {
        number: 9,
        name: "guest policies",
        sql: include_str!("../migrations/0009_guest_policies.sql"),
    },
    Migration { number: 10, name: "partners", sql: include_str!("../migrations/0010_partners.sql") },
    Migration { number: 11, name: "changed", sql: include_str!("../migrations/0011_changed.sql") },
    Migration { number: 12, name: "looking back", sql: include_str!("../migrations/0012_looking_back.sql") },
    Migration {
        number: 13,
        name: "begun at home",
        sql: include_str!("../migrations/0013_begun_at_home.sql"),
    },
    Migration { number: 14, name: "fresh from", sql: include_str!("../migrations/0014_fresh_from.sql") },
    Migration { number: 15, name: "applications", sql: include_str!("../migrations/0015_applications.sql") },
    Migration { number: 16, name: "two proofs", sql: include_str!("../migrations/0016_two_proofs.sql") },
    Migration { number: 17, name: "sign-ins", sql: include_str!("../migrations/0017_sign_ins.sql") },
    Migration {
        number: 18,
        name: "second factors",
        sql: include_str!("../migrations/0018_second_factors.sql"),
    },
    Migration { number: 19, name: "provider", sql: include_str!("../migrations/0019_provider.sql") },
    Migration { number: 20, name: "passwords", sql: include_str!("../migrations/0020_passwords.sql") },
    Migration {
        number: 21,
        name: "provider edges",
        sql: include_str!("../migrations/0021_provider_edges.sql"),
    },
    Migration { number: 22, name: "correlation", sql: include_str!("../migrations/0022_correlation.sql") },
    Migration { number: 23, name: "words", sql: include_str!("../migrations/0023_words.sql") },
    Migration { number: 24, name: "resources", sql: include_str!("../migrations/0024_resources.sql") },
    Migration { number: 25, name: "changes", sql: include_str!("../migrations/0025_changes.sql") },
    Migration {
        number: 26,
        name: "subscriptions",
        sql: include_str!("../migrations/0026_subscriptions.sql"),
    },
    Migration { number: 27, name: "descriptions", sql: include_str!("../migrations/0027_descriptions.sql") },
    Migration {
        number: 28,
        name: "words in order",
        sql: include_str!("../migrations/0028_words_in_order.sql"),
    },
    Migration {
        number: 29,
        name: "secrets and letters",
        sql: include_str!("../migrations/0029_secrets_and_letters.sql"),
    },
    Migration {
        number: 30,
        name: "asked of logs",
        sql: include_str!("../migrations/0030_asked_of_logs.sql"),
    },
    Migration {
        number: 31,
        name: "certificates of presences",
        sql: include_str!("../migrations/0031_certificates_of_presences.sql"),
    },
    Migration { number: 32, name: "one sigma", sql: include_str!("../migrations/0032_one_sigma.sql") },
];
