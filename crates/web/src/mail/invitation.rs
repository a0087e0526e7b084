//! The invitation, the notice that stands in for it where nothing is to be accepted, and the copy for a third person. The copy never holds the personal link
//! (threats I5); neither loads images nor counts openings.

use askama::Template;

use super::{RenderedMail, one_line, quoted, rendered};
use crate::pages::{view::Host, words::Moment};

/// The inviter's own words.
#[derive(Clone, Debug)]
pub struct Message {
    /// As typed; at most 2048 characters, checked at the API.
    pub text: String,
    /// Name of the person, or of the organisation when an app invites.
    pub author: String,
    /// The author's address, when there is one to answer to.
    pub author_address: Option<String>,
}

/// "{inviter} invited you to collaborate with {domain}". No `Debug`: it holds the link.
#[derive(Clone)]
pub struct InvitationMail {
    /// Who invites.
    pub host: Host,
    /// Display name of the inviting person; `None` when an app invites.
    pub inviter: Option<String>,
    /// The invited address, in full: the mail goes to its owner.
    pub guest_address: String,
    /// The inviter's words.
    pub message: Option<Message>,
    /// `inviteRedeemUrl`.
    pub accept_url: String,
    /// Name of the app (or My Apps) where acceptance leads.
    pub leads_to: String,
    /// When the link runs out.
    pub valid_until: Moment,
    /// The host's privacy statement.
    pub privacy_statement: Option<String>,
    /// Where to block further invitations of this host; `None` while there is no such page.
    pub block_url: Option<String>,
}

/// "{inviter} opened {host} to you": in place of the invitation, where both organisations have agreed that there is
/// nothing to accept. No `Debug`: it holds the link.
#[derive(Clone)]
pub struct InvitationNoticeMail {
    /// Who invites.
    pub host: Host,
    /// Name of the organisation where the guest signs in.
    pub home_name: String,
    /// Display name of the inviting person; `None` when an app invites.
    pub inviter: Option<String>,
    /// The invited address, in full: the mail goes to its owner.
    pub guest_address: String,
    /// The inviter's words.
    pub message: Option<Message>,
    /// `inviteRedeemUrl`: it knows who is meant, so no address has to be typed.
    pub open_url: String,
    /// Name of the app (or My Apps) where it leads.
    pub leads_to: String,
    /// When the link runs out.
    pub valid_until: Moment,
    /// The host's privacy statement.
    pub privacy_statement: Option<String>,
}

/// A copy of the invitation for the cc recipient: who was invited by whom, without the link.
#[derive(Clone)]
pub struct CcCopyMail {
    /// Who invites.
    pub host: Host,
    /// Display name of the inviting person; `None` when an app invites.
    pub inviter: Option<String>,
    /// The invited address.
    pub guest_address: String,
    /// The inviter's words.
    pub message: Option<Message>,
    /// Name of the app (or My Apps) where acceptance leads.
    pub leads_to: String,
    /// When the invitation runs out.
    pub valid_until: Moment,
    /// The host's privacy statement.
    pub privacy_statement: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/invitation/subject.txt")]
struct InvitationSubject<'a>(&'a InvitationMail);
#[derive(Template)]
#[template(path = "mail/invitation/body.txt")]
struct InvitationText<'a>(&'a InvitationMail);
#[derive(Template)]
#[template(path = "mail/invitation/body.html")]
struct InvitationHtml<'a>(&'a InvitationMail);

impl InvitationMail {
    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&InvitationSubject(self), &InvitationText(self), &InvitationHtml(self))
    }
}

#[derive(Template)]
#[template(path = "mail/invitation_notice/subject.txt")]
struct InvitationNoticeSubject<'a>(&'a InvitationNoticeMail);
#[derive(Template)]
#[template(path = "mail/invitation_notice/body.txt")]
struct InvitationNoticeText<'a>(&'a InvitationNoticeMail);
#[derive(Template)]
#[template(path = "mail/invitation_notice/body.html")]
struct InvitationNoticeHtml<'a>(&'a InvitationNoticeMail);

impl InvitationNoticeMail {
    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&InvitationNoticeSubject(self), &InvitationNoticeText(self), &InvitationNoticeHtml(self))
    }
}

#[derive(Template)]
#[template(path = "mail/cc_copy/subject.txt")]
struct CcCopySubject<'a>(&'a CcCopyMail);
#[derive(Template)]
#[template(path = "mail/cc_copy/body.txt")]
struct CcCopyText<'a>(&'a CcCopyMail);
#[derive(Template)]
#[template(path = "mail/cc_copy/body.html")]
struct CcCopyHtml<'a>(&'a CcCopyMail);

impl CcCopyMail {
    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&CcCopySubject(self), &CcCopyText(self), &CcCopyHtml(self))
    }
}
