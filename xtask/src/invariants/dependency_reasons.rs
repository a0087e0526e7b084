//! Each direct dependency has a reason in `docs/reference/dependencies.md`, and each reason a dependency. A crate
//! is easy to add and hard to remove: the one sentence is asked for on the day it is added.

use crate::repo::Repo;
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = "docs/reference/dependencies.md";

pub fn complaints(repo: &Repo) -> Vec<String> {
    let reasons = reasons(repo.text(TABLE).unwrap_or_default());
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();
    for manifest in repo.manifests() {
        for name in manifest.dependencies.iter().filter(|name| !name.starts_with("hospes")) {
            if used.insert(name.clone()) && reasons.get(name).is_none_or(String::is_empty) {
                complaints.push(format!("{}: {name} has no reason in {TABLE}", manifest.path));
            }
        }
    }
    let stale = reasons.keys().filter(|name| !used.contains(*name));
    complaints.extend(stale.map(|name| format!("{TABLE}: nothing depends on {name} any more")));
    complaints
}

/// The rows of the table: the crate in backticks, then the reason.
fn reasons(text: &str) -> BTreeMap<String, String> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((name.to_owned(), cells.next()?.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_reason_and_a_stale_one_are_found() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\nhospes-domain.workspace = true\nurl = \"2\"\nhttp = \"1\"\n";
        let table = "| crate | reason |\n|---|---|\n| `http` | types |\n| `old` | gone |\n| `url` | |\n";
        let repo = Repo::of(&[("crates/x/Cargo.toml", manifest), (TABLE, table)]);
        assert_eq!(
            complaints(&repo),
            [
                "crates/x/Cargo.toml: url has no reason in docs/reference/dependencies.md",
                "docs/reference/dependencies.md: nothing depends on old any more"
            ]
        );
    }
}
