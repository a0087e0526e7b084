//! What an app asks for in `scope`, and whether the person, or an administrator, has agreed. Refuses
//! unknown permissions of the directory API and more than one resource at a time (as the original does). What other
//! resources are called, and what they expose, is for whoever has the directory at hand to say: see [`Resource`].

use thiserror::Error;
use uuid::Uuid;

use crate::access::{Role, Scope, ScopeSet, Standing};
use crate::application::{DIRECTORY_API, ExposedScope};
use crate::ids::ClientId;

/// Scopes of OpenID Connect itself.
const OPENID: &[&str] = &["openid", "profile", "email", "offline_access"];
/// Scopes of the standard that open nothing here: what is not understood is ignored (OIDC Core section 3.1.2.1).
const OPENS_NOTHING: &[&str] = &["address", "phone"];
/// Origins that stand for the directory API beside the server's own.
const DIRECTORY_ORIGINS: &[&str] = &["https://graph.microsoft.com"];
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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
    /// Permissions of another resource asked for by name.
    pub exposed: Vec<String>,
    /// The resource the access token is for, if one is named by id: the directory API or an app of the tenant.
    pub resource: Option<ClientId>,
    /// The same, named by one of its `identifierUris`.
    pub resource_uri: Option<String>,
}

/// A resource with what can be asked of it on behalf of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its application.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// Its enabled scopes; none of the directory API, whose permissions are a closed list.
    pub scopes: Vec<ExposedScope>,
}

impl Resource {
    /// The directory API.
    pub fn directory() -> Self {
        Self { client: DIRECTORY_API, name: "Microsoft Graph".to_owned(), scopes: Vec::new() }
    }

    /// The exposed scope of that name; letter case does not matter, as in the original.
    pub fn scope(&self, name: &str) -> Option<&ExposedScope> {
        self.scopes.iter().find(|scope| scope.value.eq_ignore_ascii_case(name))
    }

    /// The names of those of its scopes that have these ids, as `requiredResourceAccess` refers to them.
    pub fn names_of(&self, ids: &[Uuid]) -> Vec<String> {
        if self.client == DIRECTORY_API {
            let known = Scope::ALL.iter().filter(|scope| ids.iter().any(|id| scope.is_delegated_id(*id)));
            return known.map(|scope| scope.name().to_owned()).collect();
        }
        self.scopes.iter().filter(|scope| ids.contains(&scope.id)).map(|scope| scope.value.clone()).collect()
    }

    /// Whether only an administrator may grant the permission.
    fn takes_administrator(&self, name: &str) -> bool {
        if self.client == DIRECTORY_API {
            return !Scope::parse(name).is_some_and(Scope::people_may_grant);
        }
        self.scope(name).is_none_or(|scope| scope.admin_only)
    }
}

