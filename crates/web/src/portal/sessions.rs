//! Where a user is signed in, and ending one session; ending all of them is a deed of its own ([`super::deeds`]). Refuses
//! like that deed: whoever may not end the sessions of a user does not see them.

use axum::extract::{Path, RawQuery};
use axum::routing::{get, post};
use hospes_actions::sessions::OpenSession;
use hospes_actions::users::{end_session, open_sessions};
use hospes_domain::refusal::Refusal;
use uuid::Uuid;

use super::seat::Seat;
use super::tessera::head;
use super::user::{UserPath, flash, load, may_edit};
use super::view::{Place, SessionRow, UserSessions};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::sessions::how;
use crate::pages::words::Moment;

/// The tab, and its button.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/sessions", || get(tab)),
    posted("/portal/{tenant}/users/{user}/sessions", || post(ended)),
];

/// What was just done, by its word in the address.
const DONE: &[(&str, &str)] =
    &[("done=ended", "The session has ended. An app opened in it may stay open for up to an hour.")];

async fn tab(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let profile = load(&seat, &user).await?;
    let sessions =
        open_sessions(&seat.web.app, &seat.actor(), user).await.map_err(|refusal| seat.no(&refusal))?;
    let own = seat.desk.person.session;
    let user = head(&seat, &profile);
    let page = UserSessions {
        frame: seat.frame(Place::Users),
        flash: flash(DONE, query.as_deref()),
        edit: may_edit(&profile),
        rows: sessions.into_iter().map(|session| row(session, own)).collect(),
        end: seat.form(&format!("/users/{}/sessions", user.id)),
        everywhere: format!("{}/revoke-sessions", user.url),
        user,
    };
    Ok(seat.page(&page))
}

fn row(session: OpenSession, own: Uuid) -> SessionRow {
    SessionRow {
        own: session.id == own,
        id: session.id.to_string(),
        browser: session.browser.unwrap_or_default(),
        address: session.address.unwrap_or_default(),
        how: how(&session.method),
        since: Moment(session.since),
        used_at: Moment(session.used_at),
    }
}

async fn ended(seat: Seat, Path((_, user)): UserPath, form: PostedForm) -> Reply {
    let which = form.get("session");
    let id = Uuid::try_parse(which).map_err(|_| seat.no(&Refusal::not_found(which)))?;
    let done = seat.path(&format!("/users/{user}/sessions?done=ended"));
    match end_session(&seat.web.app, &seat.actor(), user, id).await {
        // Posted twice, or over by itself: nothing is left to end.
        Ok(()) | Err(Refusal::NotFound { .. }) => Ok(seat.visit.go(&done)),
        Err(refusal) => Err(seat.no(&refusal)),
    }
}
