//! Where a user is signed in. Refuses to take a browser at its word: what it says about itself is escaped like any text.

use askama::Template;

use super::{Permission, PortalFrame, UserHead};
use crate::pages::view::Form;
use crate::pages::words::Moment;

/// One session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Whether the person at the portal sits in it.
    pub own: bool,
    /// Its public id.
    pub id: String,
    /// The browser in words; empty if it did not say.
    pub browser: String,
    /// The address the sign-in came from; empty if that is not known.
    pub address: String,
    /// How the user signed in.
    pub how: &'static str,
    /// When the user signed in.
    pub since: Moment,
    /// When it was last used.
    pub used_at: Moment,
}

/// The sessions of a user. Posts the field `session`.
#[derive(Clone, Template)]
#[template(path = "portal/sessions.html")]
pub struct UserSessions {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// What was just done.
    pub flash: Option<&'static str>,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
    /// The one used last first.
    pub rows: Vec<SessionRow>,
    /// "Sign out" of one.
    pub end: Form,
    /// Path of the question about all of them.
    pub everywhere: String,
}
