//! Restoring a deleted user, and deleting one for good: the question, and the answer. Refuses a restore that would take
//! something from somebody, and says so before anybody presses.

use axum::extract::Path;
use axum::routing::{get, post};
use hospes_actions::portal::{Gone, gone, profile};
use hospes_actions::users::{purge, restore};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;

use super::deed_words::why;
use super::reset_words::fact;
use super::seat::Seat;
use super::tessera::{kind, number, way};
use super::user::UserPath;
use super::users::address_of;
use super::view::{Consequences, Fact, Place, Question};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::view::Link;
use crate::pages::words::Moment;

/// Both questions.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/deleted/{user}/restore", || get(ask_restore)),
    posted("/portal/{tenant}/deleted/{user}/restore", || post(restored)),
    shown("/portal/{tenant}/deleted/{user}/purge", || get(ask_purge)),
    posted("/portal/{tenant}/deleted/{user}/purge", || post(purged)),
];

async fn load(seat: &Seat, user: &str) -> Result<Gone, Refusal> {
    gone(&seat.web.app, &seat.actor(), user).await
}

async fn ask_restore(seat: Seat, Path((_, user)): UserPath) -> Reply {
    let gone = load(&seat, &user).await.map_err(|no| seat.no(&no))?;
    gone.restore.as_ref().map_err(|no| seat.no(no))?;
    Ok(seat.page(&about_restore(&seat, &gone, None)))
}

async fn restored(seat: Seat, Path((_, user)): UserPath, _: PostedForm) -> Reply {
    let (app, actor) = (&seat.web.app, seat.actor());
    let there = seat.path(&format!("/users/{user}?done=restored"));
    let found = match load(&seat, &user).await {
        Ok(found) => found,
        // Posted twice: the first time has brought the user back.
        Err(Refusal::NotFound { .. }) if profile(app, &actor, &user).await.is_ok() => {
            return Ok(seat.visit.go(&there));
        }
        Err(refusal) => return Err(seat.no(&refusal)),
    };
    match restore(app, &actor, found.user.id()).await {
        Ok(_) => Ok(seat.visit.go(&there)),
        Err(refusal @ Refusal::Conflict { .. }) => {
            Ok(seat.page_again(&about_restore(&seat, &found, Some(&refusal))))
        }
        Err(refusal) => Err(seat.no(&refusal)),
    }
}

async fn ask_purge(seat: Seat, Path((_, user)): UserPath) -> Reply {
    let gone = load(&seat, &user).await.map_err(|no| seat.no(&no))?;
    gone.purge.as_ref().map_err(|no| seat.no(no))?;
    Ok(seat.page(&about_purge(&seat, &gone)))
}

async fn purged(seat: Seat, Path((_, user)): UserPath, _: PostedForm) -> Reply {
    let done = seat.path("/deleted?done=purged");
    let id = ObjectId::parse(&user).ok_or_else(|| seat.no(&Refusal::not_found(&user)))?;
    match purge(&seat.web.app, &seat.actor(), id).await {
        Ok(()) => Ok(seat.visit.go(&done)),
        // Posted twice, or somebody else was quicker.
        Err(Refusal::NotFound { .. }) => Ok(seat.visit.go(&seat.path("/deleted?done=gone"))),
        Err(refusal) => Err(seat.no(&refusal)),
    }
}

fn question(seat: &Seat, gone: &Gone, path: &str) -> Question {
    let (id, name) = (gone.user.id(), gone.user.profile.display_name.clone());
    let kind = kind(&gone.user);
    Question {
        frame: seat.frame(Place::Deleted),
        crumbs: vec![Link { label: "Deleted users".to_owned(), url: seat.path("/deleted") }],
        here: "Restore",
        before: "Restore",
        after: "?".to_owned(),
        address: address_of(&gone.user),
        standing: None,
        happens: String::new(),
        problem: None,
        stays: Consequences { heading: "Comes back", facts: Vec::new() },
        ends: Consequences { heading: "Stays ended", facts: Vec::new() },
        undo: String::new(),
        told: vec![
            (name.clone(), "No mail goes out. Tell the user yourself.".to_owned()),
            ("Audit log".to_owned(), "That you did it, and when.".to_owned()),
        ],
        as_graph: String::new(),
        revision: gone.user.revision,
        danger: false,
        verb: format!("Restore {kind}"),
        keep: "Keep deleted".to_owned(),
        back: seat.path("/deleted"),
        form: seat.form(&format!("/deleted/{id}/{path}")),
        name,
    }
}

/// What the user had when it was deleted.
fn had(gone: &Gone, assignments: &str) -> Vec<Fact> {
    let mut had = vec![
        fact("Object id and user principal name", ""),
        fact("Groups", number(gone.groups.len(), "group")),
        fact("Applications", assignments),
    ];
    if !gone.roles.is_empty() {
        had.push(fact(
            "Directory roles",
            gone.roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", "),
        ));
    }
    had
}

fn about_restore(seat: &Seat, gone: &Gone, refused: Option<&Refusal>) -> Question {
    let mut back = had(gone, "as before");
    if let Ok(Some(binding)) = &gone.returns {
        back.push(fact(way(&binding.issuer), binding.sign_in_name.to_string()));
    }
    let taken = refused.or(gone.returns.as_ref().err());
    let mut asked = question(seat, gone, "restore");
    if gone.returns.is_err() {
        // It would be refused; what stands in the way is said instead.
        asked.verb = String::new();
    }
    let happens = if taken.is_some() {
        "cannot be restored now."
    } else {
        "is in this directory again, as before the deletion, and can sign in unless it was blocked."
    };
    Question {
        happens: happens.to_owned(),
        problem: taken.map(why),
        stays: Consequences { heading: "Comes back", facts: back },
        ends: Consequences {
            heading: "Stays ended",
            facts: vec![fact("Sessions, tokens and codes", "all"), fact("Invitation links", "all")],
        },
        undo: "At any time: delete the user again.".to_owned(),
        as_graph: format!("POST {}/restore", item(seat, gone)),
        ..asked
    }
}

fn about_purge(seat: &Seat, gone: &Gone) -> Question {
    let asked = question(seat, gone, "purge");
    Question {
        here: "Delete permanently",
        before: "Delete",
        after: " permanently?".to_owned(),
        happens: "is removed with all access, and nobody can undo that.".to_owned(),
        stays: Consequences {
            heading: "Keeps",
            facts: vec![fact("Audit log", ""), fact("History of identities", "")],
        },
        ends: Consequences { heading: "Ends for good", facts: had(gone, "all assignments") },
        undo: format!(
            "None. Left alone, the user can be restored until {} UTC and is removed then.",
            Moment(gone.until).date_and_clock()
        ),
        as_graph: format!("DELETE {}", item(seat, gone)),
        danger: true,
        verb: "Delete permanently".to_owned(),
        keep: "Keep restorable".to_owned(),
        ..asked
    }
}

fn item(seat: &Seat, gone: &Gone) -> String {
    format!("{}/v1.0/directory/deletedItems/{}", seat.web.app.public_url(), gone.user.id())
}
