//! The two halves of a guest in words: what the organisation keeps, what the guest brought. Refuses to show a subject:
//! the address is what people know.

use hospes_actions::portal::Profile;
use hospes_domain::access::UserType;
use hospes_domain::guest::State;
use hospes_domain::invitation::InvitationState;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;

use super::error::sentence;
use super::seat::Seat;
use super::users::{address_of, standing};
use super::view::{Act, Tessera, UserHead};
use crate::pages::words::{Moment, counted};

/// What a user signs in with.
pub(super) fn signs_in_with(user: &User) -> &'static str {
    match (user.guest.state(), user.guest.binding()) {
        (State::Internal, _) => "Password",
        (_, Some(binding)) => way(&binding.issuer),
        (_, None) => "Not chosen yet",
    }
}

/// What an identity of that issuer signs in with.
pub(super) fn way(issuer: &str) -> &'static str {
    if issuer == "mail" { "Passcode by mail" } else { "Account at home" }
}

/// Whether the account behind the guest's address has changed at home since the guest redeemed.
pub(super) fn has_changed(profile: &Profile) -> bool {
    profile.bindings.iter().any(|known| known.ended_at.is_none() && known.changed_at.is_some())
}

/// What stands above every page about the user.
pub(super) fn head(seat: &Seat, profile: &Profile) -> UserHead {
    let user = &profile.user;
    UserHead {
        id: user.id().to_string(),
        name: user.profile.display_name.clone(),
        address: address_of(user),
        user_type: user.user_type.name(),
        url: seat.path(&format!("/users/{}", user.id())),
        standing: standing(user, has_changed(profile), profile.at),
        created: Moment(user.created_at),
        groups: profile.groups.len(),
        apps: profile.apps.len(),
        acts: acts(&seat.path(&format!("/users/{}", user.id())), profile),
    }
}

/// What can be done to the user, those most often used first.
fn acts(url: &str, profile: &Profile) -> Vec<Act> {
    let may = &profile.may;
    let act = |label: String, path: &str, may: &Result<(), Refusal>, rare| Act {
        label,
        url: format!("{url}/{path}"),
        rare,
        refused: may.as_ref().err().map(sentence),
    };
    let (block, path) = if profile.user.guest.record().enabled {
        ("Block sign-in", "block")
    } else {
        ("Unblock sign-in", "unblock")
    };
    let mut acts = vec![
        act("Revoke sessions".to_owned(), "revoke-sessions", &may.revoke, false),
        act(block.to_owned(), path, &may.block, false),
        act(format!("Delete {}", kind(&profile.user)), "delete", &may.delete, true),
    ];
    // Nobody is told of a deed that there is nothing for.
    if !profile.factors.is_empty() {
        acts.insert(2, act("Require to register again".to_owned(), "register-again", &may.register, true));
    }
    acts
}

/// `guest` or `member`.
pub(super) fn kind(user: &User) -> &'static str {
    if user.user_type == UserType::Guest { "guest" } else { "member" }
}

/// The halves; none for somebody who was never invited.
pub(super) fn halves(seat: &Seat, profile: &Profile) -> Option<Tessera> {
    let user = &profile.user;
    if user.guest.state() == State::Internal {
        return None;
    }
    let (address, detail) = match (user.guest.binding(), &profile.invitation) {
        (Some(binding), _) => (
            binding.sign_in_name.to_string(),
            format!("{}, since {}", way(&binding.issuer), Moment(binding.bound_at).date()),
        ),
        (None, Some(waiting)) => {
            let over = waiting.state != InvitationState::Open || waiting.expires_at <= profile.at;
            let until = Moment(waiting.expires_at).date();
            let detail = if over {
                "No invitation waits. Resend it to make a new one".to_owned()
            } else {
                format!("No account bound yet. The invitation waits until {until}")
            };
            (waiting.address.to_string(), detail)
        }
        (None, None) => (address_of(user), "No account bound yet".to_owned()),
    };
    Some(Tessera {
        host: seat.desk.tenant.display_name.clone(),
        name: user.profile.display_name.clone(),
        id: user.id().to_string(),
        access: format!(
            "{}, {}",
            number(profile.groups.len(), "group"),
            number(profile.apps.len(), "application")
        ),
        standing: standing(user, has_changed(profile), profile.at),
        address,
        detail,
    })
}

/// `1 group`, `3 groups`.
pub(super) fn number(n: usize, word: &str) -> String {
    counted(i64::try_from(n).unwrap_or(i64::MAX), word)
}
