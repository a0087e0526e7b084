//! What the pages of a sign-in post: one handler a button. Refuses nothing itself: the form's origin
//! and token are checked by [`PostedForm`], the rest by the verbs.

use axum::extract::{Path, State};
use axum::response::Response;
use hospes_actions::sign_in::{
    self, Ask, AskedFor, Decided, Entered, Proven, accept as accept_consent, check_passcode, check_password,
    choose_password, look, name_address, send_passcode, use_another_account,
};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use zeroize::Zeroizing;

use super::csrf::PostedForm;
use super::deliver::deliver;
use super::device;
use super::redeem::{ask_for_code, code_error};
use super::redeem_cookie::RedeemCookie;
use super::sign_in::{FlowPath, Problem, Reply, enter, joined_path_of, no, path_of, place, render};
use super::view::{PasscodeError, Scope};
use super::visit::Visit;
use super::{device_cookie, words};
use crate::Web;

/// Longest password looked at, in bytes; hashing more is work for nothing.
const MAX_PASSWORD: usize = 1024;
const WRONG_PASSWORD: &str = "This password and address do not belong together. Check both and try again.";

/// "Next" under the address.
pub async fn address(
    State(web): State<Web>,
    visit: Visit,
    Path((t, f)): FlowPath,
    form: PostedForm,
) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    let typed = form.get("address");
    match name_address(&web.app, &place, typed).await {
        Ok(None) => Ok(visit.go(&path_of(place.tenant, place.flow))),
        Ok(Some(home)) => Ok(visit.go(&home)),
        Err(Refusal::Invalid(why)) => {
            let words = format!("{} {}", why.cause, why.remedy);
            let problem = Problem { address: Some((typed, &words)), ..Problem::default() };
            render(&web, &visit, &place, false, problem).await
        }
        Err(refusal) => Err(no(&web, &visit, &place, &refusal).await),
    }
}

/// "Use another account".
pub async fn another_account(
    State(web): State<Web>,
    visit: Visit,
    Path((t, f)): FlowPath,
    _form: PostedForm,
) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    on(&web, &visit, &place, use_another_account(&web.app, &place).await).await
}

/// "Sign in" under the password.
pub async fn password(
    State(web): State<Web>,
    visit: Visit,
    Path((t, f)): FlowPath,
    form: PostedForm,
) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    let typed = Zeroizing::new(form.get("password").to_owned());
    let checked = if typed.len() > MAX_PASSWORD {
        Err(Refusal::SignIn(SignInRefusal::WrongPassword))
    } else {
        check_password(&web.app, &place, typed, device_cookie::browser(&web, &visit, place.tenant)).await
    };
    match checked {
        Ok(proven) => Ok(onward(&web, &visit, &place, proven)),
        Err(Refusal::SignIn(SignInRefusal::WrongPassword)) => {
            let problem = Problem { password: Some(WRONG_PASSWORD), ..Problem::default() };
            render(&web, &visit, &place, false, problem).await
        }
        Err(refusal) => Err(no(&web, &visit, &place, &refusal).await),
    }
}

/// "Change and sign in" under the new password.
pub async fn new_password(
    State(web): State<Web>,
    visit: Visit,
    Path((t, f)): FlowPath,
    form: PostedForm,
) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    let chosen = match typed_twice(&form) {
        Ok(typed) => choose_password(&web.app, &place, typed).await,
        Err(refusal) => Err(refusal),
    };
    match chosen {
        Ok(entered) => Ok(signed_in(&web, &visit, &place, &entered)),
        Err(Refusal::Invalid(why)) => {
            let words = format!("{} {}", why.cause, why.remedy);
            let problem = Problem { new_password: Some(&words), ..Problem::default() };
            render(&web, &visit, &place, false, problem).await
        }
        Err(refusal) => Err(no(&web, &visit, &place, &refusal).await),
    }
}

