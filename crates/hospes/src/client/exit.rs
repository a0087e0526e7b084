//! The exit codes of the commands that call a server. Scripts rely on them: a number never changes its meaning.

use http::StatusCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As asked.
    Done = 0,
    /// Something else, or a person who said no.
    Failed = 1,
    /// The words of the command.
    Usage = 2,
    /// Who asks.
    NotSignedIn = 3,
    /// What the caller may not.
    Forbidden = 4,
    /// What is not there.
    NotFound = 5,
    /// What cannot be done.
    Refused = 6,
    /// The server, or the way to it.
    Unavailable = 7,
}

impl Exit {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::NotSignedIn,
        Self::Forbidden,
        Self::NotFound,
        Self::Refused,
        Self::Unavailable,
    ];

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it tells a script.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "not done: answered with no, or something unexpected",
            Self::Usage => {
                "the command line is wrong, or a question could not be asked because nobody is at a terminal"
            }
            Self::NotSignedIn => "not signed in, or the sign-in was refused",
            Self::Forbidden => "signed in, but not allowed to do this",
            Self::NotFound => "no such guest, group, app or page",
            Self::Refused => "the server refuses it: wrong value, conflict, changed meanwhile",
            Self::Unavailable => "the server cannot be reached, or cannot do it just now: try again",
        }
    }

    /// What a status of HTTP comes to.
    pub fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            200..=299 => Self::Done,
            401 => Self::NotSignedIn,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            408 | 429 | 500..=599 => Self::Unavailable,
            400..=499 => Self::Refused,
            _ => Self::Failed,
        }
    }
}

/// Stands below the help of each command that calls a server.
pub const HELP: &str = "Exit codes: 0 done, 1 not done, 2 wrong command line, 3 not signed in, 4 not allowed,\n\
                        5 not found, 6 refused, 7 server not available.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_up_and_help_names_each() {
        for (number, exit) in (0_u8..).zip(Exit::ALL) {
            assert_eq!(exit.code(), number);
            assert!(HELP.contains(&format!("{number} ")), "{exit:?}");
        }
    }

    #[test]
    fn every_status_has_its_code() {
        for (status, exit) in [
            (StatusCode::NO_CONTENT, Exit::Done),
            (StatusCode::FOUND, Exit::Failed),
            (StatusCode::BAD_REQUEST, Exit::Refused),
            (StatusCode::UNAUTHORIZED, Exit::NotSignedIn),
            (StatusCode::FORBIDDEN, Exit::Forbidden),
            (StatusCode::NOT_FOUND, Exit::NotFound),
            (StatusCode::CONFLICT, Exit::Refused),
            (StatusCode::PRECONDITION_FAILED, Exit::Refused),
            (StatusCode::TOO_MANY_REQUESTS, Exit::Unavailable),
            (StatusCode::SERVICE_UNAVAILABLE, Exit::Unavailable),
        ] {
            assert_eq!(Exit::of(status), exit, "{status}");
        }
    }
}
