//! My Apps: whose guest the reader is, the apps, and the reader's place. Refuses to draw what does
//! not work yet.

use askama::Template;

use super::{Form, Frame, Host, Link};

/// One app.
#[derive(Clone, Debug)]
pub struct AppTile {
    /// Its name.
    pub name: String,
    /// Where it opens.
    pub url: String,
    /// One line of context, e.g. the group it comes from or its host.
    pub detail: String,
}

/// The panel of apps.
#[derive(Clone, Template)]
#[template(path = "pages/my_apps.html")]
pub struct MyApps {
    /// Page frame.
    pub frame: Frame,
    /// Whose directory this is.
    pub host: Host,
    /// Display name of the reader.
    pub person_name: String,
    /// `true`: "You are a guest of"; `false`: "You are a member of".
    pub guest: bool,
    /// What the reader signs in as.
    pub sign_in_name: String,
    /// How, e.g. "Code sent to your mailbox" or "Password".
    pub account: String,
    /// The apps assigned to the reader.
    pub apps: Vec<AppTile>,
    /// Names of the reader's groups; `None` where guests do not see them.
    pub groups: Option<Vec<String>>,
    /// Pages where the reader looks after the way they sign in.
    pub security: Vec<Link>,
    /// Path of "Leave this organisation", for guests.
    pub leave: Option<String>,
    /// "Sign out".
    pub sign_out: Form,
}
