//! The first day: the page that sets an empty directory up, and what was set up. Refuses to be shown twice: the
//! second one holds a secret that nobody can ask for again.

use askama::Template;

use super::{Form, Frame};

/// What stands in a field, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct TextField {
    /// As typed.
    pub value: String,
    /// Cause and remedy.
    pub error: Option<String>,
}

/// Asks for the console's code and for everything a directory begins with. Posts the fields `code`, `organisation`,
/// `domain`, `name`, `user`, `password` and, if ticked, `automation`.
#[derive(Clone, Template)]
#[template(path = "pages/setup.html")]
pub struct Setup {
    /// Page frame.
    pub frame: Frame,
    /// The code the console has shown.
    pub code: TextField,
    /// The organisation's name.
    pub organisation: TextField,
    /// Its domain.
    pub domain: TextField,
    /// The first administrator's name.
    pub name: TextField,
    /// What the administrator signs in as.
    pub user: TextField,
    /// Why the password cannot be taken; a password is never sent back.
    pub password_error: Option<String>,
    /// Whether a client for automation is wanted.
    pub automation: bool,
    /// "Set up the directory".
    pub form: Form,
}

impl Setup {
    fn is_refused(&self) -> bool {
        let fields = [&self.code, &self.organisation, &self.domain, &self.name, &self.user];
        self.password_error.is_some() || fields.iter().any(|field| field.error.is_some())
    }
}

/// The client for automation. No `Debug`: it holds a secret.
#[derive(Clone)]
pub struct SetupClient {
    /// `client_id`.
    pub id: String,
    /// `client_secret`, shown this once.
    pub secret: String,
}

/// What was set up, and what comes next.
#[derive(Clone, Template)]
#[template(path = "pages/setup_done.html")]
pub struct SetupDone {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub organisation: String,
    /// The public address, without a slash at the end.
    pub base_url: String,
    /// `tid`.
    pub tenant_id: String,
    /// `iss` of the tokens.
    pub issuer: String,
    /// What the administrator signs in as.
    pub administrator: String,
    /// Where the administrator signs in.
    pub sign_in: String,
    /// The client for automation.
    pub client: Option<SetupClient>,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{FRAME, form, shown, typed};
    let text = |text: &str| TextField { value: typed(text, mark), error: None };
    let empty = Setup {
        frame: FRAME,
        code: TextField::default(),
        organisation: TextField::default(),
        domain: TextField::default(),
        name: TextField::default(),
        user: TextField::default(),
        password_error: None,
        automation: false,
        form: form("/setup"),
    };
    let refused = Setup {
        code: text("7Q4K-M2XD-9FZR-03TB-7Q4K-M2XD-9FZR-03TB"),
        organisation: text("Fabrikam"),
        domain: TextField {
            error: Some(typed("This is not a domain name. Give one such as fabrikam.example.", mark)),
            ..text("fabrikam")
        },
        name: text("Greta Holm"),
        user: text("greta"),
        password_error: Some("The password is too short. Use at least 12 characters.".to_owned()),
        automation: true,
        ..empty.clone()
    };
    let done = SetupDone {
        frame: FRAME,
        organisation: typed("Fabrikam", mark),
        base_url: "https://guests.fabrikam.example".to_owned(),
        tenant_id: "5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21".to_owned(),
        issuer: "https://guests.fabrikam.example/5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21/v2.0".to_owned(),
        administrator: typed("greta@fabrikam.example", mark),
        sign_in: "https://guests.fabrikam.example/myapps/5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21".to_owned(),
        client: Some(SetupClient {
            id: "7b1d9c52-8a3e-4a0f-8b2f-5a9be1c0d7e4".to_owned(),
            secret: "c2VjcmV0IG9mIGEgc2FtcGxlIHRoYXQgb3BlbnMgbm90aGluZw".to_owned(),
        }),
    };
    vec![
        ("setup", shown(&empty)),
        ("setup-refused", shown(&refused)),
        ("setup-done", shown(&done)),
        ("setup-done-without-client", shown(&SetupDone { client: None, ..done.clone() })),
    ]
}
