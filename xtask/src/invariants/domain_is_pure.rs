//! `crates/domain` holds what is true, and that does not depend on when or where it is asked: no I/O, no clock,
//! no randomness, no async. Its dependencies are a closed list, and its source is read for the ways round it.

use crate::repo::Repo;
use crate::source::{code_only, lines_naming, product_code};

/// Crates that compute and do nothing else. aws-lc-rs is here for verifying and for HMAC, not for key generation.
const DEPENDENCIES: [&str; 12] = [
    "aws-lc-rs",
    "base64",
    "idna",
    "percent-encoding",
    "serde",
    "serde_json",
    "subtle",
    "thiserror",
    "unicode-normalization",
    "url",
    "uuid",
    "zeroize",
];

/// Names that reach outside. The plain types of addresses are in `core::net`.
const REACHES_OUTSIDE: [&str; 12] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "tokio",
    "async",
    "tracing",
    "println",
    "eprintln",
];

/// Names that draw something at random. A test may: it needs a signature to have one to verify.
const RANDOM: [&str; 6] = ["SystemRandom", "aws_lc_rs::rand", "getrandom", "thread_rng", "new_v4", "now_v7"];

/// What must not be taken from `std` in a grouped `use std::{…}` either.
const MODULES: [&str; 5] = ["env", "fs", "net", "process", "thread"];

pub fn complaints(repo: &Repo) -> Vec<String> {
    let mut complaints = Vec::new();
    for manifest in repo.manifests().iter().filter(|manifest| manifest.name == "hospes-domain") {
        for name in manifest.dependencies.iter().filter(|name| !DEPENDENCIES.contains(&name.as_str())) {
            complaints.push(format!("{}: {name} is not on the list of pure crates", manifest.path));
        }
    }
    for file in repo.rust_under("crates/domain/") {
        let code = code_only(&file.text);
        let outside = REACHES_OUTSIDE.map(|word| (word, code.as_str()));
        let random = RANDOM.map(|word| (word, product_code(&file.path, &code)));
        for (word, code) in outside.into_iter().chain(random) {
            for line in lines_naming(code, word) {
                complaints.push(format!("{}:{line}: domain is pure, it may not use {word}", file.path));
            }
        }
        for module in grouped_modules(&code) {
            complaints.push(format!("{}: domain is pure, it may not use std::{module}", file.path));
        }
    }
    complaints
}

fn grouped_modules(code: &str) -> Vec<&'static str> {
    let groups = code.match_indices("std::{").filter_map(|(at, _)| code[at..].split(';').next());
    groups
        .flat_map(|group| MODULES.into_iter().filter(move |module| crate::source::names(group, module)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_domain(text: &str) -> Vec<String> {
        complaints(&Repo::of(&[("crates/domain/src/x.rs", text)]))
    }

    #[test]
    fn a_clock_in_the_domain_is_found_and_a_word_in_a_comment_is_not() {
        let found = in_domain("//! Never SystemTime.\nlet now = std::time::SystemTime::now();\n");
        assert_eq!(found, ["crates/domain/src/x.rs:2: domain is pure, it may not use SystemTime"]);
    }

    #[test]
    fn a_grouped_import_does_not_hide_it() {
        let found =
            in_domain("use std::{\n    collections::BTreeMap,\n    fs,\n};\nuse core::net::IpAddr;\n");
        assert_eq!(found, ["crates/domain/src/x.rs: domain is pure, it may not use std::fs"]);
    }

    #[test]
    fn only_a_test_may_draw_at_random() {
        let found =
            in_domain("let id = Uuid::new_v4();\n#[cfg(test)]\nmod tests { fn f() { Uuid::new_v4(); } }\n");
        assert_eq!(found, ["crates/domain/src/x.rs:1: domain is pure, it may not use new_v4"]);
    }

    #[test]
    fn a_crate_that_does_more_than_compute_is_found() {
        let manifest =
            "[package]\nname = \"hospes-domain\"\n[dependencies]\nurl.workspace = true\ntokio = \"1\"\n";
        let found = complaints(&Repo::of(&[("crates/domain/Cargo.toml", manifest)]));
        assert_eq!(found, ["crates/domain/Cargo.toml: tokio is not on the list of pure crates"]);
    }
}
