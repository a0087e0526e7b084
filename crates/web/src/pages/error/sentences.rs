//! The sentences of refusal pages: what happened, why we were careful, what is not lost, what to do (look
//! section 5). Refuses to name what the visitor has not shown to know.

use hospes_domain::refusal::{RedemptionRefusal, Refusal, SignInRefusal};
use http::StatusCode;

use crate::pages::words;

/// What a page of a refusal says.
pub(super) struct Words {
    /// What happened.
    pub(super) title: String,
    /// Why we were careful.
    pub(super) why: String,
    /// What is not lost.
    pub(super) not_lost: Option<String>,
    /// What to do.
    pub(super) remedy: String,
}

fn say(title: &str, why: &str, not_lost: &str, remedy: &str) -> Words {
    Words {
        title: title.to_owned(),
        why: why.to_owned(),
        not_lost: (!not_lost.is_empty()).then(|| not_lost.to_owned()),
        remedy: remedy.to_owned(),
    }
}

/// Status and sentences; `host` is the organisation's name.
pub(super) fn explain(refusal: &Refusal, host: &str) -> (StatusCode, Words) {
    match refusal {
        Refusal::Redemption(r) => explain_redemption(r, host),
        Refusal::SignIn(r) => explain_sign_in(r, host),
        Refusal::TooMany { .. } | Refusal::Unavailable { .. } | Refusal::Internal => explain_later(refusal),
        Refusal::Invalid(_) => (
            StatusCode::BAD_REQUEST,
            say(
                "This request cannot be read",
                "Something in the address or form is not as it should be.",
                "",
                &refusal.to_string(),
            ),
        ),
        Refusal::NotFound { .. } => (
            StatusCode::NOT_FOUND,
            say(
                "There is nothing here",
                "The address may be old or mistyped.",
                "",
                "Go back to where you came from, or begin at the first page.",
            ),
        ),
        Refusal::DomainDenied { domain } => (
            StatusCode::FORBIDDEN,
            say(
                &format!("Guests from {domain} are not accepted"),
                &format!(
                    "{host} decides which domains its guests may come from, and may have decided so after you were invited."
                ),
                "Nothing was accepted and nothing of yours was passed on.",
                &format!(
                    "Ask the person who invited you to have {domain} permitted, or to invite you at another address."
                ),
            ),
        ),
        Refusal::CannotLeave { guest } => (StatusCode::FORBIDDEN, explain_staying(*guest, host)),
        Refusal::OAuth(o) if o.code == 50_011 => (
            StatusCode::BAD_REQUEST,
            say(
                "The app wants its answer at an address we do not know",
                &format!(
                    "{} An answer goes only where the app has said it lives, so that nobody else gets it.",
                    o.description
                ),
                "Your account is not touched.",
                "If you run the app, register this address for it, letter for letter, or have it send the one that is \
                 registered. Otherwise tell the people who run it, and read them the reference below.",
            ),
        ),
        Refusal::OAuth(o) => (
            StatusCode::BAD_REQUEST,
            say(
                "The app asked in a way we do not answer",
                &o.description,
                "Your account is not touched.",
                "Tell the people who run the app, and read them the reference below.",
            ),
        ),
        _ => (
            StatusCode::FORBIDDEN,
            say(
                "This is not possible",
                &refusal.to_string(),
                "Nothing was changed.",
                "Ask the person who invited you.",
            ),
        ),
    }
}

/// What may work another time.
fn explain_later(refusal: &Refusal) -> (StatusCode, Words) {
    match refusal {
        Refusal::TooMany { retry_after_seconds } => {
            let wait = words::duration(i64::from(*retry_after_seconds));
            (
                StatusCode::TOO_MANY_REQUESTS,
                say(
                    "That was asked too often",
                    "A pause keeps guessers and floods of mail away.",
                    "Nothing is lost.",
                    &format!("Come back in {wait}."),
                ),
            )
        }
        Refusal::Unavailable { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            say(
                "The server is busy",
                "Nothing was saved halfway.",
                "Nothing is lost.",
                "Try again in a minute.",
            ),
        ),
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            say(
                "Something is wrong on our side",
                "We stopped rather than guess.",
                "Nothing is lost.",
                "Try again; if it stays so, tell the operator the reference below.",
            ),
        ),
    }
}

fn explain_staying(guest: bool, host: &str) -> Words {
    if guest {
        return say(
            "You cannot leave by yourself",
            &format!(
                "{host} wants its administrators to end a guest\u{2019}s place, so that they know who has one."
            ),
            "Nothing was changed, and you are still signed in.",
            &format!("Ask an administrator of {host}, or the person who invited you, to remove you."),
        );
    }
    say(
        "Only guests leave by themselves",
        &format!("Your account belongs to {host} itself."),
        "Nothing was changed, and you are still signed in.",
        &format!("Ask an administrator of {host} if you want it closed."),
    )
}

