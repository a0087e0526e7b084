//! What is kept beside a user: when the password was set, when somebody signed in last. Refuses the last sign-ins to whoever
//! may not read the sign-in log, and says nothing of users the caller does not see wholly.

use std::collections::HashMap;

use hospes_domain::access::{Actor, View, may_read_audit, may_read_user};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::Times;
use hospes_store::last_sign_ins;

use crate::app::App;
use crate::callers;

/// What is known beside these users, a page of them at most; `sign_ins` asks for the last sign-ins too.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn times(
    app: &App,
    actor: &Actor,
    mut users: Vec<ObjectId>,
    sign_ins: bool,
) -> Result<HashMap<ObjectId, Times>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        if sign_ins {
            may_read_audit(&caller)?;
        }
        users.retain(|user| may_read_user(&caller, *user).is_ok_and(|view| view == View::Full));
        let mut times = last_sign_ins::times_of(tx, actor.tenant, &users)?;
        if !sign_ins {
            times.values_mut().for_each(|times| times.last_sign_ins = None);
        }
        Ok(times)
    })
    .await
}
