//! Reads the body of `POST /invitations`. Tolerates what real clients send (reference/invitations.md section 2:
//! other letter case, a whole user in `invitedUser`, an empty cc); refuses wrong types (threats B16, D11) and
//! characters that could forge a mail (I1, I2).

use hospes_actions::invite::Invite;
use hospes_actions::users::profile::display_name;
use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::ids::ObjectId;
use hospes_domain::invitation::{MESSAGE_MAX, Message};
use hospes_domain::precondition::Precondition;
use hospes_domain::redirect;
use hospes_domain::refusal::Refusal;
use hospes_domain::text::{Lines, has_hidden, plain_lines};

use crate::graph::asked::unknown;
use crate::graph::request::Fields;
use crate::graph::users::{address, user_type};

/// Most sponsors of a guest.
const MOST_SPONSORS: usize = 5;

/// The command the body spells. Unknown properties are ignored, as the original does.
pub fn invite(mut body: Fields) -> Result<Invite, Refusal> {
    let invited = body.required_text("invitedUserEmailAddress")?;
    let redirect_url = body.required_text("inviteRedirectUrl")?;
    let address = address("invitedUserEmailAddress", &invited)?;
    redirect::check("inviteRedirectUrl", &redirect_url)?;
    let as_type = match body.text("invitedUserType")? {
        Some(text) => user_type("invitedUserType", &text)?,
        None => UserType::Guest,
    };
    let sponsors = sponsors(&mut body)?;
    // Whoever binds something asks for it; other unknown names are the original's to ignore.
    if let Some((name, _)) = body.left().find(|(name, _)| name.contains('@')) {
        return Err(unknown(name, "microsoft.graph.invitation"));
    }
    let name = body.text("invitedUserDisplayName")?.filter(|name| !name.is_empty());
    Ok(Invite {
        address,
        named: invited_user(&mut body)?,
        reset: body.flag("resetRedemption")?.unwrap_or(false),
        as_type,
        display_name: name.map(|name| display_name("invitedUserDisplayName", &name)).transpose()?,
        redirect_url,
        message: message(&mut body)?,
        sponsors,
        client_request_id: None,
        only_if: Precondition::default(),
    })
}

/// Only the id counts; scripts send the whole user they have read.
fn invited_user(body: &mut Fields) -> Result<Option<ObjectId>, Refusal> {
    let Some(mut user) = body.object("invitedUser")? else { return Ok(None) };
    match user.text("id")?.filter(|id| !id.is_empty()) {
        Some(id) => ObjectId::parse(&id).map(Some).ok_or_else(|| Refusal::not_found(id)),
        None => Ok(None),
    }
}

fn message(body: &mut Fields) -> Result<Message, Refusal> {
    let send = body.flag("sendInvitationMessage")?.unwrap_or(false);
    let Some(mut info) = body.object("invitedUserMessageInfo")? else {
        return Ok(Message { send, ..Message::default() });
    };
    let (cc_name, cc_address) = copy_to(&mut info)?;
    let language = info.text("messageLanguage")?.filter(|text| !text.is_empty());
    let body = info.text("customizedMessageBody")?.filter(|text| !text.is_empty());
    Ok(Message {
        send,
        language: language.map(|text| language_tag(&info, text)).transpose()?,
        body: body.map(|text| plain_text(&info, &text)).transpose()?,
        cc_name,
        cc_address,
    })
}

/// The first recipient that has an address; the others are accepted and get nothing (threats I5).
fn copy_to(info: &mut Fields) -> Result<(Option<String>, Option<Address>), Refusal> {
    for mut recipient in info.objects("ccRecipients")? {
        let Some(mut to) = recipient.object("emailAddress")? else { continue };
        let Some(text) = to.text("address")?.filter(|text| !text.is_empty()) else { continue };
        let address = address(&to.full_name("address"), &text)?;
        let name = to.text("name")?.filter(|name| !name.is_empty());
        let name = name.map(|name| display_name(&to.full_name("name"), &name)).transpose()?;
        return Ok((name, Some(address)));
    }
    Ok((None, None))
}

/// `en`, `de-AT`, `zh-Hans-CN` (RFC 5646, its form only).
fn language_tag(info: &Fields, text: String) -> Result<String, Refusal> {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let fits = text.len() <= 35
        && (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if fits {
        return Ok(text);
    }
    let remedy = "Give a language such as en-US.";
    Err(Refusal::invalid(
        info.full_name("messageLanguage"),
        "The value is not the name of a language.",
        remedy,
    ))
}

/// Plain text with line breaks of one kind (threats I3).
fn plain_text(info: &Fields, text: &str) -> Result<String, Refusal> {
    let text = plain_lines(text);
    let name = info.full_name("customizedMessageBody");
    if text.chars().count() > MESSAGE_MAX {
        return Err(Refusal::invalid(
            name,
            "The message is too long.",
            format!("Write at most {MESSAGE_MAX} characters."),
        ));
    }
    if has_hidden(&text, Lines::Many) {
        return Err(Refusal::invalid(name, "The message holds a control character.", "Send plain text."));
    }
    Ok(text)
}

/// Ids, from objects or from links of which only the last segment counts (threats E6).
fn sponsors(body: &mut Fields) -> Result<Vec<ObjectId>, Refusal> {
    let mut texts = body.texts("invitedUserSponsors@odata.bind")?;
    for mut sponsor in body.objects("invitedUserSponsors")? {
        let link = sponsor.text("@odata.id")?;
        let id = sponsor.text("id")?.or(link);
        texts.push(id.ok_or_else(|| {
            Refusal::invalid(
                "invitedUserSponsors",
                "A sponsor has no id.",
                "Give the object id of a user or group.",
            )
        })?);
    }
    let mut ids = Vec::new();
    for text in texts {
        let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let id = ObjectId::parse(last).ok_or_else(|| Refusal::not_found(last))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() > MOST_SPONSORS {
        return Err(Refusal::invalid(
            "invitedUserSponsors",
            "There are too many sponsors.",
            "Name at most five.",
        ));
    }
    Ok(ids)
}

#[cfg(test)]
mod tests;
