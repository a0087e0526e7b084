//! Editing a user's properties, and the list of other e-mail addresses in it. Refuses to lose what was typed: the list is
//! a page of the same form.

use askama::Template;

use super::{PortalFrame, UserHead};
use crate::pages::view::Form;

/// A field of the form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in the form and in the API.
    pub name: &'static str,
    /// What stands above it.
    pub label: &'static str,
    /// A hint below it; empty for none.
    pub hint: &'static str,
    /// As typed.
    pub value: String,
    /// Cause and remedy of what is wrong.
    pub problem: Option<String>,
    /// Why it cannot be changed; empty where the reason stands above in the same category.
    pub read_only: Option<String>,
}

/// A category of fields.
#[derive(Clone, Debug)]
pub struct Section {
    /// Anchor of the category.
    pub anchor: &'static str,
    /// Its heading.
    pub heading: &'static str,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// "Edit properties". Posts the fields and, by the button that was pressed, `do`: `save`, or `other-emails` for the list.
#[derive(Clone, Template)]
#[template(path = "portal/edit.html")]
pub struct Edit {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// By category.
    pub sections: Vec<Section>,
    /// Other e-mail addresses as they would be saved.
    pub other_emails: Vec<String>,
    /// Whether they differ from what is saved.
    pub other_emails_changed: bool,
    /// Why they cannot be changed.
    pub other_emails_read_only: Option<String>,
    /// What is wrong with them.
    pub other_emails_problem: Option<String>,
    /// What is wrong with the form as a whole.
    pub problem: Option<String>,
    /// What was saved when the form was drawn, as hidden fields.
    pub was: Vec<(String, String)>,
    /// "Save".
    pub form: Form,
}

impl Edit {
    fn is_refused(&self) -> bool {
        self.problem.is_some()
            || self.other_emails_problem.is_some()
            || self.sections.iter().any(|section| section.fields.iter().any(|field| field.problem.is_some()))
    }

    fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let fields = self.sections.iter().flat_map(|section| &section.fields);
        let mut found: Vec<_> =
            fields.filter(|field| field.problem.is_some()).map(|field| (field.name, field.label)).collect();
        if self.other_emails_problem.is_some() {
            found.push(("otherMails", "Other emails"));
        }
        found
    }
}

/// "Other emails": one line per address. Posts `otherMails.N`, the values of the form before, and `do`: `add-email`,
/// `keep-emails` or `drop-emails`.
#[derive(Clone, Template)]
#[template(path = "portal/other_emails.html")]
pub struct OtherEmails {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// The addresses, with what is wrong with each.
    pub lines: Vec<(String, Option<String>)>,
    /// Whether the last line has just been added.
    pub added: bool,
    /// The values of the form before, as hidden fields.
    pub kept: Vec<(String, String)>,
    /// "Save".
    pub form: Form,
}

impl OtherEmails {
    fn is_refused(&self) -> bool {
        self.lines.iter().any(|(_, problem)| problem.is_some())
    }
}
