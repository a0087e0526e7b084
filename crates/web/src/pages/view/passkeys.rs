//! The passkeys of a member or a guest. Refuses to show a key, only what its owner calls it and when it was used.

use askama::Template;

use super::{Form, Frame};
use crate::pages::words::Moment;

/// One passkey.
#[derive(Clone)]
pub struct PasskeyLine {
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added: Moment,
    /// When it last signed in.
    pub used: Option<Moment>,
    /// "Remove", after a recent sign-in.
    pub remove: Option<Form>,
}

/// Lists them, and lets one be added. Posts the fields `name` and `credential`.
#[derive(Clone, Template)]
#[template(path = "pages/passkeys.html")]
pub struct Passkeys {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// "Sign in again", where the sign-in is not recent enough to change anything.
    pub again: Option<Form>,
    /// "Add a passkey", where one more is possible.
    pub add: Option<Form>,
    /// Where the script asks what the browser is to be asked.
    pub options: String,
    /// Cause and remedy after a refusal.
    pub error: Option<String>,
    /// Whether they are second factors beside the account at home, as those of guests are.
    pub beside: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyLine>,
    /// Path of My Apps.
    pub my_apps: String,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{DEVELOPMENT, FRAME, form, shown, typed};
    use hospes_domain::time::Time;
    let at = Moment(Time(1_795_270_925_000_000));
    let line = |used, remove| PasskeyLine { name: typed("Work laptop", mark), added: at, used, remove };
    let page = Passkeys {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        signed_in_as: typed("priya@fabrikam.example", mark),
        again: None,
        add: Some(form("/security/passkeys")),
        options: "/security/passkeys/options".to_owned(),
        error: None,
        beside: false,
        passkeys: vec![line(None, Some(form("/security/passkeys/1/remove"))), line(Some(at), None)],
        my_apps: "/myapps".to_owned(),
    };
    let old = Passkeys {
        again: Some(form("/security/passkeys/again")),
        add: None,
        frame: DEVELOPMENT,
        ..page.clone()
    };
    let guest = Passkeys { beside: true, ..page.clone() };
    let refused = Some(typed("The passkey was not taken. Press the button again.", mark));
    vec![
        ("passkeys", shown(&page)),
        ("passkeys-old-sign-in", shown(&old)),
        ("passkeys-guest", shown(&guest)),
        ("passkeys-none-refused", shown(&Passkeys { passkeys: Vec::new(), error: refused, ..page.clone() })),
    ]
}
