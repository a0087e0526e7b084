//! Deleted users: who, since when, until when each can be restored. Refuses to show whoever is beyond restoring.

use askama::Template;

use super::PortalFrame;
use crate::pages::words::Moment;

/// A deleted user in the list.
#[derive(Clone, Debug)]
pub struct DeletedRow {
    /// Display name.
    pub name: String,
    /// E-mail address, else the user principal name.
    pub address: String,
    /// `Guest` or `Member`.
    pub user_type: &'static str,
    /// When it was deleted.
    pub since: Moment,
    /// Until when it can be restored.
    pub until: Moment,
    /// How long that is in words.
    pub left: String,
    /// Path of the restore.
    pub restore: String,
    /// Path of the deletion for good.
    pub purge: String,
}

/// Deleted users.
#[derive(Clone, Template)]
#[template(path = "portal/deleted.html")]
pub struct Deleted {
    /// Portal frame.
    pub frame: PortalFrame,
    /// What was just done.
    pub flash: Option<&'static str>,
    /// What is searched for.
    pub search: String,
    /// The rows, the one deleted last first.
    pub rows: Vec<DeletedRow>,
    /// How many there are on all pages, in words.
    pub total: String,
    /// Path of the next page.
    pub next: Option<String>,
    /// Path of the first page, on later ones.
    pub first: Option<String>,
    /// Path of the list without a search.
    pub all: String,
}
