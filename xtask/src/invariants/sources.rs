//! Every crate comes from the one public registry, where a published version can never change; a git branch or
//! another registry could.

use crate::repo::Repo;

const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

pub fn complaints(repo: &Repo) -> Vec<String> {
    let Some(lock) = repo.text("Cargo.lock") else {
        return vec!["Cargo.lock is missing: commit it".to_owned()];
    };
    let sources = (1..).zip(lock.lines()).filter(|(_, line)| line.starts_with("source = "));
    let other = sources.filter(|(_, line)| *line != REGISTRY);
    other.map(|(number, line)| format!("Cargo.lock:{number}: {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_git_source_is_found() {
        let lock = format!("[[package]]\n{REGISTRY}\n[[package]]\nsource = \"git+https://example.org/x\"\n");
        let found = complaints(&Repo::of(&[("Cargo.lock", &lock)]));
        assert_eq!(found, ["Cargo.lock:4: source = \"git+https://example.org/x\""]);
    }
}
