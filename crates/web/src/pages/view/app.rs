//! Pages between Hospes and an app: its consent, the answer posted to it, and the sample app that
//! shows what it received. Refuses to send anything by itself but
//! an answer that is due: every other step is a button.

use askama::Template;

use super::{Fact, Form, Frame};

/// Something an app asks for.
#[derive(Clone, Debug)]
pub struct Scope {
    /// As requested, e.g. `User.Read`.
    pub name: String,
    /// What it allows, in words, e.g. "Read your name and address".
    pub meaning: String,
}

/// Asks whether an app may sign the reader in and read what it asks for.
#[derive(Clone, Template)]
#[template(path = "pages/app_consent.html")]
pub struct AppConsent {
    /// Page frame.
    pub frame: Frame,
    /// Name of the app.
    pub app_name: String,
    /// Host the answer goes to.
    pub app_host: String,
    /// Name of the organisation the app is registered in.
    pub tenant_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// What it asks for.
    pub scopes: Vec<Scope>,
    /// Whether it asks for something else than when the reader agreed.
    pub changed: bool,
    /// "Accept".
    pub accept: Form,
    /// "Cancel".
    pub cancel: Form,
}

/// Carries the answer to the app by a form (`response_mode=form_post`, OAuth 2.0 Form Post Response
/// Mode): by a script of ours, or by the button without one. Needs a `form-action` of its own that names the app's origin. No `Debug`: the fields hold
/// an authorisation code.
#[derive(Clone, Template)]
#[template(path = "pages/form_post.html")]
pub struct FormPost {
    /// Page frame.
    pub frame: Frame,
    /// Name of the app.
    pub app_name: String,
    /// Its registered redirect address.
    pub action: String,
    /// Name and value of each hidden field.
    pub fields: Vec<(String, String)>,
}

/// The development sample app: what an app sees of its guest.
#[derive(Clone, Template)]
#[template(path = "pages/sample_app.html")]
pub struct SampleApp {
    /// Page frame.
    pub frame: Frame,
    /// Name the app greets with; `None` while nobody is signed in.
    pub signed_in: Option<String>,
    /// Path that starts the sign-in.
    pub sign_in: String,
    /// "Sign out of the sample app".
    pub sign_out: Option<Form>,
    /// Claims of the id token: name and value.
    pub id_claims: Vec<Fact>,
    /// Claims of the access token: name and value.
    pub access_claims: Vec<Fact>,
    /// Path of the development start page.
    pub start: String,
}
