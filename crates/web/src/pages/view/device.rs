//! Signing in for a device that shows a code. Refuses to say for whom a code is before somebody has signed in.

use askama::Template;

use super::{Form, Frame};
use crate::pages::words::Moment;

/// Asks for the code. Posts the fields `code` and, if it is asked for, `organisation`.
#[derive(Clone, Template)]
#[template(path = "pages/device_code.html")]
pub struct DeviceCode {
    /// Page frame.
    pub frame: Frame,
    /// What was typed.
    pub code: String,
    /// What was typed as the organisation; `None` when it is not asked for.
    pub organisation: Option<String>,
    /// Cause and remedy.
    pub error: Option<String>,
    /// "Next".
    pub form: Form,
}

/// Asks whether the device may sign in.
#[derive(Clone, Template)]
#[template(path = "pages/device_confirm.html")]
pub struct DeviceConfirm {
    /// Page frame.
    pub frame: Frame,
    /// Name of the app on the device.
    pub app_name: String,
    /// Name of the organisation.
    pub tenant_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// The network the device asked from, if that is known.
    pub source: Option<String>,
    /// When it asked.
    pub asked_at: Moment,
    /// "Sign the device in".
    pub accept: Form,
    /// "Cancel".
    pub cancel: Form,
}

/// The end, whatever was decided.
#[derive(Clone, Template)]
#[template(path = "pages/device_done.html")]
pub struct DeviceDone {
    /// Page frame.
    pub frame: Frame,
    /// Name of the app on the device.
    pub app_name: String,
    /// Whether the device may sign in.
    pub allowed: bool,
}

/// The pages with sample values.
#[cfg(test)]
pub(crate) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{AT, FRAME, form, shown, typed};
    let asked = DeviceCode {
        frame: FRAME,
        code: typed("BCDFGHJKL", mark),
        organisation: None,
        error: Some(typed("No device waits with this code.", mark)),
        form: form("/devicelogin"),
    };
    let confirm = DeviceConfirm {
        frame: FRAME,
        app_name: typed("Command line", mark),
        tenant_name: typed("Fabrikam", mark),
        signed_in_as: typed("ada@fabrikam.example", mark),
        source: Some("192.0.2.7".to_owned()),
        asked_at: AT,
        accept: form("/fabrikam/sign-in/1/allow-device"),
        cancel: form("/fabrikam/sign-in/1/refuse-device"),
    };
    let done = DeviceDone { frame: FRAME, app_name: typed("Command line", mark), allowed: true };
    vec![
        ("device_code", shown(&asked)),
        ("device_code_organisation", shown(&DeviceCode { organisation: Some(typed("x", mark)), ..asked })),
        ("device_confirm", shown(&confirm)),
        ("device_confirm_unknown_place", shown(&DeviceConfirm { source: None, ..confirm })),
        ("device_done", shown(&done)),
        ("device_refused", shown(&DeviceDone { allowed: false, ..done })),
    ]
}
