//! The pages as pure views: a struct says what a page shows, its template how, and a handler of the
//! same name fills it. Refuses to decide, to look anything up and to know HTTP; everything arrives
//! ready, and every string is escaped where it is shown (threats H4).

mod app;
mod consents;
mod dev;
#[cfg(test)]
mod dev_samples;
mod device;
mod leave;
mod link_state;
mod my_apps;
mod need_admin;
mod new_password;
mod passcode;
mod passkeys;
mod powershell;
mod redeem;
mod refusal;
#[cfg(test)]
pub(crate) mod samples;
mod second_factor;
mod sessions;
mod setup;
mod sign_in;
mod taken_over;
#[cfg(test)]
mod tests;

pub use app::{AppConsent, FormPost, SampleApp, Scope};
pub use consents::{AdminConsent, AllowedApp, Consents, Wanted};
pub use dev::{DevStart, Fact, Inbox, InboxMail, MailLine, PastedCommand, Person, SeededOrganisation};
pub use device::{DeviceCode, DeviceConfirm, DeviceDone};
pub use leave::{Leave, Left};
pub use link_state::{LinkExpired, LinkSuperseded, LinkUnknown, LinkUsed, WrongIdentity};
pub use my_apps::{AppTile, MyApps};
pub use need_admin::{Another, NeedAdmin};
pub use new_password::{ChangePassword, NewPassword, PasswordChanged};
pub use passcode::{Passcode, PasscodeError, SendPasscode};
pub use passkeys::{PasskeyLine, Passkeys};
pub use powershell::PowerShell;
pub use redeem::{
    Consent, Done, Landing, NotMeantForMe, NotMeantForMeNoted, OtherAccount, OwnWords, Welcome,
};
pub use refusal::RefusalPage;
pub use second_factor::{EnrolFactor, FactorLine, RecoveryCodes, SecondFactor, Security};
pub use sessions::{SessionCard, Sessions};
pub use setup::{Setup, SetupClient, SetupDone, TextField};
pub use sign_in::{
    KnownAccount, Onward, Organisation, PasskeyButton, Password, SignIn, SignOut, SignOutOfAll, SignedOut,
};
pub use taken_over::TakenOver;

use crate::pages::words::Moment;

/// What stands around every page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame {
    /// Draws the bronze double rule and the "Development mode" badge.
    pub development: bool,
}

/// Where a form is posted, and the token that ties it to this browser (threats H1). The token
/// travels as the field `form_token`. No `Debug`: the token is a secret.
#[derive(Clone)]
pub struct Form {
    /// A path on this server.
    pub action: String,
    /// Value of the hidden field `form_token`.
    pub token: String,
}

/// The organisation whose directory this is.
#[derive(Clone, Debug)]
pub struct Host {
    /// Display name of the tenant.
    pub name: String,
    /// Its primary domain.
    pub domain: String,
    /// Whether DNS or the server's operator has shown that it owns the domain.
    pub domain_verified: bool,
}

/// A link with words of its own.
#[derive(Clone, Debug)]
pub struct Link {
    /// What the reader sees.
    pub label: String,
    /// A path on this server or an address checked when it was stored (threats H7).
    pub url: String,
}

/// What a person reads to the helpdesk.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Id of this refusal as stored, in any grouping; the page shows it in fours.
    pub reference: String,
    /// Name of the refusal, e.g. `identityChanged`.
    pub code: String,
    /// When it happened.
    pub at: Moment,
}
