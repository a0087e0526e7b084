//! The pages people see. Handlers stand here, one file per family; what they fill stands in [`view`].
//! Refuses inline scripts and styles: pages work under [`CSP`] and without JavaScript. Three of them load a script file of
//! ours, because passkeys are made and used by a script or not at all ([`with_script`]); the page that hands an answer to
//! an app loads another, which presses its button ([`with_posting_script`]).

pub(crate) mod admin_consent;
pub mod assets;
pub(crate) mod change_password;
pub(crate) mod consents;
pub(crate) mod cookies;
pub(crate) mod csrf;
pub(crate) mod deliver;
mod device;
pub(crate) mod device_cookie;
pub(crate) mod error;
pub(crate) mod error_number;
pub mod error_numbers;
pub(crate) mod flow_cookie;
pub(crate) mod leave;
pub(crate) mod my_apps;
pub(crate) mod organisation;
pub(crate) mod passkeys;
pub(crate) mod powershell;
mod proven;
mod qr;
pub(crate) mod redeem;
mod redeem_account;
pub(crate) mod redeem_cookie;
mod redeem_not_me;
pub(crate) mod security;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod sign_in;
mod sign_in_consent;
pub(crate) mod sign_in_forms;
pub(crate) mod sign_in_passkey;
mod sign_in_posted;
mod sign_in_second;
#[cfg(test)]
mod sign_in_tests;
pub(crate) mod sign_out;
mod sign_out_of_all;
mod upstream;
pub mod view;
pub(crate) mod visit;
pub(crate) mod which_tenant;
pub mod words;

pub use error::spelled;
pub use proven::{ProvenBrowser, proven_browser};

use axum::Router;

use crate::Web;
use crate::http::{Route, table};

/// The tables of contents of the pages, one per file.
pub const ROUTES: &[&[Route]] = &[
    redeem::ROUTES,
    sign_in::ROUTES,
    sign_out::ROUTES,
    sessions::ROUTES,
    device::ROUTES,
    upstream::ROUTES,
    my_apps::ROUTES,
    security::ROUTES,
    change_password::ROUTES,
    passkeys::ROUTES,
    sign_in_passkey::ROUTES,
    sign_in_second::ROUTES,
    organisation::ROUTES,
    leave::ROUTES,
    consents::ROUTES,
    admin_consent::ROUTES,
    error_number::ROUTES,
    setup::ROUTES,
    powershell::ROUTES,
];

/// Every page of this surface but the [`front`].
pub fn routes() -> Router<Web> {
    let tables = ROUTES.iter().fold(Router::new(), |router, routes| router.merge(table(routes)));
    tables.merge(assets::routes())
}

/// The root of the public site: on to My Apps. Development mode has a start page of its own there.
pub fn front() -> Router<Web> {
    table(my_apps::FRONT)
}

/// Content security policy of every page. Pages that post to another origin (`FormPost`, and consent
/// forms whose answer redirects there, threats H4) send [`csp_with_form_target`] instead.
pub const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// [`CSP`] that also lets forms reach `origin` (scheme, host and port of a registered redirect
/// address, e.g. `https://app.example`). An origin with characters that could end the directive is
/// left out.
pub fn csp_with_form_target(origin: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '[' | ']');
    if origin.is_empty() || !origin.chars().all(safe) {
        return CSP.to_owned();
    }
    CSP.replace("form-action 'self'", &format!("form-action 'self' {origin}"))
}

/// The policy of a page that loads a script file of ours, which may ask nobody anything.
pub fn with_posting_script(policy: &str) -> String {
    policy.replacen("default-src 'none';", "default-src 'none'; script-src 'self';", 1)
}

/// The policy of a page that loads a script file of ours and lets it ask this server.
pub fn with_script(policy: &str) -> String {
    policy.replacen("default-src 'none';", "default-src 'none'; script-src 'self'; connect-src 'self';", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_a_file_of_ours_and_the_rest_of_the_policy_stays() {
        let policy = with_script(&csp_with_form_target("https://portal.example"));
        for part in [
            "default-src 'none'; script-src 'self'; connect-src 'self';",
            "https://portal.example",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        let posting = with_posting_script(&csp_with_form_target("https://portal.example"));
        assert!(posting.starts_with("default-src 'none'; script-src 'self'; style-src"), "{posting}");
        assert!(posting.contains("form-action 'self' https://portal.example;"), "{posting}");
    }

    #[test]
    fn a_form_target_joins_the_policy_but_cannot_change_it() {
        let policy = csp_with_form_target("https://portal.example:8443");
        assert!(policy.contains("form-action 'self' https://portal.example:8443;"));
        for trick in ["", "https://x.example; script-src *", "https://x.example 'unsafe-inline'", "*"] {
            assert_eq!(csp_with_form_target(trick), CSP);
        }
    }
}
