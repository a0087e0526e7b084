//! Where a redemption stands in this browser, sealed with the tenant's cookie key. Refuses to be read,
//! changed or carried to another tenant.

use hospes_domain::ids::TenantId;
use hospes_domain::link::LinkTicket;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::visit::Visit;
use super::{cookies, csrf};
use crate::Web;

/// What the page after redemption shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct Arrived {
    /// The proven address.
    pub address: String,
    /// The landing address; `None` for My Apps.
    pub url: Option<String>,
    /// What [`RedeemCookie::about`] was until then: a second click on "Accept" is about the same.
    pub about: String,
    /// How the guest signed in: a word of [`hospes_domain::session`].
    #[serde(default)]
    pub method: String,
}

/// The content of the cookie. No `Debug`: the ticket is half of a link.
#[derive(Clone, Serialize, Deserialize)]
pub struct RedeemCookie {
    /// The inviting tenant; stands in the clear before the sealed part, to select its key.
    #[serde(skip, default = "nobody")]
    pub tenant: TenantId,
    ticket: Option<String>,
    /// The flow, once begun.
    pub flow: Option<Uuid>,
    /// A path to go back to after redemption (just-in-time redemption at an app).
    pub back: Option<String>,
    /// Set once redeemed.
    pub arrived: Option<Arrived>,
}

fn nobody() -> TenantId {
    TenantId(Uuid::nil())
}

impl RedeemCookie {
    /// Somebody has opened a link.
    pub fn of_link(tenant: TenantId, ticket: LinkTicket) -> Self {
        Self { tenant, ticket: Some(ticket.encode()), flow: None, back: None, arrived: None }
    }

    /// Somebody has proven a mailbox while signing in; `back` is a path of ours.
    pub fn of_sign_in(tenant: TenantId, flow: Uuid, back: String) -> Self {
        Self { tenant, ticket: None, flow: Some(flow), back: Some(back), arrived: None }
    }

    /// Somebody has redeemed.
    pub fn arrived(tenant: TenantId, arrived: Arrived) -> Self {
        Self { tenant, ticket: None, flow: None, back: None, arrived: Some(arrived) }
    }

    /// The same link, with a flow begun.
    pub fn with_flow(self, flow: Uuid) -> Self {
        Self { flow: Some(flow), ..self }
    }

    /// The same link, with nothing begun.
    pub fn without_flow(self) -> Self {
        Self { flow: None, back: None, ..self }
    }

    /// The link's ticket.
    pub fn ticket(&self) -> Option<LinkTicket> {
        self.ticket.as_deref().and_then(LinkTicket::parse)
    }

    /// Names this redemption in its forms, so that a page of another window, about another invitation, is not
    /// mistaken for it. Tells nothing about the ticket.
    pub fn about(&self) -> String {
        if let Some(arrived) = &self.arrived {
            return arrived.about.clone();
        }
        let flow = || self.flow.map(|flow| flow.to_string());
        self.ticket.clone().or_else(flow).map(|secret| csrf::token(&secret)).unwrap_or_default()
    }

    /// The address of a step of this redemption.
    pub fn step(&self, name: &str) -> String {
        format!("/{}/redeem/{name}", self.tenant)
    }

    /// What the browser holds of a redemption at a tenant.
    pub fn held(web: &Web, visit: &Visit, tenant: TenantId) -> Option<Self> {
        let text = visit.cookie(&cookies::of_tenant(cookies::REDEEM, tenant))?;
        Self::open(web, text).filter(|cookie| cookie.tenant == tenant)
    }

    /// Gives it to the browser, beside those of other tenants.
    pub fn keep(&self, web: &Web, headers: &mut HeaderMap) {
        if let Some(sealed) = self.seal(web) {
            cookies::set(headers, &cookies::of_tenant(cookies::REDEEM, self.tenant), &sealed);
        }
    }

    /// Takes it away.
    pub fn clear(&self, headers: &mut HeaderMap) {
        cookies::clear(headers, &cookies::of_tenant(cookies::REDEEM, self.tenant));
    }

    /// The cookie's value.
    pub fn seal(&self, web: &Web) -> Option<String> {
        let json = serde_json::to_vec(self).ok()?;
        Some(format!("{}.{}", self.tenant, web.app.seal_cookie(self.tenant, cookies::REDEEM, &json)?))
    }

    /// Reads a cookie's value.
    fn open(web: &Web, text: &str) -> Option<Self> {
        let (tenant, sealed) = text.split_once('.')?;
        let tenant = TenantId::parse(tenant)?;
        let json = web.app.open_cookie(tenant, cookies::REDEEM, sealed)?;
        let read: Self = serde_json::from_slice(&json).ok()?;
        Some(Self { tenant, ..read })
    }
}