fn explain_redemption(refusal: &RedemptionRefusal, host: &str) -> (StatusCode, Words) {
    match refusal {
        RedemptionRefusal::FlowLost => (
            StatusCode::CONFLICT,
            say(
                "This window has lost its place",
                "A redemption is finished in the window it was begun in, within an hour.",
                "Your invitation is not lost.",
                "Open the link in your invitation mail again.",
            ),
        ),
        RedemptionRefusal::WrongIdentity { invited } => (
            StatusCode::FORBIDDEN,
            say(
                "This invitation is for somebody else",
                &format!("It names {invited}, and only that mailbox can accept it."),
                "The invitation still waits.",
                "Use the account of that address, or prove its mailbox with a code.",
            ),
        ),
        RedemptionRefusal::IdentityTaken => (
            StatusCode::CONFLICT,
            say(
                "This account is a guest here already",
                &format!(
                    "One account or address opens one guest of {host}, so that nobody inherits another's access. \
                     If you accepted an earlier invitation, sign in as you did then."
                ),
                "This invitation still waits.",
                &format!("If you did not, ask the person who invited you to {host} to use another address."),
            ),
        ),
        _ => (
            StatusCode::FORBIDDEN,
            say(
                "This invitation cannot be accepted now",
                &format!("{host} has paused or withdrawn it."),
                "",
                "Ask the person who invited you, and read them the reference below.",
            ),
        ),
    }
}

fn explain_sign_in(refusal: &SignInRefusal, host: &str) -> (StatusCode, Words) {
    match refusal {
        SignInRefusal::Disabled => (
            StatusCode::FORBIDDEN,
            say(
                "This account is blocked",
                &format!("{host} has blocked sign-in for it."),
                "Groups and apps are kept.",
                "Ask the person who invited you, and read them the reference below.",
            ),
        ),
        SignInRefusal::NotAssigned => (
            StatusCode::FORBIDDEN,
            say(
                "This app is not open to you yet",
                &format!("{host} gives this app to people one by one."),
                "You are signed in, and your other apps work.",
                "Ask the person who runs the app to assign you.",
            ),
        ),
        SignInRefusal::Locked { retry_after_seconds } => {
            let wait = words::duration(i64::from(*retry_after_seconds));
            (
                StatusCode::TOO_MANY_REQUESTS,
                say(
                    "There were too many wrong tries",
                    "A pause keeps guessers away.",
                    "A passkey still signs you in, and so does a browser you have signed in with before.",
                    &format!("Come back in {wait}."),
                ),
            )
        }
        SignInRefusal::WrongPasskey | SignInRefusal::SecondFactorOver => explain_factor(refusal),
        SignInRefusal::InvitationWaits => (
            StatusCode::CONFLICT,
            say(
                "Your invitation waits",
                &format!(
                    "Your place at {host} waits to be accepted again, with the address that was invited."
                ),
                "Nothing is lost: your groups and apps wait with it.",
                "Open the link in your newest invitation mail, or sign in here with the address it was sent to.",
            ),
        ),
        SignInRefusal::NotAGuest
        | SignInRefusal::IdentityChanged
        | SignInRefusal::GuestAtHome
        | SignInRefusal::NotAdmitted
        | SignInRefusal::UpstreamFailed => explain_home(refusal, host),
        _ => (
            StatusCode::CONFLICT,
            say(
                "This window has lost its place",
                "A sign-in is finished in the window it was begun in, within an hour.",
                "Nothing is lost.",
                "Go back to the app and sign in again, or sign in here to see your apps.",
            ),
        ),
    }
}

/// Refusals of what was shown beside or instead of a password.
fn explain_factor(refusal: &SignInRefusal) -> (StatusCode, Words) {
    if matches!(refusal, SignInRefusal::WrongPasskey) {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            say(
                "The passkey was not taken",
                "It is none of this organisation, was removed, or was confirmed too late.",
                "Nothing is lost.",
                "Sign in again, with another passkey or your password.",
            ),
        );
    }
    (
        StatusCode::TOO_MANY_REQUESTS,
        say(
            "That was the last try in this sign-in",
            "Five codes in one sign-in are enough for whoever has the right one, and too few for guessers.",
            "Your account is not locked.",
            "Sign in again from the beginning. A recovery code works, too.",
        ),
    )
}

/// Refusals after a sign-in at the organisation the person belongs to.
fn explain_home(refusal: &SignInRefusal, host: &str) -> (StatusCode, Words) {
    let words = match refusal {
        SignInRefusal::IdentityChanged => say(
            "Your account is not the one we know",
            &format!(
                "The address is that of a guest of {host}, but the account behind it is another one now. We do not let a \
                 new account take over an old guest by its address alone."
            ),
            "The guest, its groups and its apps are kept. The administrators can see that you were here.",
            &format!(
                "Ask an administrator of {host} to reset your redemption; you then accept a new invitation."
            ),
        ),
        SignInRefusal::GuestAtHome => say(
            "You are a guest there yourself",
            "Only the organisation you belong to can vouch for you.",
            "Nothing was changed.",
            "Go back and use the account of your own organisation.",
        ),
        SignInRefusal::NotAdmitted => say(
            "These two organisations do not share access",
            &format!("{host} takes no guests from your organisation, or yours lets nobody go there."),
            "Nothing was changed.",
            "Ask the person who invited you, and read them the reference below. If you are a guest already, you can still leave.",
        ),
        SignInRefusal::UpstreamFailed => say(
            "Your organisation did not sign you in",
            "It gave no answer that we can rely on, or the sign-in was cancelled.",
            "Nothing was changed.",
            "Go back to where you came from and sign in again.",
        ),
        _ => say(
            "This account is no guest here",
            &format!("Nobody at {host} is bound to it, and no invitation names it."),
            "Nothing was changed.",
            "Ask for an invitation, or use the account you accepted yours with.",
        ),
    };
    (StatusCode::FORBIDDEN, words)
}
