//! Hints about who is meant. A hint never selects an account: the most it does is to make the person
//! sign in again because somebody else is signed in (threats F12). Refuses tokens of other tenants.

use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose;
use hospes_domain::user::User;

use crate::app::App;
use crate::tokens::issuer;
use crate::users::aliases;

/// Longer hints are not looked at.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Whose id token of ours this is; an expired one still says whose (OpenID Connect RP-Initiated Logout
/// 1.0 section 2). `None` for every other text.
pub(super) fn person_of(app: &App, tenant: TenantId, id_token: &str) -> Option<ObjectId> {
    let keys = app.keys(tenant)?;
    let claims = jose::verify(id_token, keys.verify_keys(), MAX_TOKEN_BYTES).ok()?.claims().ok()?;
    if claims.issuer() != issuer(app.public_url(), tenant) {
        return None;
    }
    ObjectId::parse(claims.text("oid").ok()?)
}

/// Whether a `login_hint` names this person.
pub(super) fn names(hint: &str, user: &User) -> bool {
    [Some(user.sign_in_name()), Some(user.upn.as_str()), user.mail.as_ref().map(Address::as_str)]
        .into_iter()
        .flatten()
        .any(|name| name.eq_ignore_ascii_case(hint))
        || aliases::names(user, hint)
}
