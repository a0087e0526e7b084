//! What happened: the audit log, one record, the history of a user. Refuses to show details in the list: each record has
//! a page.

use askama::Template;

use super::{Fact, Permission, PortalFrame, UserHead};
use crate::pages::words::Moment;

/// Somebody or something with a name, and a page if there is one.
#[derive(Clone, Debug)]
pub struct Person {
    /// The name, as it was then.
    pub name: String,
    /// Path of the profile.
    pub url: Option<String>,
}

/// How a line of a timeline is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A small disc.
    Event,
    /// A large disc: who is behind the user changed.
    Binding,
    /// A ring: somebody was invited.
    Waits,
    /// A diamond: it was refused.
    Refused,
}

impl Shape {
    /// The class of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Binding => "binding",
            Self::Waits => "waits",
            Self::Refused => "refused",
        }
    }
}

/// A line of the timeline of a user.
#[derive(Clone, Debug)]
pub struct Happened {
    /// When.
    pub at: Moment,
    /// Its mark.
    pub shape: Shape,
    /// What, in a few words.
    pub title: String,
    /// What more there is to say; empty for nothing.
    pub detail: String,
    /// Who did it.
    pub by: Person,
    /// Whether that was the user.
    pub own: bool,
    /// Path of the record.
    pub url: String,
}

/// The newest of it on a profile.
#[derive(Clone, Debug)]
pub struct Newest {
    /// Newest first.
    pub lines: Vec<Happened>,
    /// Why nothing is shown.
    pub refused: Option<String>,
    /// Path of the whole history.
    pub url: String,
}

/// A record in the list.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// When.
    pub at: Moment,
    /// The activity, by its published name.
    pub activity: String,
    /// Whether it was done, or refused.
    pub success: bool,
    /// Who did it.
    pub by: Person,
    /// To whom or what.
    pub to: Option<Person>,
    /// Whom that was given, or who lost it.
    pub related: Option<Person>,
    /// Path of the record.
    pub url: String,
}

/// "Audit logs".
#[derive(Clone, Template)]
#[template(path = "portal/audit.html")]
pub struct Audit {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Activities to choose from.
    pub activities: &'static [&'static str],
    /// The one that was chosen; empty for all.
    pub activity: &'static str,
    /// Whose records, as typed.
    pub person: String,
    /// Id of a request or of a record, as typed.
    pub request: String,
    /// Outcomes to choose from, with what each says.
    pub results: &'static [(&'static str, &'static str)],
    /// The one that was chosen; empty for all.
    pub result: &'static str,
    /// First day, as `2026-11-21`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Newest first.
    pub rows: Vec<AuditRow>,
    /// Path of the next page.
    pub next: Option<String>,
    /// Path of the first page, on later ones.
    pub first: Option<String>,
    /// Path of the log without filters, if there are any.
    pub everything: Option<String>,
}

/// A property that was changed; of some the values are not kept.
#[derive(Clone, Debug)]
pub struct Change {
    /// As the API spells it.
    pub name: String,
    /// Before and after.
    pub values: Option<(String, String)>,
}

/// One record.
#[derive(Clone, Template)]
#[template(path = "portal/audit_record.html")]
pub struct AuditRecordPage {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whose history it was found in; none for the whole log.
    pub user: Option<UserHead>,
    /// The activity.
    pub activity: String,
    /// When.
    pub at: Moment,
    /// Why it was refused; none for what was done.
    pub reason: Option<String>,
    /// Who did it.
    pub by: Person,
    /// To whom or what.
    pub to: Option<Person>,
    /// Whom that was given, or who lost it.
    pub related: Option<Person>,
    /// Properties that were changed.
    pub changes: Vec<Change>,
    /// What more the record holds, label and value.
    pub additional: Vec<(String, String)>,
    /// The rest of it.
    pub facts: Vec<Fact>,
}

/// "Audit logs" of one user.
#[derive(Clone, Template)]
#[template(path = "portal/history.html")]
pub struct History {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// Newest first.
    pub lines: Vec<Happened>,
    /// Path of the next page.
    pub next: Option<String>,
    /// Path of the first page, on later ones.
    pub first: Option<String>,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
}
