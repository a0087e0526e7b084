//! The way into the portal and its first page. Refuses to guess the organisation where there are several.

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use hospes_actions::portal::overview;
use hospes_actions::sessions;
use hospes_domain::refusal::Refusal;

use super::seat::{Seat, path_of};
use super::view::{Home, Place};
use super::{Reply, shown};
use crate::Web;
use crate::http::Route;
use crate::pages::error::refuse;
use crate::pages::visit::Visit;
use crate::pages::{organisation, which_tenant};

/// The way in.
pub(super) const ROUTES: &[Route] =
    &[shown("/portal", || get(whose)), shown("/portal/{tenant}", || get(home))];

/// The portal of the organisation somebody is signed in to, or of the only one.
async fn whose(State(web): State<Web>, visit: Visit) -> Reply {
    let no = |refusal: Refusal| refuse(&visit, &refusal, None);
    for cookie in visit.sessions() {
        if let Some(person) = sessions::find(&web.app, cookie).await.map_err(no)? {
            return Ok(visit.go(&path_of(person.tenant)));
        }
    }
    match which_tenant::only(&web).await.map_err(no)? {
        Some(tenant) => Ok(visit.go(&path_of(tenant.id))),
        None => Ok(visit.go(organisation::FOR_PORTAL)),
    }
}

async fn home(seat: Seat) -> Reply {
    let found = overview(&seat.web.app, &seat.actor()).await.map_err(|no| seat.no(&no))?;
    Ok(shown_home(&seat, found))
}

fn shown_home(seat: &Seat, found: hospes_actions::portal::Overview) -> Response {
    let tenant = &seat.desk.tenant;
    seat.page(&Home {
        frame: seat.frame(Place::Home),
        domain: tenant.initial_domain.clone(),
        tenant_id: tenant.id.to_string(),
        users: found.users,
        guests: found.guests,
        pending: found.pending,
        changed: found.changed,
    })
}
