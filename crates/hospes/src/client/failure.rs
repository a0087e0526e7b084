//! Why a command did not do what it was asked: what happened, what the server calls it, what to do, and the number
//! under which the server's log has it. Refuses to print secrets and control characters.

use std::fmt;

use super::exit::Exit;
use super::text::plain;

/// What every step gives.
pub type Outcome<T> = Result<T, Failure>;

/// A failure with its exit code.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
    cause: Option<String>,
    remedy: Option<String>,
    request: Option<String>,
}

impl Failure {
    /// With this sentence.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), cause: None, remedy: None, request: None }
    }

    /// A command line that cannot be followed.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// What the server calls it.
    pub fn caused_by(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into()).filter(|text| !text.is_empty());
        self
    }

    /// What to do about it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into()).filter(|text| !text.is_empty());
        self
    }

    /// The server's number of the request.
    pub fn request(mut self, id: Option<String>) -> Self {
        self.request = id;
        self
    }

    /// The same, with what was done before it stands first.
    pub fn after(mut self, done: &str) -> Self {
        self.message = format!("{done} {}", self.message);
        self
    }

    /// What happened, in a sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How the process ends.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&plain(&self.message))?;
        let lines = [("cause", &self.cause), ("remedy", &self.remedy), ("request", &self.request)];
        for (label, text) in lines {
            if let Some(text) = text {
                write!(out, "\n  {label}: {}", plain(text))?;
            }
        }
        Ok(())
    }
}

/// Addresses are left out: their query may hold what is nobody's business.
impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut causes = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            causes.push_str(": ");
            causes.push_str(&inner.to_string());
            cause = inner.source();
        }
        let remedy = if causes.contains("certificate") || causes.contains("UnknownIssuer") {
            "If the server's certificate comes from an authority of its own, sign in with `hospes login --ca FILE`."
        } else {
            "See whether the server is running and `hospes context show` has its address."
        };
        Self::new(Exit::Unavailable, "The server did not answer.").caused_by(causes).remedy(remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_why_and_what_to_do() {
        let failure = Failure::new(Exit::Forbidden, "Not allowed.")
            .caused_by("Authorization_RequestDenied (403)")
            .remedy("Ask for the role \u{1b}[31mGuest Inviter.")
            .request(Some("9d1c".into()));
        assert_eq!(
            failure.to_string(),
            "Not allowed.\n  cause: Authorization_RequestDenied (403)\n  \
             remedy: Ask for the role \\u{1b}[31mGuest Inviter.\n  request: 9d1c"
        );
        assert_eq!(Failure::usage("No.").remedy("").to_string(), "No.");
    }
}
