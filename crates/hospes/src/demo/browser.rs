//! A browser as far as signing in needs one: follows redirects on the server's own pages and pages that
//! lead on by themselves, keeps cookies, fills in forms, and says where it comes from as browsers do. Refuses to leave
//! the server: a redirect elsewhere is reported, which is how an app gets its answer.

use reqwest::header::{ACCEPT, LOCATION, ORIGIN};
use reqwest::{Client, Method, StatusCode};
use url::Url;

use super::connection::Server;
use super::failure::{Failure, Outcome};
use super::html::{self, Form};

/// As many as real browsers follow (Fetch standard, HTTP-redirect fetch).
const MOST_REDIRECTS: usize = 20;

/// One window of one person, with its own cookies.
pub struct Browser {
    client: Client,
    home: Url,
    /// The path it does not open.
    halt: Option<&'static str>,
}

/// A page that is being looked at.
pub struct Page {
    /// Its address.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// What it says.
    pub html: String,
}

/// Where a click led.
pub enum Landed {
    /// To a page of the server.
    Page(Page),
    /// To an address elsewhere, or to the path where the window halts; it was not opened.
    Away(Url),
}

impl Page {
    /// Its heading.
    pub fn heading(&self) -> String {
        html::words_of(&self.html, "h1")
    }

    /// The first form with that field.
    pub fn form_with(&self, field: &str) -> Option<Form> {
        html::forms(&self.html).into_iter().find(|form| form.has(field))
    }

    /// The form whose button the page wants pressed.
    pub fn wanted_form(&self) -> Option<Form> {
        html::forms(&self.html).into_iter().find(|form| form.primary)
    }

    /// The link drawn as the button the page wants pressed.
    pub fn wanted_link(&self) -> Option<String> {
        html::links(&self.html).into_iter().find(|link| link.primary).map(|link| link.href)
    }

    /// How to name the page in a sentence.
    pub fn shown(&self) -> String {
        let heading = self.heading();
        let heading = if heading.is_empty() { html::all_words(&self.html) } else { heading };
        let short: String = heading.chars().take(160).collect();
        format!("\"{short}\" ({}, {})", self.status.as_u16(), self.url.path())
    }
}

impl Landed {
    /// The page; leaving the server is a failure.
    pub fn page(self) -> Outcome<Page> {
        match self {
            Self::Page(page) => Ok(page),
            Self::Away(url) => Err(Failure::new(format!(
                "a page was expected, but the server sent the browser to {}",
                url.host_str().unwrap_or("elsewhere")
            ))),
        }
    }
}

impl Browser {
    /// A fresh window.
    pub fn new(server: &Server) -> Outcome<Self> {
        let client = server.client_builder().cookie_store(true).build()?;
        Ok(Self { client, home: Url::parse(server.base_url())?, halt: None })
    }

    /// The same window, which halts before this path of the server.
    pub fn halting_at(self, path: &'static str) -> Self {
        Self { halt: Some(path), ..self }
    }

    /// The same window, which halts nowhere.
    pub fn going_on(self) -> Self {
        Self { halt: None, ..self }
    }

    /// Opens an address as if it had been typed or clicked in a mail.
    pub async fn open(&self, address: &str) -> Outcome<Landed> {
        self.follow(Method::GET, Url::parse(address)?, None, "none").await
    }

    /// Follows a link of a page.
    pub async fn click(&self, page: &Page, href: &str) -> Outcome<Landed> {
        let target = page.url.join(href)?;
        if target.origin() != self.home.origin() {
            return Ok(Landed::Away(target));
        }
        self.follow(Method::GET, target, None, "same-origin").await
    }

    /// Sends a form with these fields filled in.
    pub async fn submit(&self, page: &Page, form: &Form, filled: &[(&str, &str)]) -> Outcome<Landed> {
        let mut fields = form.fields.clone();
        for &(name, value) in filled {
            fields.retain(|(field, _)| field != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        let mut target = page.url.join(&form.action)?;
        if form.post {
            return self.follow(Method::POST, target, Some(fields), "same-origin").await;
        }
        target.query_pairs_mut().clear().extend_pairs(&fields);
        self.follow(Method::GET, target, None, "same-origin").await
    }

    async fn follow(
        &self,
        mut method: Method,
        mut url: Url,
        mut fields: Option<Vec<(String, String)>>,
        mut site: &'static str,
    ) -> Outcome<Landed> {
        for _ in 0..MOST_REDIRECTS {
            let mut request = self
                .client
                .request(method.clone(), url.clone())
                .header(ACCEPT, "text/html")
                .header("Sec-Fetch-Site", site)
                .header("Sec-Fetch-Mode", "navigate")
                .header("Sec-Fetch-Dest", "document");
            if let Some(fields) = &fields {
                request = request.header(ORIGIN, self.home.origin().ascii_serialization()).form(fields);
            }
            let answer = request.send().await?;
            let status = answer.status();
            let location = answer.headers().get(LOCATION).filter(|_| status.is_redirection()).cloned();
            let target = if let Some(location) = location {
                let location = location
                    .to_str()
                    .map_err(|_| Failure::new("a redirect leads to an address that is none"))?;
                if !matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
                    (method, fields) = (Method::GET, None);
                }
                url.join(location)?
            } else {
                let page = Page { url, status, html: answer.text().await? };
                let Some(onward) = html::onward(&page.html) else { return Ok(Landed::Page(page)) };
                (method, fields, site) = (Method::GET, None, "same-origin");
                page.url.join(&onward)?
            };
            if target.origin() != self.home.origin() || self.halt == Some(target.path()) {
                return Ok(Landed::Away(target));
            }
            url = target;
        }
        Err(Failure::new("the pages send the browser round in circles"))
    }
}
