//! "Sign-in policy": of which roles a second factor is demanded. Refuses to show a form to people who may not change it.

use askama::Template;

use super::{Permission, PortalFrame};
use crate::pages::view::Form;

/// A directory role that can be ticked.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// Its template id.
    pub id: String,
    /// Its name.
    pub name: &'static str,
    /// Whether it is ticked.
    pub chosen: bool,
}

/// The page. Posts `was` and a field `role.` with the id for each role that is ticked.
#[derive(Clone, Template)]
#[template(path = "portal/sign_in_policy.html")]
pub struct SignInPolicy {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Every role.
    pub roles: Vec<RoleChoice>,
    /// The ids that held when the page was drawn.
    pub was: String,
    /// Whether it may be changed.
    pub permission: Permission,
    /// What was changed just now.
    pub saved: Option<String>,
    /// What is wrong.
    pub problem: Option<String>,
    /// Path of the reader's own page about ways of signing in.
    pub security: String,
    /// "Save".
    pub form: Form,
}

/// The page as somebody sees it who may change it, and as somebody who may not.
#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    let typed = |text: &str| format!("{text}{mark}");
    let page = SignInPolicy {
        frame: super::samples::frame(super::Place::SignInPolicy, mark),
        roles: vec![
            RoleChoice { id: "1".to_owned(), name: "Global Administrator", chosen: true },
            RoleChoice { id: "2".to_owned(), name: "User Administrator", chosen: false },
        ],
        was: typed("1"),
        permission: Permission { refused: None },
        saved: Some(typed("Saved. Added: Global Administrator.")),
        problem: None,
        security: "/x/security".to_owned(),
        form: Form { action: "/portal/x/sign-in-policy".to_owned(), token: "c2FtcGxl".to_owned() },
    };
    let refused = SignInPolicy { saved: None, problem: Some(typed("Somebody was faster.")), ..page.clone() };
    let read = SignInPolicy {
        permission: Permission { refused: Some(typed("It takes a role.")) },
        saved: None,
        ..page.clone()
    };
    let shown = |page: SignInPolicy| page.render().unwrap_or_else(|error| panic!("{error}"));
    vec![
        ("portal-sign-in-policy", shown(page)),
        ("portal-sign-in-policy-refused", shown(refused)),
        ("portal-sign-in-policy-read", shown(read)),
    ]
}
