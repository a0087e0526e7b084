//! The admin portal in a browser without scripts, person by person.

mod actions;
mod article;
mod authentication_methods;
mod collaboration;
mod deleted;
mod edit;
mod invite;
mod invite_refused;
mod list;
mod memberships;
mod records;
mod reset;
mod rights;
mod sign_in_policy;

use crate::harness::{Browser, PASSWORD, Page, Person, Server};

impl Server {
    /// A path of the portal of the tenant under test; `rest` begins with a slash or is empty.
    pub fn portal_path(&self, rest: &str) -> String {
        format!("/portal/{}{rest}", self.tenant)
    }

    /// Signs a member in at the portal: its first page, or the refusal of it.
    pub async fn at_portal(&self, person: &Person) -> (Browser, Page) {
        self.at_portal_page(person, "").await
    }

    /// The same, on the way to a page.
    pub async fn at_portal_page(&self, person: &Person, rest: &str) -> (Browser, Page) {
        let mut browser = Browser::new();
        let page = browser.get(self, &self.portal_path(rest)).await;
        assert_eq!(page.status, 200, "{}", page.html);
        let named = browser.submit(self, &page.form_to("/address"), &[("address", &person.upn)]).await;
        let page = browser.submit(self, &named.form_to("/password"), &[("password", PASSWORD)]).await;
        (browser, page)
    }
}

/// The address of the link on a page that says exactly that; what only screen readers hear does not count.
pub fn link(page: &Page, words: &str) -> String {
    let anchors = page.html.split("<a ").skip(1);
    let found = anchors.filter_map(|rest| rest.split_once('>')).find(|(_, rest)| {
        let inner = rest.split("</a>").next().unwrap_or_default();
        said(inner) == words
    });
    let (tag, _) = found.unwrap_or_else(|| panic!("no link {words:?} on {}: {}", page.url, page.html));
    crate::harness::html::attribute(&format!(" {tag}"), "href").unwrap()
}

/// Whether a page has a button or link that says exactly that.
pub fn offers(page: &Page, words: &str) -> bool {
    ["<a ", "<button "].iter().any(|tag| {
        page.html.split(tag).skip(1).filter_map(|rest| rest.split_once('>')).any(|(_, rest)| {
            let inner = rest.split("</a>").next().and_then(|r| r.split("</button>").next());
            inner.is_some_and(|inner| said(inner) == words)
        })
    })
}

/// Text without markup, as a reader sees it.
pub fn said(html: &str) -> String {
    let unseen = html.split("<span class=\"unseen\">").enumerate().map(|(place, part)| {
        if place == 0 { part } else { part.split_once("</span>").map_or("", |(_, rest)| rest) }
    });
    let mut text = String::new();
    for part in unseen {
        let mut inside = false;
        for character in part.chars() {
            match character {
                '<' => inside = true,
                '>' => inside = false,
                other if !inside => text.push(other),
                _ => {}
            }
        }
    }
    crate::harness::html::unescape(text.trim())
}

/// The form of a page that is posted to an address that ends like that, filled in; the page may search with another one.
pub fn posted(page: &Page, ending: &str, with: &[(&str, &str)]) -> crate::harness::Form {
    let mut found = crate::harness::html::filled_forms(&page.html).into_iter();
    let mut form = found.find(|form| form.method == "post" && form.action.ends_with(ending)).unwrap();
    form.fields.retain(|(name, _)| !with.iter().any(|(given, _)| given == name));
    form.fields.extend(with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    form
}
