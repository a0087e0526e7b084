//! Pages of development mode: the start page and the mail inbox. Refuses to exist in production:
//! their handlers are only mounted by `hospes dev`, and every one of them shows that it is.

use askama::Template;

use super::{Frame, Link};
use crate::pages::words::Moment;

/// A person one can sign in as.
#[derive(Clone, Debug)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// Role, e.g. "Helpdesk Administrator".
    pub role: String,
    /// Sign-in name.
    pub address: String,
    /// Path that starts a sign-in with this name filled in.
    pub sign_in: String,
}

/// A seeded organisation.
#[derive(Clone, Debug)]
pub struct SeededOrganisation {
    /// Its name.
    pub name: String,
    /// People to sign in as.
    pub people: Vec<Person>,
    /// Ids and secrets to fill in elsewhere, e.g. tenant id, client id.
    pub settings: Vec<Fact>,
}

/// One mail in a list.
#[derive(Clone, Debug)]
pub struct MailLine {
    /// Subject.
    pub subject: String,
    /// Recipients, comma separated.
    pub to: String,
    /// When it was caught.
    pub at: Moment,
    /// Path of the mail.
    pub url: String,
    /// The invitation link in it, if it holds one.
    pub accept: Option<String>,
}

/// Something to paste into a terminal or an editor.
#[derive(Clone, Debug)]
pub struct PastedCommand {
    /// `curl`, `PowerShell`, `Python`.
    pub label: String,
    /// The text, shown as it is.
    pub text: String,
}

/// A name with its value: a mail header, a claim, a setting.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Where development begins.
#[derive(Clone, Template)]
#[template(path = "pages/dev_start.html")]
pub struct DevStart {
    /// Page frame; set `development`.
    pub frame: Frame,
    /// Where the server is reached, e.g. `https://localhost:8443`.
    pub base_url: String,
    /// Folder of the embedded database.
    pub data_dir: String,
    /// The organisation that invites.
    pub host: SeededOrganisation,
    /// The one whose people are invited.
    pub partner: SeededOrganisation,
    /// The password of every seeded member.
    pub password: String,
    /// The newest mails, newest first.
    pub mails: Vec<MailLine>,
    /// How many mails there are in all.
    pub mail_count: usize,
    /// Path of the inbox.
    pub inbox: String,
    /// A first invitation, once per language; the first is open.
    pub commands: Vec<PastedCommand>,
    /// Other pages and endpoints: label is the name, url the address.
    pub links: Vec<Link>,
    /// File of the development authority's certificate.
    pub ca_file: String,
    /// Lines that make curl, Python and Node trust it.
    pub trust: Vec<PastedCommand>,
}

/// All caught mails.
#[derive(Clone, Template)]
#[template(path = "pages/inbox.html")]
pub struct Inbox {
    /// Page frame; set `development`.
    pub frame: Frame,
    /// Newest first.
    pub mails: Vec<MailLine>,
    /// Path of the same list as JSON.
    pub json: String,
    /// Path of the start page.
    pub start: String,
}

/// One caught mail.
#[derive(Clone, Template)]
#[template(path = "pages/inbox_mail.html")]
pub struct InboxMail {
    /// Page frame; set `development`.
    pub frame: Frame,
    /// Subject.
    pub subject: String,
    /// When it was caught.
    pub at: Moment,
    /// From, To, Cc, Reply-To, Message-ID and whatever else, in order.
    pub headers: Vec<Fact>,
    /// The text part.
    pub text: String,
    /// The HTML part, shown as source.
    pub html: Option<String>,
    /// Path that serves the HTML part alone; it must be answered with `sandbox` in its CSP.
    pub html_view: Option<String>,
    /// The invitation link in it, if it holds one.
    pub accept: Option<String>,
    /// Path of the inbox.
    pub inbox: String,
}
