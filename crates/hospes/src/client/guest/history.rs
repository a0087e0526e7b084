//! `guest history`: every identity the guest was bound to, and what is on record about the guest. Works for deleted
//! guests, too. Refuses to hide a part of it silently.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::super::audit;
use super::super::exit::Exit;
use super::super::failure::{Failure, Outcome};
use super::super::screen::{Column, column, note};
use super::super::session::Session;
use super::super::value::{minute, text};

const COLUMNS: &[Column] = &[
    column("When (UTC)", |event| minute(&text(event, "when"))),
    column("What", |event| text(event, "what")),
    column("By", |event| text(event, "by")),
    column("Result", |event| text(event, "result")),
];

/// Shows what happened, newest first.
pub async fn history(session: &Session, who: &str) -> Outcome<()> {
    let id = audit::subject(session, who).await?;
    let mut events = Vec::new();
    match session.graph.all(&format!("/users/{id}/hospes.bindings")).await {
        Ok(bindings) => events.extend(bindings.iter().flat_map(of_binding)),
        // Those of a deleted guest are told again after a restore.
        Err(failure) => left_out("identities", failure, &[Exit::Forbidden, Exit::NotFound])?,
    }
    match session.graph.all(&format!("/users/{id}/hospes.history?$top=999")).await {
        Ok(records) => events.extend(records.iter().map(of_record)),
        Err(failure) => left_out("audit records", failure, &[Exit::Forbidden])?,
    }
    events.sort_by_key(|event| Reverse(text(event, "when").parse::<jiff::Timestamp>().ok()));
    session.screen.list("events", &events, COLUMNS);
    Ok(())
}

/// One of the two lists is missing: the other is shown, and this is told.
fn left_out(what: &str, failure: Failure, bearable: &[Exit]) -> Outcome<()> {
    match failure.exit() {
        Exit::NotFound if bearable.contains(&Exit::NotFound) => {
            note(&format!("Without {what}: the guest is deleted."));
        }
        exit if bearable.contains(&exit) => note(&format!("Without {what}: {}", failure.message())),
        _ => return Err(failure),
    }
    Ok(())
}

/// What a binding tells: its begin, its end, and that another account came.
fn of_binding(binding: &Value) -> Vec<Value> {
    let address = text(binding, "signInName");
    let by = match text(binding, "proof").as_str() {
        "passcode" => "a code sent there".to_owned(),
        "home" => "signing in at home".to_owned(),
        "home+passcode" => "signing in at home, and a code sent there".to_owned(),
        other => other.to_owned(),
    };
    let event = |at: &str, what: String| {
        let when = text(binding, at);
        (!when.is_empty()).then(|| json!({ "when": when, "what": what, "binding": binding }))
    };
    let ended = match text(binding, "ended").as_str() {
        "reset" => "by a reset".to_owned(),
        other => format!("({other})"),
    };
    let events = [
        event("boundDateTime", format!("Signs in as {address}, proved by {by}")),
        event("identityChangedDateTime", format!("Another account came as {address} and was refused")),
        event("endedDateTime", format!("Sign-in as {address} ended {ended}")),
    ];
    events.into_iter().flatten().collect()
}

fn of_record(record: &Value) -> Value {
    json!({
        "when": record["activityDateTime"],
        "what": record["activityDisplayName"],
        "by": audit::by(record),
        "result": record["result"],
        "record": record,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_up_to_three_events() {
        let binding = json!({ "signInName": "ana@a.test", "proof": "passcode", "boundDateTime": "2026-01-01T10:00:00Z",
            "endedDateTime": "2026-02-01T10:00:00Z", "ended": "reset", "identityChangedDateTime": null });
        let told: Vec<String> = of_binding(&binding).iter().map(|event| text(event, "what")).collect();
        assert_eq!(
            told,
            ["Signs in as ana@a.test, proved by a code sent there", "Sign-in as ana@a.test ended by a reset"]
        );
    }

    #[test]
    fn a_record_keeps_who_and_how_it_ended() {
        let record = json!({ "activityDateTime": "2026-02-01T10:00:00Z", "activityDisplayName": "Update user",
            "result": "failure", "initiatedBy": { "user": { "displayName": "Hugo Blanc" } } });
        let event = of_record(&record);
        assert_eq!((text(&event, "by"), text(&event, "result")), ("Hugo Blanc".into(), "failure".into()));
    }
}
