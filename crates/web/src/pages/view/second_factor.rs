//! The second factor: asked for in a sign-in, set up, its recovery codes, and the page of one's own ways of signing in.
//! Refuses to show a secret twice: codes and secrets stand on the page that follows the deed and on no other.

use askama::Template;

use super::{Form, Frame, Link, PasskeyButton};
use crate::pages::words::{Moment, counted};

/// Asks for the code of the app, a passkey or a recovery code. Posts the field `code`, `credential` or `recovery`.
#[derive(Clone, Template)]
#[template(path = "pages/second_factor.html")]
pub struct SecondFactor {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// App on whose behalf the reader signs in.
    pub app_name: Option<String>,
    /// Whether there is an authenticator app.
    pub app: bool,
    /// "Use a passkey", for guests who have one.
    pub passkey: Option<PasskeyButton>,
    /// Whether there are recovery codes left.
    pub recovery: bool,
    /// What was wrong with the code of the app.
    pub code_error: Option<String>,
    /// What was wrong with the recovery code.
    pub recovery_error: Option<String>,
    /// "Continue" of both forms.
    pub check: Form,
    /// "Use another account".
    pub another_account: Form,
}

/// Sets an authenticator app up. Posts the fields `sealed`, `name` and `code`. No `Debug`: it holds the secret.
#[derive(Clone, Template)]
#[template(path = "pages/enrol_factor.html")]
pub struct EnrolFactor {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// Whether a role demands it, so that nothing else follows before.
    pub demanded: bool,
    /// The QR code as an `<svg>` element made by us.
    pub qr: Option<String>,
    /// The secret to type, in groups of four.
    pub secret: String,
    /// The sealed secret.
    pub sealed: String,
    /// What the reader calls the app.
    pub name: String,
    /// What was wrong with the name.
    pub name_error: Option<String>,
    /// What was wrong with the code.
    pub code_error: Option<String>,
    /// "Add".
    pub form: Form,
    /// "Cancel": a path, where the reader may.
    pub cancel: Option<String>,
    /// "Use another account", in a sign-in.
    pub another_account: Option<Form>,
}

/// New recovery codes, shown once.
#[derive(Clone, Template)]
#[template(path = "pages/recovery_codes.html")]
pub struct RecoveryCodes {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// What the reader signs in as.
    pub sign_in_name: String,
    /// The codes.
    pub codes: Vec<String>,
    /// When they were made.
    pub at: Moment,
    /// Where the reader goes on.
    pub next: Link,
}

/// A second factor of the reader.
#[derive(Clone)]
pub struct FactorLine {
    /// Its id.
    pub id: String,
    /// What the reader called it.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// Since when it works.
    pub added: Moment,
    /// When it was used last.
    pub used: Option<Moment>,
    /// "Remove"; `None` for the last one while a role demands one, and while the reader has to sign in again.
    pub remove: Option<Form>,
}

/// The ways of signing in of the reader.
#[derive(Clone, Template)]
#[template(path = "pages/security.html")]
pub struct Security {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub tenant_name: String,
    /// What the reader signs in as.
    pub sign_in_name: String,
    /// How the reader proves that first, e.g. "Password".
    pub first: String,
    /// Second factors.
    pub factors: Vec<FactorLine>,
    /// Names of the passkeys that count as second factors.
    pub passkeys: Vec<String>,
    /// Path of the page of passkeys, for guests.
    pub passkeys_page: Option<String>,
    /// Recovery codes left.
    pub recovery_codes: usize,
    /// Whether a role demands a second factor.
    pub demanded: bool,
    /// Path of "Add an authenticator app".
    pub add: Option<String>,
    /// "New recovery codes".
    pub renew: Option<Form>,
    /// Path of "Sign in again", where that has to come first.
    pub again: Option<String>,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// Why something was not done.
    pub problem: Option<String>,
    /// Pages of the password and passkeys, for members.
    pub own: Vec<Link>,
    /// Path of My Apps.
    pub my_apps: String,
}

impl SecondFactor {
    fn is_refused(&self) -> bool {
        let passkey = self.passkey.as_ref().is_some_and(|passkey| passkey.error.is_some());
        self.code_error.is_some() || self.recovery_error.is_some() || passkey
    }
}

impl EnrolFactor {
    fn is_refused(&self) -> bool {
        self.code_error.is_some() || self.name_error.is_some()
    }
}

impl Security {
    fn left(&self) -> String {
        counted(i64::try_from(self.recovery_codes).unwrap_or(i64::MAX), "recovery code")
    }
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    [asked_samples(mark), enrol_samples(mark), own_samples(mark)].concat()
}

