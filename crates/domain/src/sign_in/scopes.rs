//! What an app asks for in `scope`, and whether the person, or an administrator, has agreed. Refuses
//! unknown permissions and more than one resource at a time (as the original does).

use thiserror::Error;

use crate::access::{Role, Scope, ScopeSet, Standing};
use crate::application::DIRECTORY_API;
use crate::ids::ClientId;

/// Scopes of OpenID Connect itself.
const OPENID: &[&str] = &["openid", "profile", "email", "offline_access"];
/// Origins that stand for the directory API beside the server's own.
const DIRECTORY_ORIGINS: &[&str] = &["https://graph.microsoft.com"];
/// Permissions a person may grant for themselves; the rest takes an administrator.
const OWN_TO_GRANT: &[Scope] = &[Scope::UserRead, Scope::UserReadWrite, Scope::UserReadBasicAll];
/// Who may grant the rest.
const GRANTERS: &[Role] = &[
    Role::GlobalAdministrator,
    Role::PrivilegedRoleAdministrator,
    Role::ApplicationAdministrator,
    Role::CloudApplicationAdministrator,
];

/// A `scope` that cannot be granted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadScope {
    /// Nothing is asked for.
    #[error("The request has no scope.")]
    Empty,
    /// A permission nobody knows here.
    #[error("The scope '{0}' is not known.")]
    Unknown(String),
    /// Permissions of several resources.
    #[error("The scopes belong to more than one resource; ask for one resource at a time.")]
    SeveralResources,
}

/// A `scope` parameter, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestedScopes {
    /// An id token is asked for.
    pub openid: bool,
    /// With the name.
    pub profile: bool,
    /// With the address.
    pub email: bool,
    /// A refresh token is asked for.
    pub offline_access: bool,
    /// Permissions of the directory API asked for by name.
    pub directory: ScopeSet,
    /// Whatever has been granted before is asked for (`/.default`).
    pub default: bool,
    /// The resource the access token is for, if one is named: the directory API or an app of the tenant.
    pub resource: Option<ClientId>,
}

impl RequestedScopes {
    /// Reads a space-separated list. `public_url` is this server's origin, another spelling of the
    /// directory API. Names compare without letter case.
    pub fn parse(text: &str, public_url: &str) -> Result<Self, BadScope> {
        let mut all = Self::default();
        let mut any = false;
        for word in text.split_ascii_whitespace() {
            any = true;
            match OPENID.iter().position(|o| o.eq_ignore_ascii_case(word)) {
                Some(0) => all.openid = true,
                Some(1) => all.profile = true,
                Some(2) => all.email = true,
                Some(_) => all.offline_access = true,
                None => all.add(word, public_url)?,
            }
        }
        if any { Ok(all) } else { Err(BadScope::Empty) }
    }

    fn add(&mut self, word: &str, public_url: &str) -> Result<(), BadScope> {
        let unknown = || BadScope::Unknown(word.chars().filter(|c| !c.is_control()).take(120).collect());
        let (resource, name) = split(word, public_url).ok_or_else(unknown)?;
        if self.resource.is_some_and(|other| other != resource) {
            return Err(BadScope::SeveralResources);
        }
        self.resource = Some(resource);
        if name.eq_ignore_ascii_case(".default") {
            self.default = true;
        } else if resource == DIRECTORY_API {
            self.directory = self.directory.with(Scope::parse(name).ok_or_else(unknown)?);
        } else {
            return Err(unknown());
        }
        Ok(())
    }
}

/// The resource a scope belongs to, and its name there.
fn split<'a>(word: &'a str, public_url: &str) -> Option<(ClientId, &'a str)> {
    let Some((resource, name)) = word.rsplit_once('/') else { return Some((DIRECTORY_API, word)) };
    let resource = resource.trim_end_matches('/');
    if resource.eq_ignore_ascii_case(public_url)
        || DIRECTORY_ORIGINS.iter().any(|o| o.eq_ignore_ascii_case(resource))
    {
        return Some((DIRECTORY_API, name));
    }
    let id = resource.strip_prefix("api://").unwrap_or(resource);
    id.parse().ok().map(|client| (client, name))
}

