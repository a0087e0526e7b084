//! `/common/discovery/instance`: which names this server has, as client libraries ask
//! (reference/tokens-and-sign-in.md section 3). Refuses authorities on other hosts.

use std::collections::HashMap;

use axum::extract::{Query, Request, State};
use axum::response::Response;
use hospes_domain::refusal::Refusal;
use serde_json::json;

use super::{cross_origin, error, token};
use crate::Web;
use crate::http::RequestIds;

/// Answers for the authority in `authorization_endpoint`.
pub(super) async fn answer(
    State(web): State<Web>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let public_url = web.app.public_url();
    let asked = query.get("authorization_endpoint").map(String::as_str).unwrap_or_default();
    let Some(tenant) = tenant_of(public_url, asked) else {
        let refusal = Refusal::oauth("invalid_instance", 50_049, "Unknown or invalid instance.");
        return error::respond(&web, &RequestIds::of(&request), refusal);
    };
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    let body = json!({
        "tenant_discovery_endpoint": format!("{public_url}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": query.get("api-version").filter(|version| *version == "1.0").map_or("1.1", |_| "1.0"),
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    });
    cross_origin::open(token::json(&body))
}

/// The first segment of an address on this server.
fn tenant_of<'a>(public_url: &str, address: &'a str) -> Option<&'a str> {
    let path = address.strip_prefix(public_url)?.strip_prefix('/')?;
    let tenant = path.split(['/', '?', '#']).next()?;
    let plain = !tenant.is_empty()
        && tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    plain.then_some(tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_authorities_on_this_server_are_known() {
        let own = "https://hospes.example:8443";
        assert_eq!(
            tenant_of(own, "https://hospes.example:8443/common/oauth2/v2.0/authorize"),
            Some("common")
        );
        assert_eq!(tenant_of(own, "https://hospes.example:8443/contoso.example?x"), Some("contoso.example"));
        for other in [
            "",
            own,
            "https://hospes.example:84430/common",
            "https://evil.example/common",
            "https://hospes.example:8443/%22/x",
        ] {
            assert_eq!(tenant_of(own, other), None, "{other}");
        }
    }
}
