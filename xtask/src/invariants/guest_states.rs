//! A guest changes state only through the rules of the domain. `Guest::from_record` is the way round them, for
//! rows that were saved by those rules; so only the store may call it.

use crate::repo::Repo;
use crate::source::{code_only, lines_naming, product_code};

const CALL: &str = "Guest::from_record";

pub fn complaints(repo: &Repo) -> Vec<String> {
    // The guest's own file and its tests define what a record may hold.
    let may_call =
        |path: &str| path.starts_with("crates/store/") || path.starts_with("crates/domain/src/guest");
    let elsewhere =
        repo.rust_under("crates/").chain(repo.rust_under("tests/")).filter(|file| !may_call(&file.path));
    elsewhere
        .flat_map(|file| {
            let code = code_only(&file.text);
            // A test of one crate sets up a guest in any state; the tests of the whole server may not.
            let of_a_crate = file.path.starts_with("crates/");
            let lines = lines_naming(if of_a_crate { product_code(&file.path, &code) } else { &code }, CALL);
            lines.into_iter().map(|line| format!("{}:{line}: only crates/store/ may call {CALL}", file.path))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_of_the_domain_may_and_its_product_code_may_not() {
        let text = "Guest::from_record(a);\n#[cfg(test)]\nmod tests { fn f() { Guest::from_record(b); } }";
        let repo =
            Repo::of(&[("crates/domain/src/reset.rs", text), ("crates/domain/src/reset_tests.rs", text)]);
        assert_eq!(
            complaints(&repo),
            ["crates/domain/src/reset.rs:1: only crates/store/ may call Guest::from_record"]
        );
    }

    #[test]
    fn a_verb_may_not_rebuild_a_guest() {
        let text = "let guest = Guest::from_record(record)?;";
        let repo = Repo::of(&[("crates/actions/src/reset.rs", text), ("crates/store/src/guests.rs", text)]);
        let found = complaints(&repo);
        assert_eq!(found, ["crates/actions/src/reset.rs:1: only crates/store/ may call Guest::from_record"]);
    }
}
