//! The invitation, seen by whoever opened its link: welcome, consent, done, and the way out.
//! Refuses to show, before the mailbox is proven, anything beyond host, inviter, landing app and
//! groups (look section 5).

use askama::Template;

use super::{Form, Frame, Host, Link};
use crate::pages::words::Moment;

/// Words of the inviter, shown in quotation marks with their author (threats I1).
#[derive(Clone, Debug)]
pub struct OwnWords {
    /// As typed.
    pub text: String,
    /// Who typed it.
    pub author: String,
}

/// Where the guest is taken after redemption.
#[derive(Clone, Debug)]
pub struct Landing {
    /// Name of the app, or of My Apps.
    pub name: String,
    /// Host of the landing address; `None` when the host is one of ours or allow-listed (threats H7).
    pub foreign_host: Option<String>,
}

/// First page behind an invitation link; opening it changes nothing.
#[derive(Clone, Template)]
#[template(path = "pages/welcome.html")]
pub struct Welcome {
    /// Page frame.
    pub frame: Frame,
    /// Who the guest would be a guest of.
    pub host: Host,
    /// Display name of the inviting person; `None` when an app invited.
    pub inviter: Option<String>,
    /// When the link stops working.
    pub valid_until: Moment,
    /// The inviter's message, if any.
    pub message: Option<OwnWords>,
    /// Masked invited address (`j***@contoso.example`).
    pub guest_address: String,
    /// How the guest will sign in; a whole sentence without full stop, see `words::BY_PASSCODE`.
    pub sign_in_way: String,
    /// What follows the button; see `words::NEXT_IS_PASSCODE`.
    pub next_step: String,
    /// The guest's organisation, where it has agreed with the host that there is nothing to accept.
    pub agreed_with: Option<String>,
    /// Where acceptance leads.
    pub landing: Landing,
    /// Names of the groups the guest is already in.
    pub groups: Vec<String>,
    /// "Accept invitation", or "Open" where there is nothing to accept.
    pub accept: Form,
    /// "Use another account": shown where an account of another organisation may come with a code to the mailbox.
    pub another_account: Option<Form>,
    /// Path of "This was not meant for me".
    pub not_meant_for_me: String,
    /// The host's privacy statement.
    pub privacy_statement: Option<String>,
}

/// Asks for an account of another organisation of this server. Posts the field `address`.
#[derive(Clone, Template)]
#[template(path = "pages/other_account.html")]
pub struct OtherAccount {
    /// Page frame.
    pub frame: Frame,
    /// Name of the host.
    pub host_name: String,
    /// Masked invited address.
    pub invited_address: String,
    /// What was typed before.
    pub address: String,
    /// Cause and remedy when the address cannot be used as typed.
    pub error: Option<String>,
    /// "Next".
    pub form: Form,
    /// Path back to the invitation.
    pub back: String,
}

/// What the host may do with the guest's data, asked once after the mailbox is proven.
#[derive(Clone, Template)]
#[template(path = "pages/consent.html")]
pub struct Consent {
    /// Page frame.
    pub frame: Frame,
    /// Who asks.
    pub host: Host,
    /// The proven address, in full.
    pub guest_address: String,
    /// The account to sign in with from then on, in full, where its address is another one.
    pub account: Option<String>,
    /// The host's privacy statement.
    pub privacy_statement: Option<String>,
    /// "Accept".
    pub accept: Form,
    /// "Cancel": the invitation stays pending.
    pub cancel: Form,
}

/// The redemption is complete.
#[derive(Clone, Template)]
#[template(path = "pages/done.html")]
pub struct Done {
    /// Page frame.
    pub frame: Frame,
    /// Whose guest the reader now is.
    pub host: Host,
    /// The proven address, in full: the sign-in name from now on.
    pub guest_address: String,
    /// How the guest signs in from now on; see `words::BY_PASSCODE`.
    pub sign_in_way: String,
    /// The landing app ("Open {label}").
    pub next: Link,
    /// Host of the landing address unless ours or allow-listed.
    pub foreign_host: Option<String>,
    /// My Apps of the host; `None` when `next` already leads there.
    pub my_apps: Option<String>,
}

/// Asks whether to tell the host that the invitation reached the wrong person. Holding a link
/// proves nothing, so the report must not end the invitation.
#[derive(Clone, Template)]
#[template(path = "pages/not_meant_for_me.html")]
pub struct NotMeantForMe {
    /// Page frame.
    pub frame: Frame,
    /// Name of the host.
    pub host_name: String,
    /// Masked invited address.
    pub guest_address: String,
    /// "Tell {host}".
    pub report: Form,
    /// Path back to the invitation.
    pub back: String,
}

/// The report of [`NotMeantForMe`] was noted.
#[derive(Clone, Template)]
#[template(path = "pages/not_meant_for_me_noted.html")]
pub struct NotMeantForMeNoted {
    /// Page frame.
    pub frame: Frame,
    /// Name of the host.
    pub host_name: String,
}
