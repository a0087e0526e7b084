//! A browser whose person has typed the code and has only to agree, as `hospes bench` needs thousands of. Refuses to
//! prove anything: the flow says what was proven, and the page behind the form asks it.

use hospes_actions::app::App;
use hospes_domain::ids::TenantId;
use uuid::Uuid;

use super::redeem_cookie::RedeemCookie;
use super::{cookies, csrf};
use crate::{Web, WebOptions};

/// What such a browser sends to agree. No `Debug`: it holds cookies.
pub struct ProvenBrowser {
    /// The `Cookie` header.
    pub cookies: String,
    /// The posted form.
    pub form: String,
}

/// The browser of a flow that came from signing in at an app; `None` without such a tenant.
pub fn proven_browser(app: &App, tenant: TenantId, flow: Uuid) -> Option<ProvenBrowser> {
    let web = Web::new(app.clone(), WebOptions::default());
    let cookie = RedeemCookie::of_sign_in(tenant, flow, format!("/myapps/{tenant}"));
    let browser = app.draw_secret();
    Some(ProvenBrowser {
        form: format!("form_token={}", csrf::token_about(&browser, &cookie.about())),
        cookies: format!(
            "{}={browser}; {}={}",
            cookies::BROWSER,
            cookies::of_tenant(cookies::REDEEM, tenant),
            cookie.seal(&web)?
        ),
    })
}
