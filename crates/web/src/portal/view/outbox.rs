//! The outbox and one mail of it. Refuses to show what a mail says.

use askama::Template;
use hospes_domain::mail::MailState;

use super::{Chip, Fact, Person, PortalFrame};
use crate::pages::view::{Form, Link};
use crate::pages::words::Moment;

/// The class of a badge that says where a mail stands.
fn badge(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "waiting",
        MailState::Sent => "ok",
        MailState::Abandoned => "danger",
        MailState::Dropped => "off",
    }
}

/// A mail in the list. No `Debug`: its form holds a token.
#[derive(Clone)]
pub struct MailRow {
    /// Where to.
    pub recipient: String,
    /// What kind of mail it is.
    pub kind: String,
    /// Where it stands.
    pub state: MailState,
    /// The same in words.
    pub said: &'static str,
    /// The user it is about.
    pub about: Option<Person>,
    /// How often it was tried.
    pub attempts: String,
    /// Why it was not sent.
    pub error: Option<String>,
    /// When its cause happened.
    pub at: Moment,
    /// Path of the mail.
    pub url: String,
    /// "Retry", if the row needs it.
    pub retry: Option<Form>,
}

impl MailRow {
    fn badge(&self) -> &'static str {
        badge(self.state)
    }
}

/// "Outbox".
#[derive(Clone, Template)]
#[template(path = "portal/outbox.html")]
pub struct Outbox {
    /// Portal frame.
    pub frame: PortalFrame,
    /// What recipients begin with, as typed.
    pub search: String,
    /// The state that is asked for; empty for all.
    pub state: &'static str,
    /// That state, with the list without it.
    pub chip: Option<Chip>,
    /// States that can be asked for.
    pub more: Vec<Link>,
    /// Newest first.
    pub rows: Vec<MailRow>,
    /// How many there are on all pages, on the first one.
    pub total: Option<String>,
    /// Path of the next page.
    pub next: Option<String>,
    /// Path of the first page, on later ones.
    pub first: Option<String>,
    /// Path of the outbox without search and filter, if there are any.
    pub everything: Option<String>,
}

/// One mail.
#[derive(Clone, Template)]
#[template(path = "portal/mail.html")]
pub struct MailPage {
    /// Portal frame.
    pub frame: PortalFrame,
    /// What was just done.
    pub flash: Option<&'static str>,
    /// What kind of mail it is.
    pub kind: String,
    /// Where to.
    pub recipient: String,
    /// Where it stands.
    pub state: MailState,
    /// The same in words.
    pub said: &'static str,
    /// The user it is about.
    pub about: Option<Person>,
    /// Why it was not sent.
    pub error: Option<String>,
    /// The rest.
    pub facts: Vec<Fact>,
    /// "Retry", for a mail that is not through.
    pub retry: Option<Form>,
}

impl MailPage {
    fn badge(&self) -> &'static str {
        badge(self.state)
    }
}
