//! Hints about who is meant. A hint never selects an account: the most it does is to make the person
//! sign in again because somebody else is signed in (threats F12). Refuses tokens of other tenants.

use hospes_domain::address::Address;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::jose;
use hospes_domain::user::User;

use crate::app::App;
use crate::tokens::issuer;
use crate::users::aliases;

/// Longer hints are not looked at.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Of whom an id token of ours tells, and whom it told.
#[derive(Clone, Copy)]
pub(super) struct Hinted {
    pub(super) person: ObjectId,
    pub(super) client: ClientId,
}

/// What an id token of ours says; an expired one still does (OpenID Connect RP-Initiated Logout 1.0 section 2). `None`
/// for every other text, other kinds of tokens among them: an access token is in the hands of any API.
pub(super) fn read(app: &App, tenant: TenantId, id_token: &str) -> Option<Hinted> {
    let keys = app.keys(tenant)?;
    let jws = jose::verify(id_token, keys.verify_keys(), MAX_TOKEN_BYTES).ok()?;
    jws.require_typ("JWT").ok()?;
    let claims = jws.claims().ok()?;
    // Only access tokens have `idtyp`.
    if claims.issuer() != issuer(app.public_url(), tenant) || claims.get("idtyp").is_some() {
        return None;
    }
    Some(Hinted {
        person: ObjectId::parse(claims.text("oid").ok()?)?,
        client: claims.audience().parse().ok()?,
    })
}

/// Whether a `login_hint` names this person.
pub(super) fn names(hint: &str, user: &User) -> bool {
    [Some(user.sign_in_name()), Some(user.upn.as_str()), user.mail.as_ref().map(Address::as_str)]
        .into_iter()
        .flatten()
        .any(|name| name.eq_ignore_ascii_case(hint))
        || aliases::names(user, hint)
}
