//! What an application owns as a service principal: groups, applications and service principals. Refuses guests the list
//! (threats E4).

use hospes_domain::access::{Actor, may_list};
use hospes_domain::deletion::Kind;
use hospes_domain::query::{Found, List, ObjectField};
use hospes_domain::refusal::Refusal;
use hospes_store::owned;

use super::Which;
use crate::app::App;
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_APPLICATIONS};
use crate::users::{load_owned, named};

/// One page of what a service principal owns, of one kind if `only` says so.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn owned_objects(
    app: &App,
    actor: &Actor,
    which: Which,
    only: Option<Kind>,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_APPLICATIONS)?;
        let owner = super::find(tx, actor.tenant, which)?.id;
        let named = named(&caller);
        let found = owned::list(tx, actor.tenant, (owner, only, &named), &list, counted)?;
        let items = load_owned(tx, &caller, &found.items)?;
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}
