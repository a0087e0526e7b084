//! Every "no" of the token endpoint, with the code clients of the original know
//! (reference/tokens-and-sign-in.md section 6, reference/wire-contract.md section 3.4). Refuses to repeat secrets.

use hospes_domain::jose::JoseError;
use hospes_domain::refusal::{OAuthRefusal, Refusal};

use crate::upstream::Shut;

/// The client could not be authenticated (RFC 6749 section 5.2): answered with 401.
fn client(code: u32, description: &str) -> Refusal {
    let description = description.to_owned();
    Refusal::OAuth(OAuthRefusal { error: "invalid_client", code, description, unauthorized: true })
}

/// What a caller wrote, short and without control characters, so that an error cannot be made to carry a page.
fn quoted(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}

pub(crate) fn parameter_missing(name: &str) -> Refusal {
    Refusal::oauth(
        "invalid_request",
        900_144,
        format!("The request body must contain the following parameter: '{name}'."),
    )
}

pub(crate) fn unsupported_grant(grant: &str) -> Refusal {
    let text = format!("The app requested an unsupported grant type '{}'.", quoted(grant));
    Refusal::oauth("unsupported_grant_type", 70_003, text)
}

pub(crate) fn no_tenant(name: &str) -> Refusal {
    let text = format!(
        "Tenant '{}' not found. Check that you have the correct tenant id or domain name.",
        quoted(name)
    );
    Refusal::oauth("invalid_request", 90_002, text)
}

pub(crate) fn tenant_needed() -> Refusal {
    let text = "This grant is not supported over 'common', 'organizations' or 'consumers'. Use a tenant-specific endpoint.";
    Refusal::oauth("invalid_request", 9_001_023, text)
}

pub(crate) fn unknown_client(id: &str) -> Refusal {
    let text = format!("Application with identifier '{}' was not found in the tenant.", quoted(id));
    Refusal::oauth("unauthorized_client", 700_016, text)
}

pub(crate) fn client_disabled() -> Refusal {
    Refusal::oauth("unauthorized_client", 7_000_112, "The application is disabled.")
}

pub(crate) fn two_methods() -> Refusal {
    client(7_000_217, "The request authenticates the client in more than one way; use exactly one.")
}

pub(crate) fn credential_missing() -> Refusal {
    client(
        7_000_218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    )
}

/// Says which part of an assertion is wrong; nothing of it is a secret but the signature.
pub(crate) fn bad_assertion(error: JoseError) -> Refusal {
    let text = match error {
        JoseError::UnknownKey => {
            "The client assertion names no certificate that is registered for the application and valid now."
        }
        JoseError::BadSignature | JoseError::WrongAlgorithm => {
            "The signature of the client assertion is not that of a registered certificate, with RS256, PS256 or ES256."
        }
        JoseError::Expired | JoseError::NotYetValid => {
            "The client assertion is not within its valid time range."
        }
        JoseError::ClaimValue("aud") | JoseError::ClaimMissing("aud") => {
            "The audience of the client assertion must be the token endpoint or the issuer."
        }
        JoseError::ClaimValue("exp") => "A client assertion may live for ten minutes at most.",
        JoseError::ClaimValue("jti") | JoseError::ClaimMissing("jti") => {
            "The client assertion must have a 'jti' of at most 256 characters."
        }
        _ => return unreadable_assertion(),
    };
    client(700_027, text)
}

pub(crate) fn unreadable_assertion() -> Refusal {
    client(
        700_027,
        "The client assertion is not a signed token whose 'iss' and 'sub' are the application's client id.",
    )
}

pub(crate) fn assertion_used() -> Refusal {
    client(
        700_027,
        "The client assertion was used before; make a new one, with a new 'jti', for each request.",
    )
}

pub(crate) fn assertion_type() -> Refusal {
    let text =
        "The 'client_assertion_type' must be 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.";
    Refusal::oauth("invalid_request", 900_144, text)
}

pub(crate) fn secret_in_a_page() -> Refusal {
    client(
        9_002_326,
        "A request with an 'Origin' comes from a page in a browser, which cannot keep a client credential.",
    )
}

pub(crate) fn not_that_page() -> Refusal {
    let text = "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type, from the \
                origin of a registered redirect address.";
    Refusal::oauth("invalid_request", 9_002_326, text)
}

pub(crate) fn page_without_origin() -> Refusal {
    let text = "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.";
    Refusal::oauth("invalid_request", 9_002_327, text)
}

pub(crate) fn page_expired() -> Refusal {
    let text = "The refresh token of a single-page app has reached its fixed end of 24 hours. Sign in again.";
    Refusal::oauth("invalid_grant", 700_084, text)
}

pub(crate) fn no_device_codes() -> Refusal {
    let text = "The application may not sign people in by device code; an administrator can allow it.";
    Refusal::oauth("unauthorized_client", 7_000_113, text)
}

pub(crate) fn device_pending() -> Refusal {
    let text = "Nobody has entered the code and accepted yet. Ask again after the interval.";
    Refusal::oauth("authorization_pending", 70_016, text)
}

