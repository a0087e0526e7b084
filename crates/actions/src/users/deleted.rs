//! Users who were deleted and can still be restored: lists them, reads one. Refuses whoever could restore nobody and
//! may not read everything; who is beyond restoring is not there any more, whether purged already or not.

use hospes_domain::access::{Actor, View, may_ask_for_sign_ins, may_read_deleted};
use hospes_domain::guest::RESTORABLE_SECONDS;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{List, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::users;
use hospes_store::users_query::{self, Whom};

use super::{Listed, Seen};
use crate::app::App;
use crate::callers;

/// The deleted user of that id, if it can be restored.
pub(crate) fn find(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Option<User>, StoreError> {
    let now = tx.now();
    Ok(users::by_id_even_deleted(tx, tenant, id)?.filter(|user| user.guest.is_restorable(now)))
}

/// One page of deleted users; `counted` asks for the total too.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_deleted(
    app: &App,
    actor: &Actor,
    list: List<UserField>,
    counted: bool,
) -> Result<Listed, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_deleted(&caller)?;
        may_ask_for_sign_ins(&caller, &list.fields())?;
        let whom = Whom::DeletedSince(tx.now().plus_seconds(-RESTORABLE_SECONDS));
        let (users, next) = users_query::list(tx, actor.tenant, &list, whom)?;
        let filter = list.filter.as_ref();
        let total = if counted { Some(users_query::count(tx, actor.tenant, filter, whom)?) } else { None };
        let (own, others) = (actor.who.id(), View::Full);
        Ok(Listed { users, next, total, own, others, initial_domain: caller.initial_domain })
    })
    .await
}

/// One deleted user.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn get_deleted(app: &App, actor: &Actor, id: ObjectId) -> Result<Seen, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_deleted(&caller)?;
        let user = find(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
        Ok(Seen { user, view: View::Full, initial_domain: caller.initial_domain })
    })
    .await
}
