//! Documentation that names a file names one that exists. Looked at in every Markdown file: words in backticks
//! that look like a path of this repository, and the targets of links.

use crate::repo::Repo;

/// A word that ends so is a file even without a folder; other endings are also file names of users' machines.
const SOURCE_ENDINGS: [&str; 7] = [".rs", ".md", ".sql", ".html", ".css", ".js", ".py"];

pub fn complaints(repo: &Repo) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in repo.files.iter().filter(|file| file.has_ending("md")) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut fenced = false;
        for (number, line) in (1..).zip(file.text.lines()) {
            fenced ^= line.trim_start().starts_with("```");
            if fenced {
                continue;
            }
            let named =
                quoted(line).filter(|word| looks_like_path(repo, word) && !exists(repo, folder, word));
            complaints.extend(named.map(|word| format!("{}:{number}: `{word}` does not exist", file.path)));
            let linked = links(line).filter(|target| !exists(repo, folder, target));
            complaints
                .extend(linked.map(|target| format!("{}:{number}: link to nowhere: {target}", file.path)));
        }
    }
    complaints
}

/// The words between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The targets of links within the repository, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ', '#']).next()?;
        (!target.is_empty() && !target.contains(':')).then_some(target)
    })
}

fn looks_like_path(repo: &Repo, word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-*".contains(c));
    let placeholder = word.contains("NNNN");
    if !plain || placeholder || word.starts_with('/') || word.contains("//") {
        return false;
    }
    let first = word.split('/').next().unwrap_or_default();
    let in_top_folder =
        word.contains('/') && repo.files.iter().any(|file| file.path.starts_with(&format!("{first}/")));
    let is_source = SOURCE_ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending));
    in_top_folder || is_source || word.contains("/src/")
}

/// Whether a file or folder has this path, from the root, from the document's folder, or as the end of a path.
/// `*` stands for any one name.
fn exists(repo: &Repo, folder: &str, path: &str) -> bool {
    let wanted: Vec<&str> = path.trim_end_matches('/').split('/').filter(|part| *part != ".").collect();
    let mut from_folder: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in &wanted {
        match *part {
            ".." => from_folder.truncate(from_folder.len().saturating_sub(1)),
            name => from_folder.push(name),
        }
    }
    repo.files.iter().any(|file| {
        let parts: Vec<&str> = file.path.split('/').collect();
        let anywhere = parts.windows(wanted.len()).any(|window| same(window, &wanted));
        anywhere || (parts.len() >= from_folder.len() && same(&parts[..from_folder.len()], &from_folder))
    })
}

fn same(parts: &[&str], wanted: &[&str]) -> bool {
    parts.iter().zip(wanted).all(|(part, pattern)| match pattern.split_once('*') {
        Some((start, end)) => {
            part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
        }
        None => part == pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        complaints(&Repo::of(&[
            ("docs/guide/start.md", text),
            ("crates/store/src/engine/mod.rs", ""),
            ("README.md", ""),
        ]))
    }

    #[test]
    fn paths_that_exist_pass_in_every_spelling() {
        let text = "`crates/store/src/engine/` `store/src/engine/mod.rs` `mod.rs` `crates/*/src` `crates/store/src/*/*.rs` \
                    [a](../../README.md#x) [b](start.md) [c](https://example.org/x.md) [d](#here)";
        assert_eq!(of(text), Vec::<String>::new());
    }

    #[test]
    fn words_that_are_no_paths_pass() {
        let text = "`/v1.0/users` `application/json` `hospes.toml` `a::b` `crates/<name>/src` `docs/decisions/NNNN-x.md` `https://docs/x`\n\
                    ```\n`crates/gone.rs`\n```";
        assert_eq!(of(text), Vec::<String>::new());
    }

    #[test]
    fn a_path_that_is_gone_is_found() {
        assert_eq!(
            of("see `crates/store/src/gone.rs`, `reset.rs`\nand [x](gone.md)"),
            [
                "docs/guide/start.md:1: `crates/store/src/gone.rs` does not exist",
                "docs/guide/start.md:1: `reset.rs` does not exist",
                "docs/guide/start.md:2: link to nowhere: gone.md"
            ]
        );
    }
}
