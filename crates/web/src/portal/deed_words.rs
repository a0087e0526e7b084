//! What the questions of [`super::deeds`] say. Refuses to promise more than the verbs save
//! (`crates/domain/src/guest.rs`, `crates/actions/src/users`).

use hospes_actions::portal::Profile;
use hospes_domain::authentication_method::AuthenticationMethod;
use hospes_domain::guest::{RESTORABLE_SECONDS, State};
use hospes_domain::refusal::Refusal;

use super::authentication_methods::called;
use super::deeds::Deed;
use super::error::sentence;
use super::reset_words::fact;
use super::seat::Seat;
use super::tessera::{head, kind, number, way};
use super::view::{Consequences, Fact, Place, Question};
use crate::pages::view::Link;
use crate::pages::words::Moment;

/// The page that asks.
pub(super) fn question(seat: &Seat, profile: &Profile, deed: Deed, refused: Option<&Refusal>) -> Question {
    let user = head(seat, profile);
    let kind = kind(&profile.user);
    let (here, before, after, verb, keep) = match deed {
        Deed::Block => {
            ("Block sign-in", "Block sign-in of", "?", "Block sign-in".to_owned(), "Keep enabled".to_owned())
        }
        Deed::Unblock => (
            "Unblock sign-in",
            "Unblock sign-in of",
            "?",
            "Unblock sign-in".to_owned(),
            "Keep blocked".to_owned(),
        ),
        Deed::Revoke => (
            "Revoke sessions",
            "Sign",
            " out everywhere?",
            "Revoke sessions".to_owned(),
            "Keep sessions".to_owned(),
        ),
        Deed::Register => (
            "Require to register again",
            "Require",
            " to register again?",
            "Require to register again".to_owned(),
            "Keep second factors".to_owned(),
        ),
        Deed::Delete => ("Delete", "Delete", "?", format!("Delete {kind}"), format!("Keep {kind}")),
    };
    Question {
        frame: seat.frame(Place::Users),
        crumbs: vec![
            Link { label: "All users".to_owned(), url: seat.path("/users") },
            Link { label: user.name.clone(), url: user.url.clone() },
        ],
        here,
        before,
        after: after.to_owned(),
        happens: happens(profile, deed),
        problem: refused.map(why),
        stays: stays(profile, deed),
        ends: ends(seat, profile, deed),
        undo: undo(profile, deed),
        told: told(profile, deed),
        as_graph: as_graph(seat, profile, deed),
        revision: profile.user.revision,
        danger: deed == Deed::Delete,
        verb,
        keep,
        back: user.url.clone(),
        form: seat.form(&format!("/users/{}/{}", user.id, deed.path())),
        name: user.name,
        address: user.address,
        standing: Some(user.standing),
    }
}

/// Why it was not done. A collision says itself what to do about it.
pub(super) fn why(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Conflict { cause } => cause.clone(),
        other => sentence(other),
    }
}

fn happens(profile: &Profile, deed: Deed) -> String {
    match deed {
        Deed::Block => {
            "is signed out everywhere at once, and cannot sign in until somebody unblocks it.".to_owned()
        }
        Deed::Unblock => "can sign in again, in the way it did before the block.".to_owned(),
        Deed::Revoke => "is signed out of every browser and app, and can sign in again at once.".to_owned(),
        Deed::Register => "loses every second factor and is signed out everywhere. The first factor stays; where a role demands a second one, \
             it is set up anew at the next sign-in."
            .to_owned(),
        Deed::Delete => format!(
            "cannot sign in any more and is in no list. You can restore the user until {}; after that the object, its \
             groups and applications are gone.",
            until(profile).date()
        ),
    }
}

fn until(profile: &Profile) -> Moment {
    Moment(profile.at.plus_seconds(RESTORABLE_SECONDS))
}

/// The account somebody signs in with.
fn account(profile: &Profile) -> Option<Fact> {
    profile.user.guest.binding().map(|binding| fact(way(&binding.issuer), binding.sign_in_name.to_string()))
}

fn is_pending(profile: &Profile) -> bool {
    profile.user.guest.state() == State::PendingAcceptance
}

