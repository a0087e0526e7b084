//! What an application may declare (threats F1, F2). Refuses addresses that are no exact place, names of resources that
//! another application could mean, and permissions that cannot be told apart; each refusal names property, cause and
//! remedy, and nothing is corrected silently.

use std::collections::HashSet;

use uuid::Uuid;

use super::optional::Unknown;
use super::{
    AppRole, ApplicationSettings, ExposedScope, OptionalClaims, Platform, RedirectUri, RequiredAccess,
};
use crate::ids::ClientId;
use crate::redirect;
use crate::refusal::Refusal;
use crate::text::{Lines, has_hidden};

/// Most redirect addresses of an application, as in the original.
const MAX_REDIRECT_URIS: usize = 256;
/// Most names of one resource.
const MAX_IDENTIFIER_URIS: usize = 50;
/// Most app roles, and most exposed scopes.
const MAX_PERMISSIONS: usize = 400;
/// Longest address or name of a resource, in characters.
const LONGEST_URI: usize = 256;
/// Longest value of an app role or scope.
const LONGEST_VALUE: usize = 120;
/// Schemes that run something instead of going somewhere, or go where no app waits.
const NO_APP: &[&str] = &[
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "about",
    "filesystem",
    "view-source",
    "intent",
    "ftp",
    "ws",
    "wss",
    "mailto",
    "tel",
    "sms",
    "urn",
    "http",
    "https",
];
/// Words of OpenID Connect, which no resource can expose.
const RESERVED: &[&str] = &["openid", "profile", "email", "offline_access", ".default"];

type Check = Result<(), Refusal>;

/// Redirect addresses of every platform.
///
/// # Errors
/// [`Refusal::Invalid`], naming the property the address stands in.
pub fn check_redirect_uris(uris: &[RedirectUri]) -> Check {
    if uris.len() > MAX_REDIRECT_URIS {
        let cause = "The application has more than 256 redirect addresses.";
        return Err(Refusal::invalid(
            "web.redirectUris",
            cause,
            "Register another application for the others.",
        ));
    }
    let mut seen = HashSet::new();
    for RedirectUri { uri, platform } in uris {
        let field = format!("{}.redirectUris", platform.name());
        if !seen.insert(uri.as_str()) {
            let cause = format!("'{}' is given twice.", shown(uri));
            return Err(Refusal::invalid(field, cause, "Name each address once, for one platform."));
        }
        check_redirect_uri(&field, uri, *platform)?;
    }
    Ok(())
}

fn check_redirect_uri(field: &str, uri: &str, platform: Platform) -> Check {
    let no =
        |cause: &str, remedy: &str| Err(Refusal::invalid(field, format!("'{}' {cause}", shown(uri)), remedy));
    if uri.chars().count() > LONGEST_URI {
        return no("is longer than 256 characters.", "Use a shorter address.");
    }
    if has_hidden(uri, Lines::One)
        || !uri.is_ascii()
        || uri.contains([' ', '\\', '"', '<', '>', '`', '{', '}'])
    {
        return no("holds a character that no address has.", "Write it as browsers send it.");
    }
    if uri.contains('*') {
        return no("has a wildcard.", "Name every address in full: addresses are compared as they are.");
    }
    if uri.contains('#') {
        return no("has a fragment.", "Leave out the part from # on.");
    }
    let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match (scheme.as_str(), platform) {
        ("https", _) => {}
        ("http", _) if is_loopback(uri) => {}
        ("http", _) => {
            return no("is not encrypted.", "Use https; http is for localhost, 127.0.0.1 and [::1] only.");
        }
        (own, Platform::PublicClient) => {
            let formed = own.starts_with(|c: char| c.is_ascii_alphabetic())
                && own.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
            let rest = uri.get(own.len()..).unwrap_or_default();
            if !formed || NO_APP.contains(&own) || !rest.starts_with(":/") {
                return no("leads to no app.", "Use a scheme of your own, such as com.contoso.app://auth.");
            }
            return Ok(());
        }
        _ => return no("is not an https address.", "Schemes of an app belong to publicClient.redirectUris."),
    }
    redirect::check(field, uri)
}

/// `http` to this machine itself, as its own name or with a port.
fn is_loopback(uri: &str) -> bool {
    let rest = uri.get("http://".len()..).unwrap_or_default();
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| {
        let port = authority.strip_prefix(host);
        port.is_some_and(|port| {
            port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.parse::<u16>().is_ok())
        })
    })
}

