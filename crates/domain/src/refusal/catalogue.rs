//! Every refusal by its stable name, with cause and remedy in one line each: what the reference of errors is made
//! from. Refuses to be incomplete: a test compares it with [`Refusal::name`].

use uuid::Uuid;

use super::{NotAllowed, RedemptionRefusal, Refusal, SignInRefusal};
use crate::ids::ObjectId;
use crate::time::Time;

/// One line of the catalogue.
pub struct Named {
    /// [`Refusal::name`].
    pub name: &'static str,
    /// What happened, one sentence.
    pub cause: &'static str,
    /// What to do about it, one sentence.
    pub remedy: &'static str,
    /// One such refusal, to be shown in the words of each surface.
    pub example: fn() -> Refusal,
}

const fn line(
    name: &'static str,
    cause: &'static str,
    remedy: &'static str,
    example: fn() -> Refusal,
) -> Named {
    Named { name, cause, remedy, example }
}

fn redemption(refusal: RedemptionRefusal) -> Refusal {
    Refusal::Redemption(refusal)
}

fn sign_in(refusal: SignInRefusal) -> Refusal {
    Refusal::SignIn(refusal)
}

impl Refusal {
    /// The catalogue, without the errors of the OAuth endpoints, which have the names RFC 6749 gives them.
    pub const NAMES: &'static [Named] = &[
        line(
            "invalid",
            "A value does not fit, or the request asks for something that cannot be.",
            "Change what the message names; `details` has the property.",
            || Refusal::invalid("property", "What is wrong.", "What would be right."),
        ),
        line(
            "not_allowed",
            "The token lacks a permission, or the person behind it a role.",
            "Get one of the permissions or roles that `innerError` names.",
            || Refusal::NotAllowed(NotAllowed::default()),
        ),
        line(
            "not_found",
            "There is no such object; deleted ones and those of other organisations look the same.",
            "Check the id or name, and the tenant of the token.",
            || Refusal::not_found("id"),
        ),
        line(
            "not_signed_in",
            "The access token is missing, out of date, for somebody else, or was ended by a reset or block.",
            "Get a new token.",
            || Refusal::NotSignedIn { cause: "Access token is empty." },
        ),
        line(
            "address_not_on_user",
            "A reset or conversion names an address that the user does not have.",
            "Put the address into `mail` or `otherMails` first.",
            || Refusal::AddressNotOnUser,
        ),
        line(
            "user_exists",
            "The invited address belongs to somebody who signs in with a password of the organisation.",
            "Use that account, or convert it by naming its id in `invitedUser`.",
            || Refusal::UserExists { id: ObjectId(Uuid::nil()) },
        ),
        line(
            "blocked",
            "The guest is blocked.",
            "Set `accountEnabled` to true, then invite or reset again.",
            || Refusal::Blocked,
        ),
        line(
            "conflict",
            "What is asked for collides with something that exists.",
            "Read the message; use another value.",
            || Refusal::Conflict { cause: "What collides.".to_owned() },
        ),
        line(
            "already_exists",
            "The object or reference exists already.",
            "Nothing to do, or use another value.",
            || Refusal::AlreadyExists { cause: "What exists already.".to_owned() },
        ),
        line(
            "taken",
            "Another object has the value, which only one may have.",
            "Use another value, or take it away there first.",
            || Refusal::Taken { property: "userPrincipalName" },
        ),
        line(
            "same_key",
            "There is one of this key already, and there can be one only.",
            "Change the one that is there.",
            || Refusal::SameKey { cause: "What exists already.".to_owned() },
        ),
        line(
            "converted_back",
            "The user was external once and was made internal.",
            "Delete the user and invite the person anew.",
            || Refusal::ConvertedBack,
        ),
        line(
            "invitations_off",
            "The organisation takes no invitations from anybody.",
            "Ask an administrator to change who may invite.",
            || Refusal::InvitationsOff,
        ),
        line(
            "domain_denied",
            "The organisation's list of domains does not permit the domain of the invited address.",
            "Invite at another address, or have a Global Administrator change the list.",
            || Refusal::DomainDenied { domain: "contoso.example".to_owned() },
        ),
        line(
            "cannot_leave",
            "The organisation does not let guests leave by themselves, or the account is its own.",
            "Ask the contact of its privacy statement, or an administrator.",
            || Refusal::CannotLeave { guest: true },
        ),
        line("too_many", "A limit was reached.", "Wait as long as `Retry-After` says.", || {
            Refusal::TooMany { retry_after_seconds: 5 }
        }),
        line(
            "unavailable",
            "The server cannot write just now: its queue or its disk is full, or the disk fails.",
            "Wait as long as `Retry-After` says; if it stays so, tell the operator.",
            || Refusal::Unavailable { retry_after_seconds: 5 },
        ),
        line(
            "stale",
            "Somebody else changed the object in between.",
            "Read it again and repeat the request.",
            || Refusal::Stale,
        ),
        line(
            "link_unknown",
            "The link is not one of this server, or was cut off.",
            "Open it whole, from the mail.",
            || redemption(RedemptionRefusal::UnknownLink),
        ),
        line("link_used", "The invitation has been accepted with this link.", "Sign in.", || {
            redemption(RedemptionRefusal::Used)
        }),
        line(
            "link_superseded",
            "A newer invitation took this link's place.",
            "Use the newest mail, or ask for a new one.",
            || redemption(RedemptionRefusal::Superseded),
        ),
        line("link_expired", "The link is older than 30 days.", "Ask for a new invitation.", || {
            redemption(RedemptionRefusal::Expired { at: Time::default() })
        }),
        line(
            "redemption_not_now",
            "The guest is blocked or deleted.",
            "Ask the person who sent the invitation.",
            || redemption(RedemptionRefusal::NotNow),
        ),
        line(
            "redemption_flow_lost",
            "The acceptance was begun in another window, finished, older than an hour, or ended by a reset.",
            "Open the link in the mail again.",
            || redemption(RedemptionRefusal::FlowLost),
        ),
        line(
            "identity_wrong",
            "What was proven is not the invited address.",
            "Use the invited address.",
            || redemption(RedemptionRefusal::WrongIdentity { invited: "j***@contoso.example".to_owned() }),
        ),
        line(
            "identity_taken",
            "The address signs in somebody else of the organisation.",
            "Invite at another address, or reset that other guest.",
            || redemption(RedemptionRefusal::IdentityTaken),
        ),
        line("password_wrong", "Address and password do not belong together.", "Try again.", || {
            sign_in(SignInRefusal::WrongPassword)
        }),
        line(
            "passkey_wrong",
            "The passkey is none of this organisation, was removed, or was confirmed too late.",
            "Try again, or sign in with the password.",
            || sign_in(SignInRefusal::WrongPasskey),
        ),
        line(
            "locked",
            "There were too many wrong passwords for this address, or from this network.",
            "Wait as long as the page says, or sign in with a passkey or from a browser you have used before.",
            || sign_in(SignInRefusal::Locked { retry_after_seconds: 900 }),
        ),
        line(
            "passcode_wrong",
            "The code is not the one that was sent.",
            "Type the newest code; the page says how many tries are left.",
            || sign_in(SignInRefusal::WrongPasscode { tries_left: 4 }),
        ),
        line(
            "passcode_over",
            "The code was used, replaced, tried five times, or is older than ten minutes.",
            "Ask for a new code.",
            || sign_in(SignInRefusal::PasscodeOver),
        ),
        line(
            "second_factor_wrong",
            "The code of the authenticator app or the recovery code is not right, or was used before.",
            "Type the code the app shows now; the page says how many tries are left.",
            || sign_in(SignInRefusal::WrongSecondFactor { tries_left: 4 }),
        ),
        line(
            "second_factor_over",
            "Five wrong codes were typed for the second factor in one sign-in.",
            "Sign in again from the beginning.",
            || sign_in(SignInRefusal::SecondFactorOver),
        ),
        line("disabled", "The account is blocked.", "Ask the organisation.", || {
            sign_in(SignInRefusal::Disabled)
        }),
        line(
            "not_assigned",
            "The app is for assigned people only, and this person is not.",
            "Assign an app role to the person or a group.",
            || sign_in(SignInRefusal::NotAssigned),
        ),
        line(
            "sign_in_flow_lost",
            "The sign-in was begun in another window, finished, or is older than an hour.",
            "Go back to the app and sign in again.",
            || sign_in(SignInRefusal::FlowLost),
        ),
        line(
            "not_a_guest",
            "The account is good at home, but nobody of this organisation is bound to it or invited as it.",
            "Ask the organisation for an invitation, or use another account.",
            || sign_in(SignInRefusal::NotAGuest),
        ),
        line(
            "invitation_waits",
            "The account is good at home and its guest was reset, but the sign-in named another address than the invited one.",
            "Open the link in the newest invitation mail, or sign in with the invited address.",
            || sign_in(SignInRefusal::InvitationWaits),
        ),
        line(
            "identity_changed",
            "The address is that of a guest, but the account behind it is another one than the guest's: deleted and made anew, or passed on.",
            "An administrator resets the guest's redemption, with the same address if the person is the same.",
            || sign_in(SignInRefusal::IdentityChanged),
        ),
        line(
            "guest_at_home",
            "The account is itself a guest of the organisation that was asked.",
            "Use the account of your own organisation.",
            || sign_in(SignInRefusal::GuestAtHome),
        ),
        line(
            "not_admitted",
            "The two organisations do not let people of the one be guests of the other.",
            "Ask the administrators of both to change their cross-tenant access.",
            || sign_in(SignInRefusal::NotAdmitted),
        ),
        line(
            "upstream_failed",
            "The organisation that was asked did not vouch for anybody.",
            "Go back and sign in again; if it stays so, tell that organisation.",
            || sign_in(SignInRefusal::UpstreamFailed),
        ),
        line("internal", "A defect of Hospes.", "Look up the request id in the log, and report it.", || {
            Refusal::Internal
        }),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_in_the_catalogue_under_its_name() {
        for named in Refusal::NAMES {
            assert_eq!((named.example)().name(), named.name);
        }
        // The names that the exhaustive match of `Refusal::name` gives.
        let source = include_str!("../refusal.rs");
        let names = source.lines().filter_map(|line| line.trim().split_once("=> \"")?.1.strip_suffix("\","));
        let mut found = 0;
        for name in names {
            assert_eq!(Refusal::NAMES.iter().filter(|n| n.name == name).count(), 1, "{name}");
            found += 1;
        }
        assert_eq!(found, Refusal::NAMES.len());
    }
}
