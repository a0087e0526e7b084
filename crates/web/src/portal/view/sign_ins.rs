//! Who signed in and who was refused: the log, and that of one user. Refuses to take a browser at its word: what it says
//! about itself is escaped like any text.

use askama::Template;

use super::{Fact, Permission, Person, PortalFrame, UserHead};
use crate::pages::words::Moment;

/// A line of the log.
#[derive(Clone, Debug)]
pub struct SignInRow {
    /// When.
    pub at: Moment,
    /// Who.
    pub who: Person,
    /// What the person signed in as; empty for programs.
    pub sign_in_name: String,
    /// To what.
    pub app: String,
    /// Whether it came to a sign-in.
    pub success: bool,
    /// What was wrong; empty for a sign-in.
    pub cause: String,
    /// What helps; empty for a sign-in.
    pub remedy: &'static str,
    /// The rest of it.
    pub facts: Vec<Fact>,
}

/// "Sign-in logs".
#[derive(Clone, Template)]
#[template(path = "portal/sign_ins.html")]
pub struct SignIns {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whose lines, as typed.
    pub person: String,
    /// Client id of an application, as typed.
    pub app: String,
    /// Reference of a refusal, as typed.
    pub reference: String,
    /// Outcomes to choose from, with what each says.
    pub outcomes: &'static [(&'static str, &'static str)],
    /// The one that was chosen; empty for all.
    pub outcome: &'static str,
    /// First day, as `2026-11-21`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Newest first.
    pub rows: Vec<SignInRow>,
    /// Path of the next page.
    pub next: Option<String>,
    /// Path of the first page, on later ones.
    pub first: Option<String>,
    /// Path of the log without filters, if there are any.
    pub everything: Option<String>,
}

/// "Sign-in logs" of one user.
#[derive(Clone, Template)]
#[template(path = "portal/user_sign_ins.html")]
pub struct UserSignIns {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// Newest first.
    pub rows: Vec<SignInRow>,
    /// Path of the next page.
    pub next: Option<String>,
    /// Path of the first page, on later ones.
    pub first: Option<String>,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
}
