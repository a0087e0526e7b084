//! What every page owes: one title, one heading, no script, no inline style, nothing unescaped.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::samples::all as own_pages;

/// The guests' pages and the portal's: the rules are the same.
fn all(mark: &str) -> Vec<(&'static str, String)> {
    let mut pages = own_pages(mark);
    pages.extend(crate::portal::view::samples::all(mark));
    pages
}

const SCRIPT: &str = "<script>alert(1)</script>";

fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let from = page.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    from.split_once(end).unwrap_or_else(|| panic!("no {end}")).0
}

/// Without the script files of ours, which four pages load.
fn unscripted(page: &str) -> String {
    use crate::pages::assets::{FORM_POST_PATH, PASSKEYS_PATH};
    let scripts =
        [&*PASSKEYS_PATH, &*FORM_POST_PATH].map(|path| format!("<script src=\"{path}\" defer></script>"));
    assert!(scripts.iter().map(|script| page.matches(script).count()).sum::<usize>() <= 1);
    scripts.iter().fold(page.to_owned(), |page, script| page.replace(script, ""))
}

#[test]
fn every_page_has_one_heading_and_a_title_of_its_own() {
    for (name, page) in all("") {
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        let title = between(&page, "<title>", "</title>");
        assert!(title.ends_with(" · Hospes") && title.len() > " · Hospes".len() + 5, "{name}: {title}");
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{name}");
        assert!(page.contains("<main id=\"content\""), "{name}");
    }
}

#[test]
fn every_page_works_under_a_strict_policy() {
    for (name, page) in all("") {
        for forbidden in [" style=", "<script", "<style", " onclick", "javascript:"] {
            assert!(!unscripted(&page).contains(forbidden), "{name} holds {forbidden}");
        }
        // Apps hear of a sign-out in frames, which that page's own policy names one by one.
        assert!(
            ["signed-out", "taken-over"].contains(&name) || !page.contains("<iframe"),
            "{name} holds a frame"
        );
        assert_eq!(page.matches("<link rel=\"stylesheet\" href=\"/assets/hospes-").count(), 1, "{name}");
    }
}

#[test]
fn threats_h4_nothing_that_people_type_becomes_markup() {
    for (name, page) in all(SCRIPT) {
        assert!(!unscripted(&page).contains("<script"), "{name}");
        // In attributes a quotation mark would be enough.
        assert!(!page.contains("alert(1)</script>"), "{name}");
    }
    for (name, page) in all("\" autofocus onfocus=\"x") {
        assert!(!page.contains("\" autofocus onfocus"), "{name}");
    }
}

#[test]
fn every_posted_form_carries_its_token() {
    for (name, page) in all("") {
        let tokens = page.matches("name=\"form_token\"").count();
        let asked = page
            .split("<form")
            .skip(1)
            .filter(|form| form.split('>').next().is_some_and(|tag| tag.contains("method=\"get\"")));
        let forms = page.matches("<form").count() - asked.count();
        let to_elsewhere = usize::from(name == "form-post");
        assert_eq!(tokens + to_elsewhere, forms, "{name}");
    }
}

#[test]
fn every_field_has_a_label_and_problems_are_tied_to_it() {
    for (name, page) in all("") {
        for field in page.split("<input ").skip(1) {
            let tag = field.split_once('>').unwrap().0;
            if tag.contains("type=\"hidden\"") || tag.contains("aria-hidden") {
                continue;
            }
            let id = between(tag, "id=\"", "\"");
            let labels = page.split("<label").skip(1).filter_map(|label| label.split('>').next());
            let wanted = format!("for=\"{id}\"");
            assert!(labels.into_iter().any(|label| label.contains(&wanted)), "{name}: {id}");
            if tag.contains("aria-invalid") {
                assert!(tag.contains(&format!("{id}-problem")), "{name}: {id}");
                assert!(page.contains(&format!("id=\"{id}-problem\" role=\"alert\"")), "{name}");
                assert!(between(&page, "<title>", "</title>").starts_with("Not "), "{name}");
            }
        }
    }
}

#[test]
fn development_mode_shows_on_its_pages_and_only_there() {
    for (name, page) in all("") {
        let dev = ["dev-start", "inbox", "sample-app"].iter().any(|p| name.starts_with(p));
        if dev {
            assert!(page.contains("Development mode"), "{name}");
        }
        let drawn = page.contains("class=\"development\"") || page.contains(" development\"");
        assert_eq!(drawn, page.contains("Development mode"), "{name}");
    }
}

#[test]
fn the_welcome_answers_who_what_where_and_how_to_get_out() {
    let pages = all("");
    let page = |wanted: &str| pages.iter().find(|(name, _)| *name == wanted).unwrap().1.clone();
    let welcome = page("welcome");
    for said in [
        "Nadia Kovács</bdi> invites you to",
        "fabrikam.example",
        "domain verified",
        "21 November 2026",
        "j***@contoso.example",
        "Supplier Portal",
        "Spring audit 2027",
        "Accept invitation",
        "This was not meant for me",
        "Opening this page has changed nothing",
    ] {
        assert!(welcome.contains(said), "{said}");
    }
    let sparse = page("welcome-sparse");
    for said in ["portal.contoso.example", "Use another account", "no privacy statement"] {
        assert!(sparse.contains(said), "{said}");
    }
}

#[test]
fn the_passcode_field_suits_keyboards_and_password_managers() {
    let pages = all("");
    let page = |wanted: &str| pages.iter().find(|(name, _)| *name == wanted).unwrap().1.clone();
    let asked = page("passcode");
    for said in ["inputmode=\"numeric\"", "autocomplete=\"one-time-code\"", "14:22 UTC", "Send a new code"] {
        assert!(asked.contains(said), "{said}");
    }
    let refused = page("passcode-error");
    assert!(refused.contains("That is not the code we sent last. 3 tries left."));
    assert!(refused.contains("You can ask for a new code from"));
    assert!(!refused.contains("Send a new code</button>"), "written out, not a button that refuses");
}

#[test]
fn a_refusal_says_four_things_and_a_reference_in_fours() {
    let pages = all("");
    let changed = &pages.iter().find(|(name, _)| *name == "identity-changed").unwrap().1;
    for said in [
        "not the one we know",
        "So that nobody inherits",
        "Nothing is lost",
        "new invitation by mail",
        "7Q4K-M2XD-9F",
        "identityChanged",
        "class=\"glyph danger-text large\"",
    ] {
        assert!(changed.contains(said), "{said}");
    }
}

/// Writes the pages to look at them: `HOSPES_PAGES=folder cargo test -p hospes-web -- --ignored`.
#[test]
#[ignore = "writes files for people to look at"]
fn write_pages_to_look_at() {
    let folder = std::path::PathBuf::from(std::env::var("HOSPES_PAGES").unwrap());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("hospes.css"), crate::pages::assets::STYLESHEET).unwrap();
    for (name, page) in all("") {
        let local = page.replace(&*crate::pages::assets::STYLESHEET_PATH, "hospes.css");
        std::fs::write(folder.join(format!("{name}.html")), local).unwrap();
    }
}
