//! `/invitations` (reference/invitations.md). One call invites, invites again, converts and resets.

mod read;

pub(crate) use read::invite as invitation;

use hospes_actions::invite::{Invite, Invited, invite};
use hospes_domain::invitation::Message;
use serde_json::{Value, json};

use super::dispatch::Answer;
use super::error::Fault;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::Call;

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

// Handlers

pub(super) async fn create(call: Call) -> Answer {
    carry_out(call).await.map_err(Fault::of_invitations)
}

async fn carry_out(call: Call) -> Answer {
    let mut command = read::invite(call.json()?)?;
    command.client_request_id.clone_from(&call.actor.correlation);
    let done = invite(call.app(), &call.actor, command.clone()).await?;
    let body = wire(&command, &done, &call.context("invitations", None, Shape::Entity));
    Ok(Reply::created(body, format!("{}/invitations/{}", call.root(), done.id)))
}
