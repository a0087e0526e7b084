//! Which of our crates may know which. Cargo refuses cycles only; these are the directions that make the layers
//! mean something: what is true, where it is kept, what Hospes does, how it is reached, the program.

use crate::repo::Repo;

/// A crate, and the crates of ours it may depend on.
const MAY_KNOW: [(&str, &[&str]); 7] = [
    ("hospes-domain", &[]),
    ("hospes-store", &["hospes-domain"]),
    ("hospes-actions", &["hospes-domain", "hospes-store"]),
    ("hospes-web", &["hospes-domain", "hospes-actions"]),
    ("hospes", &["hospes-domain", "hospes-actions", "hospes-web"]),
    ("hospes-tests", &["hospes-domain", "hospes-store", "hospes-actions", "hospes-web", "hospes"]),
    ("xtask", &[]),
];

pub fn complaints(repo: &Repo) -> Vec<String> {
    let mut complaints = Vec::new();
    for manifest in repo.manifests() {
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(name, _)| *name == manifest.name) else {
            complaints.push(format!("{}: no direction is written down for {}", manifest.path, manifest.name));
            continue;
        };
        let ours = |name: &&String| MAY_KNOW.iter().any(|(known, _)| known == name);
        for dependency in manifest.dependencies.iter().filter(ours) {
            if !allowed.contains(&dependency.as_str()) {
                complaints.push(format!("{}: {} may not know {dependency}", manifest.path, manifest.name));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web_that_knows(dependency: &str) -> Vec<String> {
        let text =
            format!("[package]\nname = \"hospes-web\"\n[dependencies]\n{dependency}.workspace = true\n");
        complaints(&Repo::of(&[("crates/web/Cargo.toml", &text)]))
    }

    #[test]
    fn web_knows_actions_but_not_store() {
        assert_eq!(web_that_knows("hospes-actions"), Vec::<String>::new());
        assert_eq!(
            web_that_knows("hospes-store"),
            ["crates/web/Cargo.toml: hospes-web may not know hospes-store"]
        );
    }

    #[test]
    fn a_new_crate_needs_a_direction() {
        let repo = Repo::of(&[("crates/new/Cargo.toml", "[package]\nname = \"hospes-new\"\n")]);
        assert_eq!(complaints(&repo), ["crates/new/Cargo.toml: no direction is written down for hospes-new"]);
    }
}
