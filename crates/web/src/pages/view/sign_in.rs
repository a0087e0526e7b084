//! Signing in and out: address, password, and leaving. Refuses to say whether an address is known.

use askama::Template;

use super::{Form, Frame, Link};

/// Asks for the address. Posts the field `address`.
#[derive(Clone, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignIn {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// App the reader is on the way to.
    pub app_name: Option<String>,
    /// Who is signed in, where the person is asked all the same.
    pub account: Option<KnownAccount>,
    /// What stands in the field: a hint of the app or what was typed before.
    pub address: String,
    /// Cause and remedy when the address cannot be used as typed.
    pub error: Option<String>,
    /// "Next".
    pub form: Form,
    /// "Sign in with a passkey", on servers that can have them.
    pub passkey: Option<PasskeyButton>,
}

/// Somebody who is signed in and may go on as such.
#[derive(Clone)]
pub struct KnownAccount {
    /// Display name.
    pub name: String,
    /// Sign-in name; posted as the field `address`.
    pub sign_in_name: String,
    /// "Continue as …".
    pub form: Form,
}

/// A button that works with a script and is not shown without one. Posts the field `credential`.
#[derive(Clone)]
pub struct PasskeyButton {
    /// Where the browser's answer goes.
    pub form: Form,
    /// Where the script asks what the browser is to be asked.
    pub options: String,
    /// Why the last one was not taken.
    pub error: Option<String>,
}

/// Asks a member for the password. Posts the field `password`.
#[derive(Clone, Template)]
#[template(path = "pages/password.html")]
pub struct Password {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// App the reader is on the way to.
    pub app_name: Option<String>,
    /// The address as typed.
    pub address: String,
    /// Cause and remedy after a refusal; the same for every address.
    pub error: Option<String>,
    /// "Sign in".
    pub form: Form,
    /// Path back to the address ("Use another account").
    pub another_account: String,
}

/// Asks before signing out (threats F15: no sign-out by a forged request).
#[derive(Clone, Template)]
#[template(path = "pages/sign_out.html")]
pub struct SignOut {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// "Sign out".
    pub form: Form,
    /// "Stay signed in": path of My Apps.
    pub stay: String,
}

/// Asks before signing out of every organisation this browser is signed in at.
#[derive(Clone, Template)]
#[template(path = "pages/sign_out_of_all.html")]
pub struct SignOutOfAll {
    /// Page frame.
    pub frame: Frame,
    /// Organisation and sign-in name of each session.
    pub places: Vec<(String, String)>,
    /// "Sign out".
    pub form: Form,
    /// "Stay signed in": path of My Apps.
    pub stay: String,
}

/// The session is over.
#[derive(Clone, Template)]
#[template(path = "pages/signed_out.html")]
pub struct SignedOut {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation, when known.
    pub tenant_name: Option<String>,
    /// The app to go back to: a registered sign-out address only.
    pub return_to: Option<Link>,
    /// Path of My Apps, to sign in again.
    pub sign_in_again: Option<String>,
    /// Addresses of apps that hear of the sign-out in a frame.
    pub frames: Vec<String>,
    /// Where the page leads by itself after a moment: the registered address with the app's `state`.
    pub onward: Option<String>,
}

/// Somebody came back from their own organisation. The page leads on by itself: the policy of the page whose form began
/// this knows only that organisation's addresses (threats H4), and a new step is not part of that form.
#[derive(Clone, Template)]
#[template(path = "pages/onward.html")]
pub struct Onward {
    /// Page frame.
    pub frame: Frame,
    /// Where the person is going, by name.
    pub name: String,
    /// A path on this server.
    pub to: String,
}

/// Asks which organisation is meant.
#[derive(Clone, Template)]
#[template(path = "pages/organisation.html")]
pub struct Organisation {
    /// Page frame.
    pub frame: Frame,
    /// The request that waits, as a query; `None` on the way to My Apps or the portal.
    pub request: Option<String>,
    /// Where else than to My Apps or an app the way leads.
    pub to: Option<&'static str>,
    /// What was typed.
    pub typed: String,
    /// Why that is none.
    pub error: Option<String>,
}
