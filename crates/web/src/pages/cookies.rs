//! Cookies of the pages: always `__Host-`, Secure, HttpOnly, SameSite=Lax, no Domain (threats H3).
//! Refuses any other kind.

use hospes_domain::ids::TenantId;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// The browser's own random value, which form tokens are made from.
pub const BROWSER: &str = "__Host-hospes-browser";
/// Where a redemption stands, sealed; one for each tenant.
pub const REDEEM: &str = "__Host-hospes-redeem";
/// Which sign-in flow this browser is in, sealed; one for each tenant.
pub const FLOW: &str = "__Host-hospes-flow";
/// Who has signed in with this browser before, sealed; one for each tenant.
pub const DEVICE: &str = "__Host-hospes-device";
/// The session; one for each tenant, so that signing in at one organisation does not sign out of another.
pub const SESSION: &str = "__Host-hospes-session";

/// The name of a tenant's own cookie of that kind.
pub fn of_tenant(kind: &str, tenant: TenantId) -> String {
    format!("{kind}-{}", tenant.0.simple())
}

/// Sets the session of a tenant.
pub fn set_session(headers: &mut HeaderMap, tenant: TenantId, value: &str) {
    set(headers, &of_tenant(SESSION, tenant), value);
}

/// Takes the session of a tenant away.
pub fn clear_session(headers: &mut HeaderMap, tenant: TenantId) {
    clear(headers, &of_tenant(SESSION, tenant));
}

/// Values of every tenant's cookie of that kind.
pub fn of_any_tenant<'a>(headers: &'a HeaderMap, kind: &'a str) -> impl Iterator<Item = &'a str> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    texts.flat_map(|text| text.split(';')).filter_map(move |pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.strip_prefix(kind)?.starts_with('-').then_some(value)
    })
}

/// The value of a cookie of the request; `None` when it is missing or sent twice.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = None;
    for header in headers.get_all(COOKIE) {
        for pair in header.to_str().ok()?.split(';') {
            let Some((key, value)) = pair.trim().split_once('=') else { continue };
            if key == name && found.replace(value).is_some() {
                return None;
            }
        }
    }
    found
}

/// Sets a cookie for as long as the browser runs.
pub fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    write(headers, &format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax"));
}

/// Sets a cookie for so many seconds.
pub fn set_for(headers: &mut HeaderMap, name: &str, value: &str, seconds: i64) {
    write(headers, &format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}"));
}

/// Takes a cookie away.
pub fn clear(headers: &mut HeaderMap, name: &str) {
    write(headers, &format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}

fn write(headers: &mut HeaderMap, text: &str) {
    // Our values are base64url, ids and dots: always a legal header.
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h3_every_cookie_is_locked_to_this_host() {
        let mut headers = HeaderMap::new();
        set(&mut headers, SESSION, "x");
        set_for(&mut headers, DEVICE, "x", 60);
        clear(&mut headers, FLOW);
        for cookie in headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap_or_default();
            assert!(text.starts_with("__Host-"));
            for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
                assert!(text.contains(part), "{text} lacks {part}");
            }
            assert!(!text.contains("Domain"));
        }
    }

    #[test]
    fn a_cookie_sent_twice_is_none() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; b=2; a=3"));
        assert_eq!((get(&headers, "a"), get(&headers, "b"), get(&headers, "c")), (None, Some("2"), None));
    }
}
