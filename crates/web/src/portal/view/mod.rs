//! The portal's pages as pure views: a struct says what a page shows, its template how, and a handler of the same name
//! fills it. Refuses to decide, to look anything up and to know HTTP.

mod audit;
mod authentication_methods;
mod collaboration;
#[cfg(test)]
mod deed_samples;
mod deleted;
mod edit;
mod home;
mod invite;
mod memberships;
mod outbox;
mod question;
mod redemption;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod samples_records;
mod sessions;
mod sign_in_policy;
mod sign_ins;
mod style;
mod user;
mod users;

pub use audit::{Audit, AuditRecordPage, AuditRow, Change, Happened, History, Newest, Person, Shape};
pub use authentication_methods::{AuthenticationMethods, MethodRow};
pub use collaboration::{Choice, Collaboration, Domains, Setting};
pub use deleted::{Deleted, DeletedRow};
pub use edit::{Edit, Field, OtherEmails, Section};
pub use home::{Found, Home, PersonFound, Search};
pub use invite::{Assignable, Basics, Chooser, Details, Invite, InviteDone, Review, Step, StepBody, Told};
pub use memberships::{
    AddMembership, AppChoice, Applications, Assign, AssignmentRow, ChooseApplication, GroupChoice, Groups,
    MembershipRow,
};
pub use outbox::{MailPage, MailRow, Outbox};
pub use question::{Consequences, Question};
pub use redemption::{Redemption, Resent, Reset, ResetDone};
pub use sessions::{SessionRow, UserSessions};
pub use sign_in_policy::{RoleChoice, SignInPolicy};
pub use sign_ins::{SignInRow, SignIns, UserSignIns};
pub use style::{Colour, Style};
pub use user::{
    Act, Fact, FactorLine, Group, PastIdentity, Permission, Profile, Properties, Tessera, UserHead,
};
pub use users::{Chip, Column, UserRow, Users};

use askama::Template;
use hospes_actions::portal::Sees;

use crate::pages::view::{Form, Trace};

/// Which line of the menu a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first page.
    Home,
    /// All users, and everything about one of them.
    Users,
    /// The audit log.
    Audit,
    /// The sign-in log.
    SignIns,
    /// The mails.
    Outbox,
    /// Deleted users.
    Deleted,
    /// Settings for external collaboration.
    Collaboration,
    /// Of whom a second factor is demanded.
    SignInPolicy,
    /// Nowhere: search and refusals.
    Elsewhere,
}

/// What stands around every page of the portal. No `Debug`: its form holds a token.
#[derive(Clone)]
pub struct PortalFrame {
    /// Draws the bronze double rule and the "Development mode" badge.
    pub development: bool,
    /// Path of the portal, without a slash at the end.
    pub base: String,
    /// The organisation.
    pub host: String,
    /// Who sits there.
    pub person: String,
    /// The strongest directory role.
    pub role: String,
    /// Which line of the menu is the current one.
    pub place: Place,
    /// What the person may look at.
    pub sees: Sees,
    /// What was searched for.
    pub search: String,
    /// Path of the person's My Apps.
    pub my_apps: String,
    /// "Sign out".
    pub sign_out: Form,
}

/// A part of the menu.
pub struct MenuPart {
    /// Its heading; empty for none.
    pub heading: &'static str,
    /// Its lines.
    pub lines: Vec<MenuLine>,
}

/// A line of the menu.
pub struct MenuLine {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub url: String,
    /// Whether the page belongs to it.
    pub current: bool,
}

impl PortalFrame {
    /// The menu.
    pub fn menu(&self) -> Vec<MenuPart> {
        let line = |label, rest: &str, place| MenuLine {
            label,
            url: format!("{}{rest}", self.base),
            current: self.place == place,
        };
        let offered = |lines: Vec<(bool, MenuLine)>| -> Vec<MenuLine> {
            lines.into_iter().filter(|(sees, _)| *sees).map(|(_, line)| line).collect()
        };
        let parts = vec![
            MenuPart { heading: "", lines: vec![line("Home", "", Place::Home)] },
            MenuPart {
                heading: "Users",
                lines: offered(vec![
                    (true, line("All users", "/users", Place::Users)),
                    (self.sees.deleted, line("Deleted users", "/deleted", Place::Deleted)),
                ]),
            },
            MenuPart {
                heading: "External Identities",
                lines: vec![line("Collaboration settings", "/collaboration", Place::Collaboration)],
            },
            MenuPart {
                heading: "Authentication",
                lines: vec![line("Sign-in policy", "/sign-in-policy", Place::SignInPolicy)],
            },
            MenuPart {
                heading: "Monitoring",
                lines: offered(vec![
                    (self.sees.audit, line("Sign-in logs", "/sign-ins", Place::SignIns)),
                    (self.sees.audit, line("Audit logs", "/audit", Place::Audit)),
                    (self.sees.mails, line("Outbox", "/outbox", Place::Outbox)),
                ]),
            },
        ];
        parts.into_iter().filter(|part| !part.lines.is_empty()).collect()
    }
}

/// How a user stands, as a badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A member of the organisation.
    Member,
    /// A guest who has redeemed.
    Accepted,
    /// A guest who has not; for how long.
    Pending(String),
    /// A guest whose identity has changed at home.
    Changed,
    /// Nobody signs in.
    Blocked,
}

/// Whether the guest's half is still waited for.
pub fn is_pending(standing: &Standing) -> bool {
    matches!(standing, Standing::Pending(_))
}

/// A refusal.
#[derive(Clone, Template)]
#[template(path = "portal/refused.html")]
pub struct Refused {
    /// Portal frame.
    pub frame: PortalFrame,
    /// What happened.
    pub title: String,
    /// Why.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// What to read to the helpdesk.
    pub trace: Trace,
}
