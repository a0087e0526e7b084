//! Reading what a client posts to the token endpoint (RFC 6749 sections 2.3.1, 3.2 and appendix B).
//!
//! Refuses parameters that come twice, are over-long or hold control characters, bodies of another type, and secrets in the address (threats F8).
//! Unknown parameters are ignored, empty ones count as absent (reference/wire-contract.md 1.7).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hospes_actions::tokens::{Credentials, TokenForm};
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{repeated, too_long_value, unprintable_value};
use http::{HeaderMap, header};
use url::form_urlencoded;

use super::cross_origin;

/// Parameters that must never stand in an address, where logs and histories keep them.
const NEVER_IN_ADDRESS: [&str; 8] = [
    "client_secret",
    "client_assertion",
    "code",
    "code_verifier",
    "refresh_token",
    "password",
    "assertion",
    "device_code",
];

/// The token request of a form, its headers and the query of its address.
pub(super) fn read(headers: &HeaderMap, query: &str, body: &[u8]) -> Result<TokenForm, Refusal> {
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| NEVER_IN_ADDRESS.contains(&&*name)) {
        return Err(malformed(
            "Credentials and codes belong into the body of the request, not into its address.",
        ));
    }
    if !is_form(headers) {
        return Err(malformed("The request body must be of type 'application/x-www-form-urlencoded'."));
    }
    let mut form = TokenForm {
        credentials: Credentials {
            basic: basic(headers)?,
            origin: cross_origin::origin(headers).map(str::to_owned),
            ..Credentials::default()
        },
        ..TokenForm::default()
    };
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    if let Some(cause) = repeated(&pairs) {
        return Err(malformed(&cause));
    }
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        let wrong = too_long_value(&name, &value, most(&name)).or_else(|| unprintable_value(&name, &value));
        if put(&mut form, &name, value)
            && let Some(cause) = wrong
        {
            return Err(malformed(&cause));
        }
    }
    Ok(form)
}

/// The longest value of a parameter, in bytes. Devices wait with what they have asked for, so that is stored.
fn most(name: &str) -> usize {
    match name {
        "client_assertion" | "claims" => 16 * 1024,
        _ => 4096,
    }
}

/// Takes a parameter; whether it is one that means something.
fn put(form: &mut TokenForm, name: &str, value: String) -> bool {
    let slot = match name {
        "grant_type" => &mut form.grant_type,
        "client_id" => &mut form.credentials.id,
        "client_secret" => &mut form.credentials.secret,
        "scope" => &mut form.scope,
        "claims" => &mut form.claims,
        "code" => &mut form.code,
        "redirect_uri" => &mut form.redirect_uri,
        "code_verifier" => &mut form.code_verifier,
        "refresh_token" => &mut form.refresh_token,
        "client_assertion" => &mut form.credentials.assertion,
        "client_assertion_type" => &mut form.credentials.assertion_type,
        "device_code" => &mut form.device_code,
        "client_info" => {
            form.client_info = value == "1";
            return true;
        }
        _ => return false,
    };
    *slot = Some(value);
    true
}

pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Name and password of `Authorization: Basic`; other schemes are none of ours.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, Refusal> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(one), more) = (all.next(), all.next()) else { return Ok(None) };
    let text = one.to_str().map_err(|_| bad_basic())?;
    let Some((scheme, encoded)) = text.split_once(' ') else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| bad_basic())?;
    let pair = String::from_utf8(decoded).map_err(|_| bad_basic())?;
    let (name, password) = pair.split_once(':').filter(|_| more.is_none()).ok_or_else(bad_basic)?;
    Ok(Some((form_decoded(name), form_decoded(password))))
}

/// Undoes the form encoding of one value.
fn form_decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

pub(super) fn malformed(description: &str) -> Refusal {
    Refusal::oauth("invalid_request", 9_002_313, description)
}

fn bad_basic() -> Refusal {
    let description = "The Authorization header cannot be read as Basic client authentication.".to_owned();
    Refusal::OAuth(OAuthRefusal { error: "invalid_client", code: 7_000_215, description, unauthorized: true })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

    fn read_with(headers: &[(&'static str, &str)], query: &str, body: &str) -> Result<TokenForm, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        read(&map, query, body.as_bytes())
    }

    fn code(refused: Result<TokenForm, Refusal>) -> u32 {
        match refused.err() {
            Some(Refusal::OAuth(oauth)) => oauth.code,
            _ => 0,
        }
    }

    #[test]
    fn known_parameters_are_read_and_unknown_or_empty_ones_ignored() {
        let body = "grant_type=client_credentials&client_id=a&client_secret=s%2B+x&x-client-SKU=y&scope=&client_info=1";
        let form = read_with(&[FORM], "client-request-id=7", body).ok().unwrap();
        assert_eq!(form.grant_type.as_deref(), Some("client_credentials"));
        assert_eq!(form.credentials.id.as_deref(), Some("a"));
        assert_eq!(form.credentials.secret.as_deref(), Some("s+ x"));
        assert!(form.client_info && form.scope.is_none() && form.credentials.basic.is_none());
    }

    #[test]
    fn basic_names_and_passwords_are_form_encoded() {
        let header = format!("bAsIc {}", STANDARD.encode("id%3A1:p+q%2B:r"));
        let form = read_with(&[FORM, ("authorization", &header)], "", "grant_type=x").ok().unwrap();
        assert_eq!(form.credentials.basic, Some(("id:1".to_owned(), "p q+:r".to_owned())));
        for bad in ["Basic ?", "Basic YQ==", "Basic /w=="] {
            assert_eq!(code(read_with(&[FORM, ("authorization", bad)], "", "")), 7_000_215, "{bad}");
        }
        let twice = [FORM, ("authorization", &header), ("authorization", &header)];
        assert_eq!(code(read_with(&twice, "", "")), 7_000_215);
    }

    #[test]
    fn f8_doubles_other_types_and_secrets_in_the_address_are_refused() {
        assert_eq!(code(read_with(&[FORM], "", "scope=a&scope=b")), 9_002_313);
        assert_eq!(code(read_with(&[FORM], "", "x=&x=")), 9_002_313);
        let long = "y".repeat(4097);
        assert_eq!(code(read_with(&[FORM], "", &format!("scope={long}"))), 9_002_313);
        for fine in [format!("client_assertion={long}"), format!("x-client-SKU={long}")] {
            assert!(read_with(&[FORM], "", &fine).is_ok(), "{fine}");
        }
        assert_eq!(code(read_with(&[("content-type", "application/json")], "", "{}")), 9_002_313);
        assert_eq!(code(read_with(&[], "", "grant_type=x")), 9_002_313);
        for name in NEVER_IN_ADDRESS {
            assert_eq!(code(read_with(&[FORM], &format!("a=b&{name}=x"), "")), 9_002_313, "{name}");
        }
    }
}
