//! UserInfo: what a client may know of the person who signed in (OIDC Core section 5.3). Refuses tokens of
//! applications and tokens without `openid`; `profile` and `email` open their part of the answer.

use hospes_domain::access::Who;
use hospes_domain::refusal::{NotAllowed, Refusal};
use hospes_store::users;

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
    let sub = claims::subject(&*app.tenant_keys(actor.tenant)?, id, client);
    app.read(move |tx| {
        callers::load(tx, &actor)?;
        let user = users::by_id(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
        let profile = has(&scopes, "profile").then_some(&user.profile);
        let email = if has(&scopes, "email") { claims::email(&user) } else { None };
        Ok(UserInfo {
            sub: sub.clone(),
            name: profile.map(|profile| profile.display_name.clone()),
            given_name: profile.and_then(|profile| profile.given_name.clone()),
            family_name: profile.and_then(|profile| profile.surname.clone()),
            email: email.map(|(address, _)| address.to_owned()),
        })
    })
    .await
}

fn has(scopes: &[String], name: &str) -> bool {
    scopes.iter().any(|scope| scope == name)
}
