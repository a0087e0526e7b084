//! Walks the pages of a sign-in or a redemption as a person would: fills in what is asked, types the code from the
//! mail or the password at home, presses the button the page wants pressed. Refuses to guess: a page that asks for something else is where
//! the walk ends.

use super::browser::{Browser, Landed, Page};
use super::connection::Server;
use super::failure::{Failure, Outcome};
use super::mailbox::{self, is_code};

/// More pages than any sign-in has.
const MOST_PAGES: usize = 16;
/// The heading of the page that ends a redemption begins with these words.
const DONE: &str = "You are a guest of";

/// Somebody who signs in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The address typed.
    pub address: String,
    /// The password; who has none reads codes in the mailbox.
    pub password: Option<String>,
}

impl Person {
    /// Somebody with a mailbox only.
    pub fn with_mailbox(address: &str) -> Self {
        Self { address: address.to_owned(), password: None }
    }

    /// Somebody with an account at an organisation.
    pub fn with_password(address: &str, password: &str) -> Self {
        Self { address: address.to_owned(), password: Some(password.to_owned()) }
    }

    /// What the person does to prove the address.
    pub fn proof(&self) -> &'static str {
        if self.password.is_some() { "signs in at Contoso" } else { "proves the mailbox with a code" }
    }

    /// What `identities` call the provider of such a guest (reference/user-object.md).
    pub fn provider(&self) -> String {
        if self.password.is_some() { "ExternalAzureAD" } else { "mail" }.to_owned()
    }
}

/// Where a walk ended.
pub enum Ended {
    /// At an app on another host, with this answer.
    Away(url::Url),
    /// At an app of the development server.
    App(Page),
    /// At a page that wants something else, or nothing.
    Page(Page),
    /// At the question for a code that the person must read first.
    CodeWanted,
}

impl Ended {
    /// How to say it in a sentence.
    pub fn shown(&self) -> String {
        match self {
            Self::Away(url) => format!("the answer went to {}", url.host_str().unwrap_or("elsewhere")),
            Self::App(page) | Self::Page(page) => page.shown(),
            Self::CodeWanted => "the page that asks for a code".to_owned(),
        }
    }

    /// Whether it is a refusal with these words in its heading.
    pub fn says(&self, words: &str) -> bool {
        matches!(self, Self::Page(page) if !page.status.is_success() && page.heading().contains(words))
    }

    /// The app's page; anything else is a failure.
    pub fn app(self) -> Outcome<Page> {
        match self {
            Self::App(page) => Ok(page),
            other => Err(Failure::new(format!("the app was not reached, but {}", other.shown()))),
        }
    }
}

/// One walk of one person.
pub struct Walk<'a> {
    /// The server.
    pub server: &'a Server,
    /// The person's window.
    pub browser: &'a Browser,
    /// Who walks.
    pub person: &'a Person,
    /// Whether the person can read the mailbox.
    pub reads_mail: bool,
}

impl Walk<'_> {
    /// From here to the end.
    pub async fn on(&self, mut landed: Landed) -> Outcome<Ended> {
        let since = mailbox::newest(self.server).await?;
        let (mut named, mut secret) = (false, false);
        for _ in 0..MOST_PAGES {
            let page = match landed {
                Landed::Away(url) => return Ok(Ended::Away(url)),
                Landed::Page(page) => page,
            };
            if self.is_app(&page)? {
                return Ok(Ended::App(page));
            }
            let Some(next) = self.step(&page, since, &mut named, &mut secret).await? else {
                return Ok(if page.form_with("code").is_some() && !self.reads_mail {
                    Ended::CodeWanted
                } else {
                    Ended::Page(page)
                });
            };
            landed = next;
        }
        Err(Failure::new("the pages do not come to an end"))
    }

    fn is_app(&self, page: &Page) -> Outcome<bool> {
        Ok(page.url.as_str().starts_with(self.server.setting("HOSPES_SAMPLE_APP_URL")?))
    }

    /// What a person would do on this page; nothing if it is the last, or if what was typed was not taken.
    async fn step(
        &self,
        page: &Page,
        since: u64,
        named: &mut bool,
        secret: &mut bool,
    ) -> Outcome<Option<Landed>> {
        if let Some(form) = page.form_with("code") {
            if !self.reads_mail || self.person.password.is_some() || std::mem::replace(secret, true) {
                return Ok(None);
            }
            let mail = mailbox::wait(self.server, &self.person.address, since, is_code).await?;
            let code = mail.code()?;
            return self.browser.submit(page, &form, &[("code", &code)]).await.map(Some);
        }
        if let Some(form) = page.form_with("password") {
            let Some(password) = self.person.password.as_deref().filter(|_| !std::mem::replace(secret, true))
            else {
                return Ok(None);
            };
            return self.browser.submit(page, &form, &[("password", password)]).await.map(Some);
        }
        if let Some(form) = page.form_with("address") {
            if std::mem::replace(named, true) {
                return Ok(None);
            }
            return self.browser.submit(page, &form, &[("address", &self.person.address)]).await.map(Some);
        }
        if page.heading().starts_with(DONE) {
            let Some(link) = page.wanted_link() else { return Ok(None) };
            return self.browser.click(page, &link).await.map(Some);
        }
        let Some(form) = page.wanted_form().filter(|_| page.status.is_success()) else { return Ok(None) };
        self.browser.submit(page, &form, &[]).await.map(Some)
    }
}
