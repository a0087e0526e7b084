//! Brings an answer to an app, in the way it asked for: by redirect, or by a form that posts itself
//! (OAuth 2.0 Form Post Response Mode), or that the person posts where scripts are off. Refuses addresses of its own: the redirect
//! address was checked when the flow began.

use axum::response::Response;
use hospes_actions::sign_in::Answer;
use hospes_domain::sign_in::ResponseMode;
use http::StatusCode;
use url::{Url, form_urlencoded};

use super::view::FormPost;
use super::visit::Visit;
use super::{CSP, csp_with_form_target, with_posting_script};

/// Sends the browser to the app with its answer.
pub fn deliver(visit: &Visit, answer: Answer) -> Response {
    let mark = match answer.mode {
        ResponseMode::Query if answer.redirect_uri.contains('?') => '&',
        ResponseMode::Query => '?',
        ResponseMode::Fragment => '#',
        ResponseMode::FormPost => return form(visit, answer),
    };
    let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(&answer.fields).finish();
    visit.go(&format!("{}{mark}{fields}", answer.redirect_uri))
}

fn form(visit: &Visit, answer: Answer) -> Response {
    let policy = with_posting_script(&policy_towards(Some(&answer.redirect_uri)));
    let page = FormPost {
        frame: visit.frame(),
        app_name: answer.app_name,
        action: answer.redirect_uri,
        fields: answer.fields,
    };
    visit.page_with(StatusCode::OK, &page, &policy)
}

/// The policy of a page whose form may end, after redirects, at a registered address (threats H4).
pub fn policy_towards(redirect_uri: Option<&str>) -> String {
    redirect_uri.and_then(origin).map_or_else(|| CSP.to_owned(), |origin| csp_with_form_target(&origin))
}

/// The policy of a page with frames of exactly these addresses' origins.
pub fn csp_with_frames<'a>(addresses: impl Iterator<Item = &'a str>) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '[' | ']');
    let mut origins: Vec<String> = addresses.filter_map(origin).filter(|o| o.chars().all(safe)).collect();
    origins.sort_unstable();
    origins.dedup();
    format!("{CSP}; frame-src {}", origins.join(" "))
}

fn origin(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    let origin = url.origin();
    // Schemes of programs, such as `msal…:`, have no origin; the scheme itself is what the policy names.
    Some(if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", url.scheme()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h4_the_policy_lets_the_form_end_at_the_app_and_nowhere_else() {
        let policy = policy_towards(Some("https://app.example:8443/cb?x=y"));
        assert!(policy.contains("form-action 'self' https://app.example:8443;"), "{policy}");
        assert!(policy_towards(Some("msalabc://auth")).contains("form-action 'self' msalabc:;"));
        assert_eq!(policy_towards(None), CSP);
    }
}
