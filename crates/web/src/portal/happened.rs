//! What happened, in the words of people: records of the audit log as lines of a timeline, rows and a page. Refuses to show
//! what is not in the record, and escapes nothing itself: every text is text to the templates (threats H4).

use hospes_domain::audit::{AuditEntry, AuditRecord};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::Kind;

use super::seat::Seat;
use super::view::{Change, Happened, Person, Shape};
use crate::pages::words::Moment;

/// The value of a detail.
fn detail<'r>(record: &'r AuditRecord, name: &str) -> Option<&'r str> {
    record.details.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Why it was refused, as a sentence.
pub(super) fn reason(record: &AuditRecord) -> String {
    let name = record.reason.as_deref().unwrap_or_default();
    // Some explanations are the name of the refusal once more.
    match detail(record, "explanation") {
        Some(words) if words != name => words.to_owned(),
        _ => Refusal::NAMES
            .iter()
            .find(|known| known.name == name)
            .map_or_else(|| name.to_owned(), |known| known.cause.to_owned()),
    }
}

/// Who did it.
pub(super) fn by(seat: &Seat, entry: &AuditEntry) -> Person {
    let record = &entry.record;
    let fallback = match record.actor_kind.as_str() {
        "operator" => "Whoever runs the server",
        "server" => "Hospes",
        "app" => "An application",
        _ => "Somebody",
    };
    let person = matches!(record.actor_kind.as_str(), "user" | "guest");
    Person {
        name: entry.actor_name().unwrap_or(fallback).to_owned(),
        // Whoever was deleted for good has no page any more.
        url: record
            .actor
            .filter(|_| person && entry.actor_upn.is_some())
            .map(|id| seat.path(&format!("/users/{id}"))),
    }
}

/// To whom or what.
pub(super) fn to(seat: &Seat, entry: &AuditEntry) -> Option<Person> {
    let record = &entry.record;
    let id = record.target?;
    let name = record.target_name.clone().unwrap_or_else(|| id.to_string());
    let user = record.target_kind.as_deref() == Some("User");
    Some(Person { name, url: user.then(|| seat.path(&format!("/users/{id}"))) })
}

/// Whom the target was given, or who lost it.
pub(super) fn related(seat: &Seat, entry: &AuditEntry) -> Option<Person> {
    let id = entry.record.related?;
    let known = entry.related_name.clone();
    let url = known.is_some().then(|| seat.path(&format!("/users/{id}")));
    Some(Person { name: known.unwrap_or_else(|| id.to_string()), url })
}

/// A record as a line of the timeline of one user; `page` is the path its own page is below.
pub(super) fn line(seat: &Seat, entry: &AuditEntry, page: &str) -> Happened {
    let record = &entry.record;
    let (title, more) = words(entry);
    Happened {
        at: Moment(record.at),
        shape: shape(record),
        title: if record.success { title } else { format!("Refused: {}", lowered(&title)) },
        detail: if record.success { more } else { reason(record) },
        by: by(seat, entry),
        own: record.actor.is_some() && record.actor == record.target,
        url: format!("{page}/{}", record.id),
    }
}

/// Diamond refused, large disc a binding that changed, ring still to come, small disc everything else.
fn shape(record: &AuditRecord) -> Shape {
    if !record.success {
        return Shape::Refused;
    }
    match record.activity.as_str() {
        "Redeem external user invite"
        | "Invite external user with reset invitation status"
        | "Invite internal user to B2B collaboration" => Shape::Binding,
        "Invite external user" => Shape::Waits,
        _ => Shape::Event,
    }
}