fn stays(profile: &Profile, deed: Deed) -> Consequences {
    let mut facts = Vec::new();
    if deed != Deed::Unblock {
        facts.push(fact("Object id and user principal name", ""));
        facts.push(fact("Groups", number(profile.groups.len(), "group")));
        facts.push(fact("Applications", number(profile.apps.len(), "assignment")));
    }
    facts.extend(account(profile));
    if deed == Deed::Unblock && profile.user.guest.state() == State::Internal {
        facts.push(fact("Signing in with the password", ""));
    }
    if !profile.roles.is_empty() {
        facts.push(fact("Directory roles", number(profile.roles.len(), "role")));
    }
    match deed {
        Deed::Block if is_pending(profile) => facts.push(fact("Waiting invitation", "after an unblock")),
        Deed::Unblock | Deed::Revoke if is_pending(profile) => facts.push(fact("Waiting invitation", "")),
        _ => {}
    }
    let heading = match deed {
        Deed::Delete => "Kept for 30 days",
        Deed::Unblock => "Works again",
        _ => "Keeps",
    };
    Consequences { heading, facts }
}

fn ends(seat: &Seat, profile: &Profile, deed: Deed) -> Consequences {
    let mut facts =
        vec![fact("Open sessions, tokens and codes", if deed == Deed::Unblock { "" } else { "all" })];
    if deed == Deed::Register {
        let named = |factor: &AuthenticationMethod| {
            fact(called(factor.kind), factor.name.clone().unwrap_or_default())
        };
        facts.extend(profile.factors.iter().map(named));
        facts.push(fact("Recovery codes", "all"));
    }
    if deed == Deed::Delete {
        facts.push(fact("Invitation links", "all, for good"));
        facts.push(fact("Mails that wait to be sent", "all"));
        if let Some(mail) = &profile.user.mail {
            facts.push(fact("Hold on the address: others can have it", mail.to_string()));
        }
    }
    if profile.user.id() == seat.desk.person.user {
        facts.push(fact("Your own session", "this is you"));
    }
    let heading = if deed == Deed::Unblock { "Stays ended" } else { "Ends at once" };
    Consequences { heading, facts }
}

fn undo(profile: &Profile, deed: Deed) -> String {
    match deed {
        Deed::Block => "At any time, with Unblock sign-in. What has ended stays ended.".to_owned(),
        Deed::Unblock => "At any time, with Block sign-in.".to_owned(),
        Deed::Register => "Not at all: the user sets the factors up again.".to_owned(),
        Deed::Revoke => "There is nothing to undo: signing in again is enough.".to_owned(),
        Deed::Delete => format!(
            "Until {} UTC, under Deleted users, unless somebody else has the address by then.",
            until(profile).date_and_clock()
        ),
    }
}

fn told(profile: &Profile, deed: Deed) -> Vec<(String, String)> {
    let learns = match deed {
        Deed::Register => "A mail says that the factors were removed, and when.",
        Deed::Unblock => "No mail goes out. Tell the user that signing in works again.",
        _ => "No mail goes out. The user learns of it at the next request.",
    };
    let mut told = vec![(profile.user.profile.display_name.clone(), learns.to_owned())];
    if !profile.sponsors.is_empty() && !matches!(deed, Deed::Revoke | Deed::Register) {
        told.push((
            profile.sponsors.join(", "),
            "As sponsor. No mail goes out, so tell them yourself.".to_owned(),
        ));
    }
    told.push(("Audit log".to_owned(), "That you did it, and when.".to_owned()));
    told
}

fn as_graph(seat: &Seat, profile: &Profile, deed: Deed) -> String {
    let user = format!("{}/v1.0/users/{}", seat.web.app.public_url(), profile.user.id());
    match deed {
        Deed::Block => format!("PATCH {user}\n\n{{ \"accountEnabled\": false }}"),
        Deed::Unblock => format!("PATCH {user}\n\n{{ \"accountEnabled\": true }}"),
        Deed::Revoke => format!("POST {user}/revokeSignInSessions"),
        Deed::Register => format!("POST {user}/hospes.removeSecondFactors"),
        Deed::Delete => format!("DELETE {user}"),
    }
}
