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
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::ids::{ClientId, ObjectId};
    use crate::session::{Amr, PASSWORD};
    use crate::sign_in::{AppRequest, ClaimsRequest, FLOW_SECONDS, Prompt, ResponseMode};
    use uuid::Uuid;

    const NOW: Time = Time(1_000_000_000_000);

    fn flow(prompt: &str) -> Flow {
        Flow {
            id: Uuid::from_u128(1),
            request: Some(AppRequest {
                client: ClientId(Uuid::from_u128(2)),
                redirect_uri: "https://app.example/cb".into(),
                response_mode: ResponseMode::Query,
                scope: "openid".into(),
                state: None,
                nonce: None,
                code_challenge: None,
                client_info: false,
                device: None,
                claims: ClaimsRequest::default(),
                correlation: None,
            }),
            prompt: Prompt::parse(prompt).unwrap(),
            login_hint: None,
            hinted_home: None,
            address: None,
            return_to: None,
            signed_in_at: None,
            fresh_from: None,
            first: None,
            expires_at: NOW.plus_seconds(FLOW_SECONDS),
        }
    }

    fn session(at: Time) -> Session {
        Session {
            id: Uuid::from_u128(3),
            user: ObjectId(Uuid::from_u128(4)),
            generation: 1,
            method: PASSWORD.into(),
            amr: Amr::of(PASSWORD),
            sign_in_name: "ada@contoso.example".into(),
            created_at: at,
            expires_at: at.plus_seconds(3600),
            used_at: at,
            address: None,
            browser: None,
        }
    }

    fn situation(session: Option<&Session>) -> Situation<'_> {
        Situation {
            session,
            first_proven: false,
            need: Need::Nothing,
            way: None,
            new_password: false,
            code_until: None,
            assigned: true,
            for_another: false,
            consent: Consent::Given,
        }
    }

    fn named(step: &Step) -> &str {
        match step {
            Step::Error(e) => e.error,
            Step::AskAddress => "address",
            Step::AskPassword => "password",
            Step::ChooseNewPassword => "new password",
            Step::SendPasscode => "send",
            Step::AskPasscode => "passcode",
            Step::SignInAtHome(_) => "home",
            Step::AskSecondFactor => "second",
            Step::EnrolSecondFactor => "enrol",
            Step::AskConsent => "consent",
            Step::NeedAdmin => "need admin",
            Step::RedirectWithCode => "code",
            Step::Return => "return",
            Step::Refuse(r) => r.name(),
        }
    }

    #[test]
    fn what_follows_with_and_without_a_session() {
        let ask = || Consent::Ask(Vec::new());
        let admin = || Consent::NeedsAdmin(Vec::new());
        // prompt, signed in, assigned, consent, what follows
        let table = [
            ("", false, true, Consent::Given, "address"),
            ("none", false, true, Consent::Given, "login_required"),
            ("", true, true, Consent::Given, "code"),
            ("none", true, true, Consent::Given, "code"),
            ("login", true, true, Consent::Given, "address"),
            ("select_account", true, true, Consent::Given, "address"),
            ("consent", true, true, Consent::Given, "consent"),
            ("", true, true, ask(), "consent"),
            ("none", true, true, ask(), "consent_required"),
            ("", true, true, admin(), "need admin"),
            ("consent", true, true, admin(), "need admin"),
            ("none", true, true, admin(), "consent_required"),
            ("", false, true, admin(), "address"),
            ("", true, false, admin(), "not_assigned"),
            ("", true, false, Consent::Given, "not_assigned"),
            ("none", true, false, Consent::Given, "interaction_required"),
            ("", true, false, ask(), "not_assigned"),
        ];
        let someone = session(NOW);
        for (prompt, signed_in, assigned, consent, expected) in table {
            let facts =
                Situation { assigned, consent: consent.clone(), ..situation(signed_in.then_some(&someone)) };
            let step = next_step(&flow(prompt), &facts, NOW);
            assert_eq!(
                named(&step),
                expected,
                "prompt {prompt:?}, session {signed_in}, assigned {assigned}, {consent:?}"
            );
        }
    }

    #[test]
    fn f12_an_answer_that_shall_be_about_somebody_else_is_none() {
        let someone = session(NOW);
        // prompt, signed in, signed in within the flow, what follows
        let table = [
            ("none", true, false, "login_required"),
            ("", true, false, "login_required"),
            ("login", true, false, "address"),
            ("login", true, true, "login_required"),
            ("", false, false, "address"),
        ];
        for (prompt, signed_in, here, expected) in table {
            let flow = Flow { signed_in_at: here.then_some(NOW), ..flow(prompt) };
            for (need, assigned) in [(Need::Nothing, true), (Need::Show, true), (Need::Nothing, false)] {
                let facts = Situation {
                    for_another: true,
                    need,
                    assigned,
                    ..situation(signed_in.then_some(&someone))
                };
                assert_eq!(named(&next_step(&flow, &facts, NOW)), expected, "{prompt:?} {signed_in} {here}");
            }
        }
    }

    #[test]
    fn f13_nothing_follows_before_the_second_factor() {
        let someone = session(NOW);
        // prompt, signed in, first factor proven here, what is lacking, what follows
        let table = [
            ("", true, false, Need::Nothing, "code"),
            ("", true, false, Need::Show, "second"),
            ("", true, false, Need::Enrol, "enrol"),
            ("none", true, false, Need::Show, "50076"),
            ("none", true, false, Need::Enrol, "50079"),
            // A sign-in that has to be new is asked for before its second factor.
            ("login", true, false, Need::Show, "address"),
            ("none", false, false, Need::Show, "50058"),
            ("", false, true, Need::Show, "second"),
            ("", false, true, Need::Enrol, "enrol"),
            ("login", false, true, Need::Show, "second"),
            // Whoever signs in here comes before whoever was signed in.
            ("", true, true, Need::Show, "second"),
            // The first factor alone opens nothing, even when nothing more is asked for by now.
            ("", false, true, Need::Nothing, "address"),
            ("", true, true, Need::Nothing, "address"),
        ];
        for (prompt, signed_in, first_proven, need, expected) in table {
            let facts = Situation { first_proven, need, ..situation(signed_in.then_some(&someone)) };
            let step = next_step(&flow(prompt), &facts, NOW);
            let told = match &step {
                Step::Error(error) => error.code.to_string(),
                other => named(other).to_owned(),
            };
            assert_eq!(told, expected, "{prompt:?} {signed_in} {first_proven} {need:?}");
            let bare = Flow { request: None, ..flow(prompt) };
            let same = next_step(&bare, &facts, NOW);
            assert_eq!(same == Step::Return, expected == "code", "{prompt:?} {need:?}");
        }
    }

    #[test]
    fn a_new_password_is_chosen_after_the_second_factor_and_before_the_session() {
        let someone = session(NOW);
        for (need, expected) in
            [(Need::Show, "second"), (Need::Enrol, "enrol"), (Need::Nothing, "new password")]
        {
            for session in [None, Some(&someone)] {
                let facts = Situation { first_proven: true, new_password: true, need, ..situation(session) };
                assert_eq!(named(&next_step(&flow(""), &facts, NOW)), expected);
            }
        }
    }

    #[test]
    fn the_typed_address_decides_what_is_asked_next() {
        for (way, code_until, expected) in [
            (Way::Password, None, "password"),
            (Way::Password, Some(NOW), "password"),
            (Way::Passcode, None, "send"),
            (Way::Passcode, Some(NOW), "passcode"),
            (Way::Home(TenantId(Uuid::from_u128(7))), None, "home"),
        ] {
            let facts = Situation { way: Some(way), code_until, ..situation(None) };
            assert_eq!(named(&next_step(&flow(""), &facts, NOW)), expected);
        }
    }

    #[test]
    fn f12_an_older_session_does_not_answer_a_demand_for_a_fresh_one() {
        let (old, fresh) = (session(NOW.plus_seconds(-60)), session(NOW));
        let begun = Flow { signed_in_at: Some(NOW), ..flow("login") };
        assert_eq!(named(&next_step(&begun, &situation(Some(&old)), NOW)), "address");
        assert_eq!(named(&next_step(&begun, &situation(Some(&fresh)), NOW)), "code");
    }

    #[test]
    fn a_session_that_is_older_than_the_app_wants_does_not_answer_it() {
        let old = session(NOW.plus_seconds(-61));
        let wants = |seconds: i64| Flow { fresh_from: Some(NOW.plus_seconds(-seconds)), ..flow("") };
        for (max_age, expected) in [(60, "address"), (61, "code")] {
            assert_eq!(named(&next_step(&wants(max_age), &situation(Some(&old)), NOW)), expected);
        }
        // Not even one that was chosen in this flow.
        let chosen = Flow { signed_in_at: Some(old.created_at), ..wants(60) };
        assert_eq!(named(&next_step(&chosen, &situation(Some(&old)), NOW)), "address");
    }

    #[test]
    fn a_bare_sign_in_returns_and_a_flow_ends_with_its_time() {
        let bare = Flow { request: None, ..flow("") };
        assert_eq!(named(&next_step(&bare, &situation(Some(&session(NOW))), NOW)), "return");
        let late = NOW.plus_seconds(FLOW_SECONDS);
        assert_eq!(named(&next_step(&bare, &situation(None), late)), "sign_in_flow_lost");
    }
}