/// Whether an app may have what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Agreed to before, or nothing to agree to: who signs in is told to every app of the organisation.
    Given,
    /// The person has to agree to these.
    Ask(ScopeSet),
    /// Only an administrator can agree to these.
    NeedsAdmin(ScopeSet),
}

/// Compares what is asked for with what has been granted (`granted`: names, for everybody or by the
/// person), and with what somebody of `standing` may grant.
pub fn consent(requested: &RequestedScopes, granted: &str, standing: &Standing) -> Consent {
    let granted: ScopeSet = granted.split_ascii_whitespace().filter_map(Scope::parse).collect();
    let missing: ScopeSet = requested.directory.iter().filter(|s| !granted.has(*s)).collect();
    if missing.is_empty() {
        return Consent::Given;
    }
    let beyond: ScopeSet = missing.iter().filter(|s| !OWN_TO_GRANT.contains(s)).collect();
    if beyond.is_empty() || standing.has_any(GRANTERS) {
        Consent::Ask(missing)
    } else {
        Consent::NeedsAdmin(beyond)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const OWN: &str = "https://hospes.example:8443";

    fn parse(text: &str) -> Result<RequestedScopes, BadScope> {
        RequestedScopes::parse(text, OWN)
    }

    #[test]
    fn every_spelling_of_a_permission_is_the_same_permission() {
        for text in [
            "User.Read",
            "user.read",
            "https://graph.microsoft.com/User.Read",
            "https://graph.microsoft.com//User.Read",
            "https://hospes.example:8443/User.Read",
            "00000003-0000-0000-c000-000000000000/User.Read",
        ] {
            let scopes = parse(text).unwrap();
            assert!(scopes.directory.has(Scope::UserRead), "{text}");
            assert_eq!(scopes.resource, Some(DIRECTORY_API));
        }
        let openid = parse("openid profile offline_access").unwrap();
        assert!(
            openid.openid
                && openid.profile
                && openid.offline_access
                && !openid.email
                && openid.resource.is_none()
        );
        let app = "11111111-1111-4111-8111-111111111111";
        for text in [format!("api://{app}/.default"), format!("{app}/.default")] {
            let scopes = parse(&text).unwrap();
            assert!(scopes.default && scopes.resource.is_some_and(|r| r.to_string() == app));
        }
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        assert_eq!(parse("  "), Err(BadScope::Empty));
        for unknown in [
            "User.Delete",
            "https://graph.microsoft.com.evil.example/User.Read",
            "https://evil.example/User.Read",
        ] {
            assert_eq!(parse(unknown), Err(BadScope::Unknown(unknown.to_owned())));
        }
        let two = "User.Read 11111111-1111-4111-8111-111111111111/.default";
        assert_eq!(parse(two), Err(BadScope::SeveralResources));
    }

    #[test]
    fn people_agree_for_themselves_and_administrators_to_more() {
        let nobody = Standing::default();
        let admin = Standing { roles: vec![Role::GlobalAdministrator], in_role_assignable_group: false };
        let set = |names: &str| ScopeSet::parse(names);
        for (asked, granted, standing, expected) in [
            ("openid profile", "", &nobody, Consent::Given),
            ("openid User.Read", "", &nobody, Consent::Ask(set("User.Read"))),
            ("openid User.Read", "user.read", &nobody, Consent::Given),
            ("User.Invite.All User.Read", "", &nobody, Consent::NeedsAdmin(set("User.Invite.All"))),
            ("User.Invite.All User.Read", "User.Invite.All", &nobody, Consent::Ask(set("User.Read"))),
            ("User.Invite.All", "", &admin, Consent::Ask(set("User.Invite.All"))),
            ("https://graph.microsoft.com/.default", "", &nobody, Consent::Given),
        ] {
            assert_eq!(
                consent(&parse(asked).unwrap(), granted, standing),
                expected,
                "{asked} with {granted:?}"
            );
        }
    }
}