/// An address that the server or a browser opens: a home page or a place to tell of a sign-out.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_home_page(field: &str, uri: &str) -> Check {
    if uri.is_empty() {
        return Err(Refusal::invalid(
            field,
            "The address is empty.",
            "Give an https address, or null for none.",
        ));
    }
    if uri.to_ascii_lowercase().starts_with("http://") && !is_loopback(uri) {
        let remedy = "Use https; http is for localhost, 127.0.0.1 and [::1] only.";
        return Err(Refusal::invalid(field, "The address is not encrypted.", remedy));
    }
    redirect::check(field, uri)
}

/// Names of the resource: `api://…`, or an https address on a domain the organisation owns. What looks like the id of an
/// application is that application's: somebody else's name must not be taken (threats E2).
pub(super) fn identifier_uris(uris: &[String], client: ClientId, domains: &[String]) -> Check {
    let field = "identifierUris";
    if uris.len() > MAX_IDENTIFIER_URIS {
        return Err(Refusal::invalid(field, "There are more than 50 names.", "Give fewer."));
    }
    for (place, uri) in uris.iter().enumerate() {
        let no = |cause: &str, remedy: &str| {
            Err(Refusal::invalid(field, format!("'{}' {cause}", shown(uri)), remedy))
        };
        if uris[..place].contains(uri) {
            return no("is given twice.", "Name each once.");
        }
        let plain = uri.is_ascii()
            && !has_hidden(uri, Lines::One)
            && !uri.contains([' ', '\\', '*', '?', '#', '"', '\'']);
        if !plain || uri.chars().count() > LONGEST_URI || uri.ends_with('/') {
            return no(
                "cannot be the name of a resource.",
                "Use at most 256 plain characters without a slash at the end.",
            );
        }
        if let Some(name) = uri.strip_prefix("api://") {
            let first = name.split('/').next().unwrap_or_default();
            let foreign = first.parse::<ClientId>().is_ok_and(|id| id != client);
            if first.is_empty() || foreign {
                return no(
                    "names another application, or none.",
                    "Use api://{appId} of its own, or a word of your own.",
                );
            }
            continue;
        }
        let host = uri.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let owned = domains.iter().any(|domain| {
            host.eq_ignore_ascii_case(domain)
                || host
                    .to_ascii_lowercase()
                    .strip_suffix(&domain.to_ascii_lowercase())
                    .is_some_and(|sub| sub.ends_with('.'))
        });
        if !owned {
            return no(
                "is on no domain the organisation owns.",
                "Use api://…, or an https address on a verified domain.",
            );
        }
    }
    Ok(())
}

/// App roles as they are, and against those of before: an enabled one is disabled before it goes, as in the original.
pub(super) fn app_roles(before: &[AppRole], after: &[AppRole]) -> Check {
    let field = "appRoles";
    distinct(field, after.iter().map(|role| (role.id, role.value.as_str())))?;
    for role in after {
        if !role.value.is_empty() {
            value(field, &role.value, false)?;
        }
        if role.display_name.trim().is_empty() || role.display_name.chars().count() > 256 {
            return Err(Refusal::invalid(
                "appRoles.displayName",
                format!("The role '{}' has no name that fits.", shown(role.name())),
                "Give 1 to 256 characters.",
            ));
        }
        text("appRoles.description", Some(&role.description))?;
    }
    let gone = before.iter().find(|old| old.enabled && after.iter().all(|role| role.id != old.id));
    stays(field, gone.map(AppRole::name))
}

/// Exposed scopes, by the same rule.
pub(super) fn exposed_scopes(before: &[ExposedScope], after: &[ExposedScope]) -> Check {
    let field = "api.oauth2PermissionScopes";
    distinct(field, after.iter().map(|scope| (scope.id, scope.value.as_str())))?;
    for scope in after {
        value(field, &scope.value, true)?;
        if scope.admin_name.trim().is_empty() || scope.admin_description.trim().is_empty() {
            return Err(Refusal::invalid(
                field,
                format!("The scope '{}' does not say what it is for.", scope.value),
                "Give adminConsentDisplayName and adminConsentDescription.",
            ));
        }
        for words in [
            Some(&scope.admin_name),
            Some(&scope.admin_description),
            scope.user_name.as_ref(),
            scope.user_description.as_ref(),
        ] {
            text(field, words.map(String::as_str))?;
        }
    }
    let gone = before.iter().find(|old| old.enabled && after.iter().all(|scope| scope.id != old.id));
    stays(field, gone.map(|scope| scope.value.as_str()))
}

fn stays(field: &str, gone: Option<&str>) -> Check {
    let Some(value) = gone else { return Ok(()) };
    let cause = format!("'{value}' is enabled and cannot be deleted.");
    Err(Refusal::invalid(field, cause, "Set isEnabled to false first, then leave it out."))
}