/// A new password, typed twice so that a slip of the finger locks nobody out.
pub(super) fn typed_twice(form: &PostedForm) -> Result<Zeroizing<String>, Refusal> {
    if form.get("password") == form.get("again") {
        return Ok(Zeroizing::new(form.get("password").to_owned()));
    }
    Err(Refusal::invalid("password", "The two are not the same.", "Type the new password twice."))
}

/// "Send code" and "Send a new code".
pub async fn send_code(
    State(web): State<Web>,
    visit: Visit,
    Path((t, f)): FlowPath,
    _form: PostedForm,
) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    ask_for_code(&visit)?;
    on(&web, &visit, &place, send_passcode(&web.app, &place).await).await
}

/// "Continue" under the code.
pub async fn code(State(web): State<Web>, visit: Visit, Path((t, f)): FlowPath, form: PostedForm) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    let Some(typed) = words::typed_code(form.get("code")) else {
        return again(&web, &visit, &place, PasscodeError::NotEightDigits).await;
    };
    let ran_out =
        matches!(look(&web.app, &place).await, Ok(page) if matches!(page.ask, Ask::SendPasscode { .. }));
    match check_passcode(&web.app, &place, &typed).await {
        Ok(proven) => Ok(onward(&web, &visit, &place, proven)),
        Err(refusal) => match code_error(&refusal) {
            Some(PasscodeError::NoTriesLeft) if ran_out => {
                again(&web, &visit, &place, PasscodeError::RunOut).await
            }
            Some(error) => again(&web, &visit, &place, error).await,
            None => Err(no(&web, &visit, &place, &refusal).await),
        },
    }
}

async fn again(web: &Web, visit: &Visit, place: &sign_in::Place, error: PasscodeError) -> Reply {
    render(web, visit, place, false, Problem { code: Some(error), ..Problem::default() }).await
}

/// "Accept" on the consent page of an app.
pub async fn accept(State(web): State<Web>, visit: Visit, Path((t, f)): FlowPath, form: PostedForm) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    match accept_consent(&web.app, &place, form.get("read")).await {
        Err(Refusal::Stale) => {
            let problem = Problem { changed: true, ..Problem::default() };
            render(&web, &visit, &place, false, problem).await
        }
        decided => answered(&web, &visit, &place, decided).await,
    }
}

/// "Cancel" on it.
pub async fn decline(
    State(web): State<Web>,
    visit: Visit,
    Path((t, f)): FlowPath,
    _form: PostedForm,
) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    answered(&web, &visit, &place, sign_in::decline(&web.app, &place).await).await
}

async fn answered(
    web: &Web,
    visit: &Visit,
    place: &sign_in::Place,
    decided: Result<Decided, Refusal>,
) -> Reply {
    match decided {
        Ok(Decided::Answer(answer)) => Ok(deliver(visit, answer)),
        Ok(Decided::Flow) => Ok(visit.go(&path_of(place.tenant, place.flow))),
        Ok(Decided::Refused(app_name)) => Ok(device::done(visit, app_name, false)),
        Err(refusal) => Err(no(web, visit, place, &refusal).await),
    }
}

async fn on(web: &Web, visit: &Visit, place: &sign_in::Place, outcome: Result<(), Refusal>) -> Reply {
    match outcome {
        Ok(()) => Ok(visit.go(&path_of(place.tenant, place.flow))),
        Err(refusal) => Err(no(web, visit, place, &refusal).await),
    }
}

/// Back to the flow with the new session (threats F13: a new one at each sign-in), with a browser that is known from now
/// on to whoever has a password.
pub(super) fn signed_in(web: &Web, visit: &Visit, place: &sign_in::Place, entered: &Entered) -> Response {
    let mut response = visit.go(&path_of(place.tenant, place.flow));
    device_cookie::entered(web, visit, place.tenant, response.headers_mut(), entered);
    response
}

