//! Blocking, unblocking, ending every session, removing every second factor, deleting: the question, and the answer. Refuses to do any of it to a user
//! who has changed since the question was drawn; the same answer twice does it once.

use axum::extract::Path;
use axum::routing::{get, post};
use hospes_actions::portal::{Profile, gone, profile};
use hospes_actions::users::{UserEdit, delete, remove_second_factors, revoke_sessions, update};
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;

use super::deed_words::question;
use super::error::is_out_of_reach;
use super::seat::Seat;
use super::user::{UserPath, load};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;

/// What is done to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Block,
    Unblock,
    Revoke,
    Register,
    Delete,
}

/// Each with its question.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/block", || {
        get(|seat: Seat, at: UserPath| ask(seat, at, Deed::Block))
    }),
    posted("/portal/{tenant}/users/{user}/block", || {
        post(|seat: Seat, at: UserPath, form: PostedForm| answered(seat, at, form, Deed::Block))
    }),
    shown("/portal/{tenant}/users/{user}/unblock", || {
        get(|seat: Seat, at: UserPath| ask(seat, at, Deed::Unblock))
    }),
    posted("/portal/{tenant}/users/{user}/unblock", || {
        post(|seat: Seat, at: UserPath, form: PostedForm| answered(seat, at, form, Deed::Unblock))
    }),
    shown("/portal/{tenant}/users/{user}/revoke-sessions", || {
        get(|seat: Seat, at: UserPath| ask(seat, at, Deed::Revoke))
    }),
    posted("/portal/{tenant}/users/{user}/revoke-sessions", || {
        post(|seat: Seat, at: UserPath, form: PostedForm| answered(seat, at, form, Deed::Revoke))
    }),
    shown("/portal/{tenant}/users/{user}/register-again", || {
        get(|seat: Seat, at: UserPath| ask(seat, at, Deed::Register))
    }),
    posted("/portal/{tenant}/users/{user}/register-again", || {
        post(|seat: Seat, at: UserPath, form: PostedForm| answered(seat, at, form, Deed::Register))
    }),
    shown("/portal/{tenant}/users/{user}/delete", || {
        get(|seat: Seat, at: UserPath| ask(seat, at, Deed::Delete))
    }),
    posted("/portal/{tenant}/users/{user}/delete", || {
        post(|seat: Seat, at: UserPath, form: PostedForm| answered(seat, at, form, Deed::Delete))
    }),
];

impl Deed {
    /// The last part of its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Revoke => "revoke-sessions",
            Self::Register => "register-again",
            Self::Delete => "delete",
        }
    }

    fn may(self, profile: &Profile) -> &Result<(), Refusal> {
        match self {
            Self::Block | Self::Unblock => &profile.may.block,
            Self::Revoke => &profile.may.revoke,
            Self::Register => &profile.may.register,
            Self::Delete => &profile.may.delete,
        }
    }

    /// Whether nothing is left to do.
    fn is_done(self, profile: &Profile) -> bool {
        match self {
            Self::Block => !profile.user.guest.record().enabled,
            Self::Unblock => profile.user.guest.record().enabled,
            Self::Register => profile.factors.is_empty(),
            Self::Revoke | Self::Delete => false,
        }
    }

    /// The page afterwards, which says what was done.
    fn afterwards(self, seat: &Seat, user: &str) -> String {
        let done = match self {
            Self::Block => "blocked",
            Self::Unblock => "unblocked",
            Self::Revoke => "revoked",
            Self::Register => "registered",
            Self::Delete => return seat.path("/users?done=deleted"),
        };
        seat.path(&format!("/users/{user}?done={done}"))
    }

    async fn run(self, seat: &Seat, user: &str, revision: i64) -> Result<(), Refusal> {
        let (app, actor, user) = (&seat.web.app, seat.actor(), user.to_owned());
        let only_if = Precondition::OneOf(vec![revision]);
        match self {
            Self::Block | Self::Unblock => {
                let edit = UserEdit { enabled: Some(self == Self::Unblock), ..UserEdit::default() };
                update(app, &actor, user, edit, only_if).await.map(drop)
            }
            Self::Revoke => revoke_sessions(app, &actor, user).await,
            Self::Register => remove_second_factors(app, &actor, user).await,
            Self::Delete => delete(app, &actor, user, only_if).await,
        }
    }
}

async fn ask(seat: Seat, Path((_, user)): UserPath, deed: Deed) -> Reply {
    let profile = load(&seat, &user).await?;
    deed.may(&profile).as_ref().map_err(|no| seat.no(no))?;
    if deed.is_done(&profile) {
        return Ok(seat.visit.go(&seat.path(&format!("/users/{}", profile.user.id()))));
    }
    Ok(seat.page(&question(&seat, &profile, deed, None)))
}

async fn answered(seat: Seat, Path((_, user)): UserPath, form: PostedForm, deed: Deed) -> Reply {
    let (app, actor) = (&seat.web.app, seat.actor());
    let profile = match profile(app, &actor, &user).await {
        Ok(profile) => profile,
        // Posted twice: the first time has deleted the user.
        Err(Refusal::NotFound { .. }) if deed == Deed::Delete && gone(app, &actor, &user).await.is_ok() => {
            return Ok(seat.visit.go(&deed.afterwards(&seat, &user)));
        }
        Err(refusal) => return Err(seat.no(&refusal)),
    };
    deed.may(&profile).as_ref().map_err(|no| seat.no(no))?;
    let user = profile.user.id().to_string();
    if deed.is_done(&profile) {
        return Ok(seat.visit.go(&deed.afterwards(&seat, &user)));
    }
    let revision = form.get("revision").parse().unwrap_or(0);
    match deed.run(&seat, &user, revision).await {
        Ok(()) => Ok(seat.visit.go(&deed.afterwards(&seat, &user))),
        Err(refusal) if is_out_of_reach(&refusal) => Err(seat.no(&refusal)),
        Err(refusal) => Ok(seat.page_again(&question(&seat, &profile, deed, Some(&refusal)))),
    }
}
