//! "Authentication methods" of a user: what there is, and removing one; removing all of them and ending sessions are deeds of
//! their own ([`super::deeds`]). Refuses whoever may not read them, and shows no secret: there is none to show.

use axum::extract::{Path, RawQuery};
use axum::routing::{get, post};
use hospes_actions::authentication_methods::{Methods, list, remove};
use hospes_actions::portal::Profile;
use hospes_domain::authentication_method::{AuthenticationMethod, MethodKind};
use hospes_domain::guest::State;
use hospes_domain::refusal::Refusal;

use super::error::{is_out_of_reach, sentence};
use super::reset_words::fact;
use super::seat::Seat;
use super::tessera::{head, number, way};
use super::user::{UserPath, flash, load, may_edit, permission};
use super::view::{AuthenticationMethods, Consequences, MethodRow, Place, Question};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::view::Link;
use crate::pages::words::Moment;

/// The tab, and the question about one method.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/authentication-methods", || get(tab)),
    shown("/portal/{tenant}/users/{user}/authentication-methods/{method}/remove", || get(ask)),
    posted("/portal/{tenant}/users/{user}/authentication-methods/{method}/remove", || post(removed)),
];

/// What was just done, by its word in the address.
const DONE: &[(&str, &str)] = &[("done=removed", "The method was removed, and every session was revoked.")];

/// Organisation, user and method of a path.
type MethodPath = Path<(String, String, String)>;

/// What a kind of method is called.
pub(super) fn called(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Password => "Password",
        MethodKind::Authenticator => "Authenticator app",
        MethodKind::Passkey => "Passkey",
    }
}

async fn methods_of(seat: &Seat, user: &str) -> Result<Methods, axum::response::Response> {
    let found = list(&seat.web.app, &seat.actor(), user.to_owned()).await;
    found.map_err(|refusal| seat.no(&refusal))
}

async fn tab(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let profile = load(&seat, &user).await?;
    let found = methods_of(&seat, &user).await?;
    let user = head(&seat, &profile);
    let may_remove = found.may_remove.is_ok();
    let any = found.methods.iter().any(|method| method.kind != MethodKind::Password);
    let row = |method: &AuthenticationMethod| MethodRow {
        kind: called(method.kind),
        name: method.name.clone().unwrap_or_default(),
        note: if method.kind == MethodKind::Password && found.password_due {
            "Has to be replaced at the next sign-in"
        } else {
            ""
        },
        added: method.added_at.map(Moment),
        used: method.used_at.map(Moment),
        remove: (may_remove && method.kind != MethodKind::Password)
            .then(|| format!("{}/authentication-methods/{}/remove", user.url, method.id)),
    };
    let page = AuthenticationMethods {
        frame: seat.frame(Place::Users),
        flash: flash(DONE, query.as_deref()),
        edit: may_edit(&profile),
        bound: bound(&profile),
        rows: found.methods.iter().map(row).collect(),
        recovery_codes: (found.recovery_codes > 0).then(|| number(found.recovery_codes, "code")),
        demanded: found.demanded,
        register: any.then(|| permission(&found.may_remove_all)),
        user,
    };
    Ok(seat.page(&page))
}

/// What a guest signs in with first; none for members.
fn bound(profile: &Profile) -> Option<&'static str> {
    match (profile.user.guest.state(), profile.user.guest.binding()) {
        (State::Internal, _) => None,
        (_, Some(binding)) => Some(way(&binding.issuer)),
        (_, None) => Some("Not chosen yet"),
    }
}

/// The method of a path, if it is one that can be removed.
fn wanted<'a>(found: &'a Methods, method: &str) -> Option<&'a AuthenticationMethod> {
    let others = found.methods.iter().filter(|known| known.kind != MethodKind::Password);
    others.into_iter().find(|known| known.id.to_string() == method)
}

