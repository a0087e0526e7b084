//! A request to the portal: who sits there, at which organisation, and what stands around the page. Refuses strangers by
//! asking them to sign in, and unsafe requests from elsewhere before any work (threats H1).

use askama::Template;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::Response;
use hospes_actions::portal::{self, Desk};
use hospes_actions::sign_in;
use hospes_domain::access::Actor;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use http::request::Parts;
use http::{Method, StatusCode};

use super::error::refuse;
use super::view::{Place, PortalFrame};
use crate::Web;
use crate::pages::error::{PageError, refuse as refuse_stranger, refuse_form, refuse_signed_out};
use crate::pages::sign_in::enter;
use crate::pages::view::Form;
use crate::pages::visit::Visit;
use crate::pages::{csrf, my_apps, which_tenant};

/// Path of the portal of an organisation.
pub fn path_of(tenant: TenantId) -> String {
    format!("/portal/{tenant}")
}

/// Somebody at the portal, and the request.
pub struct Seat {
    /// The application.
    pub web: Web,
    /// The request.
    pub visit: Visit,
    /// Who, and where.
    pub desk: Desk,
}

impl FromRequestParts<Web> for Seat {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, web).await;
        let safe = parts.method == Method::GET || parts.method == Method::HEAD;
        if !safe && !csrf::from_own_page(&parts.headers, web.app.public_url()) {
            return Err(refuse_form(&visit, PageError::ForeignForm));
        }
        let path = RawPathParams::from_request_parts(parts, web).await;
        let named = path.iter().flatten().find(|(name, _)| *name == "tenant").map_or("", |(_, value)| value);
        let no = |refusal: Refusal| refuse_stranger(&visit, &refusal, None);
        let tenant = which_tenant::resolve(web, named).await.map_err(no)?.id;
        let desk = portal::enter(&web.app, tenant, visit.session(tenant)).await.map_err(no)?;
        let Some(desk) = desk else {
            if !safe {
                return Err(refuse_signed_out(&visit, &path_of(tenant)));
            }
            let here = parts.uri.path_and_query().map_or_else(|| path_of(tenant), ToString::to_string);
            let flow = sign_in::begin(&web.app, tenant, &here).await.map_err(no)?;
            return Err(enter(web, &visit, tenant, flow));
        };
        Ok(Self { web: web.clone(), visit, desk })
    }
}

impl Seat {
    /// The person as the caller of a verb.
    pub fn actor(&self) -> Actor {
        Actor { correlation: Some(self.visit.request_id()), ..self.desk.actor() }
    }

    /// Path of the portal, without a slash at the end.
    pub fn base(&self) -> String {
        path_of(self.desk.tenant.id)
    }

    /// A path below [`Self::base`]; `rest` begins with a slash.
    pub fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.base())
    }

    /// A form that only this browser can post, to a path below [`Self::base`].
    pub fn form(&self, rest: &str) -> Form {
        self.visit.form(self.path(rest))
    }

    /// What stands around a page of that place.
    pub fn frame(&self, place: Place) -> PortalFrame {
        let person = &self.desk.person;
        PortalFrame {
            development: self.visit.frame().development,
            base: self.base(),
            host: self.desk.tenant.display_name.clone(),
            person: person.display_name.clone(),
            // The first of the fixed order is the strongest.
            role: self.desk.roles.first().map_or("No directory role", |role| role.name()).to_owned(),
            place,
            sees: self.desk.sees,
            search: String::new(),
            my_apps: my_apps::path_of(self.desk.tenant.id),
            sign_out: self.visit.form(format!("/{}/sign-out", self.desk.tenant.id)),
        }
    }

    /// A page.
    pub fn page(&self, page: &impl Template) -> Response {
        self.visit.page(StatusCode::OK, page)
    }

    /// The page again, with what was wrong in the form: nothing was changed.
    pub fn page_again(&self, page: &impl Template) -> Response {
        self.visit.page(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// The page of a refusal.
    pub fn no(&self, refusal: &Refusal) -> Response {
        refuse(self, refusal)
    }
}
