//! The sample app: an ordinary OpenID Connect client that shows what it receives. It uses the server's public
//! endpoints like any app would, over HTTPS and with nothing but its secret. Refuses tokens it has not checked.

mod client;
mod memory;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form as Posted, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hospes_actions::keys::constant_time_equal;
use hospes_actions::random::{Random, SystemRandom, token32};
use hospes_domain::time::Clock;
use hospes_web::pages::CSP;
use hospes_web::pages::view::{Form, Frame, RefusalPage, SampleApp, Trace};
use hospes_web::pages::words::Moment;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use self::client::{AppError, Client, Tokens};
use self::memory::Memory;
use super::seed::{CALLBACK_PATH, SAMPLE_PATH};
use super::start_page::START_PATH;

pub use self::client::{ClientOptions, challenge};

const SIGN_IN_PATH: &str = "/sample/sign-in";
const SIGN_OUT_PATH: &str = "/sample/sign-out";
/// Ties the browser that began a sign-in to its answer.
const FLOW_COOKIE: &str = "__Host-sample-flow";
/// The sample app's own session, apart from the directory's.
const SESSION_COOKIE: &str = "__Host-sample-session";
const FRAME: Frame = Frame { development: true };

/// A sign-in that has begun.
#[derive(Clone)]
struct Begun {
    nonce: String,
    verifier: String,
}

/// Somebody who is signed in to the sample app.
#[derive(Clone)]
struct Session {
    tokens: Tokens,
    form_token: String,
}

struct Sample {
    client: Client,
    clock: Arc<dyn Clock>,
    begun: Memory<Begun>,
    sessions: Memory<Session>,
}

/// The routes.
pub fn routes(options: ClientOptions, clock: Arc<dyn Clock>) -> Router {
    let sample =
        Sample { client: Client::new(options), clock, begun: Memory::default(), sessions: Memory::default() };
    Router::new()
        .route(SAMPLE_PATH, get(home))
        .route(SIGN_IN_PATH, get(sign_in))
        .route(CALLBACK_PATH, get(callback))
        .route(SIGN_OUT_PATH, post(sign_out))
        .with_state(Arc::new(sample))
}

async fn home(State(sample): State<Arc<Sample>>, headers: HeaderMap) -> Response {
    let session = cookie(&headers, SESSION_COOKIE).and_then(|key| sample.sessions.get(&key));
    let (id_claims, access_claims) = match &session {
        Some(session) => (session.tokens.id.facts(), session.tokens.access.facts()),
        None => (Vec::new(), Vec::new()),
    };
    page(
        StatusCode::OK,
        &SampleApp {
            frame: FRAME,
            signed_in: session.as_ref().map(|session| session.tokens.id.greeting()),
            sign_in: SIGN_IN_PATH.to_owned(),
            sign_out: session
                .map(|session| Form { action: SIGN_OUT_PATH.to_owned(), token: session.form_token }),
            id_claims,
            access_claims,
            start: START_PATH.to_owned(),
        },
    )
}

#[derive(Deserialize)]
struct Wanted {
    /// The name to fill in; whoever is signed in already is asked all the same.
    #[serde(rename = "as")]
    name: Option<String>,
}

async fn sign_in(State(sample): State<Arc<Sample>>, Query(wanted): Query<Wanted>) -> Response {
    let begun = Begun { nonce: token32(&SystemRandom), verifier: token32(&SystemRandom) };
    let state = token32(&SystemRandom);
    let Some(address) =
        sample.client.authorize_address(&state, &begun.nonce, &begun.verifier, wanted.name.as_deref())
    else {
        return sample.refused(&AppError::Address);
    };
    sample.begun.put(state.clone(), begun);
    redirect(&address, &[set(FLOW_COOKIE, &state)])
}

#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

async fn callback(
    State(sample): State<Arc<Sample>>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    let state = answer.state.unwrap_or_default();
    let same_browser = cookie(&headers, FLOW_COOKIE).is_some_and(|held| same(&held, &state));
    let Some(begun) = sample.begun.take(&state).filter(|_| same_browser) else {
        return sample.refused(&AppError::Stranger);
    };
    if let Some(error) = answer.error {
        return sample.refused(&AppError::Refused { error, description: answer.error_description });
    }
    let now = sample.clock.now();
    let exchanged =
        sample.client.exchange(&answer.code.unwrap_or_default(), &begun.verifier, &begun.nonce, now).await;
    match exchanged {
        Ok(tokens) => {
            let key = token32(&SystemRandom);
            sample.sessions.put(key.clone(), Session { tokens, form_token: token32(&SystemRandom) });
            redirect(SAMPLE_PATH, &[set(SESSION_COOKIE, &key), clear(FLOW_COOKIE)])
        }
        Err(error) => sample.refused(&error),
    }
}

#[derive(Deserialize)]
struct SignOut {
    form_token: String,
}

async fn sign_out(
    State(sample): State<Arc<Sample>>,
    headers: HeaderMap,
    Posted(form): Posted<SignOut>,
) -> Response {
    let key = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    let ours = sample.sessions.get(&key).is_some_and(|session| same(&session.form_token, &form.form_token));
    if ours {
        sample.sessions.take(&key);
    }
    redirect(SAMPLE_PATH, &[clear(SESSION_COOKIE)])
}

impl Sample {
    fn refused(&self, error: &AppError) -> Response {
        let mut reference = [0; 8];
        SystemRandom.fill(&mut reference);
        let words = error.words();
        page(
            StatusCode::BAD_REQUEST,
            &RefusalPage {
                frame: FRAME,
                slipped: false,
                title: "The sample app did not sign you in".to_owned(),
                happened: Some(words),
                why_careful: "An app shows nothing to somebody it has not recognised.".to_owned(),
                not_lost: Some("Your place in the directory is as it was.".to_owned()),
                what_to_do: "Begin again from the sample app.".to_owned(),
                button: Some(hospes_web::pages::view::Link {
                    label: "Back to the sample app".to_owned(),
                    url: SAMPLE_PATH.to_owned(),
                }),
                trace: Trace {
                    reference: format!("{:016x}", u64::from_be_bytes(reference)),
                    code: error.code().to_owned(),
                    at: Moment(self.clock.now()),
                },
            },
        )
    }
}

fn same(one: &str, other: &str) -> bool {
    constant_time_equal(one.as_bytes(), other.as_bytes())
}

/// The value of a cookie.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

fn set(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

fn clear(name: &str) -> String {
    format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

fn redirect(address: &str, cookies: &[String]) -> Response {
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, address.to_owned())]).into_response();
    for cookie in cookies {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn page(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (status, headers, text).into_response()
        }
        // Rendering into a string does not fail; the type cannot say so.
        Err(error) => {
            tracing::error!(%error, "a page of the sample app was not rendered");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
