//! The shape of a source file: short enough to read at once, introduced by what it is for, and without `allow`,
//! which outlives its cause (`expect` is reported by the compiler once nothing needs it any more).

use crate::repo::{Repo, TextFile};
use crate::source::code_only;
use std::path::Path;

const LINES: usize = 400;
/// The kinds of file that people write and read; generated and legal texts are of other kinds or excepted.
const WRITTEN: [&str; 12] = ["css", "html", "js", "md", "mjs", "ps1", "psm1", "py", "rs", "sh", "sql", "txt"];
/// Generated reference may be as long as what it lists.
const GENERATED: &str = "docs/reference/";

pub fn complaints(repo: &Repo) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in repo.files.iter().filter(|file| is_written(&file.path)) {
        let lines = file.text.lines().count();
        if lines > LINES {
            complaints.push(format!("{}: {lines} lines, the limit is {LINES}", file.path));
        }
    }
    for file in repo.rust_under("") {
        // A file of tests is introduced by its name, as it would be inside the module it tests.
        if !file.text.starts_with("//!") && !file.path.ends_with("/tests.rs") {
            complaints.push(format!("{}: begins without `//!` that says what it is for", file.path));
        }
        complaints.extend(allows(file));
    }
    complaints
}

fn is_written(path: &str) -> bool {
    let extension = Path::new(path).extension().unwrap_or_default().to_string_lossy();
    WRITTEN.contains(&extension.as_ref()) && !path.starts_with(GENERATED)
}

fn allows(file: &TextFile) -> Vec<String> {
    let code = code_only(&file.text);
    let attribute = |line: &str| {
        let line = line.replace(' ', "");
        let plain = ["#[allow(", "#![allow("].iter().any(|start| line.contains(start));
        plain || (line.contains("cfg_attr(") && line.contains(",allow("))
    };
    let lines = (1..).zip(code.lines()).filter(|(_, line)| attribute(line));
    lines
        .map(|(number, _)| format!("{}:{number}: `expect` with a reason instead of `allow`", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found_and_a_generated_one_is_not() {
        let text = "x\n".repeat(401);
        let repo =
            Repo::of(&[("a.css", &text), ("docs/reference/settings.md", &text), ("Cargo.lock", &text)]);
        assert_eq!(complaints(&repo), ["a.css: 401 lines, the limit is 400"]);
    }

    #[test]
    fn a_file_without_introduction_and_an_allow_are_found() {
        let text = "use x;\n// #[allow(a)]\n#![allow(b)]\npolicy.allow(c);\n#[cfg_attr(test, allow(d))]\n";
        assert_eq!(
            complaints(&Repo::of(&[("crates/x/src/lib.rs", text)])),
            [
                "crates/x/src/lib.rs: begins without `//!` that says what it is for",
                "crates/x/src/lib.rs:3: `expect` with a reason instead of `allow`",
                "crates/x/src/lib.rs:5: `expect` with a reason instead of `allow`"
            ]
        );
    }
}