#[cfg(test)]
fn asked_samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{DEVELOPMENT, FRAME, form, shown, typed};
    let asked = SecondFactor {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        app_name: Some(typed("Supplier Portal", mark)),
        app: true,
        passkey: None,
        recovery: true,
        code_error: None,
        recovery_error: None,
        check: form("/sign-in/second-factor"),
        another_account: form("/sign-in/another-account"),
    };
    let refused = SecondFactor {
        code_error: Some(typed("This is not the code the app shows now.", mark)),
        app_name: None,
        frame: DEVELOPMENT,
        ..asked.clone()
    };
    let no_recovery = SecondFactor { recovery: false, ..asked.clone() };
    let recovery_refused =
        SecondFactor { recovery_error: Some(typed("This code does not work.", mark)), ..asked.clone() };
    let button = |error: Option<&str>| PasskeyButton {
        form: form("/sign-in/second-factor/passkey"),
        options: "/sign-in/second-factor/passkey/options".to_owned(),
        error: error.map(|words| typed(words, mark)),
    };
    let passkey = SecondFactor { passkey: Some(button(None)), ..asked.clone() };
    let only_passkey = SecondFactor {
        app: false,
        passkey: Some(button(Some("This passkey was not taken."))),
        ..asked.clone()
    };
    vec![
        ("second-factor-passkey", shown(&passkey)),
        ("second-factor-only-passkey-refused", shown(&only_passkey)),
        ("second-factor", shown(&asked)),
        ("second-factor-refused", shown(&refused)),
        ("second-factor-no-recovery", shown(&no_recovery)),
        ("second-factor-recovery-refused", shown(&recovery_refused)),
    ]
}

#[cfg(test)]
fn enrol_samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{AT, FRAME, form, shown, typed};
    let enrol = EnrolFactor {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        demanded: true,
        qr: crate::pages::qr::svg("otpauth://totp/Fabrikam:ana?secret=GEZDGNBVGY3TQOJQ"),
        secret: "GEZD GNBV GY3T QOJQ".to_owned(),
        sealed: "c2VhbGVk".to_owned(),
        name: typed("Phone", mark),
        name_error: None,
        code_error: None,
        form: form("/sign-in/enrol"),
        cancel: None,
        another_account: Some(form("/sign-in/another-account")),
    };
    let enrol_refused = EnrolFactor {
        demanded: false,
        qr: None,
        name_error: Some(typed("The name cannot be used.", mark)),
        code_error: Some(typed("The code is not the one this secret makes now.", mark)),
        cancel: Some("/x/security".to_owned()),
        another_account: None,
        ..enrol.clone()
    };
    let codes = RecoveryCodes {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        sign_in_name: typed("priya@fabrikam.example", mark),
        codes: vec!["0123-ZYXW-GHJ1".to_owned(), "7K4M-9QXD-2HFW".to_owned()],
        at: AT,
        next: Link { label: "Go on".to_owned(), url: "/x/security".to_owned() },
    };
    vec![
        ("enrol-factor", shown(&enrol)),
        ("enrol-factor-refused", shown(&enrol_refused)),
        ("recovery-codes", shown(&codes)),
    ]
}

#[cfg(test)]
fn own_samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{AT, DEVELOPMENT, FRAME, form, shown, typed};
    let factor = |used, remove| FactorLine {
        id: typed("1", mark),
        name: typed("Phone", mark),
        kind: "Authenticator app",
        added: AT,
        used,
        remove,
    };
    let security = Security {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        sign_in_name: typed("priya@fabrikam.example", mark),
        first: "Password".to_owned(),
        factors: vec![factor(Some(AT), Some(form("/x/security/remove"))), factor(None, None)],
        passkeys: Vec::new(),
        passkeys_page: None,
        recovery_codes: 9,
        demanded: true,
        add: Some("/x/security/authenticator".to_owned()),
        renew: Some(form("/x/security/recovery-codes")),
        again: None,
        done: Some("The factor was removed."),
        problem: None,
        own: vec![Link { label: "Change password".to_owned(), url: "/x/security/password".to_owned() }],
        my_apps: "/myapps/x".to_owned(),
    };
    let stale = Security {
        add: None,
        renew: None,
        again: Some("/x/security/again".to_owned()),
        done: None,
        demanded: false,
        frame: DEVELOPMENT,
        ..security.clone()
    };
    let empty = Security { factors: Vec::new(), recovery_codes: 0, renew: None, ..security.clone() };
    let guest = Security {
        factors: Vec::new(),
        passkeys: vec![typed("Work laptop", mark)],
        passkeys_page: Some("/x/security/passkeys".to_owned()),
        own: Vec::new(),
        ..security.clone()
    };
    let refused_security =
        Security { done: None, problem: Some(typed("This is the only one.", mark)), ..security.clone() };
    vec![
        ("security", shown(&security)),
        ("security-stale", shown(&stale)),
        ("security-empty", shown(&empty)),
        ("security-guest", shown(&guest)),
        ("security-refused", shown(&refused_security)),
    ]
}
