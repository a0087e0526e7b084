//! Which organisation somebody means who came without one: to a shared address (`common`, `organizations`) or to My
//! Apps (reference/redemption.md section 1, "Common endpoint"). Refuses to guess, to look at anything but the domain,
//! and to lead anywhere but to the addresses it knows.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use hospes_actions::sign_in::Parameters;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use http::StatusCode;
use url::form_urlencoded;

use super::error::refuse;
use super::my_apps;
use super::sign_out::pairs;
use super::view::Organisation;
use super::visit::Visit;
use crate::Web;
use crate::http::{Access, Route};
use crate::portal;

/// The question.
pub const ROUTES: &[Route] =
    &[Route { method: "GET", path: PATH, access: Access::Browser, handler: || get(ask) }];

const PATH: &str = "/organisation";

/// Where a request to `authorize` without an organisation goes.
pub fn for_request(query: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("{PATH}?request={query}")
}

/// Where a request for admin consent without an organisation goes, of the newer or the older endpoint.
pub fn for_consent(older: bool, query: &str) -> String {
    let to = if older { OLDER_CONSENT } else { CONSENT };
    format!("{}&to={to}", for_request(query))
}

/// Values of `to`.
const PORTAL: &str = "portal";
const CONSENT: &str = "adminconsent";
const OLDER_CONSENT: &str = "older-adminconsent";

/// Where somebody goes who wants My Apps of nobody in particular.
pub const FOR_MY_APPS: &str = PATH;
/// Where somebody goes who wants the portal of nobody in particular.
pub const FOR_PORTAL: &str = "/organisation?to=portal";

async fn ask(State(web): State<Web>, visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Response> {
    let asked = Parameters::new(pairs(query.unwrap_or_default().as_bytes()));
    let (request, typed) = (asked.get("request"), asked.get("name").unwrap_or_default().trim());
    let to = [PORTAL, CONSENT, OLDER_CONSENT].into_iter().find(|to| asked.get("to") == Some(to));
    let mut error = None;
    if !typed.is_empty() {
        let domain = typed.rsplit_once('@').map_or(typed, |(_, domain)| domain);
        match web.app.tenant_named(domain).await {
            Ok(tenant) => {
                return Ok(visit.go(&onward(tenant.id, to, request, typed)));
            }
            Err(Refusal::NotFound { .. }) => {
                error = Some(
                    "No organisation on this server has that domain. Check it, or type the domain of the one that \
                     invited you.",
                );
            }
            Err(refusal) => return Err(refuse(&visit, &refusal, None)),
        }
    }
    let page = Organisation {
        frame: visit.frame(),
        request: request.map(str::to_owned),
        to,
        typed: typed.to_owned(),
        error: error.map(str::to_owned),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(visit.page(status, &page))
}

/// Where the person wanted to go, at that organisation.
fn onward(tenant: TenantId, to: Option<&str>, request: Option<&str>, typed: &str) -> String {
    let hint = Some(typed).filter(|typed| typed.contains('@'));
    match (request, to) {
        (Some(query), Some(CONSENT)) => format!("/{tenant}/v2.0/adminconsent?{}", with_hint(query, None)),
        (Some(query), Some(OLDER_CONSENT)) => format!("/{tenant}/adminconsent?{}", with_hint(query, None)),
        (Some(query), _) => format!("/{tenant}/oauth2/v2.0/authorize?{}", with_hint(query, hint)),
        (None, Some(PORTAL)) => portal::path_of(tenant),
        (None, _) => my_apps::path_of(tenant),
    }
}

/// The request with the address that was typed, so that it is not asked for again. Written anew, since whatever
/// somebody puts into it by hand has to make a legal address.
fn with_hint(query: &str, hint: Option<&str>) -> String {
    let replaced = |name: &str| hint.is_some() && name == "login_hint";
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !replaced(name));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept).extend_pairs(hint.map(|hint| ("login_hint", hint)));
    query.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_survives_and_has_one_hint() {
        assert_eq!(with_hint("a=1&login_hint=x", None), "a=1&login_hint=x");
        assert_eq!(
            with_hint("a=1&login_hint=x&b=2", Some("a@b.example")),
            "a=1&b=2&login_hint=a%40b.example"
        );
        assert_eq!(with_hint("a=1\r\nX: é#y", None), "a=1%0D%0AX%3A+%C3%A9%23y");
        assert_eq!(for_request("a=1&b=%26"), "/organisation?request=a%3D1%26b%3D%2526");
        assert_eq!(for_consent(true, "a=1"), "/organisation?request=a%3D1&to=older-adminconsent");
        let tenant = TenantId(uuid::Uuid::nil());
        let consent = onward(tenant, Some(CONSENT), Some("a=1"), "x@y.example");
        assert_eq!(consent, format!("/{tenant}/v2.0/adminconsent?a=1"));
    }
}
