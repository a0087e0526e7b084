//! From a mail as a verb prepared it to a mail as a person reads it. Refuses to send and to choose recipients.

use hospes_actions::jobs::{Host as Sender, Mail, MailContent};
use hospes_domain::time::Time;

use super::{
    AccountNoticeMail, AddressAddedMail, CcCopyMail, InvitationMail, InvitationNoticeMail, Message,
    PasscodeMail, RenderedMail, ResetNoticeMail, SecurityNoticeMail,
};
use crate::pages::view::Host;
use crate::pages::words::Moment;

/// Where an invitation leads that names no app.
const MY_APPS: &str = "My Apps";
/// Microseconds in a second.
const MICROS: i64 = 1_000_000;

/// A rendered mail with the two headers that depend on what it says. No `Debug`: see [`RenderedMail`].
pub struct Letter {
    /// The name shown as the sender: the organisation's, never one that somebody outside chose (threats I4).
    pub from_name: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Subject, text and HTML.
    pub mail: RenderedMail,
}

/// Writes the mail, in English for now.
///
/// # Errors
/// Only if formatting itself fails.
pub fn render(mail: &Mail) -> askama::Result<Letter> {
    let (at, to) = (Moment(mail.created_at), mail.to.to_string());
    let (sender, reply_to, rendered) = match mail.content.clone() {
        MailContent::Invitation { host, inviter, inviter_mail, message, link, lands_at, until, again: _ } => {
            let message = words(&host, inviter.as_deref(), inviter_mail.clone(), message);
            let invitation = InvitationMail {
                host: shown(&host),
                inviter,
                guest_address: to,
                message,
                accept_url: link,
                leads_to: lands_at.unwrap_or_else(|| MY_APPS.to_owned()),
                valid_until: Moment(until),
                privacy_statement: host.privacy_url.clone(),
                block_url: None,
            };
            (host, inviter_mail, invitation.render()?)
        }
        MailContent::InvitationNotice {
            host,
            home,
            inviter,
            inviter_mail,
            message,
            link,
            lands_at,
            until,
        } => {
            let notice = InvitationNoticeMail {
                host: shown(&host),
                home_name: home,
                message: words(&host, inviter.as_deref(), inviter_mail.clone(), message),
                inviter,
                guest_address: to,
                open_url: link,
                leads_to: lands_at.unwrap_or_else(|| MY_APPS.to_owned()),
                valid_until: Moment(until),
                privacy_statement: host.privacy_url.clone(),
            };
            (host, inviter_mail, notice.render()?)
        }
        MailContent::InvitationCopy { host, inviter, message, guest, lands_at, until } => {
            let copy = CcCopyMail {
                host: shown(&host),
                message: words(&host, inviter.as_deref(), None, message),
                inviter,
                guest_address: guest,
                leads_to: lands_at.unwrap_or_else(|| MY_APPS.to_owned()),
                valid_until: Moment(until),
                privacy_statement: host.privacy_url.clone(),
            };
            (host, None, copy.render()?)
        }
        MailContent::Passcode { host, code, until } => {
            let passcode = passcode(&host, to, code, until, mail.created_at);
            (host, None, passcode.render()?)
        }
        MailContent::ResetNotice { host } => notice(host, |host_name, host_domain| {
            ResetNoticeMail { host_name, host_domain, old_address: to, at, contact: None }.render()
        })?,
        MailContent::AddressAdded { host, added: _ } => notice(host, |host_name, host_domain| {
            AddressAddedMail { host_name, host_domain, known_address: to, at, contact: None }.render()
        })?,
        MailContent::SecurityNotice { host, news } => notice(host, |host_name, host_domain| {
            SecurityNoticeMail { host_name, host_domain, at, news }.render()
        })?,
        MailContent::AccountNotice { host, change } => notice(host, |host_name, host_domain| {
            AccountNoticeMail { host_name, host_domain, change, at }.render()
        })?,
    };
    Ok(Letter { from_name: sender.name, reply_to, mail: rendered })
}

/// A notice of an organisation, which nobody answers to.
fn notice(
    host: Sender,
    render: impl FnOnce(String, String) -> askama::Result<RenderedMail>,
) -> askama::Result<(Sender, Option<String>, RenderedMail)> {
    let rendered = render(host.name.clone(), host.domain.clone())?;
    Ok((host, None, rendered))
}

fn passcode(host: &Sender, to: String, code: String, until: Time, at: Time) -> PasscodeMail {
    PasscodeMail {
        asked_by: host.name.clone(),
        host_name: host.name.clone(),
        address: to,
        code,
        works_until: Moment(until),
        // The mail is made in the same instant as the code; rounding up hides the microseconds between.
        life_seconds: (until.0 - at.0 + MICROS - 1) / MICROS,
    }
}

/// The organisation; its domains are verified by the operator, there are no others yet.
fn shown(sender: &Sender) -> Host {
    Host { name: sender.name.clone(), domain: sender.domain.clone(), domain_verified: true }
}

fn words(
    host: &Sender,
    inviter: Option<&str>,
    address: Option<String>,
    text: Option<String>,
) -> Option<Message> {
    let author = inviter.unwrap_or(&host.name).to_owned();
    text.map(|text| Message { text, author, author_address: address })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use hospes_domain::address::Address;
    use hospes_domain::time::Time;

    use super::*;

    const AT: Time = Time(1_795_270_925_000_000);

    fn letter(content: MailContent) -> Letter {
        let to = Address::parse("jonas@contoso.example").unwrap();
        render(&Mail { to, message_id: "1".to_owned(), created_at: AT, language: None, content }).unwrap()
    }

    fn host() -> Sender {
        Sender { name: "Fabrikam".to_owned(), domain: "fabrikam.example".to_owned(), privacy_url: None }
    }

    #[test]
    fn an_invitation_speaks_for_the_organisation_and_answers_reach_the_inviter() {
        let letter = letter(MailContent::Invitation {
            host: host(),
            inviter: Some("Nadia".to_owned()),
            inviter_mail: Some("nadia@fabrikam.example".to_owned()),
            message: Some("Welcome".to_owned()),
            link: "https://h.example/redeem?rd=x".to_owned(),
            lands_at: None,
            until: AT.plus_seconds(86_400),
            again: false,
        });
        assert_eq!(letter.from_name, "Fabrikam");
        assert_eq!(letter.reply_to.as_deref(), Some("nadia@fabrikam.example"));
        for said in ["https://h.example/redeem?rd=x", "Welcome", "My Apps", "jonas@contoso.example"] {
            assert!(letter.mail.text.contains(said), "{said}: {}", letter.mail.text);
        }
    }

    #[test]
    fn a_passcode_lives_ten_whole_minutes() {
        let letter = letter(MailContent::Passcode {
            host: host(),
            code: "48210537".to_owned(),
            until: AT.plus_seconds(600),
        });
        assert!(letter.mail.text.contains("10 minutes"), "{}", letter.mail.text);
    }
}
