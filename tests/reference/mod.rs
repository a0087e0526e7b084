//! The generated reference: routes, errors, settings and the command line as the code has them, compared with the committed files. With
//! `HOSPES_WRITE_REFERENCE=1` the files are written instead. Refuses to describe what cannot be found in the code.

mod command_line;
mod errors;
mod oauth;
mod page_purposes;
mod purposes;
mod purposes_apps;
mod purposes_methods;
mod purposes_resources;
mod queries;
mod routes;
mod settings;

use std::path::Path;

/// What stands above each table, so that nobody edits below it by hand.
const NOTE: &str = "Generated from the code: change the code, then run\n\
                    `HOSPES_WRITE_REFERENCE=1 cargo test -p hospes-tests reference`. A test compares the two.\n";

/// Compares `docs/reference/<name>` with `text`, or writes it.
fn same_as_committed(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference").join(name);
    if std::env::var_os("HOSPES_WRITE_REFERENCE").is_some() {
        std::fs::write(path, text).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let first = text.lines().zip(committed.lines()).find(|(code, file)| code != file);
    assert!(
        committed == text,
        "docs/reference/{name} is out of date; run the tests with HOSPES_WRITE_REFERENCE=1. First difference: {first:?}"
    );
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn routes_are_documented() {
    same_as_committed("routes.md", &routes::page());
}

#[test]
fn queries_are_documented() {
    same_as_committed("queries.md", &queries::page());
}

#[test]
fn errors_are_documented() {
    same_as_committed("errors.md", &errors::page());
}

/// `error_uri` leads to a page that explains every number an app can be told.
#[test]
fn every_number_is_explained_on_its_page() {
    let explained: Vec<u32> =
        hospes_web::pages::error_numbers::NUMBERS.iter().map(|known| known.number).collect();
    assert!(explained.is_sorted_by(|one, next| one < next), "in order, each once: {explained:?}");
    let told: std::collections::BTreeSet<u32> = oauth::all().into_iter().map(|(number, ..)| number).collect();
    assert_eq!(explained, told.into_iter().collect::<Vec<_>>());
}

#[test]
fn settings_are_documented() {
    same_as_committed("settings.md", &settings::page());
}

#[test]
fn the_command_line_is_documented() {
    same_as_committed("command-line.md", &command_line::page());
}
