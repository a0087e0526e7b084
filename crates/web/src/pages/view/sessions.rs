//! Where a person is signed in. Refuses to take a browser at its word: what it says about itself is escaped like any text.

use askama::Template;

use super::{Form, Frame};
use crate::pages::words::Moment;

/// One session.
#[derive(Clone, Debug)]
pub struct SessionCard {
    /// Whether the page is read in it.
    pub current: bool,
    /// Its public id.
    pub id: String,
    /// The browser in words, if it said.
    pub browser: Option<String>,
    /// The address the sign-in came from.
    pub address: Option<String>,
    /// How the person signed in.
    pub how: &'static str,
    /// When the person signed in.
    pub since: Moment,
    /// When it was last used.
    pub used_at: Moment,
    /// When it ends at the latest.
    pub until: Moment,
}

/// "Where you're signed in". Posts the field `session`.
#[derive(Clone, Template)]
#[template(path = "pages/sessions.html")]
pub struct Sessions {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub host_name: String,
    /// Sign-in name of the person.
    pub signed_in_as: String,
    /// The one used last first.
    pub sessions: Vec<SessionCard>,
    /// "Sign out" of one.
    pub end_one: Form,
    /// "Sign out everywhere".
    pub end_all: Form,
    /// Path of My Apps.
    pub my_apps: String,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{AT, DEVELOPMENT, FRAME, form, shown, typed};
    let session = |current| SessionCard {
        current,
        id: "6f9d0c5e-0000-4000-8000-000000000001".to_owned(),
        browser: Some(typed("Firefox on Windows", mark)),
        address: Some(typed("192.0.2.7", mark)),
        how: "Password",
        since: AT,
        used_at: AT,
        until: AT,
    };
    let unknown = SessionCard { browser: None, address: None, ..session(false) };
    let page = Sessions {
        frame: FRAME,
        host_name: typed("Fabrikam", mark),
        signed_in_as: typed("jonas.lindqvist@contoso.example", mark),
        sessions: vec![session(true), session(false), unknown],
        end_one: form("/fabrikam.example/sessions"),
        end_all: form("/fabrikam.example/sessions/everywhere"),
        my_apps: "/myapps/fabrikam.example".to_owned(),
    };
    let one = Sessions { sessions: vec![session(true)], frame: DEVELOPMENT, ..page.clone() };
    vec![("sessions", shown(&page)), ("sessions-one", shown(&one))]
}
