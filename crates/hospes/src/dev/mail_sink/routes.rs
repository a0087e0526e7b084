//! The mail catcher for programs: `GET /dev/mail`, `GET /dev/mail/{id}` and `GET /dev/mail/{id}/raw`.
//! Refuses to change anything; the pages for people are elsewhere.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hospes_domain::time::Time;
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};

use super::{CaughtMail, MailSink};

/// The routes, for merging into the router of a development server.
pub fn routes(sink: MailSink) -> Router {
    Router::new()
        .route("/dev/mail", get(list))
        .route("/dev/mail/{id}", get(one))
        .route("/dev/mail/{id}/raw", get(raw))
        .with_state(sink)
}

#[derive(Deserialize)]
struct Wanted {
    /// Only mails to this address.
    to: Option<String>,
}

#[derive(Serialize)]
struct Listing<'a> {
    value: Vec<Summary<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    id: String,
    received_at: String,
    from: &'a str,
    to: &'a [String],
    message_id: &'a str,
    subject: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    reply_to: Option<&'a str>,
    text: &'a str,
    html: &'a str,
}

impl<'a> From<&'a CaughtMail> for Summary<'a> {
    fn from(mail: &'a CaughtMail) -> Self {
        Self {
            id: mail.id.to_string(),
            received_at: instant(mail.received_at),
            from: &mail.from,
            to: &mail.to,
            message_id: &mail.message_id,
            subject: &mail.subject,
        }
    }
}

async fn list(State(sink): State<MailSink>, Query(wanted): Query<Wanted>) -> Response {
    let mails = sink.list();
    let value = mails
        .iter()
        .filter(|mail| wanted.to.as_deref().is_none_or(|to| mail.is_to(to)))
        .map(|mail| Summary::from(mail.as_ref()))
        .collect();
    json(StatusCode::OK, &Listing { value })
}

async fn one(State(sink): State<MailSink>, Path(id): Path<String>) -> Response {
    let Some(mail) = find(&sink, &id) else { return missing() };
    let whole = Whole {
        summary: Summary::from(mail.as_ref()),
        reply_to: mail.reply_to.as_deref(),
        text: &mail.text,
        html: &mail.html,
    };
    json(StatusCode::OK, &whole)
}

async fn raw(State(sink): State<MailSink>, Path(id): Path<String>) -> Response {
    match find(&sink, &id) {
        // As text: a browser shows it, and cannot be made to run it.
        Some(mail) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], mail.raw.clone()).into_response()
        }
        None => missing(),
    }
}

fn find(sink: &MailSink, id: &str) -> Option<std::sync::Arc<CaughtMail>> {
    sink.get(id.parse().ok()?)
}

fn missing() -> Response {
    json(
        StatusCode::NOT_FOUND,
        &serde_json::json!({ "error": "There is no such mail, or it is no longer kept." }),
    )
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            (status, headers, bytes).into_response()
        }
        // Strings and numbers only: there is nothing in a mail that JSON cannot hold.
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// As Graph writes instants (RFC 3339, UTC).
fn instant(time: Time) -> String {
    jiff::Timestamp::from_microsecond(time.0).unwrap_or_default().to_string()
}
