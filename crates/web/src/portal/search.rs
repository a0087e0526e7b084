//! The search in the head: pages by their present and earlier names, and people. Refuses people who may not list users
//! the people, and shows them the pages.

use axum::extract::RawQuery;
use axum::routing::get;
use hospes_actions::portal::people;
use hospes_domain::query::{List, Order, Page, UserField};
use hospes_domain::user::User;
use url::form_urlencoded;

use super::audit_query::{AuditQuery, is_number};
use super::error::is_out_of_reach;
use super::seat::Seat;
use super::sign_ins_query::SignInsQuery;
use super::users::address_of;
use super::users_query::{UsersQuery, matching};
use super::view::{Found, PersonFound, Place, Search};
use super::{Reply, shown};
use crate::http::Route;

/// The search.
pub(super) const ROUTES: &[Route] = &[shown("/portal/{tenant}/search", || get(search))];

/// People the page shows; the list of users has the rest.
const PEOPLE: u16 = 10;

/// Pages: name, what it is, further words it is found by, path. The first are what the articles search for
/// (reference/portal.md section 1, reference/reset-redemption.md section 4).
const PAGES: &[(&str, &str, &str, &str)] = &[
    ("Microsoft Entra ID", "formerly Azure Active Directory: this directory", "aad azure ad identity", ""),
    ("Azure Active Directory", "now called Microsoft Entra ID: this directory", "aad azure ad", ""),
    ("Users", "All users of this directory", "all users guests people members accounts", "/users"),
    (
        "Guests",
        "All users whose type is Guest",
        "external users b2b collaboration external identities",
        "/users?type=Guest",
    ),
    (
        "Sign-in logs",
        "Who signed in, and who was refused and why",
        "monitoring signin login failed reference correlation id",
        "/sign-ins",
    ),
    (
        "Audit logs",
        "What was done in this directory, and what was refused",
        "monitoring activity history log",
        "/audit",
    ),
    (
        "Outbox",
        "Mails that wait, went out or were given up",
        "mail and jobs e-mail delivery dead letters retry",
        "/outbox",
    ),
    (
        "Deleted users",
        "Who was deleted in the last 30 days: restore, or delete permanently",
        "restore recover recycle bin soft-deleted undelete",
        "/deleted",
    ),
    (
        "Reset redemption status",
        "Choose the guest in the list, then Reset redemption status on the profile",
        "reset invitation status manage resend invitation b2b collaboration redemption",
        "/users?type=Guest",
    ),
    (
        "Reset invitation status",
        "now called Reset redemption status: choose the guest in the list",
        "manage resend invitation b2b collaboration redemption",
        "/users?type=Guest",
    ),
    (
        "Add email",
        "Choose the user in the list, then Edit properties: Other emails",
        "other emails alternate address otherMails",
        "/users",
    ),
    ("My Feed", "now the first page of the portal", "overview home dashboard tiles", ""),
    (
        "Invite external user",
        "Invites somebody from outside as a guest",
        "new user create add guest b2b invitation",
        "/users/invite",
    ),
    ("New guest user", "now called Invite external user", "create add invite external b2b", "/users/invite"),
    (
        "External collaboration settings",
        "What guests see, who may invite, which domains, whether guests may leave",
        "external identities b2b policies",
        "/collaboration",
    ),
    (
        "External Identities",
        "Settings for external collaboration",
        "b2b collaboration settings guests",
        "/collaboration",
    ),
    (
        "Sign-in policy",
        "Of which roles a second factor is demanded",
        "authentication methods mfa multifactor second factor conditional access security",
        "/sign-in-policy",
    ),
    (
        "Guest invite settings",
        "Who in this organisation may invite guests",
        "external collaboration settings invitations",
        "/collaboration#invites",
    ),
    (
        "Collaboration restrictions",
        "Which domains may be invited: allow list or block list",
        "external collaboration settings target domains deny",
        "/collaboration#domains",
    ),
];

async fn search(seat: Seat, RawQuery(query): RawQuery) -> Reply {
    let query = query.unwrap_or_default();
    let wanted = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    let text: String = wanted.map(|(_, value)| value.trim().chars().take(320).collect()).unwrap_or_default();
    let mut frame = seat.frame(Place::Elsewhere);
    frame.search.clone_from(&text);
    let everybody = UsersQuery { search: text.clone(), ..UsersQuery::default() };
    let mut page = Search {
        frame,
        pages: pages(&seat, &text),
        people: Vec::new(),
        total: 0,
        all: everybody.address(&seat.path("/users")),
    };
    if seat.desk.sees.audit && is_number(&text) {
        let query = AuditQuery { request: text.clone(), ..AuditQuery::default() };
        page.pages.push(Found {
            label: "Audit logs of this request",
            detail: "Records with this reference, request id, correlation id or record id",
            url: query.address(&seat.path("/audit")),
        });
        let query = SignInsQuery { reference: text.clone(), ..SignInsQuery::default() };
        page.pages.push(Found {
            label: "Sign-in logs of this request",
            detail: "Whether somebody signed in or was refused in it, and why",
            url: query.address(&seat.path("/sign-ins")),
        });
    }
    if !text.is_empty() {
        let asked = List {
            filter: Some(matching(&text)),
            order: Some(Order { field: UserField::DisplayName, descending: false }),
            page: Page { top: PEOPLE, after: None },
        };
        match people(&seat.web.app, &seat.actor(), asked).await {
            Ok(found) => {
                page.people = found.users.iter().map(|user| person(&seat, user)).collect();
                page.total = found.total;
            }
            Err(refusal) if is_out_of_reach(&refusal) => {}
            Err(refusal) => return Err(seat.no(&refusal)),
        }
    }
    Ok(seat.page(&page))
}

fn person(seat: &Seat, user: &User) -> PersonFound {
    PersonFound {
        name: user.profile.display_name.clone(),
        address: address_of(user),
        url: seat.path(&format!("/users/{}", user.id())),
    }
}

/// Pages one of whose names has every word of the text.
fn pages(seat: &Seat, text: &str) -> Vec<Found> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    let fits = |label: &str, detail: &str, also: &str| {
        let name = format!("{label} {detail} {also}").to_lowercase();
        words.iter().all(|word| name.contains(word.as_str()))
    };
    PAGES
        .iter()
        .filter(|(label, detail, also, _)| fits(label, detail, also))
        .map(|(label, detail, _, path)| Found { label, detail, url: seat.path(path) })
        .collect()
}