impl RequestedScopes {
    /// Reads a space-separated list. `public_url` is this server's origin, another spelling of the
    /// directory API. Names compare without letter case.
    pub fn parse(text: &str, public_url: &str) -> Result<Self, BadScope> {
        let mut all = Self::default();
        let mut any = false;
        for word in text.split_ascii_whitespace().filter(|word| !opens_nothing(word)) {
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
        let (id, uri) = match resource {
            Named::Id(id) => (Some(id), None),
            Named::Uri(uri) => (None, Some(uri.to_owned())),
        };
        let first = self.resource.is_none() && self.resource_uri.is_none();
        if !first && (self.resource != id || self.resource_uri != uri) {
            return Err(BadScope::SeveralResources);
        }
        (self.resource, self.resource_uri) = (id, uri);
        if name.eq_ignore_ascii_case(".default") {
            self.default = true;
        } else if self.resource == Some(DIRECTORY_API) {
            self.directory = self.directory.with(Scope::parse(name).ok_or_else(unknown)?);
        } else if name.is_empty() {
            return Err(unknown());
        } else {
            self.exposed.push(name.to_owned());
        }
        Ok(())
    }

    /// Whether it is about the directory API, as it is when no resource is named.
    pub fn of_directory(&self) -> bool {
        self.resource_uri.is_none() && self.resource.is_none_or(|resource| resource == DIRECTORY_API)
    }

    /// The names of the permissions asked for, in the spelling of the resource.
    ///
    /// # Errors
    /// [`BadScope::Unknown`] for one that the resource does not expose.
    pub fn names(&self, resource: &Resource) -> Result<Vec<String>, BadScope> {
        let directory = self.directory.iter().map(|scope| Ok(scope.name().to_owned()));
        let exposed = self.exposed.iter().map(|name| {
            let known = resource.scope(name).map(|scope| scope.value.clone());
            known.ok_or_else(|| {
                BadScope::Unknown(name.chars().filter(|c| !c.is_control()).take(120).collect())
            })
        });
        directory.chain(exposed).collect()
    }
}

/// Whether a word of `scope` is one of the standard that opens nothing here.
pub fn opens_nothing(word: &str) -> bool {
    OPENS_NOTHING.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// A resource as a scope names it.
enum Named<'a> {
    Id(ClientId),
    Uri(&'a str),
}

/// The resource a scope belongs to, and its name there.
fn split<'a>(word: &'a str, public_url: &str) -> Option<(Named<'a>, &'a str)> {
    let Some((resource, name)) = word.rsplit_once('/') else { return Some((Named::Id(DIRECTORY_API), word)) };
    let resource = resource.trim_end_matches('/');
    if resource.eq_ignore_ascii_case(public_url)
        || DIRECTORY_ORIGINS.iter().any(|o| o.eq_ignore_ascii_case(resource))
    {
        return Some((Named::Id(DIRECTORY_API), name));
    }
    let id = resource.strip_prefix("api://").unwrap_or(resource);
    if let Ok(client) = id.parse() {
        return Some((Named::Id(client), name));
    }
    let plain = resource.len() <= 256 && resource.contains("://") && !resource.contains(char::is_control);
    plain.then_some((Named::Uri(resource), name))
}

/// Whether an app may have what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Agreed to before, or nothing to agree to: who signs in is told to every app of the organisation.
    Given,
    /// The person has to agree to these permissions of the resource.
    Ask(Vec<String>),
    /// Only an administrator can agree to these.
    NeedsAdmin(Vec<String>),
}

