//! Groups as they change, with who came and who left. Refuses whoever may not list groups; members are told by id and kind
//! only, as the original does.

use std::collections::HashMap;

use hospes_domain::access::{Actor, may_list};
use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::{Changed, Kind};
use hospes_domain::deletion::restorable_since;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, List, Page as ListPage};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError};
use hospes_store::groups;
use hospes_store::{changes, deleted_items, directory_objects};

use super::{Followed, From, Next, Page, Place, RelatedChange, Row, out_of_reach, rows};
use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_GROUPS;
use crate::users::initial_domain;

/// Members of one group that one page tells of; whoever is in a larger one comes on the next.
const MEMBERS: u16 = 999;

/// A group that is new, changed or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// There.
    There {
        /// As it is now.
        group: Group,
        /// What changed about it; `None` for everything.
        what: Option<Changed>,
        /// Who is in it, came or went.
        members: Vec<RelatedChange>,
        /// Who owns it, came to or ceased to.
        owners: Vec<RelatedChange>,
    },
    /// Gone.
    Gone {
        /// Which.
        id: ObjectId,
        /// Whether for good.
        for_good: bool,
    },
}

type Items = (Vec<GroupChange>, Next);

/// One page of the groups that changed.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn groups(
    app: &App,
    actor: &Actor,
    from: From,
    followed: Followed,
) -> Result<Page<GroupChange>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_list(&callers::load(tx, &actor)?, READ_GROUPS)?;
        let (tenant, extent) = (actor.tenant, changes::extent(tx, actor.tenant)?);
        if let Some(page) = out_of_reach(from, extent) {
            return Ok(page);
        }
        let (items, next) = match from {
            From::Latest => (Vec::new(), Next::Round(extent.last)),
            From::Start => all(tx, tenant, &followed, (None, None, extent.last))?,
            From::Object { after, member, until } => {
                all(tx, tenant, &followed, (Some(after), member, until))?
            }
            From::Since(after) => changed(tx, tenant, &followed, (after, extent.last))?,
            From::Within { after, until } => changed(tx, tenant, &followed, (after, until))?,
        };
        Ok(Page::Changes { items, next, initial_domain: initial_domain(tx, tenant)? })
    })
    .await
}

/// The groups there are, by id, each with its members. A group whose members do not fit ends the page.
fn all(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    (after, member, until): (Option<ObjectId>, Option<ObjectId>, i64),
) -> Result<Items, StoreError> {
    let mut items = Vec::new();
    let mut room = MEMBERS;
    // The rest of a large group first.
    if let (Some(id), Some(member)) = (after, member)
        && let Some(group) = groups::by_id(tx, tenant, id)?
        && let Some(stopped) = tell(tx, tenant, followed, (group, Some(member)), &mut room, &mut items)?
    {
        return Ok((items, Next::Page(From::Object { after: id, member: Some(stopped), until })));
    }
    let (found, more) = page(tx, tenant, followed, after)?;
    let mut owners = HashMap::new();
    if followed.what.touches(Changed::OWNERS) {
        let ids: Vec<ObjectId> = found.iter().map(|group| group.id).collect();
        owners = groups::owners_of(tx, tenant, &ids)?;
    }
    for group in found {
        let id = group.id;
        let owned_by = owners.remove(&id).unwrap_or_default();
        let stopped = tell(tx, tenant, followed, (group, None), &mut room, &mut items)?;
        if let Some(GroupChange::There { owners, .. }) = items.last_mut() {
            // With the first members.
            owners.extend(owned_by.into_iter().map(RelatedChange::there));
        }
        if let Some(stopped) = stopped {
            return Ok((items, Next::Page(From::Object { after: id, member: Some(stopped), until })));
        }
        if room == 0 {
            return Ok((items, Next::Page(From::Object { after: id, member: None, until })));
        }
    }
    let next = match more {
        Some(after) => Next::Page(From::Object { after, member: None, until }),
        None => Next::Round(until),
    };
    Ok((items, next))
}

