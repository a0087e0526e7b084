//! "Sign-in policy": of which roles a second factor is demanded. Refuses guests, and to save over somebody else's change.

use axum::routing::{get, post};
use hospes_actions::policies::{self, change_sign_in, sign_in};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;

use super::error::{sentence, spelled};
use super::seat::Seat;
use super::user::permission;
use super::view::{Place, RoleChoice, SignInPolicy};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::security;

/// The page and its form.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/sign-in-policy", || get(ask)),
    posted("/portal/{tenant}/sign-in-policy", || post(save)),
];

const STALE: &str = "Somebody has changed the policy since the page was drawn, so nothing was saved. What you ticked is kept: save again if it is still right.";
/// What the name of a ticked field begins with.
const TICKED: &str = "role.";

async fn load(seat: &Seat) -> Result<policies::SignInPolicy, axum::response::Response> {
    sign_in(&seat.web.app, &seat.actor()).await.map_err(|no| seat.no(&no))
}

async fn ask(seat: Seat) -> Reply {
    let policy = load(&seat).await?;
    let ticked = policy.second_factor_roles.clone();
    Ok(seat.page(&drawn(&seat, &policy, &ticked)))
}

fn drawn(seat: &Seat, policy: &policies::SignInPolicy, ticked: &[Role]) -> SignInPolicy {
    let choice = |role: &Role| RoleChoice {
        id: role.id().to_string(),
        name: role.name(),
        chosen: ticked.contains(role),
    };
    let was: Vec<String> = policy.second_factor_roles.iter().map(|role| role.id().to_string()).collect();
    SignInPolicy {
        frame: seat.frame(Place::SignInPolicy),
        roles: Role::ALL.iter().map(choice).collect(),
        was: was.join(" "),
        permission: permission(&policy.may_change),
        saved: None,
        problem: None,
        security: security::path_of(seat.desk.tenant.id),
        form: seat.form("/sign-in-policy"),
    }
}

fn roles_of<'a>(ids: impl Iterator<Item = &'a str>) -> Option<Vec<Role>> {
    ids.map(|id| ObjectId::parse(id).and_then(|id| Role::by_id(id.0))).collect()
}

async fn save(seat: Seat, form: PostedForm) -> Reply {
    let before = load(&seat).await?;
    let seen = roles_of(form.get("was").split_ascii_whitespace());
    let (Some(ticked), Some(seen)) = (roles_of(form.named(TICKED)), seen) else {
        let remedy = "Open the page again.";
        return Err(seat.no(&Refusal::invalid("role", "The form names no directory role.", remedy)));
    };
    let changed = change_sign_in(&seat.web.app, &seat.actor(), Some(ticked.clone()), Some(seen)).await;
    match changed {
        Ok(()) => {
            let saved = Some(told(&before.second_factor_roles, &ticked));
            let now = load(&seat).await?;
            Ok(seat.page(&SignInPolicy { saved, ..drawn(&seat, &now, &ticked) }))
        }
        Err(refusal) => {
            let words = if refusal == Refusal::Stale { STALE.to_owned() } else { sentence(&refusal) };
            let page = SignInPolicy { problem: Some(words), ..drawn(&seat, &before, &ticked) };
            Ok(seat.visit.page(spelled(&refusal).0, &page))
        }
    }
}

/// What is different.
fn told(before: &[Role], now: &[Role]) -> String {
    let names = |roles: &[Role], without: &[Role]| -> Vec<&'static str> {
        roles.iter().filter(|role| !without.contains(role)).map(|role| role.name()).collect()
    };
    let changes = [("Added", names(now, before)), ("Taken off", names(before, now))];
    let changes: Vec<String> = changes
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(label, names)| format!("{label}: {}.", names.join(", ")))
        .collect();
    if changes.is_empty() {
        return "Nothing was changed: it stood so already.".to_owned();
    }
    format!("Saved. {}", changes.join(" "))
}