/// Compares what is asked for with what has been granted at the resource (`granted`: names, for everybody or by the
/// person), and with what somebody of `standing` may grant. `asked` are [`RequestedScopes::names`]; `/.default` stands for
/// whatever was granted before, and for what the application declares that it needs as long as nothing was.
pub fn consent(
    (asked, default): (&[String], bool),
    needed: &[String],
    resource: &Resource,
    granted: &str,
    standing: &Standing,
) -> Consent {
    let granted: Vec<&str> = granted.split_ascii_whitespace().collect();
    let wanted = if default && granted.is_empty() { needed } else { &[] };
    let has = |name: &String| granted.iter().any(|known| known.eq_ignore_ascii_case(name));
    let mut missing: Vec<String> = Vec::new();
    for name in asked.iter().chain(wanted).filter(|name| !has(name)) {
        if !missing.contains(name) {
            missing.push(name.clone());
        }
    }
    if missing.is_empty() {
        return Consent::Given;
    }
    let beyond: Vec<String> =
        missing.iter().filter(|name| resource.takes_administrator(name)).cloned().collect();
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
        // Scopes of the standard that open nothing here disturb nothing either.
        assert_eq!(parse("openid profile address Phone offline_access"), Ok(openid));
        assert_eq!(parse("address phone"), Err(BadScope::Empty));
        let app = "11111111-1111-4111-8111-111111111111";
        for text in [format!("api://{app}/.default"), format!("{app}/.default")] {
            let scopes = parse(&text).unwrap();
            assert!(scopes.default && scopes.resource.is_some_and(|r| r.to_string() == app));
        }
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        assert_eq!(parse("  "), Err(BadScope::Empty));
        for unknown in
            ["User.Delete", "https://graph.microsoft.com/User.Delete", "orders/Orders.Read", "api://orders/"]
        {
            assert_eq!(parse(unknown), Err(BadScope::Unknown(unknown.to_owned())));
        }
        // Whether there is such a resource is seen where the directory is at hand.
        for foreign in
            ["https://graph.microsoft.com.evil.example/User.Read", "https://evil.example/User.Read"]
        {
            let scopes = parse(foreign).unwrap();
            assert!(
                scopes.resource.is_none() && scopes.resource_uri.is_some() && scopes.directory.is_empty()
            );
        }
        for two in [
            "User.Read 11111111-1111-4111-8111-111111111111/.default",
            "User.Read api://orders/Orders.Read",
            "api://orders/Orders.Read api://bills/Bills.Read",
        ] {
            assert_eq!(parse(two), Err(BadScope::SeveralResources));
        }
    }

    fn orders() -> Resource {
        let scope = |n: u128, value: &str, admin_only| ExposedScope {
            id: Uuid::from_u128(n),
            value: value.to_owned(),
            admin_only,
            enabled: true,
            admin_name: "Orders".to_owned(),
            admin_description: "Orders.".to_owned(),
            user_name: None,
            user_description: None,
        };
        let scopes = vec![scope(1, "Orders.Read", false), scope(2, "Orders.Delete", true)];
        Resource { client: ClientId(Uuid::from_u128(9)), name: "Orders".to_owned(), scopes }
    }

    #[test]
    fn what_a_resource_exposes_can_be_asked_of_it_by_any_of_its_names() {
        let by_name = parse("openid api://orders/orders.read").unwrap();
        assert_eq!(by_name.resource_uri.as_deref(), Some("api://orders"));
        assert_eq!(by_name.names(&orders()).unwrap(), ["Orders.Read"]);
        let unknown = parse("api://orders/Orders.Fly").unwrap();
        assert_eq!(unknown.names(&orders()), Err(BadScope::Unknown("Orders.Fly".to_owned())));
        assert!(parse("openid User.Read").unwrap().of_directory() && !by_name.of_directory());
        let nobody = Standing::default();
        let ask = |names: &[&str], default, needed: &[&str], granted: &str| {
            let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
            consent((&own(names), default), &own(needed), &orders(), granted, &nobody)
        };
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(ask(&["Orders.Read"], false, &[], ""), Consent::Ask(names(&["Orders.Read"])));
        assert_eq!(ask(&["Orders.Delete"], false, &[], ""), Consent::NeedsAdmin(names(&["Orders.Delete"])));
        assert_eq!(ask(&["Orders.Read"], false, &[], "orders.read"), Consent::Given);
        // `/.default` asks for what is needed as long as nothing was granted.
        assert_eq!(ask(&[], true, &["Orders.Read"], ""), Consent::Ask(names(&["Orders.Read"])));
        assert_eq!(ask(&[], true, &["Orders.Read"], "Orders.Delete"), Consent::Given);
        assert_eq!(orders().names_of(&[Uuid::from_u128(2)]), ["Orders.Delete"]);
        assert_eq!(Resource::directory().names_of(&[Scope::UserRead.delegated_id()]), ["User.Read"]);
    }

    #[test]
    fn people_agree_for_themselves_and_administrators_to_more() {
        let nobody = Standing::default();
        let admin = Standing { roles: vec![Role::GlobalAdministrator], in_role_assignable_group: false };
        let set = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (asked, granted, standing, expected) in [
            ("openid profile", "", &nobody, Consent::Given),
            ("openid User.Read", "", &nobody, Consent::Ask(set("User.Read"))),
            ("openid User.Read", "user.read", &nobody, Consent::Given),
            ("User.Invite.All User.Read", "", &nobody, Consent::NeedsAdmin(set("User.Invite.All"))),
            ("User.Invite.All User.Read", "User.Invite.All", &nobody, Consent::Ask(set("User.Read"))),
            ("User.Invite.All", "", &admin, Consent::Ask(set("User.Invite.All"))),
            ("https://graph.microsoft.com/.default", "", &nobody, Consent::Given),
        ] {
            let scopes = parse(asked).unwrap();
            let directory = Resource::directory();
            let names = scopes.names(&directory).unwrap();
            let answer = consent((&names, scopes.default), &[], &directory, granted, standing);
            assert_eq!(answer, expected, "{asked} with {granted:?}");
        }
    }
}
