//! How the demo fails: with one sentence for a person. Refuses to carry secrets or whole answers.

use std::fmt;

/// The first thing that was not as promised.
#[derive(Debug)]
pub struct Failure(String);

/// What every step of the demo gives.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// With this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Addresses are left out: their query may hold a link or a code.
impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut sentence = format!("the server did not answer: {error}");
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            sentence.push_str(": ");
            sentence.push_str(&inner.to_string());
            cause = inner.source();
        }
        Self(sentence)
    }
}

impl From<url::ParseError> for Failure {
    fn from(error: url::ParseError) -> Self {
        Self(format!("the server sent an address that is none: {error}"))
    }
}
