//! The pages of a sign-in that ask whether the app may, and say that an administrator has to allow it. Refuses to name what
//! is not asked for: both list what the flow says.

use hospes_actions::sign_in::{AskedFor, Listing, Place, asked_of};
use hospes_actions::sign_ins::{Turned, page_refused};
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::needs_admin;

use super::sign_in::Standing;
use super::sign_in_forms as forms;
use super::view::{Another, AppConsent, NeedAdmin, Wanted};
use crate::Web;

impl Standing<'_> {
    /// For those who cannot grant it. On record like the page of a refusal, so that its reference leads somewhere.
    pub(super) async fn need_admin(
        &self,
        web: &Web,
        place: &Place,
        resource: String,
        asked: Vec<AskedFor>,
    ) -> NeedAdmin {
        let (client, session) = (self.page.app.as_ref().map(|app| app.client), place.session.clone());
        let refusal = Refusal::OAuth(needs_admin());
        page_refused(&web.app, Turned { tenant: place.tenant, client, session }, &refusal).await;
        let person = self.page.signed_in.as_ref();
        let on_behalf = asked.into_iter().map(forms::scope).collect();
        NeedAdmin {
            frame: self.visit.frame(),
            app_name: self.app_name().unwrap_or_default(),
            host_name: self.page.tenant.display_name.clone(),
            signed_in_as: person.map(|p| p.sign_in_name.clone()).unwrap_or_default(),
            rule: "It asks for what only an administrator can grant.".to_owned(),
            wanted: vec![Wanted { resource, on_behalf, own: Vec::new() }],
            another: Another::Form(self.form("another-account")),
            back: self.form("decline"),
            on_device: self.redirect_uri().is_empty(),
            trace: self.visit.trace(&refusal),
        }
    }

    /// Where the answer goes; nowhere, if a device waits for it.
    fn redirect_uri(&self) -> &str {
        self.page.app.as_ref().map(|app| app.redirect_uri.as_str()).unwrap_or_default()
    }

    /// Whether the app may.
    pub(super) fn consent(&self, listing: Listing, changed: bool) -> AppConsent {
        let person = self.page.signed_in.as_ref();
        let about = person.map(|person| asked_of(person.user, &listing.digest)).unwrap_or_default();
        AppConsent {
            frame: self.visit.frame(),
            app_name: self.app_name().unwrap_or_default(),
            app_host: match self.redirect_uri() {
                "" => "your device".to_owned(),
                uri => hospes_domain::redirect::host(uri).unwrap_or_else(|| uri.to_owned()),
            },
            tenant_name: self.page.tenant.display_name.clone(),
            signed_in_as: person.map(|p| p.sign_in_name.clone()).unwrap_or_default(),
            scopes: listing.asked.into_iter().map(forms::scope).collect(),
            changed,
            accept: self.form_about("accept", &about),
            cancel: self.form("decline"),
        }
    }
}
