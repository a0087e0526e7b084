//! Proving a mailbox with a code: the page that offers to send it and the page that asks for it.
//! Refuses to send or compare anything, and to count down: times are written out.

use askama::Template;

use super::{Form, Frame};
use crate::pages::words::{Moment, counted};

/// Offers to send a code; nothing is sent before the button is used (threats A9, G6).
#[derive(Clone, Template)]
#[template(path = "pages/send_passcode.html")]
pub struct SendPasscode {
    /// Page frame.
    pub frame: Frame,
    /// `true` within an invitation (shows the three steps), `false` while signing in.
    pub redeeming: bool,
    /// App or organisation that asks who the reader is.
    pub asked_by: String,
    /// Where the code would go: masked within an invitation, as typed while signing in.
    pub address: String,
    /// When codes can be sent again, after too many; the button is not drawn while it is set.
    pub paused_until: Option<Moment>,
    /// "Send code".
    pub send: Form,
    /// "Use another account".
    pub another_account: Option<Form>,
}

/// Why the typed code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasscodeError {
    /// Another code than the one sent last, with the tries that remain (1 or more).
    NotTheCode {
        /// Tries left for this code.
        tries_left: u8,
    },
    /// No try is left; a new code is needed.
    NoTriesLeft,
    /// The code has run out.
    RunOut,
    /// What was typed is not eight digits; costs no try.
    NotEightDigits,
    /// Too many wrong codes for this mailbox, in any window.
    MailboxPaused,
}

impl PasscodeError {
    /// Whether nothing typed for the last code can be right any more.
    pub fn needs_new_code(&self) -> bool {
        matches!(self, Self::NoTriesLeft | Self::RunOut)
    }

    /// Cause and remedy, one or two sentences.
    pub fn words(self) -> String {
        match self {
            Self::NotTheCode { tries_left } => {
                let tries = counted(i64::from(tries_left), "try");
                format!("That is not the code we sent last. {tries} left.")
            }
            Self::NoTriesLeft => "That was the last try for this code. Send a new code to go on.".to_owned(),
            Self::RunOut => "This code has run out. Send a new code to go on.".to_owned(),
            Self::NotEightDigits => "The code has eight digits. Type all of them.".to_owned(),
            Self::MailboxPaused => {
                "There were too many wrong codes for this mailbox. Come back in an hour.".to_owned()
            }
        }
    }
}

/// Asks for the code, or for a new one when the last is used up. Posts the field `code`; spaces and hyphens in it
/// are to be accepted.
#[derive(Clone, Template)]
#[template(path = "pages/passcode.html")]
pub struct Passcode {
    /// Page frame.
    pub frame: Frame,
    /// `true` within an invitation (shows the three steps), `false` while signing in.
    pub redeeming: bool,
    /// Where the code went: masked within an invitation, as typed while signing in.
    pub address: String,
    /// When the code runs out.
    pub works_until: Moment,
    /// What went wrong with the last try.
    pub error: Option<PasscodeError>,
    /// When a new code can be asked for; `None` means now.
    pub new_code_from: Option<Moment>,
    /// Address the mail comes from, to look for in the junk folder.
    pub sender: Option<String>,
    /// "Continue".
    pub check: Form,
    /// "Send a new code".
    pub resend: Form,
    /// "Use another account".
    pub another_account: Option<Form>,
}
