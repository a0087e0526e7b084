//! What the pages of a sign-in post: one handler a button. Refuses nothing itself: the form's origin
//! and token, and the flow, are checked by [`Posted`], the rest by the verbs.

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
use super::sign_in::{Problem, Reply, enter, joined_path_of};
use super::sign_in_posted::Posted;
use super::view::{PasscodeError, Scope};
use super::{device_cookie, words};

/// Longest password looked at, in bytes; hashing more is work for nothing.
const MAX_PASSWORD: usize = 1024;
const WRONG_PASSWORD: &str = "This password and address do not belong together. Check both and try again.";

/// "Next" under the address.
pub(super) async fn address(at: Posted) -> Reply {
    let typed = at.form.get("address");
    match name_address(&at.web.app, &at.place, typed).await {
        Ok(None) => Ok(at.onward()),
        Ok(Some(home)) => Ok(at.visit.go(&home)),
        Err(Refusal::Invalid(why)) => {
            let words = format!("{} {}", why.cause, why.remedy);
            at.again(Problem { address: Some((typed, &words)), ..Problem::default() }).await
        }
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

/// "Use another account".
pub(super) async fn another_account(at: Posted) -> Reply {
    match use_another_account(&at.web.app, &at.place).await {
        Ok(()) => Ok(at.onward()),
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

/// "Sign in" under the password.
pub(super) async fn password(at: Posted) -> Reply {
    let typed = Zeroizing::new(at.form.get("password").to_owned());
    let checked = if typed.len() > MAX_PASSWORD {
        Err(Refusal::SignIn(SignInRefusal::WrongPassword))
    } else {
        let browser = device_cookie::browser(&at.web, &at.visit, at.place.tenant);
        check_password(&at.web.app, &at.place, typed, browser).await
    };
    match checked {
        Ok(proven) => Ok(onward(&at, proven)),
        Err(Refusal::SignIn(SignInRefusal::WrongPassword)) => {
            at.again(Problem { password: Some(WRONG_PASSWORD), ..Problem::default() }).await
        }
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

/// "Change and sign in" under the new password.
pub(super) async fn new_password(at: Posted) -> Reply {
    let chosen = match typed_twice(&at.form) {
        Ok(typed) => choose_password(&at.web.app, &at.place, typed).await,
        Err(refusal) => Err(refusal),
    };
    match chosen {
        Ok(entered) => Ok(signed_in(&at, &entered)),
        Err(Refusal::Invalid(why)) => {
            let words = format!("{} {}", why.cause, why.remedy);
            at.again(Problem { new_password: Some(&words), ..Problem::default() }).await
        }
        Err(refusal) => Err(at.no(&refusal).await),
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
pub(super) async fn send_code(at: Posted) -> Reply {
    ask_for_code(&at.visit)?;
    match send_passcode(&at.web.app, &at.place).await {
        Ok(()) => Ok(at.onward()),
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

/// "Continue" under the code.
pub(super) async fn code(at: Posted) -> Reply {
    let wrong = |error| at.again(Problem { code: Some(error), ..Problem::default() });
    let Some(typed) = words::typed_code(at.form.get("code")) else {
        return wrong(PasscodeError::NotEightDigits).await;
    };
    let ran_out = matches!(look(&at.web.app, &at.place).await, Ok(page) if matches!(page.ask, Ask::SendPasscode { .. }));
    match check_passcode(&at.web.app, &at.place, &typed).await {
        Ok(proven) => Ok(onward(&at, proven)),
        Err(refusal) => match code_error(&refusal) {
            Some(PasscodeError::NoTriesLeft) if ran_out => wrong(PasscodeError::RunOut).await,
            Some(error) => wrong(error).await,
            None => Err(at.no(&refusal).await),
        },
    }
}

/// "Accept" on the consent page of an app.
pub(super) async fn accept(at: Posted) -> Reply {
    match accept_consent(&at.web.app, &at.place, at.form.about()).await {
        Err(Refusal::Stale) => at.again(Problem { changed: true, ..Problem::default() }).await,
        decided => answered(&at, decided).await,
    }
}

/// "Cancel" on it.
pub(super) async fn decline(at: Posted) -> Reply {
    answered(&at, sign_in::decline(&at.web.app, &at.place).await).await
}

async fn answered(at: &Posted, decided: Result<Decided, Refusal>) -> Reply {
    match decided {
        Ok(Decided::Answer(answer)) => Ok(deliver(&at.visit, answer)),
        Ok(Decided::Flow) => Ok(at.onward()),
        Ok(Decided::Refused(app_name)) => Ok(device::done(&at.visit, app_name, false)),
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

/// Back to the flow with the new session (threats F13: a new one at each sign-in), with a browser that is known from now
/// on to whoever has a password.
pub(super) fn signed_in(at: &Posted, entered: &Entered) -> Response {
    let mut response = at.onward();
    device_cookie::entered(&at.web, &at.visit, at.place.tenant, response.headers_mut(), entered);
    response
}

/// On with whoever proved the first factor: back to the flow with a new session, to the flow that asks for what is
/// owed, or to the consent of a redemption.
fn onward(at: &Posted, proven: Proven) -> Response {
    let tenant = at.place.tenant;
    match proven {
        Proven::SignedIn(entered) => signed_in(at, &entered),
        Proven::Owing { flow } => enter(&at.web, &at.visit, tenant, flow),
        Proven::PendingRedemption { redemption } => {
            let cookie = RedeemCookie::of_sign_in(tenant, redemption, joined_path_of(tenant, at.place.flow));
            let mut response = at.visit.go(&cookie.step("consent"));
            cookie.keep(&at.web, response.headers_mut());
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
        "User-Mail.ReadWrite.All" => "Change people\u{2019}s further e-mail addresses, as far as you may",
        "User-Phone.ReadWrite.All" => "Change people\u{2019}s telephone numbers, as far as you may",
        "User.EnableDisableAccount.All" => "Block people\u{2019}s sign-in and unblock it, as far as you may",
        "Group.Create" => "Create groups, as far as you may",
        "DelegatedPermissionGrant.Read.All" => "See what applications may do in people\u{2019}s names",
        "User.RevokeSessions.All" => "Sign people out everywhere, as far as you may",
        "User-ConvertToInternal.ReadWrite.All" => "Make guests people of the organisation, as far as you may",
        "Organization.Read.All" => "Read facts about the organisation",
        "Organization.ReadWrite.All" => "Change facts about the organisation, as far as you may",
        "Policy.Read.All" => "Read the organisation\u{2019}s policies",
        "Policy.ReadWrite.Authorization" => "Change who may invite and what guests see, as far as you may",
        "Policy.ReadWrite.ExternalIdentities" => "Change whether guests may leave, as far as you may",
        "Policy.Read.B2BManagementPolicy" => "See which domains may be invited",
        "Policy.ReadWrite.B2BManagementPolicy" => "Change which domains may be invited, as far as you may",
        "AuditLog.Read.All" => "Read the audit log, as far as you may",
        "UserAuthenticationMethod.Read" | "UserAuthenticationMethod.ReadWrite" => "See how you sign in",
        "UserAuthenticationMethod.Read.All" => "See how people sign in, as far as you may",
        "UserAuthenticationMethod.ReadWrite.All" => {
            "Remove authenticator apps and passkeys of people, as far as you may"
        }
        "IdentityProvider.Read.All" => "See by what people may prove who they are, as far as you may",
        "IdentityProvider.ReadWrite.All" => "Change by what people may prove who they are, as far as you may",
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
