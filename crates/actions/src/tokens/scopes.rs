//! The `scope` parameter at the token endpoint, and what is granted of it: understood by
//! [`RequestedScopes`], kept in the client's spelling, because clients look their tokens up by it. Refuses permissions
//! nobody consented to.

use hospes_domain::access::ScopeSet;
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::ids::ClientId;
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::{BadScope, RequestedScopes, Resource, opens_nothing};

use super::refusals;

/// "Everything the client holds at this resource."
const DEFAULT: &str = ".default";
/// What a person's token for another application than the directory API may do there.
const IMPERSONATION: &str = "user_impersonation";

/// A `scope` parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// What it means.
    pub(super) wants: RequestedScopes,
    /// The permissions among it, as they were written.
    permissions: Vec<String>,
}

/// What is granted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Granted {
    /// What the access token is for.
    pub(super) resource: ClientId,
    /// `scp` of the access token.
    pub(super) scp: String,
    /// `scope` of the answer.
    pub(super) echo: String,
}

impl Asked {
    /// Takes a `scope` parameter apart.
    ///
    /// # Errors
    /// An unknown resource (500011); two resources, or a name no permission has (70011).
    pub(super) fn parse(public_url: &str, text: &str) -> Result<Self, Refusal> {
        let wants =
            RequestedScopes::parse(text, public_url).map_err(|bad| refused(public_url, text, &bad))?;
        let words = text.split_ascii_whitespace().filter(|word| !is_openid(word) && !opens_nothing(word));
        let permissions = words.map(str::to_owned).collect();
        Ok(Self { wants, permissions })
    }

    /// The resource as the request calls it, for an error.
    pub(super) fn resource_name(&self) -> String {
        let id = self.wants.resource.unwrap_or(DIRECTORY_API).to_string();
        self.wants.resource_uri.clone().unwrap_or(id)
    }

    /// The resource, if the request is `<resource>/.default`, as client credentials must be. What is for people (`openid`,
    /// `offline_access`) is overlooked, as the original does: msal4j sends it with every request.
    pub(super) fn only_default(&self) -> Option<RequestedScopes> {
        let one = self.permissions.len() == 1 && self.permissions[0].contains('/');
        (one && self.wants.default).then(|| self.wants.clone())
    }

    /// What a later request asks for on the strength of this one: other permissions if it names some, but no more of
    /// OpenID Connect than the person signed in for (RFC 6749 section 6).
    pub(super) fn narrowed(&self, later: Option<&Self>) -> Self {
        let of = later.filter(|later| !later.permissions.is_empty()).unwrap_or(self);
        let RequestedScopes { openid, profile, email, offline_access, .. } = self.wants;
        let wants = RequestedScopes { openid, profile, email, offline_access, ..of.wants.clone() };
        Self { wants, permissions: of.permissions.clone() }
    }

    /// The permissions it names at a resource.
    ///
    /// # Errors
    /// 70011 for one the resource does not expose.
    pub(super) fn names(&self, resource: &Resource) -> Result<Vec<String>, Refusal> {
        self.wants.names(resource).map_err(|bad| match bad {
            BadScope::Unknown(word) => refusals::bad_scope(&word),
            BadScope::Empty | BadScope::SeveralResources => refusals::bad_scope(""),
        })
    }

    /// What a person's token may carry, given the permissions at `resource` that somebody consented to for `client`. An
    /// application uses itself without consent.
    ///
    /// # Errors
    /// 65001 for a permission nobody consented to, 70011 for one the resource does not expose.
    pub(super) fn grant(
        &self,
        client: ClientId,
        resource: &Resource,
        consented: &str,
    ) -> Result<Granted, Refusal> {
        let names = self.names(resource)?;
        let own = resource.client == client;
        let consented = still_there(resource, consented);
        let has = |name: &String| own || consented.iter().any(|known| known.eq_ignore_ascii_case(name));
        if let Some(missing) = names.iter().find(|name| !has(name)) {
            return Err(refusals::consent_needed(missing));
        }
        let openid =
            [("openid", self.wants.openid), ("profile", self.wants.profile), ("email", self.wants.email)];
        let openid: Vec<String> =
            openid.iter().filter(|(_, asked)| *asked).map(|(name, _)| (*name).to_owned()).collect();
        let (mut scp, mut echo) = (openid.clone(), openid);
        echo.extend(self.permissions.iter().cloned());
        if self.wants.default && own {
            scp.push(IMPERSONATION.to_owned());
        } else if self.wants.default {
            if consented.is_empty() {
                return Err(refusals::consent_needed(DEFAULT));
            }
            let prefix =
                self.permissions.iter().find_map(|word| word.strip_suffix(DEFAULT)).unwrap_or_default();
            echo.extend(consented.iter().map(|name| format!("{prefix}{name}")));
            scp.extend(consented);
        } else {
            scp.extend(names);
        }
        Ok(Granted { resource: resource.client, scp: scp.join(" "), echo: echo.join(" ") })
    }
}

/// What was consented to, as far as the resource still has it, in its order and spelling.
fn still_there(resource: &Resource, consented: &str) -> Vec<String> {
    if resource.client == DIRECTORY_API {
        return ScopeSet::parse(consented).iter().map(|scope| scope.name().to_owned()).collect();
    }
    let names = consented.split_ascii_whitespace().filter_map(|name| resource.scope(name));
    names.map(|scope| scope.value.clone()).collect()
}

