//! `/hospes.mails`: the outbox, beyond the original and in our own namespace. Refuses to show what a mail says: neither a
//! body nor a link nor a code is kept (threats I9).

use hospes_actions::mails;
use hospes_domain::mail::{MailState, QueuedMail};
use serde_json::Value;
use uuid::Uuid;

use super::asked::{asked_plainly, entity, object, selected};
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::mail_fields::MAILS;
use super::reply::Reply;
use super::request::Call;
use super::users::time;

// Wire

const SET: &str = "hospes.mails";

fn wire(mail: &QueuedMail, selected: Option<&[&'static str]>) -> Value {
    let waits = mail.state == MailState::Waiting;
    object(selected.unwrap_or(MAILS.properties), |name| match name {
        "id" => mail.id.to_string().into(),
        "kind" => mail.kind.as_str().into(),
        "recipient" => mail.recipient.as_str().into(),
        "language" => mail.language.as_deref().into(),
        "userId" => mail.user.map(|id| id.to_string()).into(),
        "userDisplayName" => mail.user_name.as_deref().into(),
        "state" => mail.state.name().into(),
        "attempts" => mail.attempts.into(),
        "nextTryDateTime" => waits.then(|| time(mail.next_try)).into(),
        "lastError" => mail.last_error.as_deref().into(),
        "createdDateTime" => time(mail.created_at).into(),
        "expiresDateTime" => time(mail.dies_at).into(),
        "endedDateTime" => mail.ended_at.map(time).into(),
        _ => Value::Null,
    })
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_plainly(&call, &MAILS)?;
    let found = mails::list(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|mail| wire(mail, asked.selected.as_deref())).collect();
    asked.reply(&call, SET, value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected(&call, &MAILS)?;
    let mail = mails::get(call.app(), &call.actor, mail_id(&call)?).await?;
    Ok(entity(&call, SET, &selected, wire(&mail, selected.as_deref())))
}

pub(super) async fn retry(call: Call) -> Answer {
    mails::retry(call.app(), &call.actor, mail_id(&call)?).await?;
    Ok(Reply::no_content())
}

fn mail_id(call: &Call) -> Result<Uuid, Fault> {
    Ok(call.record(0)?.0)
}
