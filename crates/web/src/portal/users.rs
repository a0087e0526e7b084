//! "All users": search, filters, pages. Refuses people who may not list users.

use axum::extract::RawQuery;
use axum::routing::get;
use hospes_actions::portal::people;
use hospes_domain::guest::State;
use hospes_domain::query::List;
use hospes_domain::time::Time;
use hospes_domain::user::User;

use super::download::DOWNLOAD;
use super::pages_of::PagesOf;
use super::seat::Seat;
use super::tessera::signs_in_with;
use super::user::permission;
use super::users_query::{STATES, STATUSES, TYPES, UsersQuery};
use super::view::{Chip, Column, Place, Standing, UserRow, Users};
use super::{Reply, shown};
use crate::http::Route;
use crate::pages::view::Link;
use crate::pages::words::{Moment, counted};

/// The list.
pub(super) const ROUTES: &[Route] = &[shown("/portal/{tenant}/users", || get(list))];

/// Rows on a page.
const ROWS: u16 = 50;

/// What is said after a deletion.
const DELETED: &str = "The user was deleted, and can be restored for 30 days under";

async fn list(seat: Seat, RawQuery(query): RawQuery) -> Reply {
    let query = query.unwrap_or_default();
    let flash = (query == "done=deleted")
        .then(|| (DELETED, Link { label: "Deleted users".to_owned(), url: seat.path("/deleted") }));
    let query = UsersQuery::read(&query);
    let pages = PagesOf::list(&seat, &query.fingerprint())?;
    let page = pages.page(ROWS, query.after.as_deref());
    let asked = List { filter: query.filter(), order: Some(query.order()), page };
    let first_page = asked.page.after.is_none();
    let found = people(&seat.web.app, &seat.actor(), asked).await.map_err(|no| seat.no(&no))?;
    let path = seat.path("/users");
    let row = |user: &User| row(&seat, user, found.changed.contains(&user.id()), found.at);
    let page = Users {
        frame: seat.frame(Place::Users),
        flash,
        search: query.search.clone(),
        kept: query.kept(),
        chips: chips(&query, &path),
        more: more(&query, &path),
        by_name: column(&query, &path, "Name", ["name", "-name"]),
        by_created: column(&query, &path, "Created", ["created", "-created"]),
        rows: found.users.iter().map(row).collect(),
        total: counted(found.total, "user"),
        invite: permission(&found.invite),
        next: found
            .next
            .map(|next| UsersQuery { after: Some(pages.place(&next)), ..query.clone() }.address(&path)),
        download: UsersQuery { after: None, ..query.clone() }.address(&seat.path(DOWNLOAD)),
        first: (!first_page).then(|| UsersQuery { after: None, ..query.clone() }.address(&path)),
        everybody: (!query.is_everybody()).then(|| path.clone()),
    };
    Ok(seat.page(&page))
}

/// How a user stands. Blocked goes before all: nothing else matters until it is lifted.
pub(super) fn standing(user: &User, changed: bool, now: Time) -> Standing {
    let record = user.guest.record();
    if !record.enabled {
        return Standing::Blocked;
    }
    match record.state {
        State::Internal => Standing::Member,
        State::Accepted if changed => Standing::Changed,
        State::Accepted => Standing::Accepted,
        State::PendingAcceptance => Standing::Pending(
            record.state_changed_at.map_or_else(String::new, |at| whole_days(now.seconds_since(at))),
        ),
    }
}

/// `3 days`; nobody is in trouble on the first day.
fn whole_days(seconds: i64) -> String {
    if seconds >= 86_400 { counted(seconds / 86_400, "day") } else { "less than a day".to_owned() }
}

fn row(seat: &Seat, user: &User, changed: bool, now: Time) -> UserRow {
    let url = seat.path(&format!("/users/{}", user.id()));
    let standing = standing(user, changed, now);
    let action = match standing {
        Standing::Changed => Some(Link { label: "Reset".into(), url: format!("{url}/reset") }),
        Standing::Pending(_) => Some(Link { label: "Resend".into(), url: format!("{url}/redemption") }),
        _ => None,
    };
    UserRow {
        name: user.profile.display_name.clone(),
        address: address_of(user),
        user_type: user.user_type.name(),
        signs_in_with: signs_in_with(user),
        created: Moment(user.created_at),
        url,
        standing,
        action,
    }
}

/// The e-mail address, else the user principal name.
pub(super) fn address_of(user: &User) -> String {
    user.mail.as_ref().map_or_else(|| user.upn.clone(), ToString::to_string)
}

fn said(values: &[(&'static str, &'static str)], value: &str) -> &'static str {
    values.iter().find(|(known, _)| *known == value).map_or("", |(_, words)| words)
}

fn chips(query: &UsersQuery, path: &str) -> Vec<Chip> {
    let chip = |field: &str, words: &str, without: UsersQuery| Chip {
        label: format!("{field}: {words}"),
        without: UsersQuery { after: None, ..without }.address(path),
    };
    let mut chips = Vec::new();
    if !query.search.is_empty() {
        chips.push(chip("Search", &query.search, UsersQuery { search: String::new(), ..query.clone() }));
    }
    if let Some(value) = query.user_type {
        chips.push(chip("User type", said(&TYPES, value), UsersQuery { user_type: None, ..query.clone() }));
    }
    if let Some(value) = query.state {
        chips.push(chip(
            "External user state",
            said(&STATES, value),
            UsersQuery { state: None, ..query.clone() },
        ));
    }
    if let Some(value) = query.status {
        chips.push(chip(
            "Account status",
            said(&STATUSES, value),
            UsersQuery { status: None, ..query.clone() },
        ));
    }
    chips
}

/// The filters that are not set, value by value.
fn more(query: &UsersQuery, path: &str) -> Vec<Link> {
    let mut more = Vec::new();
    let mut add = |field: &str, words: &str, with: UsersQuery| {
        let url = UsersQuery { after: None, ..with }.address(path);
        more.push(Link { label: format!("{field}: {words}"), url });
    };
    if query.user_type.is_none() {
        for (value, words) in TYPES {
            add("User type", words, UsersQuery { user_type: Some(value), ..query.clone() });
        }
    }
    if query.state.is_none() {
        for (value, words) in STATES {
            add("External user state", words, UsersQuery { state: Some(value), ..query.clone() });
        }
    }
    if query.status.is_none() {
        for (value, words) in STATUSES {
            add("Account status", words, UsersQuery { status: Some(value), ..query.clone() });
        }
    }
    more
}

fn column(query: &UsersQuery, path: &str, label: &'static str, [up, down]: [&'static str; 2]) -> Column {
    let sort = query.sort.unwrap_or("name");
    let other = if sort == up { down } else { up };
    Column {
        label,
        url: UsersQuery { sort: Some(other), after: None, ..query.clone() }.address(path),
        sorted: if sort == up {
            "ascending"
        } else if sort == down {
            "descending"
        } else {
            ""
        },
    }
}
