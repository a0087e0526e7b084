//! Lists of users as they are measured: by address, by words, counted, followed and walked through. Refuses to measure what
//! nobody waits for: each is bounded by a page.

use std::sync::Arc;

use hospes_actions::bench::Seeded;

use super::load::{Chain, Source};
use super::measures::{Measure, Servers, anywhere};
use super::operations::{self, CLIENTS};
use super::requests::get;
use super::server::PUBLIC_URL;
use super::stage::Directory;

/// A word of one guest in sixteen, and of nearly all of one in 256.
const WORDS: [&str; 4] = ["Nadia", "Petra Vogel", "Novak", "Ana Rossi"];

impl Servers {
    /// All of them.
    pub fn lists(&self, directory: &Directory, bearer: &str) -> Vec<Measure> {
        let same = |path: &str| Source::Same(get(path, Some(bearer)));
        vec![
            self.ours(operations::BY_MAIL, by_mail(directory, bearer), 200),
            self.ours(operations::STARTS_WITH, starts_with(directory, bearer), 200),
            self.ours(operations::SEARCH, search(directory, bearer), 200),
            self.ours(operations::COUNT, same("/v1.0/users/$count"), 200),
            self.ours(operations::DELTA, nothing_new(bearer), 200),
            self.ours(operations::WALK, walk(bearer), 200),
        ]
    }
}

/// The path of an address of ours.
fn here(address: &str) -> &str {
    address.strip_prefix(PUBLIC_URL).unwrap_or(address)
}

fn by_mail(directory: &Directory, bearer: &str) -> Source {
    let mails = |guest: &Seeded| guest.address.to_string();
    let (all, token): (Arc<Vec<String>>, _) =
        (Arc::new(directory.guests.iter().map(mails).collect()), bearer.to_owned());
    Source::each(move |n| {
        get(&format!("/v1.0/users?$filter=mail%20eq%20%27{}%27", anywhere(&all, n)), Some(&token))
    })
}

/// So long a prefix that a hundred guests have it; numbers are filled up with zeros.
fn starts_with(directory: &Directory, bearer: &str) -> Source {
    let width = directory.guests.len().saturating_sub(1).to_string().len().saturating_sub(2).max(1);
    let prefixes = u64::try_from(directory.guests.len() / 100).unwrap_or(1).max(1);
    let token = bearer.to_owned();
    Source::each(move |n| {
        let prefix = format!("{:0width$}", n % prefixes);
        let query = format!("$filter=startsWith(mail,%27guest{prefix}%27)&$top=100");
        get(&format!("/v1.0/users?{query}"), Some(&token))
    })
}

/// In turn a number, which few have in their name, and a name, which many have.
fn search(directory: &Directory, bearer: &str) -> Source {
    let (most, token) = (u64::try_from(directory.guests.len()).unwrap_or(1).max(1), bearer.to_owned());
    Source::each(move |n| {
        let words = match usize::try_from(n).unwrap_or(0) {
            even if even % 2 == 0 => (n % most).to_string(),
            odd => WORDS[odd / 2 % WORDS.len()].replace(' ', "%20"),
        };
        get(&format!("/v1.0/users?$search=%22displayName:{words}%22&$top=100"), Some(&token))
    })
}

fn walk(bearer: &str) -> Source {
    let clients = CLIENTS.into_iter().max().unwrap_or(1);
    Source::Chain(Chain::of_pages(clients, "/v1.0/users?$top=999", bearer.to_owned(), |bearer, page| {
        get(here(page), Some(bearer))
    }))
}

fn nothing_new(bearer: &str) -> Source {
    let clients = CLIENTS.into_iter().max().unwrap_or(1);
    let latest = "/v1.0/users/delta?$deltatoken=latest";
    Source::Chain(Chain::of_rounds(clients, latest, bearer.to_owned(), |bearer, link| {
        get(here(link), Some(bearer))
    }))
}
