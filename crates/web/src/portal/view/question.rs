//! "Confirmation is a page": it names whom and what, what happens, what stays and what ends, until when it can be undone,
//! who is told. Refuses Yes and No: its two buttons have two verbs.

use askama::Template;

use super::{Fact, PortalFrame, Standing};
use crate::pages::view::{Form, Link};

/// What follows from an answer, under a heading.
#[derive(Clone, Debug)]
pub struct Consequences {
    /// `Keeps`, `Ends at once`.
    pub heading: &'static str,
    /// What, with its number in words or empty.
    pub facts: Vec<Fact>,
}

/// A question about one user.
#[derive(Clone, Template)]
#[template(path = "portal/question.html")]
pub struct Question {
    /// Portal frame.
    pub frame: PortalFrame,
    /// The way here.
    pub crumbs: Vec<Link>,
    /// What this page is in the way here.
    pub here: &'static str,
    /// The heading before the name: `Block sign-in of`.
    pub before: &'static str,
    /// Whom it is about.
    pub name: String,
    /// The heading behind the name: `?`, ` from Suppliers?`.
    pub after: String,
    /// The address of whom it is about.
    pub address: String,
    /// How the user stands; none where that does not matter.
    pub standing: Option<Standing>,
    /// What happens, as a sentence that begins with the name.
    pub happens: String,
    /// Why it cannot be done, or was not.
    pub problem: Option<String>,
    /// What stays or comes back.
    pub stays: Consequences,
    /// What ends or stays ended.
    pub ends: Consequences,
    /// Until when and how it can be undone.
    pub undo: String,
    /// Who is told what.
    pub told: Vec<(String, String)>,
    /// The same as a request to the API.
    pub as_graph: String,
    /// Revision of the user the answer is about.
    pub revision: i64,
    /// Cannot be undone, or not for ever.
    pub danger: bool,
    /// The button that does it; empty: it cannot be done now.
    pub verb: String,
    /// The button that leaves everything as it is.
    pub keep: String,
    /// Where that leads.
    pub back: String,
    /// Where the answer goes.
    pub form: Form,
}
