//! Leaving an organisation: what it means, and a farewell. Refuses to make it sound smaller or larger than it is.

use askama::Template;

use super::{Form, Frame};

/// Asks a guest before its place ends.
#[derive(Clone, Template)]
#[template(path = "pages/leave.html")]
pub struct Leave {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub host_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// The organisation's privacy statement.
    pub privacy_statement: Option<String>,
    /// "Leave".
    pub form: Form,
    /// "Stay": path of My Apps.
    pub stay: String,
}

/// The place has ended.
#[derive(Clone, Template)]
#[template(path = "pages/left.html")]
pub struct Left {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub host_name: String,
    /// The organisation's privacy statement.
    pub privacy_statement: Option<String>,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{DEVELOPMENT, FRAME, form, shown, typed};
    let leave = Leave {
        frame: FRAME,
        host_name: typed("Fabrikam", mark),
        signed_in_as: typed("jonas.lindqvist@contoso.example", mark),
        privacy_statement: Some(typed("https://fabrikam.example/privacy?a=", mark)),
        form: form("/myapps/fabrikam.example/leave"),
        stay: "/myapps/fabrikam.example".to_owned(),
    };
    let left = Left {
        frame: FRAME,
        host_name: typed("Fabrikam", mark),
        privacy_statement: leave.privacy_statement.clone(),
    };
    vec![
        ("leave", shown(&leave)),
        (
            "leave-without-statement",
            shown(&Leave { privacy_statement: None, frame: DEVELOPMENT, ..leave.clone() }),
        ),
        ("left", shown(&left)),
        ("left-without-statement", shown(&Left { privacy_statement: None, ..left.clone() })),
    ]
}
