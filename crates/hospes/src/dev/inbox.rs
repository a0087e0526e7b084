//! The mail catcher for people: the inbox, one mail, and its HTML part as a mail program would show it.
//!
//! Refuses to let a mail act: its HTML is shown alone, in a sandbox without scripts, forms and network.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hospes_web::pages::CSP;
use hospes_web::pages::view::{Fact, Frame, Inbox, InboxMail, MailLine};
use hospes_web::pages::words::Moment;
use http::{HeaderValue, StatusCode, header};

use super::mail_sink::{CaughtMail, MailSink};

/// Path of the inbox.
pub const INBOX_PATH: &str = "/dev/inbox";
/// Path of the same list for programs, see [`super::mail_sink::routes`].
const JSON_PATH: &str = "/dev/mail";

/// For the HTML part of a mail: it may look as it likes and do nothing. Links work, since following one leaves
/// this document.
const MAIL_CSP: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const DEVELOPMENT: Frame = Frame { development: true };

#[derive(Clone)]
struct Inboxes {
    sink: MailSink,
    base_url: Arc<str>,
    start: &'static str,
}

/// The routes, for merging into the router of a development server that is reached at `base_url` (without a
/// slash at its end) and whose start page has the path `start`.
pub fn routes(sink: MailSink, base_url: &str, start: &'static str) -> Router {
    Router::new()
        .route(INBOX_PATH, get(inbox))
        .route("/dev/inbox/{id}", get(inbox_mail))
        .route("/dev/inbox/{id}/html", get(html_part))
        .with_state(Inboxes { sink, base_url: base_url.into(), start })
}

/// The newest mails as lines of a list, at most `most`.
pub fn lines(sink: &MailSink, base_url: &str, most: usize) -> Vec<MailLine> {
    let line = |mail: Arc<CaughtMail>| MailLine {
        subject: subject(&mail),
        to: mail.to.join(", "),
        at: Moment(mail.received_at),
        url: format!("{INBOX_PATH}/{}", mail.id),
        accept: accept_link(&mail, base_url),
    };
    sink.list().into_iter().take(most).map(line).collect()
}

async fn inbox(State(inboxes): State<Inboxes>) -> Response {
    page(&Inbox {
        frame: DEVELOPMENT,
        mails: lines(&inboxes.sink, &inboxes.base_url, usize::MAX),
        json: JSON_PATH.to_owned(),
        start: inboxes.start.to_owned(),
    })
}

async fn inbox_mail(State(inboxes): State<Inboxes>, Path(id): Path<String>) -> Response {
    let Some(mail) = find(&inboxes.sink, &id) else { return gone() };
    let fact = |name: &str, value: &str| Fact { name: name.to_owned(), value: value.to_owned() };
    let mut headers = vec![fact("From", &mail.from), fact("To", &mail.to.join(", "))];
    headers.extend(mail.reply_to.iter().map(|address| fact("Reply-To", address)));
    headers.push(fact("Message-ID", &mail.message_id));
    let has_html = !mail.html.is_empty();
    page(&InboxMail {
        frame: DEVELOPMENT,
        subject: subject(&mail),
        at: Moment(mail.received_at),
        headers,
        text: mail.text.clone(),
        html: has_html.then(|| mail.html.clone()),
        html_view: has_html.then(|| format!("{INBOX_PATH}/{}/html", mail.id)),
        accept: accept_link(&mail, &inboxes.base_url),
        inbox: INBOX_PATH.to_owned(),
    })
}

async fn html_part(State(inboxes): State<Inboxes>, Path(id): Path<String>) -> Response {
    match find(&inboxes.sink, &id) {
        Some(mail) if !mail.html.is_empty() => html(MAIL_CSP, mail.html.clone()),
        _ => gone(),
    }
}

fn find(sink: &MailSink, id: &str) -> Option<Arc<CaughtMail>> {
    sink.get(id.parse().ok()?)
}

fn subject(mail: &CaughtMail) -> String {
    if mail.subject.is_empty() { "(no subject)".to_owned() } else { mail.subject.clone() }
}

/// The first invitation link of this very server; other addresses in a mail are not made into a button.
fn accept_link(mail: &CaughtMail, base_url: &str) -> Option<String> {
    let start = format!("{base_url}/redeem?");
    mail.text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>'))
        .find(|word| word.starts_with(&start))
        .map(str::to_owned)
}

fn page(view: &impl Template) -> Response {
    match view.render() {
        Ok(text) => html(CSP, text),
        // Rendering into a string does not fail; the type cannot say so.
        Err(error) => {
            tracing::error!(%error, "a page of the inbox was not rendered");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn html(policy: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers.map(|(name, value)| (name, HeaderValue::from_static(value))), text).into_response()
}

fn gone() -> Response {
    let text = "There is no such mail, or it is no longer kept. The inbox is at /dev/inbox.\n";
    (StatusCode::NOT_FOUND, text).into_response()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use axum::body::Body;
    use hospes_domain::time::{Clock, Time};
    use http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    struct Noon;

    impl Clock for Noon {
        /// 2026-11-21 12:00:00 UTC.
        fn now(&self) -> Time {
            Time(1_795_262_400_000_000)
        }
    }

    const MAIL: &str = "From: Contoso <a@example.org>\r\nSubject: <b>Invited</b>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\nhttps://evil.example/redeem?rd=1 or\r\n\
        https://localhost:8443/redeem?rd=abc\r\n\
        --x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n--x--\r\n";

    async fn get(sink: &MailSink, path: &str) -> (StatusCode, String, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = routes(sink.clone(), "https://localhost:8443", "/dev").oneshot(request).await.unwrap();
        let policy = answer.headers().get(header::CONTENT_SECURITY_POLICY);
        let policy = policy.map(|policy| policy.to_str().unwrap().to_owned()).unwrap_or_default();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, policy, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_caught_mail_is_listed_read_and_shown_without_acting() {
        let sink = MailSink::start(0, Arc::new(Noon)).await.unwrap();
        assert_eq!(get(&sink, "/dev/inbox").await.0, StatusCode::OK, "an empty inbox is a page, too");
        sink.put(vec!["b@example.org".to_owned()], MAIL.as_bytes().to_vec());

        let (_, _, list) = get(&sink, "/dev/inbox").await;
        assert!(list.contains("/dev/inbox/1") && list.contains("b@example.org"), "{list}");
        let (_, policy, mail) = get(&sink, "/dev/inbox/1").await;
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(mail.contains("href=\"https://localhost:8443/redeem?rd=abc\""), "{mail}");
        assert!(!mail.contains("href=\"https://evil.example"), "{mail}");
        assert!(!mail.contains("<script>") && !mail.contains("<b>Invited"), "{mail}");
        let (_, policy, part) = get(&sink, "/dev/inbox/1/html").await;
        assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
        assert!(part.contains("<script>"), "shown as it is, but under the sandbox: {part}");
        for missing in ["/dev/inbox/2", "/dev/inbox/x", "/dev/inbox/2/html"] {
            assert_eq!(get(&sink, missing).await.0, StatusCode::NOT_FOUND);
        }
    }
}
