//! The errors of the OAuth endpoints, read from the source: they are made where they are found, so no table in the
//! program has them all. Refuses nothing it cannot read: what has no literal code is left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Where such errors are made.
const FOLDERS: [&str; 5] = [
    "crates/actions/src/tokens",
    "crates/actions/src/sign_in",
    "crates/domain/src/sign_in",
    "crates/web/src/oidc",
    "crates/web/src/pages",
];

/// One error: number, name, what it says.
pub type Error = (u32, String, String);

/// Every error found, by number.
pub fn all() -> BTreeSet<Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut errors = BTreeSet::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                errors.extend(in_source(code));
            }
        }
    }
    errors
}

/// `"name", 12_345, …` and the `client(12_345, …)` of the token endpoint.
fn in_source(code: &str) -> Vec<Error> {
    // However it is broken into lines.
    let code = &code.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace("\\ ", "");
    let mut found = Vec::new();
    for (at, _) in code.match_indices(", ") {
        let (before, after) = (&code[..at], &code[at + 2..]);
        let Some((number, rest)) = number(after) else { continue };
        let Some(name) = before.strip_suffix('"').and_then(|b| b.rsplit('"').next()) else { continue };
        if is_name(name) {
            found.push((number, name.to_owned(), said(before, rest)));
        }
    }
    for (at, _) in code.match_indices("code: ") {
        found.extend(in_fields(code, at));
    }
    for (at, _) in code.match_indices(" client(") {
        let after = &code[at + " client(".len()..];
        if let Some((number, rest)) = number(after) {
            found.push((number, "invalid_client".to_owned(), said(&code[..at], rest)));
        }
    }
    found
}

/// `error: "name", code: 12_345, description: …`, also where the name depends on something; `at` is where `code` stands.
fn in_fields(code: &str, at: usize) -> Vec<Error> {
    let Some((number, rest)) = number(&code[at + "code: ".len()..]) else { return Vec::new() };
    let Some((_, named)) = code[..at].rsplit_once("error: ") else { return Vec::new() };
    let own = rest.trim_start().strip_prefix("description: ").filter(|own| own.starts_with('"'));
    let said = match own.and_then(|own| own[1..].split_once('"')) {
        Some((text, _)) => with_gaps(text),
        // Assigned to a name just before.
        None => said(&code[..at], "description, )"),
    };
    let names = named.split('"').skip(1).step_by(2).filter(|word| is_name(word));
    names.map(|name| (number, name.to_owned(), said.clone())).collect()
}

fn is_name(word: &str) -> bool {
    word.contains('_') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// A number of at least five digits, and what follows its comma.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_')?;
    let digits = text[..end].replace('_', "");
    let rest = text[end..].strip_prefix(',').or_else(|| text[end..].strip_prefix(')'))?;
    Some((digits.parse().ok().filter(|n| *n >= 10_000)?, rest))
}

/// The text given with the number, or assigned to a name just before.
fn said(before: &str, rest: &str) -> String {
    let argument = rest.split([')', ';']).next().unwrap_or_default();
    let own = if argument.contains('"') { rest.split_once('"').map(|(_, r)| r) } else { None };
    let text = own.or_else(|| {
        let word = argument.trim().trim_end_matches(',');
        if !["text", "cause", "description"].contains(&word) {
            return None;
        }
        let assigned = before.rsplit_once(&format!("let {word} = "))?.1;
        assigned.split_once('"').map(|(_, r)| r)
    });
    let text = text.map_or("(says what is wrong)", |t| t.split('"').next().unwrap_or_default());
    with_gaps(text)
}

/// `{name}` is filled in when it is said.
fn with_gaps(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |said, part| said + "…" + part.split_once('}').map_or(part, |(_, after)| after))
}

#[test]
fn the_source_is_read_as_it_is_written() {
    let code = r#"
        let text = format!("No '{}' here.", x);
        Refusal::oauth("invalid_grant", 70_008, text)
        no("invalid_request", 90013, "Twice (or more).")
    client(
            7_000_215,
            "Wrong '{name}', and \
             more.",
        )
        other("two words", 12_345, "x"); f(a, 70_000);
        OAuthRefusal {
            error: if older { "permission_denied" } else { "access_denied" },
            code: 65004,
            description: "No.".to_owned(),
        }
        let description = format!("Not '{x}'.");
        OAuthRefusal { error: "invalid_tenant", code: 90_002, description, unauthorized: false }
    "#;
    let found = in_source(code);
    let of = |n: u32, name: &str, said: &str| (n, name.to_owned(), said.to_owned());
    assert_eq!(
        found,
        [
            of(70_008, "invalid_grant", "No '…' here."),
            of(90_013, "invalid_request", "Twice (or more)."),
            of(65_004, "permission_denied", "No."),
            of(65_004, "access_denied", "No."),
            of(90_002, "invalid_tenant", "Not '…'."),
            of(7_000_215, "invalid_client", "Wrong '…', and more.")
        ]
    );
}
