//! Each surface has exactly one `error.rs`, the only place where a refusal becomes its dialect. So the same "no"
//! is never said in two ways, and a new refusal has four places to be thought about, not thirty.

use crate::repo::Repo;
use crate::source::{code_only, lines_naming, product_code};

const WEB: &str = "crates/web/src/";
const SURFACES: [&str; 4] = ["graph", "oidc", "pages", "portal"];
/// A missing right is what a surface would first be tempted to explain by itself.
const TOLD: &str = "Refusal::NotAllowed";

pub fn complaints(repo: &Repo) -> Vec<String> {
    let mut complaints = Vec::new();
    for surface in SURFACES {
        let expected = format!("{WEB}{surface}/error.rs");
        if repo.text(&expected).is_none() {
            complaints.push(format!("{expected} is missing: the surface has no place for its refusals"));
        }
    }
    for file in repo.rust_under(WEB) {
        let inner = file.path.trim_start_matches(WEB);
        let known = SURFACES.iter().any(|surface| {
            inner == format!("{surface}/error.rs") || inner.starts_with(&format!("{surface}/error/"))
        });
        if known {
            continue;
        }
        if inner.ends_with("/error.rs") {
            complaints.push(format!("{}: a second error.rs; the surface has one already", file.path));
        }
        let code = code_only(&file.text);
        for line in lines_naming(product_code(&file.path, &code), TOLD) {
            complaints.push(format!("{}:{line}: only the surface's error.rs says {TOLD}", file.path));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_place_for_refusals_is_found() {
        let good = [
            ("crates/web/src/graph/error.rs", ""),
            ("crates/web/src/oidc/error.rs", ""),
            ("crates/web/src/pages/error.rs", ""),
            ("crates/web/src/portal/error.rs", ""),
        ];
        assert!(complaints(&Repo::of(&good)).is_empty());
        let mut bad = good.to_vec();
        bad.push(("crates/web/src/graph/users/error.rs", ""));
        bad.push(("crates/web/src/pages/redeem.rs", "match refusal { Refusal::NotAllowed(_) => 403 }"));
        assert_eq!(complaints(&Repo::of(&bad)).len(), 2);
        assert_eq!(complaints(&Repo::of(&good[..3])).len(), 1);
    }
}
