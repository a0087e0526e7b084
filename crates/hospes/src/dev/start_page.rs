//! The start page of development mode: who to sign in as, what to paste, what mail arrived, where everything is.
//! Refuses to be served without the data it shows: everything is filled in.

use std::path::PathBuf;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hospes_web::pages::CSP;
use hospes_web::pages::view::{DevStart, Fact, Frame, Link, PastedCommand, Person, SeededOrganisation};
use http::{HeaderValue, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::commands;
use super::inbox;
use super::mail_sink::MailSink;
use super::seed::SAMPLE_PATH;
use super::seed_file::{Organisation, Seed, SeededPerson};
use super::settings::{PARTNER_PREFIX, Whereabouts};
use super::style_page::STYLE_PATH;

/// Its path.
pub const START_PATH: &str = "/";
/// Mails shown on it.
const NEWEST: usize = 5;

/// What the page is filled with.
pub struct StartPage {
    /// The public address.
    pub base_url: String,
    /// The data folder, as it was given.
    pub data: PathBuf,
    /// The certificate to trust.
    pub ca_file: PathBuf,
    /// What was seeded.
    pub seed: Seed,
    /// The caught mails.
    pub sink: MailSink,
}

/// The route.
pub fn routes(page: StartPage) -> Router {
    Router::new().route(START_PATH, get(start)).with_state(Arc::new(page))
}

async fn start(State(page): State<Arc<StartPage>>) -> Response {
    match page.view().render() {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, text).into_response()
        }
        // Rendering into a string does not fail; the type cannot say so.
        Err(error) => {
            tracing::error!(%error, "the start page was not rendered");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

impl StartPage {
    fn view(&self) -> DevStart {
        let at = Whereabouts { base_url: &self.base_url, ca_file: &self.ca_file, seed: &self.seed };
        let certificate = at.ca_path();
        let paste = |(label, text): (&str, String)| PastedCommand { label: label.to_owned(), text };
        DevStart {
            frame: Frame { development: true },
            base_url: self.base_url.clone(),
            data_dir: self.data.display().to_string(),
            host: self.organisation(&self.seed.host, &at, false),
            partner: self.organisation(&self.seed.partner, &at, true),
            password: self.seed.password.clone(),
            mails: inbox::lines(&self.sink, &self.base_url, NEWEST),
            mail_count: self.sink.list().len(),
            inbox: inbox::INBOX_PATH.to_owned(),
            commands: commands::first_invitation(&at, &self.data),
            links: self.links(),
            ca_file: certificate.display().to_string(),
            trust: commands::trust_lines(&certificate).into_iter().map(paste).collect(),
        }
    }

    fn organisation(&self, of: &Organisation, at: &Whereabouts<'_>, partner: bool) -> SeededOrganisation {
        let settings = at.settings().into_iter();
        let mut settings: Vec<Fact> = settings
            .filter(|(name, _)| name.starts_with(PARTNER_PREFIX) == partner)
            .map(|(name, value)| Fact { name: name.to_owned(), value })
            .collect();
        let authority = format!("{}/{}", self.base_url, of.tenant);
        settings.push(Fact { name: "Authority for MSAL".to_owned(), value: authority });
        SeededOrganisation { name: of.name.clone(), people: of.people.iter().map(person).collect(), settings }
    }

    fn links(&self) -> Vec<Link> {
        let host = &self.seed.host;
        let table = [
            ("Sample app", SAMPLE_PATH.to_owned()),
            ("My Apps", format!("/myapps/{}", host.domain)),
            ("Open the portal", format!("/portal/{}", host.domain)),
            ("Mail inbox", inbox::INBOX_PATH.to_owned()),
            ("Mails as JSON", "/dev/mail".to_owned()),
            ("Style of the pages", STYLE_PATH.to_owned()),
            ("OpenID Connect", format!("/{}/v2.0/.well-known/openid-configuration", host.domain)),
            ("Published keys", format!("/{}/discovery/v2.0/keys", host.domain)),
        ];
        table.map(|(label, url)| Link { label: label.to_owned(), url }).to_vec()
    }
}

fn person(person: &SeededPerson) -> Person {
    let hint = utf8_percent_encode(&person.upn, NON_ALPHANUMERIC);
    Person {
        name: person.name.clone(),
        role: person.role.clone().unwrap_or_else(|| "Member".to_owned()),
        address: person.upn.clone(),
        sign_in: format!("{SAMPLE_PATH}/sign-in?as={hint}"),
    }
}
