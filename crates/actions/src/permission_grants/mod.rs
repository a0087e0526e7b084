//! What applications may do on behalf of people (`oauth2PermissionGrants`): granted for everybody or for one person, read,
//! changed and taken back. Refuses permissions that the resource does not have.

pub mod change;
pub mod create;
pub mod list;

use hospes_domain::access::{Scope, ScopeSet};
use hospes_domain::application::{DIRECTORY_API, ServicePrincipal};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::{RequestedScopes, Resource};
use hospes_store::engine::Read;

pub use hospes_store::permission_grants::Grant;

use crate::app::Stop;
use crate::apps;

/// Scopes of OpenID Connect, which the original lets grants name; they open nothing here that needs one.
const OPENID: &[&str] = &["openid", "profile", "email", "offline_access"];

/// The permissions of a `scope` in the spelling of the resource.
///
/// # Errors
/// [`Refusal::Invalid`] for none, and for one that the resource does not have.
fn names(resource: &Resource, scope: &str) -> Result<Vec<String>, Refusal> {
    let mut names: Vec<String> = Vec::new();
    for word in scope.split_ascii_whitespace() {
        let directory = || Scope::parse(word).map(|known| known.name().to_owned());
        let openid =
            || OPENID.iter().find(|name| name.eq_ignore_ascii_case(word)).map(|&name| name.to_owned());
        let known = if resource.client == DIRECTORY_API {
            directory().or_else(openid)
        } else {
            resource.scope(word).map(|scope| scope.value.clone())
        };
        let Some(known) = known else {
            let shown: String = word.chars().filter(|c| !c.is_control()).take(80).collect();
            let cause = format!("The resource has no permission '{shown}' on behalf of people.");
            return Err(Refusal::invalid(
                "scope",
                cause,
                "Name enabled oauth2PermissionScopes of the resource.",
            ));
        };
        if !names.contains(&known) {
            names.push(known);
        }
    }
    if names.is_empty() {
        return Err(Refusal::invalid(
            "scope",
            "No permission is named.",
            "Name at least one, separated by spaces.",
        ));
    }
    Ok(names)
}

/// The resource of a service principal, with what it exposes.
fn resource(tx: &impl Read, tenant: TenantId, principal: &ServicePrincipal) -> Result<Resource, Stop> {
    let wants = RequestedScopes { resource: Some(principal.client_id), ..RequestedScopes::default() };
    let facts = apps::facts_of(tx, tenant, &wants)?;
    facts.map(|facts| facts.resource).ok_or_else(|| {
        let remedy = "Enable its service principal first.";
        Refusal::invalid("resourceId", "The resource is disabled or exposes nothing.", remedy).into()
    })
}

/// The permissions of the directory API among them; none of another resource's.
fn directory(resource: &Resource, names: &[String]) -> ScopeSet {
    if resource.client == DIRECTORY_API { ScopeSet::parse(&names.join(" ")) } else { ScopeSet::default() }
}

/// What the audit log says about a grant.
fn details(grant: &Grant) -> Vec<(String, String)> {
    let mut details = vec![
        ("application".to_owned(), grant.client.to_string()),
        ("resource".to_owned(), grant.resource.to_string()),
        ("scope".to_owned(), grant.scope.clone()),
    ];
    let whom = grant.user.map_or_else(|| "AllPrincipals".to_owned(), |user| user.to_string());
    details.push(("principal".to_owned(), whom));
    details
}
