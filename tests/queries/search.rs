//! `$search` as it is published: words by spaces, symbols, numbers and where a capital follows a small letter; each asked
//! word begins one of the object's, in any order; what stands without a space between is a word, too. Other properties are
//! found by their beginning.

use serde_json::Value;

/// A clause, or clauses joined.
#[derive(Clone, Debug)]
pub enum Search {
    Clause(&'static str, String),
    And(Box<Search>, Box<Search>),
    Or(Box<Search>, Box<Search>),
}

/// As a caller writes it.
pub fn spelled(search: &Search) -> String {
    match search {
        Search::Clause(name, text) => {
            format!("\"{name}:{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
        Search::And(left, right) => format!("({}) AND ({})", spelled(left), spelled(right)),
        Search::Or(left, right) => format!("({}) OR ({})", spelled(left), spelled(right)),
    }
}

/// Whether an object passes.
pub fn passes(search: &Search, object: &Value) -> bool {
    match search {
        Search::And(left, right) => passes(left, object) && passes(right, object),
        Search::Or(left, right) => passes(left, object) || passes(right, object),
        Search::Clause("displayName", text) => {
            let own = words(object["displayName"].as_str().unwrap(), true);
            words(text, false).iter().all(|asked| own.iter().any(|word| word.starts_with(asked.as_str())))
        }
        Search::Clause(name, text) => match &object[*name] {
            Value::String(own) => one_sigma(own).starts_with(&one_sigma(text.trim())),
            Value::Array(all) => {
                all.iter().any(|own| one_sigma(own.as_str().unwrap()).starts_with(&one_sigma(text.trim())))
            }
            _ => false,
        },
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Space,
    Number,
    Symbol,
    Small,
    Other,
}

fn sort(c: char) -> Sort {
    if c.is_whitespace() {
        Sort::Space
    } else if c.is_numeric() {
        Sort::Number
    } else if c.is_lowercase() {
        Sort::Small
    } else if c.is_alphabetic() {
        Sort::Other
    } else {
        Sort::Symbol
    }
}

/// The words of a text; `joined` adds what is separated by no space.
fn words(text: &str, joined: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut run = String::new();
    let mut last = Sort::Space;
    for c in text.chars().chain([' ']) {
        let sort = sort(c);
        let goes_on = match (last, sort) {
            (Sort::Small, Sort::Other) => !c.is_uppercase(),
            (Sort::Small | Sort::Other, Sort::Small)
            | (Sort::Other, Sort::Other)
            | (Sort::Number, Sort::Number) => true,
            _ => false,
        };
        if !goes_on && !current.is_empty() {
            found.push(std::mem::take(&mut current));
        }
        match sort {
            Sort::Space if !run.is_empty() => {
                let run = std::mem::take(&mut run);
                if joined {
                    found.push(run);
                }
            }
            Sort::Space => {}
            Sort::Symbol => current.push(c),
            _ => {
                current.push(c);
                run.push(c);
            }
        }
        last = sort;
    }
    found.iter().map(|word| bare(&one_sigma(word))).collect()
}

/// In small letters, of which one has two forms.
fn one_sigma(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
}

/// Without the accents of Greek, which capitals do not have.
fn bare(word: &str) -> String {
    const ACCENTED: &[(char, &str)] =
        &[('ά', "α"), ('έ', "ε"), ('ή', "η"), ('ί', "ι"), ('ό', "ο"), ('ύ', "υ"), ('ώ', "ω")];
    ACCENTED.iter().fold(word.to_owned(), |word, (accented, plain)| word.replace(*accented, plain))
}
