//! "Download users": the list as it is filtered, as a file for spreadsheets. Refuses cells that a spreadsheet would run
//! (threats H8), links of invitations (threats A3), and lists too long for one answer.

use std::borrow::Cow;

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hospes_actions::portal::people;
use hospes_domain::query::{List, Page};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use super::seat::Seat;
use super::tessera::signs_in_with;
use super::users_query::UsersQuery;
use super::{Reply, shown};
use crate::http::Route;
use crate::pages::words::Moment;

/// The file.
pub(super) const ROUTES: &[Route] = &[shown("/portal/{tenant}/users.csv", || get(download))];

/// Its path below the organisation.
pub(super) const DOWNLOAD: &str = "/users.csv";

/// Users in one file; more are filtered first or read through the API page by page.
const MOST: i64 = 20_000;
/// Users read at a time.
const AT_ONCE: u16 = 999;

const HEAD: [&str; 10] = [
    "displayName",
    "userPrincipalName",
    "mail",
    "userType",
    "externalUserState",
    "accountEnabled",
    "signsInWith",
    "companyName",
    "createdDateTime",
    "id",
];

async fn download(seat: Seat, RawQuery(query): RawQuery) -> Reply {
    let query = UsersQuery::read(&query.unwrap_or_default());
    let mut page = Page { top: AT_ONCE, after: None };
    // Spreadsheets take a file for UTF-8 only with this mark.
    let mut file = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let broken = |_| seat.no(&Refusal::Internal);
    file.write_record(HEAD).map_err(broken)?;
    loop {
        let asked = List { filter: query.filter(), order: Some(query.order()), page };
        let found = people(&seat.web.app, &seat.actor(), asked).await.map_err(|no| seat.no(&no))?;
        if found.total > MOST {
            let cause = format!("The list has {} users; a file holds {MOST}.", found.total);
            return Err(seat.no(&Refusal::invalid("", cause, "Set a filter, or read them through the API.")));
        }
        for user in &found.users {
            file.write_record(row(user).iter().map(|cell| harmless(cell).into_owned())).map_err(broken)?;
        }
        let Some(next) = found.next else { break };
        page = Page { top: AT_ONCE, after: Some(next) };
    }
    let bytes = file.into_inner().map_err(|_| seat.no(&Refusal::Internal))?;
    Ok(answer(&seat, bytes))
}

fn row(user: &User) -> [String; 10] {
    let record = user.guest.record();
    [
        user.profile.display_name.clone(),
        user.upn.clone(),
        user.mail.as_ref().map(ToString::to_string).unwrap_or_default(),
        user.user_type.name().to_owned(),
        record.state.name().unwrap_or_default().to_owned(),
        record.enabled.to_string(),
        signs_in_with(user).to_owned(),
        user.profile.company_name.clone().unwrap_or_default(),
        Moment(user.created_at).iso(),
        user.id().to_string(),
    ]
}

/// A cell that begins like a formula is text to a spreadsheet behind an apostrophe.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn answer(seat: &Seat, bytes: Vec<u8>) -> Response {
    let day = Moment(seat.web.app.now()).iso();
    let name = format!("attachment; filename=\"users-{}.csv\"", day.get(..10).unwrap_or_default());
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn h8_no_cell_begins_like_a_formula() {
        for begin in ["=", "+", "-", "@", "\t", "\r", "\n"] {
            assert_eq!(harmless(&format!("{begin}1")), format!("'{begin}1"));
        }
        for text in ["", "Ana", "a=1", "'x", "Ø"] {
            assert_eq!(harmless(text), text);
        }
    }
}
