//! The parameters of an authorization request, and the ordered list of checks on them (RFC 6749
//! section 4.1.1, OpenID Connect Core 1.0 section 3.1.2). Refuses repeated parameters and control characters; ignores
//! unknown parameters. Only after client and redirect address fit does anything travel to that address (threats F1).

use hospes_domain::application::{Application, Platform};
use hospes_domain::ids::ClientId;
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{
    AppRequest, ClaimsRequest, Prompt, RequestedScopes, ResponseMode, repeated, too_long, unprintable_value,
};
use hospes_domain::sign_ins::correlation_of;

/// Longest value kept of a request, in bytes; `state` alone may be longer.
const MAX_VALUE: usize = 4096;
/// Longest `state`.
const MAX_STATE: usize = 16 * 1024;
/// Parameters that mean something here or at the end of a session, or that the standards define.
const KNOWN: [&str; 24] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "login_hint",
    "domain_hint",
    "id_token_hint",
    "sid",
    "claims",
    "client_info",
    "acr_values",
    "ui_locales",
    "display",
    "request",
    "request_uri",
    "post_logout_redirect_uri",
    "logout_hint",
];
/// Length of a SHA-256 challenge in base64url (RFC 7636 section 4.2).
const CHALLENGE_LENGTH: usize = 43;

/// The parameters as they came. No `Debug`: hints and states are private to the app.
#[derive(Clone, Default)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
}

/// A request that passed every check.
pub(super) struct Checked {
    pub request: AppRequest,
    pub prompt: Prompt,
    pub login_hint: Option<String>,
    pub max_age: Option<i64>,
    /// The `sid` of the session a silent request is about.
    pub sid: Option<String>,
}

/// Where an error may go once the client and its address are known.
pub(super) struct Route {
    pub client: ClientId,
    pub redirect_uri: String,
    pub platform: Platform,
    pub mode: ResponseMode,
    pub state: Option<String>,
}

type Check<T> = Result<T, OAuthRefusal>;

fn no<T>(error: &'static str, code: u32, description: &str) -> Check<T> {
    Err(OAuthRefusal { error, code, description: description.to_owned(), unauthorized: false })
}

