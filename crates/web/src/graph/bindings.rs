//! `GET /users/{id}/hospes.bindings`: the binding history, beyond the original and in our own namespace.

use hospes_actions::users::{self, KnownBinding};
use serde_json::{Value, json};

use super::dispatch::Answer;
use super::reply::Reply;
use super::request::Call;
use super::users::time;

// Wire

pub(super) const PROPERTIES: &[&str] = &[
    "id",
    "signInName",
    "issuer",
    "subject",
    "proof",
    "boundDateTime",
    "endedDateTime",
    "ended",
    "endedBy",
    "identityChangedDateTime",
];

fn binding(known: &KnownBinding) -> Value {
    json!({
        "id": known.binding.id.to_string(),
        "signInName": known.binding.sign_in_name.as_str(),
        "issuer": known.binding.issuer,
        "subject": known.binding.subject,
        "proof": known.binding.proof,
        "boundDateTime": time(known.binding.bound_at),
        "endedDateTime": known.ended_at.map(time),
        "ended": known.ended,
        "endedBy": known.ended_by.map(|id| id.to_string()),
        "identityChangedDateTime": known.changed_at.map(time)
    })
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let known = users::bindings(call.app(), &call.actor, call.key(0).to_owned()).await?;
    let context = format!("{}/$metadata#Collection(hospes.binding)", call.root());
    Ok(Reply::list(&context, known.iter().map(binding).collect(), None, None))
}
