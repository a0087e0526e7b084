//! Every "no" of the token endpoint, with the code clients of the original know
//! (reference/tokens-and-sign-in.md section 6, reference/wire-contract.md section 3.4). Refuses to repeat secrets.

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

pub(crate) fn assertion_unsupported() -> Refusal {
    client(700_027, "Client assertions are not accepted yet; authenticate with a client secret.")
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

pub(crate) fn bad_claims() -> Refusal {
    let text = "The 'claims' parameter is not a JSON object whose members hold objects of claims.";
    Refusal::oauth("invalid_request", 9_002_313, text)
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
