//! Mails as an administrator sees them: where each stands, and whether it can be sent once more (threats I7). Refuses to
//! send again what went out, and what lost its point meanwhile: an older link or code must not come back. Knows no text
//! of a mail, no link and no code (threats I9).

use uuid::Uuid;

use crate::ids::ObjectId;
use crate::refusal::Refusal;
use crate::time::Time;

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailState {
    /// It is tried as soon as it is due.
    Waiting,
    /// A mail server took it.
    Sent,
    /// It was given up: a dead letter.
    Abandoned,
    /// It lost its point before it was sent.
    Dropped,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Abandoned, Self::Dropped];

    /// The word people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Abandoned => "abandoned",
            Self::Dropped => "dropped",
        }
    }

    /// Reads that word; letter case does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name().eq_ignore_ascii_case(text))
    }

    /// The stored word: a mail is a job, and what a job was for is done.
    pub fn stored(self) -> &'static str {
        match self {
            Self::Sent => "done",
            other => other.name(),
        }
    }

    /// Reads the stored word.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.stored() == text)
    }
}

/// The kinds of mails that an invitation causes: to the guest, and the copy.
pub const INVITATION_KINDS: [&str; 2] = ["invitation", "invitation-copy"];

/// A mail of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMail {
    /// Its id; the Message-ID derives from it.
    pub id: Uuid,
    /// `invitation`, `invitation-copy`, `passcode`, `reset-notice`, `address-added`, `security-notice`, `password-changed`,
    /// `passkey-added` or `passkey-removed`.
    pub kind: String,
    /// Where to.
    pub recipient: String,
    /// The language asked for.
    pub language: Option<String>,
    /// The user it is about.
    pub user: Option<ObjectId>,
    /// That user's display name now.
    pub user_name: Option<String>,
    /// Where it stands.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: u32,
    /// Not tried again before this.
    pub next_try: Time,
    /// Why it was not sent.
    pub last_error: Option<String>,
    /// When its cause happened.
    pub created_at: Time,
    /// After this instant it is pointless.
    pub dies_at: Time,
    /// When it was sent, given up or dropped.
    pub ended_at: Option<Time>,
}

/// What became of what the mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// It stands: the link or code in the mail would work.
    Stands,
    /// A newer invitation or a reset took the place of this one.
    Superseded,
    /// The invitation was accepted, or the code typed or replaced.
    Used,
    /// The guest is blocked.
    Blocked,
    /// The guest was deleted.
    Deleted,
}

/// Whether the mail may be due again now.
///
/// # Errors
/// [`Refusal::Invalid`] with cause and remedy, [`Refusal::Blocked`].
pub fn may_be_sent_again(mail: &QueuedMail, point: Point, now: Time) -> Result<(), Refusal> {
    let code = mail.kind == "passcode";
    let anew = if code {
        "Ask the person to begin the sign-in again: that sends a new code."
    } else {
        "Invite the guest again for a new link, or reset the redemption if it was accepted."
    };
    let no = |cause: &str, remedy: &str| Err(Refusal::invalid("", cause, remedy));
    match (mail.state, point) {
        (MailState::Sent, _) => no("A mail server has taken this mail already.", anew),
        (MailState::Dropped, _) | (_, Point::Superseded) => {
            no("A newer invitation, code or reset took the place of this mail, or it was used.", anew)
        }
        (_, Point::Used) => no("What this mail is about was used or replaced meanwhile.", anew),
        (_, Point::Deleted) => no("The guest was deleted.", "Restore the user, then invite again."),
        (_, Point::Blocked) => Err(Refusal::Blocked),
        (MailState::Waiting | MailState::Abandoned, Point::Stands) if now >= mail.dies_at => {
            no("The time of this mail is over.", anew)
        }
        (MailState::Waiting | MailState::Abandoned, Point::Stands) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(state: MailState) -> QueuedMail {
        QueuedMail {
            id: Uuid::nil(),
            kind: "invitation".to_owned(),
            recipient: "ana@contoso.example".to_owned(),
            language: None,
            user: None,
            user_name: None,
            state,
            attempts: 1,
            next_try: Time(0),
            last_error: None,
            created_at: Time(0),
            dies_at: Time(100),
            ended_at: None,
        }
    }

    #[test]
    fn i7_a_dead_letter_is_sent_again_as_long_as_it_has_a_point() {
        use MailState::{Abandoned, Dropped, Sent, Waiting};
        for (state, point, now, good) in [
            (Abandoned, Point::Stands, 99, true),
            (Waiting, Point::Stands, 0, true),
            (Abandoned, Point::Stands, 100, false),
            (Waiting, Point::Superseded, 0, false),
            (Abandoned, Point::Used, 0, false),
            (Abandoned, Point::Blocked, 0, false),
            (Abandoned, Point::Deleted, 0, false),
            (Sent, Point::Stands, 0, false),
            (Dropped, Point::Stands, 0, false),
        ] {
            let answer = may_be_sent_again(&mail(state), point, Time(now));
            assert_eq!(answer.is_ok(), good, "{state:?} {point:?} {now}");
        }
    }

    #[test]
    fn states_are_read_as_they_are_written() {
        for state in MailState::ALL {
            assert_eq!(MailState::parse(state.name()), Some(state));
            assert_eq!(MailState::from_stored(state.stored()), Some(state));
        }
        assert_eq!((MailState::parse("Sent"), MailState::parse("gone")), (Some(MailState::Sent), None));
    }
}
