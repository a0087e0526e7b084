//! `hospes audit sign-ins`: who signed in, who was refused, and what helps. Refuses a reference it cannot read.

use clap::Args;
use serde_json::Value;

use super::super::failure::Outcome;
use super::super::graph::{query, quoted};
use super::super::screen::{Column, column, note};
use super::super::session::Session;
use super::super::value::{text, time};
use super::{PAGE, at_most, since, subject};

/// Letters of a reference that a page shows.
const REFERENCE: usize = 12;

/// Options of `audit sign-ins`.
#[derive(Clone, Debug, Args)]
pub struct SignInsOptions {
    /// Only of this user: object id, user principal name or e-mail address
    #[arg(long, value_name = "WHO")]
    user: Option<String>,
    /// Only to this application, by its client id
    #[arg(long, value_name = "CLIENT-ID")]
    app: Option<uuid::Uuid>,
    /// Only those that were refused
    #[arg(long)]
    refused: bool,
    /// Only the request with this reference, as the page of a refusal shows it
    #[arg(long, value_name = "TEXT", value_parser = reference)]
    reference: Option<String>,
    /// Only what happened since then: a day, a time, or as long ago as 30m, 12h or 7d
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<String>,
    /// At most this many; 50 if not given
    #[arg(long, value_name = "N", conflicts_with = "all", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// All of them
    #[arg(long)]
    all: bool,
}

/// How a list of lines is shown.
const COLUMNS: &[Column] = &[
    column("When (UTC)", |line| time(line, "createdDateTime")),
    column("Who", who),
    column("To", |line| text(line, "appDisplayName")),
    column("From", |line| text(line, "ipAddress")),
    column("Result", result),
];

/// Does what was asked.
pub async fn run(session: &Session, options: SignInsOptions) -> Outcome<()> {
    let most = at_most(options.top, options.all);
    let user = match &options.user {
        Some(who) => Some(subject(session, who).await?),
        None => None,
    };
    let page = most.unwrap_or(PAGE).min(PAGE).to_string();
    let filter = filter(&options, user.as_deref());
    let path = query("/auditLogs/signIns", &[("$filter", &filter), ("$top", &page)]);
    let (lines, more) = session.graph.list(&path, most).await?;
    session.screen.list("sign-ins", &lines, COLUMNS);
    if more {
        note(&format!("There are more than these {}: --all shows them.", lines.len()));
    }
    Ok(())
}

fn who(line: &Value) -> String {
    let names = ["userPrincipalName", "userDisplayName", "servicePrincipalName"].map(|name| text(line, name));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// Whether it came to a sign-in; else the code, what was wrong and what helps.
fn result(line: &Value) -> String {
    let status = &line["status"];
    if status["errorCode"] == 0 {
        return "signed in".to_owned();
    }
    let said = ["failureReason", "additionalDetails"].map(|name| text(status, name)).join(" ");
    format!("AADSTS{}: {}", status["errorCode"], said.trim())
}

fn filter(options: &SignInsOptions, user: Option<&str>) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(user.map(|id| format!("userId eq {}", quoted(id))));
    parts.extend(options.app.map(|id| format!("appId eq {}", quoted(&id.to_string()))));
    parts.extend(options.refused.then(|| "status/errorCode ne 0".to_owned()));
    parts.extend(options.reference.as_ref().map(|id| {
        let whole = |with: &str| format!("{id}{}", &with[id.len()..]);
        let (first, last) = (whole(FIRST), whole(LAST));
        format!("(startswith(correlationId,{}) or (id ge {first} and id le {last}))", quoted(id))
    }));
    parts.extend(options.since.as_ref().map(|since| format!("createdDateTime ge {since}")));
    parts.join(" and ")
}

/// The ids that all others stand between.
const FIRST: &str = "00000000-0000-0000-0000-000000000000";
const LAST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// The beginning of the id of a request, from the letters in fours that a page shows, or from a whole request id.
fn reference(text: &str) -> Result<String, String> {
    let letters: String = text.chars().filter(|c| *c != '-' && *c != ' ').collect();
    if letters.len() < REFERENCE || letters.len() > 32 || !letters.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err("write it as the page shows it, such as 0123-4567-89AB".to_owned());
    }
    let mut id = String::with_capacity(36);
    for (place, letter) in letters.to_ascii_lowercase().chars().enumerate() {
        if [8, 12, 16, 20].contains(&place) {
            id.push('-');
        }
        id.push(letter);
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_is_taken_as_the_page_shows_it() {
        assert_eq!(reference("0123-4567-89AB").unwrap(), "01234567-89ab");
        let whole = "01234567-89ab-4def-8012-3456789abcde";
        assert_eq!(reference(whole).unwrap(), whole);
        for wrong in ["", "0123", "0123-4567-89AX", &"0".repeat(33)] {
            assert!(reference(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_refusal_says_what_was_wrong_and_what_helps() {
        let line = |code: u32, reason: Option<&str>| json!({ "status": { "errorCode": code, "failureReason": reason, "additionalDetails": reason.map(|_| "Ask.") } });
        assert_eq!(result(&line(0, None)), "signed in");
        assert_eq!(result(&line(50057, Some("Blocked."))), "AADSTS50057: Blocked. Ask.");
        assert_eq!(
            who(&json!({ "userPrincipalName": null, "servicePrincipalName": "Automation" })),
            "Automation"
        );
    }
}
