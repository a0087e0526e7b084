//! How a user signs in. Refuses to hold anything that could be used to sign in.

use askama::Template;

use super::{Permission, PortalFrame, UserHead};
use crate::pages::words::Moment;

/// One method.
#[derive(Clone, Debug)]
pub struct MethodRow {
    /// What it is.
    pub kind: &'static str,
    /// What its owner calls it; empty for a password.
    pub name: String,
    /// What else there is to say; often empty.
    pub note: &'static str,
    /// Since when it works, or when the password was last replaced.
    pub added: Option<Moment>,
    /// When it was used last, as far as that is kept.
    pub used: Option<Moment>,
    /// Path of the question whether to remove it, for those who may.
    pub remove: Option<String>,
}

/// The authentication methods of a user.
#[derive(Clone, Template)]
#[template(path = "portal/authentication_methods.html")]
pub struct AuthenticationMethods {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// What was just done.
    pub flash: Option<&'static str>,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
    /// What a guest signs in with first.
    pub bound: Option<&'static str>,
    /// Password, apps, passkeys.
    pub rows: Vec<MethodRow>,
    /// Recovery codes that still work, in words.
    pub recovery_codes: Option<String>,
    /// Whether a role demands a second factor.
    pub demanded: bool,
    /// Whether "Require to register again" may be used; none where there is nothing to remove.
    pub register: Option<Permission>,
}