/// On with whoever proved the first factor: back to the flow with a new session, to the flow that asks for what is
/// owed, or to the consent of a redemption.
fn onward(web: &Web, visit: &Visit, place: &sign_in::Place, proven: Proven) -> Response {
    match proven {
        Proven::SignedIn(entered) => signed_in(web, visit, place, &entered),
        Proven::Owing { flow } => enter(web, visit, place.tenant, flow),
        Proven::PendingRedemption { redemption } => {
            let back = joined_path_of(place.tenant, place.flow);
            let cookie = RedeemCookie::of_sign_in(place.tenant, redemption, back);
            let mut response = visit.go(&cookie.step("consent"));
            cookie.keep(web, response.headers_mut());
            response
        }
    }
}

/// A permission as pages list it: in the words of its resource, or in ours.
pub fn scope(asked: AskedFor) -> Scope {
    let AskedFor { name, meaning: told } = asked;
    Scope { meaning: told.unwrap_or_else(|| meaning(&name).to_owned()), name }
}

/// A permission in words for the person who is asked.
fn meaning(scope: &str) -> &'static str {
    match scope {
        "openid" => "Know that it is you",
        "profile" => "See your name",
        "email" => "See your e\u{2011}mail address",
        "offline_access" => "Keep its access while you are away",
        "User.Read" => "Read your entry in the directory",
        "User.ReadWrite" => "Read and change your entry in the directory",
        "User.ReadBasic.All" => "Read names and addresses of everybody",
        "User.Read.All" => "Read everybody\u{2019}s entry in the directory",
        "User.ReadWrite.All" => "Read and change everybody\u{2019}s entry, as far as you may",
        "User.Invite.All" => "Invite guests in your name",
        "Directory.Read.All" => "Read the directory",
        "Directory.ReadWrite.All" => "Read and change the directory, as far as you may",
        "Group.Read.All" | "GroupMember.Read.All" => "Read groups and their members",
        "Group.ReadWrite.All" | "GroupMember.ReadWrite.All" => {
            "Change groups and their members, as far as you may"
        }
        "Application.Read.All" => "Read applications",
        "Application.ReadWrite.All" => "Change applications, as far as you may",
        "Application.ReadWrite.OwnedBy" => "Change applications it has registered, as far as you may",
        "DelegatedPermissionGrant.ReadWrite.All" => {
            "Change what applications may do for people, as far as you may"
        }
        "AppRoleAssignment.ReadWrite.All" => "Assign people to applications, as far as you may",
        "RoleManagement.Read.Directory" => "See who holds which role",
        "RoleManagement.ReadWrite.Directory" => "Change who holds which role, as far as you may",
        "User.RevokeSessions.All" => "Sign people out everywhere, as far as you may",
        "Organization.Read.All" => "Read facts about the organisation",
        "Policy.Read.All" => "Read the organisation\u{2019}s policies",
        "Policy.ReadWrite.Authorization" => "Change who may invite and what guests see, as far as you may",
        "Policy.ReadWrite.ExternalIdentities" => "Change whether guests may leave, as far as you may",
        "Policy.Read.B2BManagementPolicy" => "See which domains may be invited",
        "Policy.ReadWrite.B2BManagementPolicy" => "Change which domains may be invited, as far as you may",
        "AuditLog.Read.All" => "Read the audit log, as far as you may",
        "Domain.Read.All" => "See the organisation's domains",
        "Domain.ReadWrite.All" => "Change the organisation's domains, as far as you may",
        "Policy.ReadWrite.CrossTenantAccess" => {
            "Change whose people come and go as guests, as far as you may"
        }
        _ => "Use this permission",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hospes_domain::access::Scope;

    #[test]
    fn every_permission_has_words() {
        let words =
            Scope::ALL.iter().map(|s| s.name()).chain(["openid", "profile", "email", "offline_access"]);
        for name in words {
            assert_ne!(meaning(name), meaning("?"), "{name}");
        }
    }
}