fn is_openid(word: &str) -> bool {
    ["openid", "profile", "email", "offline_access"].iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// An unknown resource has its own code.
fn refused(public_url: &str, text: &str, bad: &BadScope) -> Refusal {
    if let BadScope::Unknown(word) = bad
        && let Some((resource, _)) = word.rsplit_once('/')
        && RequestedScopes::parse(&format!("{resource}/{DEFAULT}"), public_url).is_err()
    {
        return refusals::unknown_resource(resource);
    }
    match bad {
        BadScope::Unknown(word) => refusals::bad_scope(word),
        BadScope::Empty | BadScope::SeveralResources => refusals::bad_scope(text),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const BASE: &str = "https://hospes.example";
    const APP: &str = "11111111-2222-4333-8444-555555555555";

    fn parse(text: &str) -> Result<Asked, Refusal> {
        Asked::parse(BASE, text)
    }

    fn code(refusal: &Refusal) -> u32 {
        match refusal {
            Refusal::OAuth(oauth) => oauth.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_resource_has_many_names() {
        let app: ClientId = APP.parse().unwrap();
        for (scope, resource) in [
            ("https://graph.microsoft.com/.default".to_owned(), DIRECTORY_API),
            ("https://graph.microsoft.com//.default".to_owned(), DIRECTORY_API),
            (format!("{BASE}/.default"), DIRECTORY_API),
            (format!("{BASE}//.default"), DIRECTORY_API),
            (format!("{DIRECTORY_API}/.default"), DIRECTORY_API),
            (format!("api://{APP}/.default"), app),
            (format!("{APP}/.default"), app),
        ] {
            let wants = parse(&scope).unwrap().only_default().unwrap();
            assert_eq!(wants.resource, Some(resource), "{scope}");
        }
    }

    #[test]
    fn client_credentials_take_nothing_but_one_default() {
        for scope in [
            "User.Read",
            ".default",
            "openid",
            "https://graph.microsoft.com/User.Read",
            "https://graph.microsoft.com/.default User.Read",
        ] {
            assert_eq!(parse(scope).unwrap().only_default(), None, "{scope}");
        }
        // What only people get is overlooked.
        assert!(parse("openid https://graph.microsoft.com/.default").unwrap().only_default().is_some());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let two = format!("https://graph.microsoft.com/.default {APP}/.default");
        for (scope, expected) in [
            ("orders/.default", 500_011),
            ("User.Fly", 70_011),
            ("", 70_011),
            ("https://graph.microsoft.com/User.Fly", 70_011),
            (two.as_str(), 70_011),
        ] {
            assert_eq!(code(&parse(scope).unwrap_err()), expected, "{scope}");
        }
    }

    #[test]
    fn only_what_was_consented_to_is_granted_and_it_is_echoed_as_it_was_asked() {
        let held = "User.Read User.Invite.All";
        let app: ClientId = APP.parse().unwrap();
        let directory = Resource::directory();
        let orders = |client| Resource { client, name: "Orders".to_owned(), scopes: Vec::new() };
        let granted = parse("openid offline_access https://graph.microsoft.com/user.read")
            .unwrap()
            .grant(app, &directory, held)
            .unwrap();
        assert_eq!(granted.scp, "openid User.Read");
        assert_eq!(granted.echo, "openid https://graph.microsoft.com/user.read");
        let all = parse(&format!("{BASE}//.default profile")).unwrap().grant(app, &directory, held).unwrap();
        assert_eq!(all.scp, "profile User.Invite.All User.Read");
        assert_eq!(all.echo, format!("profile {BASE}//.default {BASE}//User.Invite.All {BASE}//User.Read"));
        let more = parse("User.Read.All").unwrap().grant(app, &directory, held).unwrap_err();
        assert_eq!(code(&more), 65_001);
        let other = parse(&format!("api://{APP}/.default")).unwrap().grant(app, &orders(app), held).unwrap();
        assert_eq!((other.scp.as_str(), other.echo), ("user_impersonation", format!("api://{APP}/.default")));
        let foreign = parse(&format!("api://{APP}/.default")).unwrap();
        assert_eq!(code(&foreign.grant(DIRECTORY_API, &orders(app), held).unwrap_err()), 65_001);
        // What was taken back is not granted again by asking for everything.
        let nothing = parse("https://graph.microsoft.com/.default").unwrap().grant(app, &directory, "");
        assert_eq!(code(&nothing.unwrap_err()), 65_001);
    }

    #[test]
    fn f6_a_later_request_may_ask_for_other_permissions_but_for_no_more_of_openid_connect() {
        let signed_in = parse("openid offline_access User.Read").unwrap();
        let later = signed_in.narrowed(Some(&parse("openid profile email User.Read.All").unwrap()));
        assert!(
            later.wants.openid && later.wants.offline_access && !later.wants.profile && !later.wants.email
        );
        assert_eq!(later.wants.directory, ScopeSet::parse("User.Read.All"));
        assert_eq!(signed_in.narrowed(Some(&parse("openid").unwrap())), signed_in);
        assert_eq!(signed_in.narrowed(None), signed_in);
    }
}