pub(crate) fn slow_down() -> Refusal {
    let text = "The device asks too often; wait five seconds longer between two requests.";
    Refusal::oauth("slow_down", 90_055, text)
}

pub(crate) fn device_declined() -> Refusal {
    Refusal::oauth("authorization_declined", 65_004, "The person declined to sign the device in.")
}

pub(crate) fn bad_device_code() -> Refusal {
    Refusal::oauth(
        "bad_verification_code",
        70_018,
        "The 'device_code' is not one that waits for this application.",
    )
}

pub(crate) fn device_expired() -> Refusal {
    Refusal::oauth("expired_token", 70_019, "The device code has expired. Start again on the device.")
}

pub(crate) fn public_with_credential() -> Refusal {
    client(
        700_025,
        "The client is public, so neither 'client_assertion' nor 'client_secret' should be presented.",
    )
}

pub(crate) fn wrong_secret() -> Refusal {
    client(7_000_215, "Invalid client secret provided. Send the secret's value, not the secret's id.")
}

pub(crate) fn secret_expired() -> Refusal {
    client(7_000_222, "The provided client secret has expired. Create a new secret for the application.")
}

pub(crate) fn scope_needs_default() -> Refusal {
    let text = "The scope of a client credentials request must be one resource followed by '/.default'.";
    Refusal::oauth("invalid_scope", 1_002_012, text)
}

pub(crate) fn bad_scope(scope: &str) -> Refusal {
    let text =
        format!("The provided request must include a valid 'scope'. '{}' is not valid.", quoted(scope));
    Refusal::oauth("invalid_scope", 70_011, text)
}

pub(crate) fn unknown_resource(name: &str) -> Refusal {
    let text = format!("The resource principal named '{}' was not found in the tenant.", quoted(name));
    Refusal::oauth("invalid_resource", 500_011, text)
}

pub(crate) fn not_assigned() -> Refusal {
    let text = "The caller is not assigned to a role of the application, which requires it.";
    Refusal::oauth("invalid_grant", 50_105, text)
}

pub(crate) fn consent_needed(scope: &str) -> Refusal {
    let text = format!(
        "Nobody has consented to the application's use of '{}'. Ask for consent interactively.",
        quoted(scope)
    );
    Refusal::oauth("invalid_grant", 65_001, text)
}

pub(crate) fn bad_code() -> Refusal {
    Refusal::oauth("invalid_grant", 70_000, "The provided value for the 'code' parameter is not valid.")
}

pub(crate) fn code_used() -> Refusal {
    Refusal::oauth(
        "invalid_grant",
        54_005,
        "The authorization code was already redeemed. Start a new sign-in.",
    )
}

pub(crate) fn code_expired() -> Refusal {
    Refusal::oauth("invalid_grant", 70_008, "The authorization code has expired. Start a new sign-in.")
}

pub(crate) fn wrong_redirect() -> Refusal {
    let text = "The 'redirect_uri' is not the one the authorization code was requested with.";
    Refusal::oauth("invalid_grant", 500_112, text)
}

pub(crate) fn wrong_verifier() -> Refusal {
    let text = "The 'code_verifier' does not match the 'code_challenge' of the authorization request.";
    Refusal::oauth("invalid_grant", 501_481, text)
}

pub(crate) fn bad_refresh_token() -> Refusal {
    Refusal::oauth(
        "invalid_grant",
        70_000,
        "The provided value for the 'refresh_token' parameter is not valid.",
    )
}

pub(crate) fn refresh_token_expired() -> Refusal {
    Refusal::oauth("invalid_grant", 700_082, "The refresh token has expired. Sign in again.")
}

pub(crate) fn grant_revoked() -> Refusal {
    Refusal::oauth("invalid_grant", 50_173, "The provided grant has been revoked. Sign in again.")
}

/// Clients of the original start an interactive sign-in on it (reference/wire-contract.md section 3.4).
pub(crate) fn second_factor_needed() -> Refusal {
    let text = "The user must use multi-factor authentication to access the resource. Sign in again.";
    Refusal::oauth("interaction_required", 50_076, text)
}

pub(crate) fn enrolment_needed() -> Refusal {
    let text = "The user must enrol in multi-factor authentication to access the resource. Sign in again.";
    Refusal::oauth("interaction_required", 50_079, text)
}

pub(crate) fn user_disabled() -> Refusal {
    Refusal::oauth("invalid_grant", 50_057, "The user account is disabled.")
}

pub(crate) fn shut_out(shut: Shut) -> Refusal {
    match shut {
        Shut::ByHost => by_inbound(),
        Shut::ByHome => by_outbound(),
    }
}

fn by_inbound() -> Refusal {
    let text =
        "The resource tenant's cross-tenant access policy does not allow this user to access this tenant.";
    Refusal::oauth("invalid_grant", 500_213, text)
}

fn by_outbound() -> Refusal {
    let text = "The user's administrator has set an outbound access policy that does not allow access to this tenant.";
    Refusal::oauth("invalid_grant", 500_212, text)
}