fn distinct<'a>(field: &str, all: impl Iterator<Item = (Uuid, &'a str)>) -> Check {
    let (mut ids, mut values) = (HashSet::new(), HashSet::new());
    for (id, value) in all {
        let own = value.is_empty() || values.insert(value.to_ascii_lowercase());
        if id.is_nil() || !ids.insert(id) || !own {
            let cause = format!("'{}' has no id of its own, or its value stands twice.", shown(value));
            return Err(Refusal::invalid(field, cause, "Give each a new GUID and a value of its own."));
        }
    }
    if ids.len() > MAX_PERMISSIONS {
        return Err(Refusal::invalid(field, "There are more than 400.", "Give fewer."));
    }
    Ok(())
}

/// What tokens say: no spaces, which separate scopes, and in scopes no slash, which ends the resource.
fn value(field: &str, value: &str, scope: bool) -> Check {
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\') && !(scope && c == '/');
    let good = !value.is_empty() && value.len() <= LONGEST_VALUE && value.chars().all(fits);
    if !good || value.starts_with('.') || RESERVED.contains(&value) {
        return Err(Refusal::invalid(
            field,
            format!("The value '{}' does not fit into a token.", shown(value)),
            "Use 1 to 120 ASCII letters, digits and signs without spaces, such as Orders.Read.",
        ));
    }
    Ok(())
}

/// Words that people read.
pub(super) fn text(field: &str, words: Option<&str>) -> Check {
    let bad = |words: &str| words.chars().count() > 1024 || has_hidden(words, Lines::Many);
    if words.is_some_and(bad) {
        let remedy = "Give at most 1024 characters of plain text.";
        return Err(Refusal::invalid(field, "The text does not fit.", remedy));
    }
    Ok(())
}

/// A name of an application.
pub(super) fn display_name(name: &str) -> Check {
    let length = name.trim().chars().count();
    if length == 0 || length > 256 || has_hidden(name, Lines::One) {
        let remedy = "Give 1 to 256 characters without line breaks.";
        return Err(Refusal::invalid("displayName", "The application has no name that fits.", remedy));
    }
    Ok(())
}

/// `tags`.
pub(super) fn tags(tags: &[String]) -> Check {
    let fits = |tag: &String| (1..=256).contains(&tag.chars().count()) && !has_hidden(tag, Lines::One);
    if tags.len() > 100 || !tags.iter().all(fits) {
        return Err(Refusal::invalid(
            "tags",
            "A tag does not fit.",
            "Give at most 100 tags of 1 to 256 characters.",
        ));
    }
    Ok(())
}

/// Permissions that are needed: resources once each, ids that are some.
pub(super) fn required_access(needed: &[RequiredAccess]) -> Check {
    let field = "requiredResourceAccess";
    let mut resources = HashSet::new();
    let mut count = 0;
    for one in needed {
        if !resources.insert(one.resource) {
            let cause = format!("The resource {} stands twice.", one.resource);
            return Err(Refusal::invalid(field, cause, "Name each resource once, with all its permissions."));
        }
        count += one.scopes.len() + one.roles.len();
        if one.scopes.iter().chain(&one.roles).any(Uuid::is_nil) {
            return Err(Refusal::invalid(
                field,
                "A permission has no id.",
                "Give the id of the scope or app role.",
            ));
        }
    }
    if resources.len() > 50 || count > 400 {
        return Err(Refusal::invalid(
            field,
            "There are too many.",
            "Ask for at most 400 permissions of 50 resources.",
        ));
    }
    Ok(())
}

/// Optional claims that tokens can carry, in forms they can have.
pub(super) fn optional_claims(claims: &OptionalClaims) -> Check {
    let mut all = claims.id_token.iter().chain(&claims.access_token);
    let (cause, remedy) = match all.find_map(OptionalClaims::unknown) {
        None => return Ok(()),
        Some(Unknown::Claim(name)) => (
            format!("The claim '{}' is not known.", shown(name)),
            format!("Choose among {}.", super::OPTIONAL_CLAIMS.join(", ")),
        ),
        Some(Unknown::Variant(name, variant)) => (
            format!("The claim {name} has no additional property '{}' here.", shown(variant)),
            match OptionalClaims::variants(name) {
                [] => "Leave it out.".to_owned(),
                known => format!("Leave it out, or use {}.", known.join(" or ")),
            },
        ),
    };
    Err(Refusal::invalid("optionalClaims", cause, remedy))
}

/// Addresses among the settings.
pub(super) fn addresses(settings: &ApplicationSettings) -> Check {
    for (field, address) in [
        ("web.homePageUrl", &settings.home_page_url),
        ("web.logoutUrl", &settings.logout_url),
        ("hospes.backChannelLogoutUrl", &settings.back_channel_logout_url),
    ] {
        if let Some(address) = address {
            check_home_page(field, address)?;
        }
    }
    Ok(())
}

/// As much of a text from outside as an error repeats.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
