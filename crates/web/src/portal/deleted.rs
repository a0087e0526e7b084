//! "Deleted users": who can still be restored. Refuses people who may not see who was deleted.

use axum::extract::RawQuery;
use axum::routing::get;
use hospes_actions::users::list_deleted;
use hospes_domain::guest::RESTORABLE_SECONDS;
use hospes_domain::query::{List, Order, Page, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use url::form_urlencoded;

use super::seat::Seat;
use super::user::flash;
use super::users::address_of;
use super::users_query::{UsersQuery, matching};
use super::view::{Deleted, DeletedRow, Place};
use super::{Reply, shown};
use crate::graph::odata::cursor;
use crate::http::Route;
use crate::pages::words::{Moment, counted};

/// The list.
pub(super) const ROUTES: &[Route] = &[shown("/portal/{tenant}/deleted", || get(list))];

/// Rows on a page.
const ROWS: u16 = 50;

/// What was just done, by its word in the address.
const DONE: &[(&str, &str)] = &[
    ("done=purged", "The user was deleted permanently."),
    (
        "done=gone",
        "The user is gone from this list already: deleted permanently before, or restored. Nothing was changed now.",
    ),
];

async fn list(seat: Seat, RawQuery(query): RawQuery) -> Reply {
    let query = query.unwrap_or_default();
    let asked = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, v)| v)
    };
    let search: String = asked("q").map(|text| text.trim().chars().take(320).collect()).unwrap_or_default();
    let only = UsersQuery { search: search.clone(), ..UsersQuery::default() };
    let (tenant, path) = (seat.desk.tenant.id, seat.path("/deleted"));
    let keys = seat.web.app.keys(tenant).ok_or_else(|| seat.no(&Refusal::Internal))?;
    let key = keys.keyed_hash("cursor", b"portal");
    let list_hash = keys.keyed_hash("cursor", only.address("portal/deleted").as_bytes());
    // A page that cannot be continued is shown from the beginning: people keep addresses.
    let after = asked("after").and_then(|token| cursor::open(&key, tenant, &list_hash, &token).ok());
    let first_page = after.is_none();
    let list = List {
        filter: (!search.is_empty()).then(|| matching(&search)),
        order: Some(Order { field: UserField::DeletedDateTime, descending: true }),
        page: Page { top: ROWS, after },
    };
    let found = list_deleted(&seat.web.app, &seat.actor(), list, true).await.map_err(|no| seat.no(&no))?;
    let now = seat.web.app.now();
    let page = Deleted {
        frame: seat.frame(Place::Deleted),
        flash: flash(DONE, Some(query.as_str())),
        rows: found.users.iter().filter_map(|user| row(&seat, user, now)).collect(),
        total: counted(found.total.unwrap_or_default(), "deleted user"),
        next: found.next.map(|next| {
            let token = cursor::seal(&key, tenant, &list_hash, &next);
            UsersQuery { after: Some(token), ..only.clone() }.address(&path)
        }),
        first: (!first_page).then(|| only.address(&path)),
        all: path,
        search,
    };
    Ok(seat.page(&page))
}

fn row(seat: &Seat, user: &User, now: Time) -> Option<DeletedRow> {
    let since = user.guest.record().deleted_at?;
    let until = since.plus_seconds(RESTORABLE_SECONDS);
    let url = seat.path(&format!("/deleted/{}", user.id()));
    Some(DeletedRow {
        name: user.profile.display_name.clone(),
        address: address_of(user),
        user_type: user.user_type.name(),
        since: Moment(since),
        until: Moment(until),
        left: left(until.seconds_since(now)),
        restore: format!("{url}/restore"),
        purge: format!("{url}/purge"),
    })
}

/// `12 days`; hours on the last day.
fn left(seconds: i64) -> String {
    match (seconds / 86_400, seconds / 3_600) {
        (0, 0) => "Less than an hour".to_owned(),
        (0, hours) => counted(hours, "hour"),
        (days, _) => counted(days, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn the_time_that_is_left_is_rounded_down() {
        for (seconds, words) in
            [(59, "Less than an hour"), (7_300, "2 hours"), (86_400, "1 day"), (2_591_999, "29 days")]
        {
            assert_eq!(left(seconds), words);
        }
    }
}
