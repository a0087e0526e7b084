//! The first page of the portal, and what its search found. Refuses to show a number that leads nowhere.

use askama::Template;

use super::PortalFrame;

/// The first page.
#[derive(Clone, Template)]
#[template(path = "portal/home.html")]
pub struct Home {
    /// Portal frame.
    pub frame: PortalFrame,
    /// The organisation's primary domain.
    pub domain: String,
    /// `tid`.
    pub tenant_id: String,
    /// Users.
    pub users: i64,
    /// Guests among them.
    pub guests: i64,
    /// Guests who have not redeemed.
    pub pending: i64,
    /// Guests who need a reset.
    pub changed: i64,
}

/// A page of the portal that fits.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name.
    pub label: &'static str,
    /// What it is, or what it used to be called.
    pub detail: &'static str,
    /// Its path.
    pub url: String,
}

/// A person who fits.
#[derive(Clone, Debug)]
pub struct PersonFound {
    /// Display name.
    pub name: String,
    /// E-mail address, else the sign-in name.
    pub address: String,
    /// Path of the profile.
    pub url: String,
}

/// What was found.
#[derive(Clone, Template)]
#[template(path = "portal/search.html")]
pub struct Search {
    /// Portal frame; holds what was searched for.
    pub frame: PortalFrame,
    /// Pages.
    pub pages: Vec<Found>,
    /// People, the first few.
    pub people: Vec<PersonFound>,
    /// How many people there are.
    pub total: i64,
    /// Path of the list with all of them.
    pub all: String,
}
