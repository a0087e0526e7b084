//! UserInfo: what a client may know of the person who signed in (OIDC Core section 5.3). Refuses tokens of
//! applications and tokens without `openid`; `profile` and `email` open their part of the answer.

use hospes_domain::access::Who;
use hospes_domain::refusal::{NotAllowed, Refusal};
use hospes_store::users;

use super::personal::email;
use super::{bearer, claims};
use crate::app::App;
use crate::callers;

/// The person behind a token, as far as the token goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo {
    /// The same `sub` as in the id token.
    pub sub: String,
    /// `name`.
    pub name: Option<String>,
    /// `given_name`.
    pub given_name: Option<String>,
    /// `family_name`.
    pub family_name: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `preferred_username`, for those who asked for it one by one.
    pub preferred_username: Option<String>,
}

/// Answers `/oidc/userinfo`.
///
/// # Errors
/// [`Refusal::NotSignedIn`] for a bad token, [`Refusal::NotAllowed`] for one without `openid`.
pub async fn userinfo(app: &App, token: &str) -> Result<UserInfo, Refusal> {
    let verified = bearer::verified(app, token)?;
    let actor = bearer::actor(&verified).map_err(bearer::refused)?;
    let scopes: Vec<String> = verified
        .optional_text("scp")
        .map_err(bearer::refused)?
        .unwrap_or_default()
        .split_ascii_whitespace()
        .map(str::to_owned)
        .collect();
    let (Who::User { id, .. }, Some(client), true) = (actor.who, actor.client, has(&scopes, "openid")) else {
        let reason = "UserInfo needs the token of a person with the permission 'openid'.";
        return Err(Refusal::NotAllowed(NotAllowed { reason, ..NotAllowed::default() }));
    };
    // What the client asked for in `claims`, as its token says.
    let asked: Vec<String> =
        verified.texts("hui").map_err(bearer::refused)?.into_iter().map(str::to_owned).collect();
    let sub = claims::subject(&*app.tenant_keys(actor.tenant)?, id, client);
    app.read(move |tx| {
        callers::load(tx, &actor)?;
        let user = users::by_id(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
        let told = |name: &str, scope: &str| has(&scopes, scope) || has(&asked, name);
        let profile = &user.profile;
        Ok(UserInfo {
            sub: sub.clone(),
            name: told("name", "profile").then(|| profile.display_name.clone()),
            given_name: profile.given_name.clone().filter(|_| told("given_name", "profile")),
            family_name: profile.surname.clone().filter(|_| told("family_name", "profile")),
            email: email(&user).filter(|_| told("email", "email")).map(|(address, _)| address.to_owned()),
            preferred_username: has(&asked, "preferred_username").then(|| user.sign_in_name().to_owned()),
        })
    })
    .await
}

fn has(scopes: &[String], name: &str) -> bool {
    scopes.iter().any(|scope| scope == name)
}