fn lowered(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What happened in a few words, and what more there is to say.
fn words(entry: &AuditEntry) -> (String, String) {
    let record = &entry.record;
    let told = |name: &str| detail(record, name).unwrap_or_default().to_owned();
    let target = record.target_name.clone().unwrap_or_default();
    // The original has one activity for every method.
    let is_factor = detail(record, "secondFactor").is_some();
    let (title, more) = match record.activity.as_str() {
        "Invite external user" => ("Invited", told("invitedAddress")),
        "Invite external user with reset invitation status" => ("Redemption status reset", moved(record)),
        "Invite internal user to B2B collaboration" => ("Made a guest", told("invitedAddress")),
        "Redeem external user invite" => ("Redeemed the invitation", told("signInName")),
        "Report invitation as not meant for the recipient" => {
            ("Said the invitation was meant for somebody else", String::new())
        }
        "Add user" => ("Created", String::new()),
        "Update user" => ("Properties changed", told("changed")),
        "Delete user" => ("Deleted", "Can be restored for 30 days".to_owned()),
        "Restore user" => ("Restored", String::new()),
        "Hard Delete user" => ("Deleted for good", String::new()),
        "Update StsRefreshTokenValidFrom Timestamp" => ("Signed out everywhere", String::new()),
        "Change user password" => ("Changed the password", String::new()),
        "End user session" => ("Signed out of one browser", String::new()),
        "User left the organisation" => ("Left the organisation", String::new()),
        "Confirm sign-in address" => ("Confirmed another address", told("address")),
        "Consent to application" => ("Consented to an app", target),
        "Sign in" => ("Signed in", signed_in_with(record)),
        "Add member to group" => ("Added to a group", target),
        "Remove member from group" => ("Removed from a group", target),
        "Add app role assignment grant to user" => ("Given an application", target),
        "Remove app role assignment from user" => ("Lost an application", target),
        "Add member to role" => ("Given a directory role", target),
        "Remove member from role" => ("Lost a directory role", target),
        "User registered security info" if is_factor => ("Added a second factor", told("name")),
        "User registered security info" => ("Added a passkey", told("name")),
        "User deleted security info" if is_factor => ("Removed a second factor", told("name")),
        "User deleted security info" => ("Removed a passkey", told("name")),
        "User changed recovery codes" => ("Made new recovery codes", String::new()),
        "Admin deleted security info" if detail(record, "method").is_some() => {
            ("Lost a way of signing in", told("name"))
        }
        "Admin deleted security info" => ("Has to register again", String::new()),
        "Send mail again" => ("Mail sent once more", told("recipient")),
        other => (other, String::new()),
    };
    (title.to_owned(), more)
}

fn moved(record: &AuditRecord) -> String {
    let new = detail(record, "newAddress").unwrap_or_default();
    match detail(record, "oldSignInName") {
        Some(old) if old != new => format!("From {old} to {new}"),
        Some(old) => format!("{old} stays the address and proves itself anew"),
        None => new.to_owned(),
    }
}

fn signed_in_with(record: &AuditRecord) -> String {
    let first = match detail(record, "method") {
        Some("password") => "With a password",
        Some("home") => "With the account at home",
        Some(_) => "With a code by mail",
        None => return String::new(),
    };
    let second = match detail(record, "secondFactor").and_then(Kind::parse) {
        Some(Kind::Totp) => " and an authenticator app",
        Some(Kind::Recovery) => " and a recovery code",
        Some(Kind::Passkey) => " and a passkey",
        None => "",
    };
    format!("{first}{second}")
}

/// What a property was and is; of some only that it was changed is kept.
pub(super) fn changes(record: &AuditRecord) -> Vec<Change> {
    let pairs = record.details.iter().filter_map(|(name, now)| {
        let before = detail(record, &format!("{name}.old"))?.to_owned();
        Some(Change { name: name.clone(), values: Some((before, now.clone())) })
    });
    let names = detail(record, "changed").unwrap_or_default().split(',').map(str::trim);
    let bare =
        names.filter(|name| !name.is_empty()).map(|name| Change { name: name.to_owned(), values: None });
    pairs.chain(bare).collect()
}

/// Everything else the record holds, each with a label made from its name.
pub(super) fn additional(record: &AuditRecord) -> Vec<(String, String)> {
    let told = |name: &str| {
        name == "explanation"
            || name == "changed"
            || name.strip_suffix(".old").is_some()
            || detail(record, &format!("{name}.old")).is_some()
    };
    let left = record.details.iter().filter(|(name, _)| !told(name));
    left.map(|(name, value)| (label(name), value.clone())).collect()
}

/// `invitedAddress` as `Invited address`.
fn label(name: &str) -> String {
    let mut label = String::with_capacity(name.len() + 4);
    for (place, letter) in name.chars().enumerate() {
        match (place, letter.is_uppercase()) {
            (0, _) => label.extend(letter.to_uppercase()),
            (_, true) => {
                label.push(' ');
                label.extend(letter.to_lowercase());
            }
            (_, false) => label.push(letter),
        }
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_made_from_names() {
        assert_eq!((label("invitedAddress").as_str(), label("mail").as_str()), ("Invited address", "Mail"));
        assert_eq!((lowered("Signed in").as_str(), lowered("").as_str()), ("signed in", ""));
    }
}
