//! `guest history`: every identity the guest was bound to. Refuses to hide a part of it silently.

use serde_json::{Value, json};

use super::super::failure::Outcome;
use super::super::screen::{Column, column};
use super::super::session::Session;
use super::super::value::{minute, text};
use super::super::who;

const COLUMNS: &[Column] = &[
    column("When (UTC)", |event| minute(&text(event, "when"))),
    column("What", |event| text(event, "what")),
    column("By", |event| text(event, "by")),
];

/// Shows what happened, newest first.
pub async fn history(session: &Session, who: &str) -> Outcome<()> {
    let guest = who::guest(&session.graph, who).await?;
    let bindings = session.graph.all(&format!("{}/hospes.bindings", guest.path())).await?;
    let mut events: Vec<Value> = bindings.iter().flat_map(of_binding).collect();
    newest_first(&mut events);
    session.screen.list("events", &events, COLUMNS);
    Ok(())
}

fn newest_first(events: &mut [Value]) {
    // All times are of one form, so that their texts sort as they do.
    events.sort_by(|one, other| text(other, "when").cmp(&text(one, "when")));
}

/// What a binding tells: its begin, its end, and that another account came.
fn of_binding(binding: &Value) -> Vec<Value> {
    let address = text(binding, "signInName");
    let by = match text(binding, "proof").as_str() {
        "passcode" => "a code sent there".to_owned(),
        other => other.to_owned(),
    };
    let event = |at: &str, what: String, by: &str| {
        let when = text(binding, at);
        (!when.is_empty()).then(|| json!({ "when": when, "what": what, "by": by, "binding": binding }))
    };
    let ended = match text(binding, "ended").as_str() {
        "reset" => "by a reset".to_owned(),
        other => format!("({other})"),
    };
    let events = [
        event("boundDateTime", format!("Signs in as {address}, proved by {by}"), ""),
        event("identityChangedDateTime", format!("Another account came as {address} and was refused"), ""),
        event("endedDateTime", format!("Sign-in as {address} ended {ended}"), &text(binding, "endedBy")),
    ];
    events.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_up_to_three_events() {
        let binding = json!({ "signInName": "ana@a.test", "proof": "passcode", "boundDateTime": "2026-01-01T10:00:00Z",
            "endedDateTime": "2026-02-01T10:00:00Z", "ended": "reset", "endedBy": "7", "identityChangedDateTime": null });
        let mut events = of_binding(&binding);
        newest_first(&mut events);
        let told: Vec<String> = events.iter().map(|event| text(event, "what")).collect();
        assert_eq!(
            told,
            ["Sign-in as ana@a.test ended by a reset", "Signs in as ana@a.test, proved by a code sent there"]
        );
    }
}
