//! Choosing a password: in the middle of a sign-in, or because one wants to. Refuses to show what was typed.

use askama::Template;

use super::{Form, Frame};

/// Asks for a new password in place of the one that was right. Posts the fields `password` and `again`.
#[derive(Clone, Template)]
#[template(path = "pages/new_password.html")]
pub struct NewPassword {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// App the reader is on the way to.
    pub app_name: Option<String>,
    /// The address as typed.
    pub address: String,
    /// Cause and remedy after a refusal.
    pub error: Option<String>,
    /// "Change and sign in".
    pub form: Form,
    /// "Use another account".
    pub another_account: Form,
}

/// Lets a member replace the password. Posts the fields `current`, `password` and `again`.
#[derive(Clone, Template)]
#[template(path = "pages/change_password.html")]
pub struct ChangePassword {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// Cause and remedy when the present password was not right.
    pub current_error: Option<String>,
    /// Cause and remedy when the new one was not taken.
    pub error: Option<String>,
    /// "Change password".
    pub form: Form,
    /// "Cancel": path of My Apps.
    pub stay: String,
}

/// The password is another one.
#[derive(Clone, Template)]
#[template(path = "pages/password_changed.html")]
pub struct PasswordChanged {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// Path of My Apps.
    pub my_apps: String,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{DEVELOPMENT, FRAME, form, shown, typed};
    let new = NewPassword {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        app_name: Some(typed("Supplier Portal", mark)),
        address: typed("priya@fabrikam.example", mark),
        error: None,
        form: form("/new-password"),
        another_account: form("/another-account"),
    };
    let why =
        || Some(typed("The password is easy to guess. Use a few words that do not belong together.", mark));
    let change = ChangePassword {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        signed_in_as: typed("priya@fabrikam.example", mark),
        current_error: None,
        error: None,
        form: form("/security/password"),
        stay: "/myapps".to_owned(),
    };
    let changed =
        PasswordChanged { frame: FRAME, tenant_name: typed("Fabrikam", mark), my_apps: "/myapps".to_owned() };
    vec![
        ("new-password", shown(&new)),
        (
            "new-password-refused",
            shown(&NewPassword { error: why(), app_name: None, frame: DEVELOPMENT, ..new.clone() }),
        ),
        ("change-password", shown(&change)),
        ("change-password-refused", shown(&ChangePassword { error: why(), ..change.clone() })),
        ("change-password-wrong", shown(&ChangePassword { current_error: why(), ..change.clone() })),
        ("password-changed", shown(&changed)),
    ]
}
