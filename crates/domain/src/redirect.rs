//! Where a guest lands after redemption (threats H7; design section 5 "Landing"). Refuses everything
//! but absolute http and https addresses a reader can take at face value.

use url::Url;

use crate::refusal::Refusal;
use crate::text::{Lines, has_hidden};

/// Longest redirect URL kept, in bytes.
const MAX: usize = 2048;
/// Hosts that stand for the panel of apps, which is ours here.
const PANEL_HOSTS: &[&str] = &["myapps.microsoft.com", "myapplications.microsoft.com"];

/// Where the browser goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// Our own My Apps of the inviting tenant.
    MyApps,
    /// The stored address.
    Url(String),
}

/// Checks an `inviteRedirectUrl`. It is stored and echoed as it was written.
pub fn check(field: &str, text: &str) -> Result<(), Refusal> {
    let no = |cause: &str| {
        Err(Refusal::invalid(
            field,
            cause,
            "Give an absolute http or https address without user name, such as https://myapps.microsoft.com.",
        ))
    };
    if text.is_empty() {
        return no("The redirect URL is missing.");
    }
    if text.len() > MAX {
        return no("The redirect URL is longer than 2048 characters.");
    }
    if has_hidden(text, Lines::One) || text.chars().any(|c| c.is_whitespace() || c == '\\') {
        return no("The redirect URL holds a space, a control character or a backslash.");
    }
    // The parser forgives `https:evil` and `https:/evil`; people reading the address do not see that.
    let lower = text.to_ascii_lowercase();
    if !lower.starts_with("https://") && !lower.starts_with("http://") {
        return no("The redirect URL is not an absolute http or https address.");
    }
    let Ok(url) = Url::parse(text) else {
        return no("The redirect URL cannot be read.");
    };
    // The parser also forgives `https:///evil`; the authority must stand where people look for it.
    let authority = lower.split(['/', '?', '#']).nth(2).unwrap_or_default();
    if authority.is_empty() {
        return no("The redirect URL names no host.");
    }
    if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
        return no("The redirect URL holds a user name.");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return no("The redirect URL names no host.");
    }
    Ok(())
}

/// Where a stored, checked redirect URL leads.
pub fn landing(stored: &str) -> Landing {
    let panel =
        Url::parse(stored).ok().and_then(|u| u.host_str().map(|h| PANEL_HOSTS.contains(&h))).unwrap_or(false);
    if panel { Landing::MyApps } else { Landing::Url(stored.to_owned()) }
}

/// The host of a stored redirect URL, to be shown before the guest goes there.
pub fn host(stored: &str) -> Option<String> {
    Url::parse(stored).ok().and_then(|u| u.host_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h7_only_addresses_that_mean_what_they_say() {
        for good in [
            "https://myapps.microsoft.com?tenantId=",
            "http://myapps.microsoft.com",
            "https://a.example:8443/x?y=z#f",
            "http://localhost:3000/",
        ] {
            assert!(check("inviteRedirectUrl", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https:/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://user@evil.example",
            "https://user:pw@evil.example/",
            "https://@evil.example/",
            "https://a.example/\r\nX: y",
            "ftp://a.example",
            "https://",
            "/relative",
            "https://a.example\\@b.example",
            "https://a.example/ b",
            "https:///evil.example",
        ] {
            assert!(check("inviteRedirectUrl", bad).is_err(), "{bad}");
        }
        assert!(check("inviteRedirectUrl", &format!("https://a.example/{}", "x".repeat(2048))).is_err());
    }

    #[test]
    fn the_panel_of_apps_is_ours() {
        for panel in [
            "https://myapps.microsoft.com?tenantId=",
            "http://myapps.microsoft.com",
            "https://myapplications.microsoft.com/x",
        ] {
            assert_eq!(landing(panel), Landing::MyApps);
        }
        assert_eq!(landing("https://a.example/"), Landing::Url("https://a.example/".into()));
        assert_eq!(
            landing("https://myapps.microsoft.com.evil.example/"),
            Landing::Url("https://myapps.microsoft.com.evil.example/".into())
        );
    }
}
