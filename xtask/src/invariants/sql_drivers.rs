//! Drivers are an engine's secret: outside `crates/store/src/engine/` a query knows parameters and rows of our
//! own, so that one SQL text serves every engine.

use crate::repo::Repo;
use crate::source::{code_only, lines_naming};

const ENGINE: &str = "crates/store/src/engine";
/// Looks at every row from outside, read-only, to see whether a refused request changed anything.
const LOOK: &str = "tests/harness/look.rs";
/// The drivers, as crates and as they are spelled in Rust.
const DRIVERS: [&str; 6] =
    ["rusqlite", "libsqlite3_sys", "tokio_postgres", "postgres_types", "deadpool_postgres", "sqlx"];

/// The store, and the tests for that look.
const MAY_DEPEND: [&str; 2] = ["hospes-store", "hospes-tests"];

pub fn complaints(repo: &Repo) -> Vec<String> {
    let mut complaints = Vec::new();
    // engine.rs itself counts as the engine as much as the folder engine/ does.
    let outside = |path: &str| {
        !path.starts_with(&format!("{ENGINE}/")) && path != format!("{ENGINE}.rs") && path != LOOK
    };
    for file in repo.rust_under("crates/").chain(repo.rust_under("tests/")).filter(|file| outside(&file.path))
    {
        let code = code_only(&file.text);
        for driver in DRIVERS {
            for line in lines_naming(&code, driver) {
                complaints.push(format!("{}:{line}: only {ENGINE}/ may name {driver}", file.path));
            }
        }
    }
    for manifest in repo.manifests().iter().filter(|manifest| !MAY_DEPEND.contains(&manifest.name.as_str())) {
        for name in
            manifest.dependencies.iter().filter(|name| DRIVERS.contains(&name.replace('-', "_").as_str()))
        {
            complaints.push(format!("{}: only hospes-store may depend on {name}", manifest.path));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_is_known_to_the_engine_alone() {
        let text = "//! Wraps rusqlite.\nuse rusqlite::Connection;\n";
        let repo = Repo::of(&[
            ("crates/store/src/engine/sqlite.rs", text),
            ("crates/store/src/users.rs", text),
            ("tests/store.rs", "fn f() -> rusqlite::Result<()> {}"),
            (
                "crates/web/Cargo.toml",
                "[package]\nname = \"hospes-web\"\n[dependencies]\ntokio-postgres = \"0.7\"\n",
            ),
        ]);
        assert_eq!(
            complaints(&repo),
            [
                "crates/store/src/users.rs:2: only crates/store/src/engine/ may name rusqlite",
                "tests/store.rs:1: only crates/store/src/engine/ may name rusqlite",
                "crates/web/Cargo.toml: only hospes-store may depend on tokio-postgres"
            ]
        );
    }
}
