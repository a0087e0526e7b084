//! From a verified token to a caller: roles, state and generation are loaded in the closure that
//! decides (no check-then-act). Refuses tokens of blocked, deleted and reset users, of revoked grants, of guests whose
//! organisation is shut out, and of disabled service principals (threats B11, E8, F4, F5, I3).

use hospes_domain::access::{Actor, Caller, ScopeSet, Who};
use hospes_domain::refusal::Refusal;
use hospes_store::callers::Surroundings;
use hospes_store::engine::Read;
use hospes_store::{callers, users};

use crate::app::Stop;
use crate::upstream;

/// The caller as the directory knows it now.
pub(crate) fn load(tx: &impl Read, actor: &Actor) -> Result<Caller, Stop> {
    let dead = |cause| Stop::Refused(Refusal::NotSignedIn { cause });
    let through = actor.client.filter(|_| matches!(actor.who, Who::User { .. }));
    let found = callers::surroundings(tx, actor.tenant, actor.who.id(), through, actor.grant)?;
    // Asked before anything is judged, so that it can be foreseen.
    let person = match actor.who {
        Who::User { id, .. } => users::by_id(tx, actor.tenant, id)?,
        Who::App { .. } => None,
    };
    let initial_domain = found.initial_domain.clone().ok_or(Refusal::Internal)?;
    match actor.who {
        Who::User { generation, .. } => {
            let user = person.ok_or_else(|| dead("The user does not exist any more."))?;
            if !user.guest.is_active() {
                return Err(dead("The user is blocked."));
            }
            if user.guest.generation() != generation {
                return Err(dead("The sign-in has been revoked."));
            }
            if found.revoked {
                return Err(dead("The grant behind the token has been revoked."));
            }
            if upstream::shut_out(tx, &user)?.is_some() {
                return Err(dead("The user's organisation and this one do not share access any more."));
            }
            let scopes = still_granted(actor, &found)?;
            Ok(Caller {
                actor: Actor { scopes, ..actor.clone() },
                display_name: user.profile.display_name,
                mail: user.mail.map(|mail| mail.to_string()),
                user_type: Some(user.user_type),
                standing: found.standing,
                guest_access: found.guest_access,
                initial_domain,
            })
        }
        Who::App { .. } => {
            let (display_name, enabled) =
                found.application.ok_or_else(|| dead("The application does not exist any more."))?;
            if !enabled {
                return Err(dead("The application is disabled."));
            }
            Ok(Caller {
                actor: actor.clone(),
                display_name,
                mail: None,
                user_type: None,
                standing: found.standing,
                guest_access: found.guest_access,
                initial_domain,
            })
        }
    }
}

/// What a person's token says the client may, as far as it is still granted: taking a grant back works at once, not when
/// the token ends. A browser session has no client, and what another organisation of the server asks for is no permission.
fn still_granted(actor: &Actor, found: &Surroundings) -> Result<ScopeSet, Stop> {
    let dead = |cause| Err(Stop::Refused(Refusal::NotSignedIn { cause }));
    match (actor.client, found.client) {
        (None, _) => Ok(actor.scopes),
        (Some(client), _) if upstream::is_home_sign_in(client) => Ok(ScopeSet::default()),
        (Some(_), None) => dead("The application does not exist any more."),
        (Some(_), Some(false)) => dead("The application is disabled."),
        (Some(_), Some(true)) => Ok(actor.scopes.intersection(ScopeSet::parse(&found.granted))),
    }
}
