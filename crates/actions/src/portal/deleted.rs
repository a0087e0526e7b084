//! A deleted user with what a restore would bring back, and what stands against it. Refuses whoever may not see who was
//! deleted; a restore and a deletion for good decide again themselves.

use hospes_domain::access::{Actor, Role, may_delete_user, may_read_deleted, may_restore_user};
use hospes_domain::guest::{Binding, RESTORABLE_SECONDS};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::roles;

use super::profile::groups_of;
use crate::app::{App, Stop};
use crate::callers;
use crate::users::{deleted, must_have_nothing_taken};

/// A deleted user.
#[derive(Clone, Debug)]
pub struct Gone {
    /// As it was when it was deleted.
    pub user: User,
    /// When it was deleted.
    pub since: Time,
    /// Until when it can be restored.
    pub until: Time,
    /// Names of the groups it is in again after a restore.
    pub groups: Vec<String>,
    /// Directory roles it has again.
    pub roles: Vec<Role>,
    /// The identity it signs in with again; the reason if something of it is somebody else's by now.
    pub returns: Result<Option<Binding>, Refusal>,
    /// Whether it may be restored by whoever asks.
    pub restore: Result<(), Refusal>,
    /// Whether it may be deleted for good.
    pub purge: Result<(), Refusal>,
}

/// The deleted user of that object id.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for whoever is not deleted, or cannot be restored any more.
pub async fn gone(app: &App, actor: &Actor, key: &str) -> Result<Gone, Refusal> {
    let (actor, key) = (actor.clone(), key.to_owned());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_deleted(&caller)?;
        let unknown = || Refusal::not_found(&key);
        let id = ObjectId::parse(&key).ok_or_else(unknown)?;
        let user = deleted::find(tx, actor.tenant, id)?.ok_or_else(unknown)?;
        let since = user.guest.record().deleted_at.ok_or_else(unknown)?;
        let returns = match must_have_nothing_taken(tx, &user) {
            Ok(binding) => Ok(binding),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(failed) => return Err(failed),
        };
        let standing = roles::standing(tx, actor.tenant, id)?;
        Ok(Gone {
            since,
            until: since.plus_seconds(RESTORABLE_SECONDS),
            groups: groups_of(tx, actor.tenant, id)?.into_iter().map(|group| group.name).collect(),
            returns,
            restore: may_restore_user(&caller, &standing),
            purge: may_delete_user(&caller, &standing),
            roles: standing.roles,
            user,
        })
    })
    .await
}
