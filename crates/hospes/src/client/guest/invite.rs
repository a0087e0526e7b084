//! `guest invite` and `guest resend`. Refuses to show a link again: it stands in the answer to the invitation, once.

use clap::Args;
use serde_json::{Value, json};

use super::super::exit::Exit;
use super::super::failure::{Failure, Outcome};
use super::super::session::Session;
use super::super::value::{id, text};
use super::super::who::{self, Person};

/// What an invitation says.
#[derive(Clone, Debug, Args)]
pub struct MessageOptions {
    /// Where the guest goes after accepting [default: My Apps; for a resend as before]
    #[arg(long, value_name = "URL")]
    redirect: Option<String>,
    /// A personal message in the mail
    #[arg(long, value_name = "TEXT", conflicts_with = "no_mail")]
    message: Option<String>,
    /// Also send a copy, without the link, to this address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_mail")]
    cc: Option<String>,
    /// Language of the mail, such as en-GB
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "no_mail")]
    language: Option<String>,
    /// Send no mail: you pass the link on yourself
    #[arg(long)]
    no_mail: bool,
}

/// Options of `guest invite`.
#[derive(Clone, Debug, Args)]
pub struct InviteOptions {
    /// E-mail address to invite
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Display name of the guest
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Who answers for the guest: object id, user principal name or e-mail address; may be repeated
    #[arg(long, value_name = "WHO")]
    sponsor: Vec<String>,
    #[command(flatten)]
    message: MessageOptions,
}

/// Options of `guest resend`.
#[derive(Clone, Debug, Args)]
pub struct ResendOptions {
    /// Object id, user principal name or e-mail address of the guest
    who: String,
    #[command(flatten)]
    message: MessageOptions,
}

/// The body of an invitation to this address.
pub fn body(session: &Session, address: &str, options: &MessageOptions) -> Value {
    let mut info = json!({});
    if let Some(language) = &options.language {
        info["messageLanguage"] = language.as_str().into();
    }
    if let Some(text) = &options.message {
        info["customizedMessageBody"] = text.as_str().into();
    }
    if let Some(cc) = &options.cc {
        info["ccRecipients"] = json!([{ "emailAddress": { "address": cc } }]);
    }
    json!({
        "invitedUserEmailAddress": address,
        "inviteRedirectUrl": options.redirect.as_deref().unwrap_or(&session.my_apps),
        "sendInvitationMessage": !options.no_mail,
        "invitedUserMessageInfo": info,
    })
}

/// Shows the answer to an invitation: what was done, who it is, and the link.
pub fn show(session: &Session, invitation: &Value, done: &str) {
    let address = text(invitation, "invitedUserEmailAddress");
    session.screen.done(invitation, done);
    session.screen.also(&format!("Id    {}", id(&invitation["invitedUser"])));
    if invitation["sendInvitationMessage"] == true {
        session.screen.also(&format!("Mail  to {address}"));
    } else {
        session.screen.also("Mail  none; pass the link on yourself");
    }
    session.screen.also(&format!("Link  {}", text(invitation, "inviteRedeemUrl")));
    session.screen.also("The link is shown this once. Only a code sent to the address accepts it.");
}

/// Invites.
pub async fn invite(session: &Session, options: InviteOptions) -> Outcome<()> {
    let mut body = body(session, &options.address, &options.message);
    if let Some(name) = &options.name {
        body["invitedUserDisplayName"] = name.as_str().into();
    }
    let mut sponsors = Vec::new();
    for sponsor in &options.sponsor {
        sponsors.push(json!({ "id": who::person(&session.graph, sponsor).await?.id() }));
    }
    if !sponsors.is_empty() {
        body["invitedUserSponsors"] = sponsors.into();
    }
    let invitation = session.graph.post("/invitations", &body).await?;
    if text(&invitation, "status") == "Completed" {
        session.screen.done(
            &invitation,
            &format!("{} is a guest already and has accepted. Nothing was sent.", options.address),
        );
        session.screen.also(&format!("Id    {}", id(&invitation["invitedUser"])));
        return Ok(());
    }
    show(session, &invitation, &format!("Invited {}.", options.address));
    Ok(())
}

/// What is not said anew is as in the invitation before: where it leads, and its language.
async fn as_before(session: &Session, guest: &Person, options: MessageOptions) -> Outcome<MessageOptions> {
    let past = match session.graph.get(&format!("{}/hospes.invitations", guest.path())).await {
        // Who invites may not read them, perhaps.
        Err(failure) if failure.exit() == Exit::Forbidden => return Ok(options),
        other => other?,
    };
    let last = &past["value"][0];
    let said = |name: &str| Some(text(last, name)).filter(|text| !text.is_empty());
    let language = if options.no_mail { None } else { options.language.or_else(|| said("messageLanguage")) };
    Ok(MessageOptions {
        redirect: options.redirect.or_else(|| said("inviteRedirectUrl")),
        language,
        ..options
    })
}

/// Sends the invitation again, with a fresh link.
pub async fn resend(session: &Session, options: ResendOptions) -> Outcome<()> {
    let guest = who::guest(&session.graph, &options.who).await?;
    if text(&guest.user, "externalUserState") == "Accepted" {
        let message = format!("{} has accepted already, so there is nothing to resend.", guest.called());
        return Err(Failure::new(Exit::Refused, message)
            .remedy("A guest who cannot sign in any more is reset: `hospes guest reset`."));
    }
    let message = as_before(session, &guest, options.message).await?;
    let mut body = body(session, &guest.mail()?, &message);
    body["invitedUser"] = json!({ "id": guest.id() });
    let invitation = session.graph.post("/invitations", &body).await?;
    show(
        session,
        &invitation,
        &format!("Invited {} again. Older links do not work any more.", guest.called()),
    );
    Ok(())
}