async fn ask(seat: Seat, Path((_, user, method)): MethodPath) -> Reply {
    let profile = load(&seat, &user).await?;
    let found = methods_of(&seat, &user).await?;
    found.may_remove.as_ref().map_err(|no| seat.no(no))?;
    let method = wanted(&found, &method).ok_or_else(|| seat.no(&Refusal::not_found(&method)))?;
    Ok(seat.page(&removing(&seat, &profile, &found, method, None)))
}

async fn removed(seat: Seat, Path((_, user, id)): MethodPath, _: PostedForm) -> Reply {
    let profile = load(&seat, &user).await?;
    let found = methods_of(&seat, &user).await?;
    found.may_remove.as_ref().map_err(|no| seat.no(no))?;
    let done = seat.path(&format!("/users/{}/authentication-methods?done=removed", profile.user.id()));
    // Posted twice: the first time has removed it.
    let Some(method) = wanted(&found, &id) else { return Ok(seat.visit.go(&done)) };
    match remove(&seat.web.app, &seat.actor(), user, method.kind, id).await {
        Ok(()) | Err(Refusal::NotFound { .. }) => Ok(seat.visit.go(&done)),
        Err(refusal) if is_out_of_reach(&refusal) => Err(seat.no(&refusal)),
        Err(refusal) => Ok(seat.page_again(&removing(&seat, &profile, &found, method, Some(&refusal)))),
    }
}

fn removing(
    seat: &Seat,
    profile: &Profile,
    found: &Methods,
    method: &AuthenticationMethod,
    refused: Option<&Refusal>,
) -> Question {
    let user = head(seat, profile);
    let (back, public) = (format!("{}/authentication-methods", user.url), seat.web.app.public_url());
    let name = method.name.clone().unwrap_or_default();
    let of_kind = |kind| found.methods.iter().filter(|known| known.kind == kind).count();
    let mut ends =
        vec![fact(called(method.kind), name.clone()), fact("Open sessions, tokens and codes", "all")];
    if method.kind == MethodKind::Authenticator && of_kind(method.kind) == 1 && found.recovery_codes > 0 {
        ends.push(fact("Recovery codes", "all"));
    }
    let others = found.methods.iter().filter(|known| known.id != method.id);
    let mut stays: Vec<_> =
        others.map(|known| fact(called(known.kind), known.name.clone().unwrap_or_default())).collect();
    stays.extend(bound(profile).map(|way| fact(way, "")));
    let collection = match method.kind {
        MethodKind::Passkey => "fido2Methods",
        MethodKind::Password | MethodKind::Authenticator => "softwareOathMethods",
    };
    Question {
        frame: seat.frame(Place::Users),
        crumbs: vec![
            Link { label: "All users".to_owned(), url: seat.path("/users") },
            Link { label: user.name.clone(), url: user.url.clone() },
            Link { label: "Authentication methods".to_owned(), url: back.clone() },
        ],
        here: "Remove",
        before: "Remove a way of signing in of",
        after: "?".to_owned(),
        happens: format!(
            "cannot show {name} any more and is signed out everywhere. Where a role demands a second factor and none is \
             left, one is set up at the next sign-in."
        ),
        problem: refused.map(sentence),
        stays: Consequences { heading: "Keeps", facts: stays },
        ends: Consequences { heading: "Ends at once", facts: ends },
        undo: "Not at all: the user sets it up again.".to_owned(),
        told: vec![
            (user.name.clone(), "A mail says that a way of signing in was removed, and when.".to_owned()),
            ("Audit log".to_owned(), "That you did it, and when.".to_owned()),
        ],
        as_graph: format!("DELETE {public}/v1.0/users/{}/authentication/{collection}/{}", user.id, method.id),
        revision: profile.user.revision,
        danger: true,
        verb: "Remove".to_owned(),
        keep: "Keep".to_owned(),
        back,
        form: seat.form(&format!("/users/{}/authentication-methods/{}/remove", user.id, method.id)),
        name: user.name,
        address: user.address,
        standing: Some(user.standing),
    }
}
