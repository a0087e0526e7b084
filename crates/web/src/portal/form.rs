//! What is wrong with a form of the portal, and where. Refuses nothing itself: rules are the verbs', and a refusal finds
//! its field here.

use hospes_domain::refusal::Refusal;

use super::error::sentence;

/// What is wrong with a form: with one field of it, or as a whole.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// The field as the API spells it; empty for the form as a whole.
    pub field: String,
    /// Cause and remedy.
    pub words: String,
}

impl Problem {
    /// What a refusal says about a form.
    pub fn of(refusal: &Refusal) -> Self {
        let field = match refusal {
            Refusal::Invalid(invalid) => invalid.field.clone(),
            _ => String::new(),
        };
        Self { field, words: sentence(refusal) }
    }

    /// The words, if they are about that field.
    pub fn at(&self, field: &str) -> Option<String> {
        (self.field == field && !self.words.is_empty()).then(|| self.words.clone())
    }
}