/// Groups behind one, by id, and the last of them if there are more.
fn page(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    after: Option<ObjectId>,
) -> Result<(Vec<Group>, Option<ObjectId>), StoreError> {
    if followed.only.is_empty() {
        let page = ListPage { top: followed.top, after: after.map(|id| After { key: None, id }) };
        let found = groups::list(tx, tenant, &List { filter: None, order: None, page }, false)?;
        return Ok((found.items, found.next.map(|next| next.id)));
    }
    let mut found = groups::by_ids(tx, tenant, &followed.only)?;
    found.retain(|group| after.is_none_or(|after| group.id > after));
    Ok((found, None))
}

/// Adds a group with its members behind one; the last member told, if there are more of them.
fn tell(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    (group, behind): (Group, Option<ObjectId>),
    room: &mut u16,
    items: &mut Vec<GroupChange>,
) -> Result<Option<ObjectId>, StoreError> {
    let (mut members, mut more) = (Vec::new(), None);
    if followed.what.touches(Changed::MEMBERS) {
        let page = ListPage { top: (*room).max(1), after: behind.map(|id| After { key: None, id }) };
        let list = List { filter: None, order: None, page };
        let found = groups::members(tx, tenant, group.id, None, &list, false)?;
        more = found.next.map(|next| next.id);
        members = found.items.into_iter().map(RelatedChange::there).collect();
        *room = room.saturating_sub(u16::try_from(members.len()).unwrap_or(u16::MAX));
    }
    items.push(GroupChange::There { group, what: None, members, owners: Vec::new() });
    Ok(more)
}

/// The groups that changed, as they are now.
fn changed(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    range: (Place, i64),
) -> Result<Items, StoreError> {
    let page = rows(tx, tenant, Kind::Group, followed, range)?;
    let ids: Vec<ObjectId> = page.changes.iter().map(|row| row.object).collect();
    let found = groups::by_ids(tx, tenant, &ids)?;
    let mut items = Vec::with_capacity(ids.len());
    for row in page.changes {
        let id = row.object;
        let Ok(place) = found.binary_search_by_key(&id, |group| group.id) else {
            // Somebody may restore it.
            let kept = deleted_items::kind_of(tx, tenant, id, restorable_since(tx.now()))?.is_some();
            items.push(GroupChange::Gone { id, for_good: !kept });
            continue;
        };
        let (members, owners) = came_or_went(tx, tenant, followed, &row)?;
        let what = (!row.what.touches(Changed::PRESENCE)).then_some(row.what);
        items.push(GroupChange::There { group: found[place].clone(), what, members, owners });
    }
    Ok((items, page.next))
}

/// Whether each of those is a member or an owner now, as far as that is followed.
fn came_or_went(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    row: &Row,
) -> Result<(Vec<RelatedChange>, Vec<RelatedChange>), StoreError> {
    let moved = |relation| if followed.what.touches(relation) { row.moved(relation) } else { Vec::new() };
    let (members, owners) = (moved(Changed::MEMBERS), moved(Changed::OWNERS));
    if members.is_empty() && owners.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let in_it = changes::members_of(tx, tenant, row.object, &members)?;
    let mut owned_by = Vec::new();
    if !owners.is_empty() {
        owned_by = groups::owners_of(tx, tenant, &[row.object])?.remove(&row.object).unwrap_or_default();
    }
    let both: Vec<ObjectId> = members.iter().chain(&owners).copied().collect();
    let known = directory_objects::all_known(tx, tenant, &both)?;
    // Somebody who was deleted was a user: nobody else can be a member or an owner and deleted.
    let kind_of = |id: ObjectId| known.get(&id).map_or(PrincipalKind::User, |known| known.kind);
    Ok((
        RelatedChange::of_moved(&members, &in_it, kind_of),
        RelatedChange::of_moved(&owners, &owned_by, kind_of),
    ))
}
