//! "External collaboration settings": each setting a form of its own, with the original's words. Refuses to show a form to
//! people who may not change the setting; they see what holds, and who decides.

use askama::Template;

use super::{Permission, PortalFrame};
use crate::pages::view::Form;

/// One of the values of a setting.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value in the form.
    pub value: &'static str,
    /// The original's words.
    pub label: &'static str,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A setting with a few values.
#[derive(Clone)]
pub struct Setting {
    /// Its anchor, and its word in the form.
    pub part: &'static str,
    /// The original's heading.
    pub heading: &'static str,
    /// What it decides.
    pub about: &'static str,
    /// The values.
    pub choices: Vec<Choice>,
    /// The value that held when the page was drawn.
    pub was: String,
    /// Whether it may be changed.
    pub permission: Permission,
    /// What was changed just now.
    pub saved: Option<String>,
    /// What is wrong.
    pub problem: Option<String>,
}

/// The list of domains.
#[derive(Clone)]
pub struct Domains {
    /// Any, block list, allow list.
    pub setting: Setting,
    /// As typed, one a line.
    pub domains: String,
    /// As they hold, for people who may not change them.
    pub listed: Vec<String>,
    /// What is wrong with the domains.
    pub problem: Option<String>,
}

/// The page. Each form posts `part`, `value` and `was`; that of the domains also `domains`.
#[derive(Clone, Template)]
#[template(path = "portal/collaboration.html")]
pub struct Collaboration {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Guest user access, guest invite settings, leave settings.
    pub settings: Vec<Setting>,
    /// Collaboration restrictions.
    pub domains: Domains,
    /// "Save" of every form.
    pub form: Form,
}

impl Collaboration {
    fn is_refused(&self) -> bool {
        let all = self.settings.iter().chain([&self.domains.setting]);
        self.domains.problem.is_some() || all.into_iter().any(|setting| setting.problem.is_some())
    }
}

/// The page as somebody sees it who may change it, and as somebody who may not.
#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    let typed = |text: &str| format!("{text}{mark}");
    let setting = |part, open: bool, wrong: bool| Setting {
        part,
        heading: "Guest invite settings",
        about: "Who may invite.",
        choices: vec![
            Choice { value: "everyone", label: "Anyone", chosen: true },
            Choice { value: "none", label: "No one", chosen: false },
        ],
        was: typed("everyone"),
        permission: Permission { refused: (!open).then(|| typed("It takes a role.")) },
        saved: (open && !wrong).then(|| typed("Saved. Added: contoso.example.")),
        problem: wrong.then(|| typed("Somebody was faster.")),
    };
    let page = |open, wrong: bool| Collaboration {
        frame: super::samples::frame(super::Place::Collaboration, mark),
        settings: vec![setting("invites", open, false)],
        domains: Domains {
            setting: setting("domains", open, wrong),
            domains: typed("contoso.example"),
            listed: vec![typed("contoso.example")],
            problem: wrong.then(|| typed("This is not a domain name.")),
        },
        form: Form { action: "/portal/x/collaboration".to_owned(), token: "c2FtcGxl".to_owned() },
    };
    let shown = |page: Collaboration| page.render().unwrap_or_else(|error| panic!("{error}"));
    vec![
        ("portal-collaboration", shown(page(true, false))),
        ("portal-collaboration-refused", shown(page(true, true))),
        ("portal-collaboration-read", shown(page(false, false))),
    ]
}
