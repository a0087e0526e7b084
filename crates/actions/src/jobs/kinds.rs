//! The kinds of jobs and how each is enqueued. Refuses to put a link or a code into one: they are
//! derived when sent (design section 8).

use hospes_domain::address::Address;
use hospes_domain::invitation::Invitation;
use hospes_domain::proof::Passcode;
use hospes_domain::second_factor::News;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::jobs::NewJob;
use uuid::Uuid;

/// The invitation mail.
pub const INVITATION: &str = "invitation";
/// The copy for the one cc recipient, without the link.
pub const INVITATION_COPY: &str = "invitation-copy";
/// A passcode.
pub const PASSCODE: &str = "passcode";
/// To an old address: your sign-in ended.
pub const RESET_NOTICE: &str = "reset-notice";
/// To a known address: another address may sign in.
pub const ADDRESS_ADDED: &str = "address-added";
/// To a member: the password is another one now.
pub const PASSWORD_CHANGED: &str = "password-changed";

/// To a member: somebody can sign in with another passkey.
pub const PASSKEY_ADDED: &str = "passkey-added";
/// To a member: a passkey does not sign in any more.
pub const PASSKEY_REMOVED: &str = "passkey-removed";

/// What changed about the way a member signs in, where a notice tells no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// The password is another one.
    Password,
    /// A passkey more.
    PasskeyAdded,
    /// A passkey less.
    PasskeyRemoved,
}

impl AccountChange {
    /// What a job of that kind tells of.
    pub(crate) fn of(kind: &str) -> Option<Self> {
        match kind {
            PASSWORD_CHANGED => Some(Self::Password),
            PASSKEY_ADDED => Some(Self::PasskeyAdded),
            PASSKEY_REMOVED => Some(Self::PasskeyRemoved),
            _ => None,
        }
    }
}
/// To the owner of a second factor: it was added, used or removed.
pub const SECURITY_NOTICE: &str = "security-notice";

/// To an application: a session has ended. No mail.
pub const BACK_CHANNEL_LOGOUT: &str = "back-channel-logout";

/// To whoever follows changes: something changed. No mail.
pub const CHANGE_NOTIFICATION: &str = "change-notification";
/// To whoever follows changes: what becomes of that. No mail.
pub const LIFECYCLE_NOTIFICATION: &str = "lifecycle-notification";

/// What goes to a server and not to a person, and so needs no mail server.
pub(crate) const NO_MAIL: [&str; 3] = [BACK_CHANNEL_LOGOUT, CHANGE_NOTIFICATION, LIFECYCLE_NOTIFICATION];

/// Whether it is of those.
pub(crate) fn is_no_mail(kind: &str) -> bool {
    NO_MAIL.contains(&kind)
}

/// Notices are worth sending for a week.
const NOTICE_SECONDS: i64 = 7 * 24 * 3600;

/// The invitation mail to the guest.
pub(crate) fn invitation(id: Uuid, invitation: &Invitation) -> NewJob {
    NewJob {
        id,
        kind: INVITATION.to_owned(),
        recipient: invitation.address.to_string(),
        language: invitation.message.language.clone(),
        data: serde_json::json!({ "invitation": invitation.id }).to_string(),
        subject: Some(invitation.user),
        dies_at: invitation.expires_at,
    }
}

/// The copy, if one is wanted and it would not go to the guest again (threats I5).
pub(crate) fn invitation_copy(id: Uuid, invitation: &Invitation) -> Option<NewJob> {
    let to = invitation.message.cc_address.as_ref().filter(|cc| !cc.same(&invitation.address))?;
    Some(NewJob {
        kind: INVITATION_COPY.to_owned(),
        recipient: to.to_string(),
        ..self::invitation(id, invitation)
    })
}

/// A passcode mail; it dies with the code.
pub(crate) fn passcode(id: Uuid, passcode: &Passcode, language: Option<String>, user: &User) -> NewJob {
    let record = passcode.record();
    NewJob {
        id,
        kind: PASSCODE.to_owned(),
        recipient: record.address.to_string(),
        language,
        data: serde_json::json!({ "passcode": record.id }).to_string(),
        subject: Some(user.id()),
        dies_at: record.expires_at,
    }
}

/// A notice to somebody about a change; its text never names another address than its own.
pub(crate) fn notice(id: Uuid, kind: &str, to: &Address, user: &User, now: Time) -> NewJob {
    NewJob {
        id,
        kind: kind.to_owned(),
        recipient: to.to_string(),
        language: user.profile.preferred_language.clone(),
        data: "{}".to_owned(),
        subject: Some(user.id()),
        dies_at: now.plus_seconds(NOTICE_SECONDS),
    }
}

/// A notice to the owner of a second factor, at the proven address of a guest, else the mailbox the directory knows;
/// `None` where it knows none.
pub(crate) fn security_notice(id: Uuid, news: News, user: &User, now: Time) -> Option<NewJob> {
    let proven = user.guest.binding().map(|binding| &binding.sign_in_name);
    let to = proven.or(user.mail.as_ref())?;
    let data = serde_json::json!({ "news": news.name() }).to_string();
    Some(NewJob { data, ..notice(id, SECURITY_NOTICE, to, user, now) })
}
