//! Notices to addresses that are already known: the sign-in ended, an address or a second factor was added. A notice
//! never names the new address (look section 7): whoever reads an old mailbox may be a stranger.

use askama::Template;
use hospes_actions::jobs::AccountChange;
use hospes_domain::second_factor::News;

use super::{RenderedMail, one_line, rendered};
use crate::pages::words::Moment;

/// To the old address after a reset of the redemption.
#[derive(Clone, Debug)]
pub struct ResetNoticeMail {
    /// Name of the host organisation.
    pub host_name: String,
    /// Its primary domain.
    pub host_domain: String,
    /// The address this mail goes to: the one that no longer signs in.
    pub old_address: String,
    /// When the sign-in ended.
    pub at: Moment,
    /// Who to answer to when this is unexpected.
    pub contact: Option<String>,
}

/// To the known addresses after a sign-in address was added.
#[derive(Clone, Debug)]
pub struct AddressAddedMail {
    /// Name of the host organisation.
    pub host_name: String,
    /// Its primary domain.
    pub host_domain: String,
    /// The address this mail goes to.
    pub known_address: String,
    /// When the address was added.
    pub at: Moment,
    /// Who to answer to when this is unexpected.
    pub contact: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/reset_notice/subject.txt")]
struct ResetNoticeSubject<'a>(&'a ResetNoticeMail);
#[derive(Template)]
#[template(path = "mail/reset_notice/body.txt")]
struct ResetNoticeText<'a>(&'a ResetNoticeMail);
#[derive(Template)]
#[template(path = "mail/reset_notice/body.html")]
struct ResetNoticeHtml<'a>(&'a ResetNoticeMail);

impl ResetNoticeMail {
    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&ResetNoticeSubject(self), &ResetNoticeText(self), &ResetNoticeHtml(self))
    }
}

#[derive(Template)]
#[template(path = "mail/address_added/subject.txt")]
struct AddressAddedSubject<'a>(&'a AddressAddedMail);
#[derive(Template)]
#[template(path = "mail/address_added/body.txt")]
struct AddressAddedText<'a>(&'a AddressAddedMail);
#[derive(Template)]
#[template(path = "mail/address_added/body.html")]
struct AddressAddedHtml<'a>(&'a AddressAddedMail);

impl AddressAddedMail {
    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&AddressAddedSubject(self), &AddressAddedText(self), &AddressAddedHtml(self))
    }
}

/// To the owner of a second factor: it was added, used or removed.
#[derive(Clone, Debug)]
pub struct SecurityNoticeMail {
    /// Name of the host organisation.
    pub host_name: String,
    /// Its primary domain.
    pub host_domain: String,
    /// When it happened.
    pub at: Moment,
    /// What.
    pub news: News,
}

impl SecurityNoticeMail {
    /// What happened, as a heading and a subject.
    fn title(&self) -> &'static str {
        match self.news {
            News::Added => "A second factor was added to your account",
            News::Removed => "A second factor was removed from your account",
            News::RecoveryUsed => "One of your recovery codes was used",
            News::RecoveryRenewed => "You have new recovery codes",
            News::RemovedByAdministrator => "Your second factors were removed",
            News::MethodRemovedByAdministrator => "One of your ways of signing in was removed",
        }
    }

    /// What that means.
    fn meaning(&self) -> &'static str {
        match self.news {
            News::Added => "From now on it is asked for at every sign-in.",
            News::Removed => "It is not asked for any more.",
            News::RecoveryUsed => "It was typed in the place of the code of an app, and does not work again.",
            News::RecoveryRenewed => "The ones printed before do not work any more.",
            News::RemovedByAdministrator => {
                "An administrator removed your authenticator apps, passkeys and recovery codes, and you were signed out everywhere. You can set them up again after you sign in."
            }
            News::MethodRemovedByAdministrator => {
                "An administrator removed an authenticator app or a passkey of yours, and you were signed out everywhere. Your other ways of signing in work as before."
            }
        }
    }
}

#[derive(Template)]
#[template(path = "mail/security_notice/subject.txt")]
struct SecurityNoticeSubject<'a>(&'a SecurityNoticeMail);
#[derive(Template)]
#[template(path = "mail/security_notice/body.txt")]
struct SecurityNoticeText<'a>(&'a SecurityNoticeMail);
#[derive(Template)]
#[template(path = "mail/security_notice/body.html")]
struct SecurityNoticeHtml<'a>(&'a SecurityNoticeMail);

impl SecurityNoticeMail {
    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&SecurityNoticeSubject(self), &SecurityNoticeText(self), &SecurityNoticeHtml(self))
    }
}

/// To a member after something changed about the way the account signs in.
#[derive(Clone, Debug)]
pub struct AccountNoticeMail {
    /// Name of the host organisation.
    pub host_name: String,
    /// Its primary domain.
    pub host_domain: String,
    /// What changed.
    pub change: AccountChange,
    /// When.
    pub at: Moment,
}

impl AccountNoticeMail {
    /// What happened, in a few words.
    pub fn title(&self) -> &'static str {
        match self.change {
            AccountChange::Password => "Your password was changed",
            AccountChange::PasskeyAdded => "A passkey was added to your account",
            AccountChange::PasskeyRemoved => "A passkey was removed from your account",
        }
    }

    /// What that means, in a sentence.
    pub fn meaning(&self) -> &'static str {
        match self.change {
            AccountChange::Password => {
                "The old one does not work any more, and every sign-in made with it has ended."
            }
            AccountChange::PasskeyAdded => "Whoever holds it can sign in as you, without your password.",
            AccountChange::PasskeyRemoved => {
                "It does not sign in any more; your other ways to sign in work as before."
            }
        }
    }
}

#[derive(Template)]
#[template(path = "mail/account_notice/subject.txt")]
struct AccountNoticeSubject<'a>(&'a AccountNoticeMail);
#[derive(Template)]
#[template(path = "mail/account_notice/body.txt")]
struct AccountNoticeText<'a>(&'a AccountNoticeMail);
#[derive(Template)]
#[template(path = "mail/account_notice/body.html")]
struct AccountNoticeHtml<'a>(&'a AccountNoticeMail);

impl AccountNoticeMail {
    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&AccountNoticeSubject(self), &AccountNoticeText(self), &AccountNoticeHtml(self))
    }
}
