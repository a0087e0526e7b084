//! The page for somebody whose app asks for what an administrator has to grant. Refuses to be a dead end: it leads to
//! another account and back to the app, which hears of it; on the way to a device, which no page leads to, it turns that away.

use askama::Template;

use super::{Form, Frame, Trace, Wanted};

/// "Sign in with another account", however that begins.
#[derive(Clone)]
pub enum Another {
    /// The flow goes on with somebody else.
    Form(Form),
    /// A new flow begins.
    Path(String),
}

/// Says that an administrator has to approve.
#[derive(Clone, Template)]
#[template(path = "pages/need_admin.html")]
pub struct NeedAdmin {
    /// Page frame.
    pub frame: Frame,
    /// Name of the app.
    pub app_name: String,
    /// Name of the organisation.
    pub host_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// The rule, one sentence.
    pub rule: String,
    /// What takes an administrator.
    pub wanted: Vec<Wanted>,
    /// "Sign in with another account".
    pub another: Another,
    /// "Back to the app", which is told.
    pub back: Form,
    /// Whether the app waits on a device.
    pub on_device: bool,
    /// What to read to an administrator.
    pub trace: Trace,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::Scope;
    use super::samples::{FRAME, form, shown, trace, typed};
    let scope = |name: &str| Scope { name: typed(name, mark), meaning: typed("Read orders.", mark) };
    let page = NeedAdmin {
        frame: FRAME,
        app_name: typed("Order Desk", mark),
        host_name: typed("Fabrikam", mark),
        signed_in_as: typed("jonas.lindqvist@contoso.example", mark),
        rule: "Only an administrator can grant what it asks for.".to_owned(),
        wanted: vec![Wanted {
            resource: typed("Orders", mark),
            on_behalf: vec![scope("Orders.Delete")],
            own: Vec::new(),
        }],
        another: Another::Form(form("/fabrikam.example/sign-in/x/another-account")),
        back: form("/fabrikam.example/sign-in/x/decline"),
        on_device: false,
        trace: trace(mark),
    };
    let own = Wanted { own: vec![scope("Orders.Sync")], ..page.wanted[0].clone() };
    let for_all = NeedAdmin {
        another: Another::Path("/fabrikam.example/v2.0/adminconsent?prompt=select_account".to_owned()),
        back: form("/fabrikam.example/v2.0/adminconsent/cancel"),
        wanted: vec![own],
        ..page.clone()
    };
    let device = NeedAdmin { on_device: true, ..page.clone() };
    vec![
        ("need-admin", shown(&page)),
        ("need-admin-for-all", shown(&for_all)),
        ("need-admin-device", shown(&device)),
    ]
}
