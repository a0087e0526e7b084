//! What comes next in a sign-in, as one pure function.

use super::{Consent, Flow, Way};
use crate::ids::TenantId;
use crate::refusal::{OAuthRefusal, Refusal, SignInRefusal};
use crate::second_factor::Need;
use crate::session::Session;
use crate::time::Time;

/// What is known when the question is asked.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The browser's session, if it is still good.
    pub session: Option<&'a Session>,
    /// Whether the first factor was proven in this flow, and that still counts.
    pub first_proven: bool,
    /// What is lacking: of the person of that first factor, else of the session's.
    pub need: Need,
    /// The way of the typed address, if one was typed.
    pub way: Option<Way>,
    /// Whether the first factor was a password that has to be replaced.
    pub new_password: bool,
    /// When the code sent in this flow runs out, if one is open.
    pub code_until: Option<Time>,
    /// Whether the app is open to the person (assigned, or assignment not required).
    pub assigned: bool,
    /// Whether the app asks for an answer about somebody else than whose session it is.
    pub for_another: bool,
    /// Whether the person has agreed to what the app asks.
    pub consent: Consent,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask who the person is.
    AskAddress,
    /// Ask for the password.
    AskPassword,
    /// Ask for a new password: the present one was right and has to be replaced.
    ChooseNewPassword,
    /// Offer to send a code.
    SendPasscode,
    /// Ask for the code.
    AskPasscode,
    /// Send the person to the tenant they belong to.
    SignInAtHome(TenantId),
    /// Ask for the second factor.
    AskSecondFactor,
    /// Have the person set a second factor up.
    EnrolSecondFactor,
    /// Ask whether the app may.
    AskConsent,
    /// Say that an administrator has to agree.
    NeedAdmin,
    /// Send the app its code.
    RedirectWithCode,
    /// Tell the app why not, by redirect.
    Error(OAuthRefusal),
    /// The bare sign-in is done.
    Return,
    /// Nothing can follow; a page says why.
    Refuse(Refusal),
}

fn error(error: &'static str, code: u32, description: &str) -> Step {
    Step::Error(told(error, code, description))
}

fn told(error: &'static str, code: u32, description: &str) -> OAuthRefusal {
    OAuthRefusal { error, code, description: description.to_owned(), unauthorized: false }
}

/// What the app hears when an administrator has to agree: at once without a page, else when the person goes back to it
/// (reference/tokens-and-sign-in.md section 6).
pub fn needs_admin() -> OAuthRefusal {
    told("consent_required", 90094, "An administrator has to grant what the application asks for.")
}

/// Decides what comes next. The session must be good; the flow must not be over.
pub fn next_step(flow: &Flow, situation: &Situation<'_>, now: Time) -> Step {
    if let Err(lost) = flow.check(now) {
        return Step::Refuse(lost);
    }
    if situation.first_proven {
        // The factor comes first: a stolen password must not be enough to be asked for another one.
        if let Some(step) = second(situation.need) {
            return step;
        }
        if situation.new_password {
            return Step::ChooseNewPassword;
        }
    }
    let Some(_session) = situation.session.filter(|s| !situation.first_proven && satisfies(flow, s)) else {
        return if flow.prompt.none {
            error("login_required", 50058, "Nobody is signed in here, and the request allows no page.")
        } else {
            identify(situation)
        };
    };
    if situation.for_another {
        return error(
            "login_required",
            50058,
            "Whoever is signed in is not the person the request asks for.",
        );
    }
    if let Some(step) = second(situation.need) {
        return if flow.prompt.none { without_a_page(&step) } else { step };
    }
    if flow.request.is_none() {
        return Step::Return;
    }
    if !situation.assigned {
        return if flow.prompt.none {
            error("interaction_required", 50105, "The person is not assigned to the application.")
        } else {
            Step::Refuse(Refusal::SignIn(SignInRefusal::NotAssigned))
        };
    }
    match &situation.consent {
        Consent::NeedsAdmin(_) if flow.prompt.none => Step::Error(needs_admin()),
        Consent::NeedsAdmin(_) => Step::NeedAdmin,
        Consent::Ask(_) if flow.prompt.none => {
            error("consent_required", 65001, "The person has not agreed to what the application asks for.")
        }
        Consent::Ask(_) => Step::AskConsent,
        Consent::Given if flow.prompt.consent => Step::AskConsent,
        Consent::Given => Step::RedirectWithCode,
    }
}

/// The page of what is lacking.
fn second(need: Need) -> Option<Step> {
    match need {
        Need::Nothing => None,
        Need::Show => Some(Step::AskSecondFactor),
        Need::Enrol => Some(Step::EnrolSecondFactor),
    }
}

/// What an app hears that allows no page (reference/tokens-and-sign-in.md section 6).
fn without_a_page(step: &Step) -> Step {
    if *step == Step::EnrolSecondFactor {
        return error("interaction_required", 50079, "The person has to set up a second factor.");
    }
    error("interaction_required", 50076, "The person has to show a second factor.")
}

/// Whether the session is as fresh as the flow demands.
fn satisfies(flow: &Flow, session: &Session) -> bool {
    let chosen_here = flow.signed_in_at.is_some_and(|at| session.created_at >= at);
    flow.is_fresh(session.created_at) && (chosen_here || !(flow.prompt.login || flow.prompt.select_account))
}

fn identify(situation: &Situation<'_>) -> Step {
    match (situation.way, situation.code_until) {
        (None, _) => Step::AskAddress,
        (Some(Way::Password), _) => Step::AskPassword,
        (Some(Way::Passcode), None) => Step::SendPasscode,
        (Some(Way::Passcode), Some(_)) => Step::AskPasscode,
        (Some(Way::Home(home)), _) => Step::SignInAtHome(home),
    }
}

#[cfg(test)]
mod tests;
