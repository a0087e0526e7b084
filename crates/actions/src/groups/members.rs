//! Listing the members and owners of a group, the members also through groups in it. Refuses restricted guests; shows other guests of people what they see of
//! people anywhere (threats E4).

use hospes_domain::access::{Actor, may_read_members};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Found, List, ObjectField};
use hospes_domain::refusal::Refusal;
use hospes_store::{directory_objects as stored, groups, transitive_members};

use super::member_of::Reach;
use crate::app::App;
use crate::callers;
use crate::directory_objects::{self, DirectoryObject, READ_GROUPS};

/// One page of the members of a group, of one kind if `only` says so.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn members(
    app: &App,
    actor: &Actor,
    group: ObjectId,
    (reach, only): (Reach, Option<PrincipalKind>),
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let others = may_read_members(&caller, READ_GROUPS)?;
        super::must_exist(tx, actor.tenant, group)?;
        let found = match reach {
            Reach::Direct => groups::members(tx, actor.tenant, group, only, &list, counted)?,
            Reach::Transitive => transitive_members::list(tx, actor.tenant, group, only, &list, counted)?,
        };
        let mut items = Vec::with_capacity(found.items.len());
        for member in &found.items {
            items.extend(directory_objects::load_for(tx, &caller, others, member.kind, member.id)?);
        }
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}

/// The owners of a group; never more than a handful.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn owners(app: &App, actor: &Actor, group: ObjectId) -> Result<Vec<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let others = may_read_members(&caller, READ_GROUPS)?;
        super::must_exist(tx, actor.tenant, group)?;
        let mut items = Vec::new();
        for owner in groups::owners(tx, actor.tenant, group)? {
            let Some(known) = stored::known(tx, actor.tenant, owner)? else { continue };
            items.extend(directory_objects::load_for(tx, &caller, others, known.kind, owner)?);
        }
        Ok(items)
    })
    .await
}
