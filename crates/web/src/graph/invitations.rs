//! `/invitations` (reference/invitations.md). One call invites, invites again, converts and resets. What was sent to one
//! user is told by `/users/{id}/hospes.invitations`, beyond the original and without a link (threats A3).

mod read;

pub(crate) use read::invite as invitation;

use hospes_actions::invite::sent::{get as one_sent, list as all_sent};
use hospes_actions::invite::{Invite, Invited, invite};
use hospes_actions::users::{self, PastInvitation};
use hospes_domain::ids::InvitationId;
use hospes_domain::invitation::{Kind, Message, Sent};
use hospes_domain::time::Time;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::{asked_plainly, entity, object, selected, selected_of_all};
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::invitation_fields::INVITATIONS;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::Call;
use super::users::time;
use crate::http::RequestIds;

// Wire

/// The answer of sections 2 to 5: everything sent is echoed, the redeem link stands here and nowhere else.
fn wire(command: &Invite, done: &Invited, context: &str) -> Value {
    json!({
        "@odata.context": context,
        "id": done.id.to_string(),
        "inviteRedeemUrl": done.redeem_url,
        "invitedUserDisplayName": command.display_name,
        "invitedUserType": command.as_type.name(),
        "invitedUserEmailAddress": command.address.as_str(),
        "sendInvitationMessage": command.message.send,
        "resetRedemption": command.reset,
        "inviteRedirectUrl": command.redirect_url,
        "status": done.status,
        "invitedUserMessageInfo": message(&command.message),
        "invitedUser": { "id": done.user.id().to_string(), "userPrincipalName": done.user.upn },
    })
}

fn message(message: &Message) -> Value {
    json!({
        "messageLanguage": message.language,
        "customizedMessageBody": message.body,
        "ccRecipients": [{
            "emailAddress": {
                "name": message.cc_name,
                "address": message.cc_address.as_ref().map(ToString::to_string),
            },
        }],
    })
}

/// The same type as it is told later: neither the link nor the inviter's words.
fn sent(invitation: &Sent, now: Time, selected: Option<&[&'static str]>) -> Value {
    let guest = invitation.guest.as_ref();
    object(selected.unwrap_or(INVITATIONS.properties), |name| match name {
        "id" => invitation.id.to_string().into(),
        "invitedUserDisplayName" => guest.map(|guest| guest.name.as_str()).into(),
        "invitedUserType" => guest.map(|guest| guest.user_type.name()).into(),
        "invitedUserEmailAddress" => invitation.address.as_str().into(),
        "sendInvitationMessage" => invitation.message.send.into(),
        "resetRedemption" => (invitation.kind == Kind::Reset).into(),
        "inviteRedirectUrl" => invitation.redirect_url.as_str().into(),
        "status" => invitation.status(now).into(),
        "invitedUserMessageInfo" => {
            let mut told = message(&invitation.message);
            told.as_object_mut().map(|told| told.remove("customizedMessageBody"));
            told
        }
        _ => {
            json!({ "id": invitation.user.to_string(), "userPrincipalName": guest.map(|guest| guest.upn.as_str()) })
        }
    })
}

fn past(invitation: &PastInvitation, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(PAST), |name| match name {
        "id" => invitation.id.to_string().into(),
        "kind" => invitation.kind.name().into(),
        "state" => invitation.state.name().into(),
        "isUsable" => invitation.usable.into(),
        "invitedUserEmailAddress" => invitation.address.as_str().into(),
        "inviteRedirectUrl" => invitation.redirect_url.as_str().into(),
        "sendInvitationMessage" => invitation.send.into(),
        "messageLanguage" => invitation.language.as_deref().into(),
        "ccRecipient" => invitation.cc.as_ref().map(ToString::to_string).into(),
        "invitedById" => invitation.inviter.to_string().into(),
        "invitedByDisplayName" => invitation.inviter_name.as_str().into(),
        "createdDateTime" => time(invitation.created_at).into(),
        "expiresDateTime" => time(invitation.expires_at).into(),
        _ => Value::Null,
    })
}

// Fields

pub(super) const PAST: &[&str] = &[
    "id",
    "kind",
    "state",
    "isUsable",
    "invitedUserEmailAddress",
    "inviteRedirectUrl",
    "sendInvitationMessage",
    "messageLanguage",
    "ccRecipient",
    "invitedById",
    "invitedByDisplayName",
    "createdDateTime",
    "expiresDateTime",
];

// Handlers

pub(super) async fn of_user(call: Call) -> Answer {
    let selected = selected_of_all(&call, PAST, "hospes.invitation")?;
    let found = users::past_invitations(call.app(), &call.actor, call.key(0).to_owned()).await?;
    let context = format!("{}/$metadata#Collection(hospes.invitation)", call.root());
    let value = found.iter().map(|invitation| past(invitation, selected.as_deref())).collect();
    Ok(Reply::list(&context, value, None, None))
}

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_plainly(&call, &INVITATIONS)?;
    let found = all_sent(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let now = call.app().now();
    let value = found.items.iter().map(|one| sent(one, now, asked.selected.as_deref())).collect();
    asked.reply(&call, "invitations", value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected(&call, &INVITATIONS)?;
    let id = InvitationId(call.record(0)?.0);
    let found = one_sent(call.app(), &call.actor, id).await?;
    let body = sent(&found, call.app().now(), selected.as_deref());
    Ok(entity(&call, "invitations", &selected, body))
}

pub(super) async fn create(call: Call) -> Answer {
    carry_out(call).await.map_err(Fault::of_invitations)
}

async fn carry_out(call: Call) -> Answer {
    let mut command = read::invite(call.json()?)?;
    // Ours is another one each time: only the caller's says that it is the same request again.
    command.client_request_id = RequestIds::read(&call.headers, Uuid::nil()).client_request_id;
    let done = invite(call.app(), &call.actor, command.clone()).await?;
    let body = wire(&command, &done, &call.context("invitations", None, Shape::Entity));
    Ok(Reply::created(body, format!("{}/invitations/{}", call.root(), done.id)))
}
