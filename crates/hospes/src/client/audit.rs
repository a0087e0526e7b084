//! `hospes audit`: who did what, and who signed in or was refused, newest first. Refuses nothing but times it cannot read;
//! what is on record the server knows.

mod sign_ins;

use clap::{Args, Subcommand};
use hospes_actions::clock::SystemClock;
use hospes_domain::time::{Clock, Time};
use serde_json::Value;

use super::exit;
use super::failure::Outcome;
use super::graph::{query, quoted};
use super::screen::{Column, column, note};
use super::session::{Common, Session};
use super::value::{text, time};
use super::who;

/// Shown if neither --top nor --all says otherwise.
const USUAL: usize = 50;
/// The largest page that is asked for.
const PAGE: usize = 999;

/// Options of `hospes audit`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct AuditOptions {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// List what was done, newest first
    List(ListOptions),
    /// List who signed in or was refused, newest first; kept for 30 days
    SignIns(sign_ins::SignInsOptions),
}

/// Options of `audit list`.
#[derive(Clone, Debug, Args)]
struct ListOptions {
    /// Only what was done to this guest: object id, user principal name or e-mail address
    #[arg(long, value_name = "WHO")]
    guest: Option<String>,
    /// Only what happened since then: a day, a time, or as long ago as 30m, 12h or 7d
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<String>,
    /// Only this activity, such as 'Invite external user', or those that begin so
    #[arg(long, value_name = "TEXT")]
    activity: Option<String>,
    /// At most this many; 50 if not given
    #[arg(long, value_name = "N", conflicts_with = "all", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// All of them
    #[arg(long)]
    all: bool,
}

/// How a list of records is shown.
const COLUMNS: &[Column] = &[
    column("When (UTC)", |record| time(record, "activityDateTime")),
    column("Activity", |record| text(record, "activityDisplayName")),
    column("By", by),
    column("To", |record| called(&record["targetResources"][0])),
    column("Result", |record| text(record, "result")),
];

/// Who did it.
pub fn by(record: &Value) -> String {
    let by = &record["initiatedBy"];
    if by["user"].is_object() { called(&by["user"]) } else { called(&by["app"]) }
}

fn called(object: &Value) -> String {
    let names = ["displayName", "userPrincipalName", "id"].map(|name| text(object, name));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// Does what was asked.
pub async fn run(options: AuditOptions) -> Outcome<()> {
    let session = Session::open(&options.common).await?;
    match options.verb {
        Verb::List(options) => list(&session, options).await,
        Verb::SignIns(options) => sign_ins::run(&session, options).await,
    }
}

/// How many lines are shown: all, so many, or as many as usual.
fn at_most(top: Option<u32>, all: bool) -> Option<usize> {
    if all { None } else { Some(top.map_or(USUAL, |top| top as usize)) }
}

async fn list(session: &Session, options: ListOptions) -> Outcome<()> {
    let most = at_most(options.top, options.all);
    let guest = match &options.guest {
        Some(who) => Some(subject(session, who).await?),
        None => None,
    };
    let filter = filter(&options, guest.as_deref());
    let page = most.unwrap_or(PAGE).min(PAGE).to_string();
    let path = query("/auditLogs/directoryAudits", &[("$filter", &filter), ("$top", &page)]);
    let (records, more) = session.graph.list(&path, most).await?;
    session.screen.list("records", &records, COLUMNS);
    if more {
        note(&format!("There are more than these {}: --all shows them.", records.len()));
    }
    Ok(())
}

/// The object id of a guest, who may have been deleted.
pub async fn subject(session: &Session, who: &str) -> Outcome<String> {
    match who::person(&session.graph, who).await {
        Ok(person) => Ok(person.id()),
        Err(failure) if failure.exit() == exit::Exit::NotFound => {
            who::deleted(&session.graph, who).await.map(|gone| text(&gone, "id")).map_err(|_| failure)
        }
        Err(failure) => Err(failure),
    }
}

/// The condition for records about one object.
fn about(id: &str) -> String {
    format!("targetResources/any(t:t/id eq {})", quoted(id))
}

fn filter(options: &ListOptions, guest: Option<&str>) -> String {
    let mut parts: Vec<String> = guest.map(about).into_iter().collect();
    if let Some(since) = &options.since {
        parts.push(format!("activityDateTime ge {since}"));
    }
    if let Some(activity) = &options.activity {
        parts.push(format!("startswith(activityDisplayName,{})", quoted(activity)));
    }
    parts.join(" and ")
}

fn since(text: &str) -> Result<String, String> {
    since_at(text, SystemClock.now())
}

/// An instant as filters spell it.
fn since_at(text: &str, now: Time) -> Result<String, String> {
    let unreadable =
        || "write a day (2026-11-01), a time (2026-11-01T08:00:00Z), or 30m, 12h or 7d".to_owned();
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Ok(stamp.to_string());
    }
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        return Ok(format!("{day}T00:00:00Z"));
    }
    let ago = text.split_at_checked(text.len().saturating_sub(1)).and_then(|(count, unit)| {
        let seconds = match unit {
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return None,
        };
        count.parse::<u32>().ok().map(|count| i64::from(count) * seconds)
    });
    let ago = ago.ok_or_else(unreadable)?;
    jiff::Timestamp::from_second(now.seconds() - ago).map(|stamp| stamp.to_string()).map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    #[test]
    fn since_is_a_day_a_time_or_a_while_ago() {
        let now = Time(1_767_225_600_000_000); // 2026-01-01T00:00:00Z
        for (given, sent) in [
            ("2025-12-24", "2025-12-24T00:00:00Z"),
            ("2025-12-24T08:00:00+01:00", "2025-12-24T07:00:00Z"),
            ("30m", "2025-12-31T23:30:00Z"),
            ("12h", "2025-12-31T12:00:00Z"),
            ("7d", "2025-12-25T00:00:00Z"),
        ] {
            assert_eq!(since_at(given, now).unwrap(), sent);
        }
        for wrong in ["", "d", "yesterday", "-3d", "7é", "99999999999d"] {
            assert!(since_at(wrong, now).is_err(), "{wrong}");
        }
    }

    #[test]
    fn people_come_before_apps_and_names_before_ids() {
        let of = |by: Value| super::by(&json!({ "initiatedBy": by }));
        assert_eq!(of(json!({ "user": { "displayName": "Hugo", "id": "1" }, "app": null })), "Hugo");
        assert_eq!(of(json!({ "app": { "displayName": "Automation" } })), "Automation");
        assert_eq!(of(json!({ "user": { "displayName": null, "userPrincipalName": "h@x" } })), "h@x");
        assert_eq!(of(json!({})), "");
    }
}
