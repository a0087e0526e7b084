//! What the invariants look at: the text files that git knows or would add, the manifests among them, and the
//! packages that cargo builds. Read once, so that each invariant is a function from this to a list of complaints.

use crate::command::{cargo, output};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The repository at one moment.
#[derive(Default)]
pub struct Repo {
    /// Every file that git tracks or would track, by name, with its text unless it is not text.
    pub files: Vec<TextFile>,
    /// Name and version of each package of the default build on this machine.
    pub shipped: Vec<String>,
}

/// One file of the repository.
pub struct TextFile {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its text; empty for a picture or anything else that is not UTF-8.
    pub text: String,
}

impl TextFile {
    /// Whether the name ends so, after its last dot.
    pub fn has_ending(&self, ending: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == ending)
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Where cargo puts what it builds.
pub fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

impl Repo {
    /// Reads the repository.
    pub fn load(root: &Path) -> Result<Self, String> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-co", "--exclude-standard", "-z"]).current_dir(root).stdin(Stdio::null());
        let mut files = Vec::new();
        for path in output(git)?.split('\0').filter(|path| !path.is_empty()) {
            // A file that git tracks may be gone from the disk: then it is about to leave the repository.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            files
                .push(TextFile { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() });
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files.dedup_by(|one, other| one.path == other.path);
        Ok(Self { files, shipped: shipped(root)? })
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// The Rust sources whose path begins so.
    pub fn rust_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a TextFile> {
        self.files.iter().filter(move |file| file.path.starts_with(folder) && file.has_ending("rs"))
    }

    /// The manifests of the workspace's crates, each with its direct dependencies.
    pub fn manifests(&self) -> Vec<Manifest> {
        self.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")).map(Manifest::read).collect()
    }

    /// A repository made of these files, for tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files =
            files.iter().map(|(path, text)| TextFile { path: (*path).to_owned(), text: (*text).to_owned() });
        Self { files: files.collect(), ..Self::default() }
    }
}

/// One crate's name and what it depends on directly, for building, running or testing.
pub struct Manifest {
    /// The path of the manifest.
    pub path: String,
    /// The package's name.
    pub name: String,
    /// The names of its direct dependencies, in order of appearance.
    pub dependencies: Vec<String>,
}

impl Manifest {
    /// Reads the two facts we need; cargo itself has already refused a manifest with wrong grammar.
    fn read(file: &TextFile) -> Self {
        let mut manifest = Self { path: file.path.clone(), name: String::new(), dependencies: Vec::new() };
        let mut section = "";
        for line in file.text.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[') {
                section = header.trim_end_matches(']');
                // [dependencies.name] is a dependency with its own section.
                if let Some((_, name)) = section.rsplit_once("dependencies.") {
                    manifest.dependencies.push(name.trim_matches('"').to_owned());
                }
            } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
                let name = key.trim().split('.').next().unwrap_or_default().trim_matches('"');
                if section == "package" && name == "name" {
                    value.trim().trim_matches('"').clone_into(&mut manifest.name);
                } else if section.ends_with("dependencies") {
                    manifest.dependencies.push(name.to_owned());
                }
            }
        }
        manifest
    }
}

/// What `cargo tree` lists for the program itself, each package once.
fn shipped(root: &Path) -> Result<Vec<String>, String> {
    let which = ["tree", "--locked", "-p", "hospes", "-e", "normal,build", "--prefix", "none", "--no-dedupe"];
    let list = output(cargo(root, &which))?;
    // A name may be followed by where it comes from or by what it is; name and version tell packages apart.
    let packages: BTreeSet<String> =
        list.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    Ok(packages.into_iter().filter(|package| !package.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_manifest_gives_its_name_and_every_kind_of_dependency() {
        let repo = Repo::of(&[(
            "crates/web/Cargo.toml",
            "[package]\nname = \"hospes-web\"\n[lints]\nworkspace = true\n[dependencies]\n# note = 1\naxum.workspace = true\n\
             url = \"2\"\n[build-dependencies.cc]\nversion = \"1\"\n[target.'cfg(unix)'.dev-dependencies]\nlibc = \"0.2\"\n",
        )]);
        let manifest = repo.manifests().pop().unwrap();
        assert_eq!(manifest.name, "hospes-web");
        assert_eq!(manifest.dependencies, ["axum", "url", "cc", "libc"]);
    }
}
