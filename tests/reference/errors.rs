//! `docs/reference/errors.md` from the catalogue of refusals, in the words of each surface. Refuses to write a word
//! of its own where a surface has one.

use std::fmt::Write as _;
use std::path::Path;

use hospes_domain::refusal::Refusal;
use hospes_web::http::HttpRefusal;
use hospes_web::{graph, pages, portal};

use super::{NOTE, cell, oauth};

/// Refusals that only pages say.
fn is_for_pages(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Redemption(_) | Refusal::SignIn(_))
}

/// The whole file.
pub fn page() -> String {
    let mut page = format!("# Errors\n\n{NOTE}\n");
    page.push_str(
        "Nothing has changed after a refusal but counters and the audit record. Every answer carries `request-id`;\n\
         send `client-request-id` to find your request again.\n",
    );
    catalogue(&mut page);
    directory(&mut page);
    transport(&mut page);
    endpoints(&mut page);
    for_people(&mut page);
    for_administrators(&mut page);
    page
}

fn catalogue(page: &mut String) {
    page.push_str(
        "\n## Every \"no\"\n\nThe name stands in logs and audit records, and on pages as the code.\n\n",
    );
    page.push_str("| Name | Cause | Remedy |\n|---|---|---|\n");
    for named in Refusal::NAMES {
        writeln!(page, "| `{}` | {} | {} |", named.name, cell(named.cause), cell(named.remedy)).unwrap();
    }
}

fn directory(page: &mut String) {
    page.push_str(
        "\n## Directory API\n\n\
         `{\"error\":{\"code\",\"message\",\"innerError\"}}`. A wrong value adds `details` with the property in `target`; a\n\
         missing right adds `missingPermission`, `missingRole` and `reason` to `innerError`; a query that cannot be read\n\
         adds `position`. Where `/invitations` spells the code in its own way, both stand here. Texts in this table that\n\
         depend on the request are those of an example.\n\n",
    );
    page.push_str("| Name | Status | Code | Message |\n|---|---|---|---|\n");
    for named in Refusal::NAMES {
        let refusal = (named.example)();
        if is_for_pages(&refusal) {
            continue;
        }
        let (status, code, message) = graph::spelled(&refusal, false);
        let (_, other, _) = graph::spelled(&refusal, true);
        let code =
            if code == other { format!("`{code}`") } else { format!("`{code}`; invitations `{other}`") };
        writeln!(page, "| `{}` | {} | {code} | {} |", named.name, status.as_u16(), cell(&message)).unwrap();
    }
    page.push_str(
        "\nA refused reset or conversion (`not_allowed`) has the original's code `Forbidden` and message `Generic authorization exception.`\n\
         ([why](../decisions/0004-reset-refusals.md)). A query option that is not supported has the code\n\
         `Request_UnsupportedQuery`.\n",
    );
}

fn transport(page: &mut String) {
    page.push_str(
        "\n## Before any handler\n\n\
         The directory API answers with these codes; the OAuth endpoints with `invalid_request` (or `server_error`) and\n\
         the same text, pages with the text alone.\n\n",
    );
    page.push_str("| Status | Code | Message |\n|---|---|---|\n");
    for refusal in HttpRefusal::ALL {
        let (status, code, message) = graph::spelled_http(refusal);
        writeln!(page, "| {} | `{code}` | {} |", status.as_u16(), cell(&message)).unwrap();
    }
}

fn endpoints(page: &mut String) {
    page.push_str(
        "\n## Sign-in for apps\n\n\
         RFC 6749 section 5.2: `error`, `error_description` (beginning with `AADSTS` and the number), `error_codes`,\n\
         `trace_id`, `correlation_id`, `timestamp`. Status 400, or 401 for `invalid_client` and `invalid_token`. At the\n\
         authorization endpoint the error travels to the redirect address once that is known to be the app's; before,\n\
         it is a page.\n\n",
    );
    page.push_str("| Number | Error | Says |\n|---|---|---|\n");
    for (number, error, said) in oauth::all() {
        writeln!(page, "| {number} | `{error}` | {} |", cell(&said)).unwrap();
    }
}

fn for_people(page: &mut String) {
    page.push_str(
        "\n## Pages\n\n\
         A page of a refusal says what happened, why, what is not lost and what to do, and carries a reference. A wrong\n\
         password, address or code is said on the form itself.\n\n",
    );
    page.push_str("| Name | Status | Title |\n|---|---|---|\n");
    let on_the_form = ["password_wrong", "passcode_wrong", "passcode_over"];
    for named in Refusal::NAMES {
        let refusal = (named.example)();
        if !is_for_pages(&refusal) || on_the_form.contains(&named.name) {
            continue;
        }
        let (status, title) = pages::spelled(&refusal);
        let title = if title.is_empty() { heading(named.name) } else { title };
        writeln!(page, "| `{}` | {} | {} |", named.name, status.as_u16(), cell(&title)).unwrap();
    }
}

fn for_administrators(page: &mut String) {
    page.push_str(
        "\n## Portal\n\n\
         A page says what happened, why, and what to do about it; nothing was changed. What is wrong with a field is said\n\
         at the field.\n\n",
    );
    page.push_str("| Name | Status | Title |\n|---|---|---|\n");
    for named in Refusal::NAMES {
        let refusal = (named.example)();
        if matches!(refusal, Refusal::Redemption(_) | Refusal::SignIn(_) | Refusal::OAuth(_)) {
            continue;
        }
        let (status, title) = portal::spelled(&refusal);
        writeln!(page, "| `{}` | {} | {} |", named.name, status.as_u16(), cell(&title)).unwrap();
    }
}

/// The heading of the template that has the refusal's name.
fn heading(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/templates/pages");
    let template = std::fs::read_to_string(folder.join(format!("{name}.html"))).unwrap();
    let heading = template
        .split_once("<h1")
        .and_then(|(_, r)| r.split_once('>'))
        .and_then(|(_, r)| r.split_once("</h1>"));
    let heading = heading.map(|(h, _)| h).unwrap_or_default();
    heading.split_whitespace().collect::<Vec<_>>().join(" ")
}
