//! Permissions that people gave: the list of a person's own, and the page on which an administrator agrees for everybody.
//! Refuses to sum up: every permission stands there with its name.

use askama::Template;

use super::{Form, Frame, Scope};
use crate::pages::words::Moment;

/// An app that the reader allowed something.
#[derive(Clone)]
pub struct AllowedApp {
    /// Its name.
    pub name: String,
    /// What it may.
    pub scopes: Vec<Scope>,
    /// When the reader last agreed.
    pub since: Moment,
    /// "Take back".
    pub revoke: Form,
}

/// What the reader allowed apps.
#[derive(Clone, Template)]
#[template(path = "pages/consents.html")]
pub struct Consents {
    /// Page frame.
    pub frame: Frame,
    /// Name of the organisation.
    pub host_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// The apps.
    pub apps: Vec<AllowedApp>,
    /// Path of My Apps.
    pub back: String,
}

/// What an app asks of one resource.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Name of the resource.
    pub resource: String,
    /// On behalf of whoever uses it.
    pub on_behalf: Vec<Scope>,
    /// By itself, without anybody there.
    pub own: Vec<Scope>,
}

/// Asks an administrator to agree for the whole organisation.
#[derive(Clone, Template)]
#[template(path = "pages/admin_consent.html")]
pub struct AdminConsent {
    /// Page frame.
    pub frame: Frame,
    /// Name of the app.
    pub app_name: String,
    /// Host the answer goes to.
    pub app_host: String,
    /// Name of the organisation.
    pub host_name: String,
    /// Sign-in name of the session.
    pub signed_in_as: String,
    /// What it asks for.
    pub wanted: Vec<Wanted>,
    /// Whether it asks for something else than when the reader agreed.
    pub changed: bool,
    /// "Accept".
    pub accept: Form,
    /// "Cancel".
    pub cancel: Form,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{AT, DEVELOPMENT, FRAME, form, shown, typed};
    let scope = |name: &str| Scope {
        name: typed(name, mark),
        meaning: typed("Orders: Read orders. Reads them.", mark),
    };
    let app = AllowedApp {
        name: typed("Orders", mark),
        scopes: vec![scope("Orders.Read")],
        since: AT,
        revoke: form("/fabrikam.example/consents/x/revoke"),
    };
    let consents = Consents {
        frame: FRAME,
        host_name: typed("Fabrikam", mark),
        signed_in_as: typed("jonas.lindqvist@contoso.example", mark),
        apps: vec![app],
        back: "/myapps/fabrikam.example".to_owned(),
    };
    let wanted = Wanted {
        resource: typed("Orders", mark),
        on_behalf: vec![scope("Orders.Read")],
        own: vec![scope("Orders.Sync")],
    };
    let admin = AdminConsent {
        frame: FRAME,
        app_name: typed("Order Desk", mark),
        app_host: typed("desk.example", mark),
        host_name: typed("Fabrikam", mark),
        signed_in_as: typed("gloria@fabrikam.example", mark),
        wanted: vec![wanted],
        changed: false,
        accept: form("/fabrikam.example/v2.0/adminconsent/accept"),
        cancel: form("/fabrikam.example/v2.0/adminconsent/cancel"),
    };
    vec![
        ("consents", shown(&consents)),
        ("consents-none", shown(&Consents { apps: Vec::new(), frame: DEVELOPMENT, ..consents.clone() })),
        ("admin-consent", shown(&admin)),
        ("admin-consent-changed", shown(&AdminConsent { changed: true, ..admin.clone() })),
        ("admin-consent-nothing", shown(&AdminConsent { wanted: Vec::new(), ..admin.clone() })),
    ]
}