impl Parameters {
    /// The decoded pairs of a query or a form, in their order.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self { pairs }
    }

    /// The one value of a parameter; empty counts as absent (RFC 6749 section 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// The same for a parameter that counts only if it is given once.
    pub fn single(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|_| !self.repeated(name))
    }

    fn repeated(&self, name: &str) -> bool {
        self.pairs.iter().filter(|(n, _)| n == name).count() > 1
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// `client_id`, before anything is known about it.
    pub(super) fn client(&self) -> Result<ClientId, Refusal> {
        for name in ["client_id", "redirect_uri"] {
            if self.repeated(name) {
                let cause = format!("The parameter '{name}' is given more than once.");
                return Err(Refusal::oauth("invalid_request", 90013, cause));
            }
        }
        let Some(text) = self.get("client_id") else {
            return Err(Refusal::oauth("invalid_request", 900_144, "The request has no client_id."));
        };
        text.parse().map_err(|_| unknown_client())
    }

    /// The redirect address, if it is one of the application's. Until it is, errors are pages.
    pub(super) fn route(&self, application: &Application) -> Result<Route, Refusal> {
        let Some(redirect_uri) = self.get("redirect_uri") else {
            return Err(Refusal::oauth("invalid_request", 900_971, "The request has no redirect_uri."));
        };
        let Some(platform) = application.platform_of(redirect_uri) else {
            return Err(wrong_address(application, redirect_uri));
        };
        let mode = self.get("response_mode").and_then(ResponseMode::parse).unwrap_or(ResponseMode::Query);
        // What is refused about the state itself is told without it.
        let fit = |state: &String| state.len() <= MAX_STATE && unprintable_value("state", state).is_none();
        let state = self.owned("state").filter(fit);
        let redirect_uri = redirect_uri.to_owned();
        Ok(Route { client: application.client_id, redirect_uri, platform, mode, state })
    }

    /// The remaining checks, in their order; what they refuse is told to the app.
    pub(super) fn check(&self, route: &Route, public_url: &str) -> Check<Checked> {
        self.nothing_repeated()?;
        // Before lengths are looked at: such objects are long.
        self.no_request_object()?;
        self.nothing_too_long()?;
        self.nothing_unprintable()?;
        self.response_type()?;
        self.response_mode()?;
        let scope = self.scope(public_url)?;
        let code_challenge = self.challenge(route.platform != Platform::Web)?;
        let prompt = self.prompt()?;
        let max_age = self.max_age()?;
        Ok(Checked {
            request: AppRequest {
                client: route.client,
                redirect_uri: route.redirect_uri.clone(),
                response_mode: route.mode,
                scope,
                state: route.state.clone(),
                nonce: self.owned("nonce"),
                code_challenge,
                client_info: self.get("client_info") == Some("1"),
                claims: self.claims()?,
                device: None,
                correlation: self.get("client-request-id").and_then(correlation_of).map(str::to_owned),
            },
            login_hint: self.owned("login_hint").filter(|hint| hint.len() <= 254),
            max_age,
            sid: self.owned("sid").filter(|_| prompt.none),
            prompt,
        })
    }

    fn nothing_repeated(&self) -> Check<()> {
        repeated(&self.pairs).map_or(Ok(()), |cause| no("invalid_request", 90013, &cause))
    }

    fn nothing_too_long(&self) -> Check<()> {
        let limit = |name: &str| match name {
            "state" | "id_token_hint" | "claims" => MAX_STATE,
            _ => MAX_VALUE,
        };
        too_long(&self.pairs, limit).map_or(Ok(()), |cause| no("invalid_request", 90013, &cause))
    }

    /// What is stored is text, and what is ignored is ignored whatever it holds.
    pub(super) fn nothing_unprintable(&self) -> Check<()> {
        let known = self.pairs.iter().filter(|(name, _)| KNOWN.contains(&name.as_str()));
        let mut said = known.filter_map(|(name, value)| unprintable_value(name, value));
        said.next().map_or(Ok(()), |cause| no("invalid_request", 90013, &cause))
    }

    /// Threats F10: not supported, and never fetched. Each has its own error (OIDC Core section 3.1.2.6).
    fn no_request_object(&self) -> Check<()> {
        if self.get("request").is_some() {
            return no(
                "request_not_supported",
                90013,
                "Request objects are not supported; send plain parameters.",
            );
        }
        if self.get("request_uri").is_some() {
            return no(
                "request_uri_not_supported",
                90013,
                "Request objects are not supported, and none is fetched; send plain parameters.",
            );
        }
        Ok(())
    }

    fn response_type(&self) -> Check<()> {
        match self.get("response_type") {
            None => no("invalid_request", 900_144, "The request has no response_type."),
            Some("code") => Ok(()),
            Some(_) => no("unsupported_response_type", 700_054, "Only response_type=code is supported."),
        }
    }

    fn response_mode(&self) -> Check<()> {
        match self.get("response_mode") {
            Some(mode) if ResponseMode::parse(mode).is_none() => {
                no("invalid_request", 90013, "response_mode must be query, fragment or form_post.")
            }
            _ => Ok(()),
        }
    }

    fn scope(&self, public_url: &str) -> Check<String> {
        let Some(scope) = self.get("scope") else {
            return no("invalid_request", 900_144, "The request has no scope.");
        };
        match RequestedScopes::parse(scope, public_url) {
            Ok(_) => Ok(scope.to_owned()),
            Err(bad) => no("invalid_scope", 70011, &bad.to_string()),
        }
    }

    /// Threats F3: S256 only, and not optional for clients that cannot keep a secret.
    fn challenge(&self, public_client: bool) -> Check<Option<String>> {
        let method = self.get("code_challenge_method");
        let Some(challenge) = self.get("code_challenge") else {
            return if public_client || method.is_some() {
                no(
                    "invalid_request",
                    9_002_325,
                    "A code_challenge with code_challenge_method=S256 is required.",
                )
            } else {
                Ok(None)
            };
        };
        if method != Some("S256") {
            return no("invalid_request", 50147, "code_challenge_method must be S256.");
        }
        let well_formed = challenge.len() == CHALLENGE_LENGTH
            && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if well_formed {
            Ok(Some(challenge.to_owned()))
        } else {
            no("invalid_request", 50147, "The code_challenge is not a SHA-256 hash in base64url.")
        }
    }

    fn prompt(&self) -> Check<Prompt> {
        match Prompt::parse(self.get("prompt").unwrap_or_default()) {
            Some(prompt) => Ok(prompt),
            None => no(
                "invalid_request",
                90023,
                "prompt must be none alone, or login, consent and select_account.",
            ),
        }
    }

    /// OIDC Core section 5.5.
    fn claims(&self) -> Check<ClaimsRequest> {
        match self.get("claims").map(ClaimsRequest::parse) {
            None => Ok(ClaimsRequest::default()),
            // OIDC Core section 5.5.1.1: a failed sign-in. The error is that of "OpenID Connect Core Error Code
            // unmet_authentication_requirements 1.0".
            Some(Some(claims)) if claims.demands_acr => no(
                "unmet_authentication_requirements",
                90013,
                "claims demands a value of acr, and no token of this server has one; ask for max_age or look at amr.",
            ),
            Some(Some(claims)) => Ok(claims),
            Some(None) => no(
                "invalid_request",
                90013,
                "claims must be a JSON object whose members id_token and userinfo hold objects of claims.",
            ),
        }
    }

    fn max_age(&self) -> Check<Option<i64>> {
        match self.get("max_age").map(str::parse::<u32>) {
            None => Ok(None),
            Some(Ok(seconds)) => Ok(Some(i64::from(seconds))),
            Some(Err(_)) => no("invalid_request", 90013, "max_age must be a number of seconds."),
        }
    }
}

/// Letters of a refused address that are shown.
const SHOWN: usize = 200;

/// The address is not one of the application's. The page is for those who run it, so it shows what was sent: as text that
/// nobody can follow, without what could disguise it.
pub(super) fn wrong_address(application: &Application, sent: &str) -> Refusal {
    let fit = |c: char| if c.is_ascii_graphic() && c != '\'' { c } else { '\u{fffd}' };
    let mut shown: String = sent.chars().take(SHOWN).map(fit).collect();
    if sent.chars().nth(SHOWN).is_some() {
        shown.push('\u{2026}');
    }
    let application_name = &application.display_name;
    if sent.is_empty() {
        let cause = format!("The application '{application_name}' has no address that could be answered.");
        return Refusal::oauth("invalid_request", 50011, cause);
    }
    let cause = format!(
        "The redirect_uri '{shown}' is not one that is registered for the application '{application_name}' ({}).",
        application.client_id
    );
    Refusal::oauth("invalid_request", 50011, cause)
}

/// The client is not registered here.
pub(super) fn unknown_client() -> Refusal {
    Refusal::oauth("unauthorized_client", 700_016, "The application is not registered in this organisation.")
}
