//! "Redemption status": where a guest's invitation stands, sending it again, and the older words' way to a reset. Refuses
//! to show a link (threats A3).

use axum::extract::{Path, RawQuery};
use axum::routing::{get, post};
use hospes_actions::invite::{Invite, invite};
use hospes_actions::portal::{Profile, Waiting};
use hospes_domain::guest::State;
use hospes_domain::invitation::{InvitationState, LINK_DAYS, Message};
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;

use super::seat::Seat;
use super::tessera::{halves, head};
use super::user::{UserPath, load, permission};
use super::view::{Fact, Place, Redemption, Resent};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::words::Moment;

/// The page and its button.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/redemption", || get(status)),
    posted("/portal/{tenant}/users/{user}/resend", || post(resend)),
];

/// Whoever was never invited has no redemption.
pub(super) fn must_be_guest(seat: &Seat, profile: &Profile) -> Result<(), axum::response::Response> {
    if profile.user.guest.state() != State::Internal {
        return Ok(());
    }
    let cause = "The user signs in with a password of this organisation and was never invited.";
    Err(seat.no(&Refusal::invalid("invitedUser", cause, "Only guests have a redemption.")))
}

async fn status(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let profile = load(&seat, &user).await?;
    must_be_guest(&seat, &profile)?;
    let user = head(&seat, &profile);
    // The older article's question: Yes leads to the confirmation, asked in its words.
    if query.as_deref() == Some("reset=yes") {
        return Ok(seat.visit.go(&format!("{}/reset?asked=status", user.url)));
    }
    let Some(tessera) = halves(&seat, &profile) else { return Err(seat.no(&Refusal::Internal)) };
    let page = Redemption {
        frame: seat.frame(Place::Users),
        tessera,
        invitation: profile.invitation.as_ref().map(invitation).unwrap_or_default(),
        pending: profile.user.guest.state() == State::PendingAcceptance,
        reset: permission(&profile.may.reset),
        resend: permission(&profile.may.resend),
        reset_path: format!("{}/reset", user.url),
        form: seat.form(&format!("/users/{}/resend", profile.user.id())),
        user,
    };
    Ok(seat.page(&page))
}

fn invitation(newest: &Waiting) -> Vec<Fact> {
    let fact = |label, value: String| Fact { label, value, exact: false };
    vec![
        fact("Invited address", newest.address.to_string()),
        fact("Invited by", newest.inviter.clone()),
        fact("Invited", format!("{} UTC", Moment(newest.created_at).date_and_clock())),
        match newest.state {
            InvitationState::Open => {
                fact("Works until", format!("{} UTC", Moment(newest.expires_at).date_and_clock()))
            }
            InvitationState::Used => fact("Stands", "Accepted; its link has ended".to_owned()),
            InvitationState::Superseded => fact("Stands", "Replaced; its link has ended".to_owned()),
        },
        fact("Leads to", newest.redirect_url.clone()),
    ]
}

async fn resend(seat: Seat, Path((_, user)): UserPath, _form: PostedForm) -> Reply {
    let profile = load(&seat, &user).await?;
    must_be_guest(&seat, &profile)?;
    let Some(newest) = profile.invitation.as_ref() else {
        let cause = "The user has no invitation that could be sent again.";
        return Err(seat.no(&Refusal::invalid("", cause, "Reset the redemption status instead.")));
    };
    if profile.user.guest.state() == State::Accepted {
        let cause = "The invitation has been accepted; nothing would be sent.";
        return Err(seat.no(&Refusal::invalid("", cause, "Reset the redemption status instead.")));
    }
    let again = Invite {
        address: newest.address.clone(),
        named: Some(profile.user.id()),
        reset: false,
        as_type: profile.user.user_type,
        display_name: None,
        redirect_url: newest.redirect_url.clone(),
        message: Message { send: true, language: newest.language.clone(), ..Message::default() },
        sponsors: Vec::new(),
        client_request_id: None,
        only_if: Precondition::default(),
    };
    invite(&seat.web.app, &seat.actor(), again).await.map_err(|no| seat.no(&no))?;
    let page = Resent {
        frame: seat.frame(Place::Users),
        user: head(&seat, &profile),
        address: newest.address.to_string(),
        until: Moment(seat.web.app.now().plus_seconds(LINK_DAYS * 24 * 3600)),
    };
    Ok(seat.page(&page))
}
