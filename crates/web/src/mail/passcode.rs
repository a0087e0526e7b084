//! The one-time code. Refuses to hold a link: a code is typed where it was asked for, so nothing in
//! this mail can lead elsewhere.

use askama::Template;

use super::{RenderedMail, one_line, rendered};
use crate::pages::words::{Moment, duration, spaced_code};

/// "Your code: 4821 0537". The code stands in the subject so that it can be read from a
/// notification and copied without opening the mail; it dies after minutes and works only in the
/// window that asked for it (threats G3, G4). No `Debug`: it holds the code.
#[derive(Clone)]
pub struct PasscodeMail {
    /// Name of the host organisation.
    pub host_name: String,
    /// The app or organisation that asks who the reader is.
    pub asked_by: String,
    /// The address that is being proven.
    pub address: String,
    /// Eight digits.
    pub code: String,
    /// When it runs out.
    pub works_until: Moment,
    /// Its life in seconds (600), for "works for 10 minutes".
    pub life_seconds: i64,
}

#[derive(Template)]
#[template(path = "mail/passcode/subject.txt")]
struct PasscodeSubject<'a>(&'a PasscodeMail);
#[derive(Template)]
#[template(path = "mail/passcode/body.txt")]
struct PasscodeText<'a>(&'a PasscodeMail);
#[derive(Template)]
#[template(path = "mail/passcode/body.html")]
struct PasscodeHtml<'a>(&'a PasscodeMail);

impl PasscodeMail {
    fn life(&self) -> String {
        duration(self.life_seconds)
    }

    /// Subject, text and HTML; fails only if formatting itself fails.
    pub fn render(&self) -> askama::Result<RenderedMail> {
        rendered(&PasscodeSubject(self), &PasscodeText(self), &PasscodeHtml(self))
    }
}
