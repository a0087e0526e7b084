//! All users: a list that says who is in trouble, and offers an action only there. Refuses to be sorted or filtered by
//! anything that is not in its address.

use askama::Template;

use super::{Permission, PortalFrame, Standing};
use crate::pages::view::Link;
use crate::pages::words::Moment;

/// A filter that is set: what it says, and the address without it.
#[derive(Clone, Debug)]
pub struct Chip {
    /// `User type: Guest`.
    pub label: String,
    /// The same list without it.
    pub without: String,
}

/// The head of a column one can sort by.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it says.
    pub label: &'static str,
    /// The list sorted by it, or the other way round.
    pub url: String,
    /// `ascending`, `descending`, or empty: not sorted by it.
    pub sorted: &'static str,
}

/// A user in the list.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// Display name.
    pub name: String,
    /// E-mail address, else the user principal name.
    pub address: String,
    /// Path of the profile.
    pub url: String,
    /// `Guest` or `Member`.
    pub user_type: &'static str,
    /// How the user stands.
    pub standing: Standing,
    /// What the user signs in with.
    pub signs_in_with: &'static str,
    /// When it was created.
    pub created: Moment,
    /// The one action the row needs.
    pub action: Option<Link>,
}

/// All users.
#[derive(Clone, Template)]
#[template(path = "portal/users.html")]
pub struct Users {
    /// Portal frame.
    pub frame: PortalFrame,
    /// What was just done, with where to undo it.
    pub flash: Option<(&'static str, Link)>,
    /// What is searched for in this list.
    pub search: String,
    /// Filters and order as hidden fields of the search, name and value.
    pub kept: Vec<(&'static str, String)>,
    /// Filters that are set.
    pub chips: Vec<Chip>,
    /// Filters that can be added.
    pub more: Vec<Link>,
    /// The name's column.
    pub by_name: Column,
    /// The creation's column.
    pub by_created: Column,
    /// The rows.
    pub rows: Vec<UserRow>,
    /// How many there are on all pages, in words.
    pub total: String,
    /// Whether "Invite external user" is possible.
    pub invite: Permission,
    /// Path of the next page.
    pub next: Option<String>,
    /// Path of the whole list as a file.
    pub download: String,
    /// Path of the first page, on later ones.
    pub first: Option<String>,
    /// Path of the list without search and filters, if there are any.
    pub everybody: Option<String>,
}
