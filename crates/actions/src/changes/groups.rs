//! Groups as they change, with who came and who left. Refuses whoever may not list groups; members are told by id and kind
//! only, as the original does.

use std::collections::{BTreeSet, HashMap};
use std::iter::Peekable;

use hospes_domain::access::{Actor, may_list};
use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::{Changed, Kind};
use hospes_domain::deletion::restorable_since;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, List, Page as ListPage};
use hospes_domain::refusal::Refusal;
use hospes_store::directory_objects::Known;
use hospes_store::engine::{Read, StoreError};
use hospes_store::groups::{Kinds, Member, Pair};
use hospes_store::{changes, deleted_items, directory_objects, groups};

use super::{Followed, From, Next, Page, Place, RelatedChange, Row, out_of_reach, rows};
use crate::app::App;
use crate::callers;
use crate::directory_objects::{READ_AT_ONCE, READ_GROUPS};
use crate::users::initial_domain;

/// Members of one group that one page tells of; whoever is in a larger one comes on the next.
const MEMBERS: usize = 999;

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
    let page_behind = |after, member| Next::Page(From::Object { after, member, until });
    // The rest of a large group first.
    if let (Some(id), Some(member)) = (after, member)
        && let Some(group) = groups::by_id(tx, tenant, id)?
    {
        let (members, more) = rest(tx, tenant, (id, member))?;
        room -= members.len();
        items.push(GroupChange::There { group, what: None, members, owners: Vec::new() });
        if more.is_some() || room == 0 {
            return Ok((items, page_behind(id, more)));
        }
    }
    let (found, more) = page(tx, tenant, followed, after)?;
    let mut owners = HashMap::new();
    if followed.what.touches(Changed::OWNERS) {
        let ids: Vec<ObjectId> = found.iter().map(|group| group.id).collect();
        owners = groups::owners_of(tx, tenant, &ids)?;
    }
    let mut all_members = members_of(tx, tenant, followed, (&found, room))?.into_iter().peekable();
    for group in found {
        let (id, mut members) = (group.id, Vec::new());
        while members.len() < room
            && let Some((_, member)) = all_members.next_if(|(group, _)| *group == id)
        {
            members.push(RelatedChange::there(member));
        }
        room -= members.len();
        let stopped = members.last().map(|last| last.id).filter(|_| more_of(&mut all_members, id));
        let owners = owners.remove(&id).unwrap_or_default().into_iter().map(RelatedChange::there).collect();
        let followed_members = followed.what.touches(Changed::MEMBERS);
        items.push(GroupChange::There { group, what: None, members, owners });
        if followed_members && (stopped.is_some() || room == 0) {
            return Ok((items, page_behind(id, stopped)));
        }
    }
    let next = more.map_or(Next::Round(until), |after| page_behind(after, None));
    Ok((items, next))
}

/// Whether the next of them is in that group, too.
fn more_of(members: &mut Peekable<impl Iterator<Item = Pair>>, group: ObjectId) -> bool {
    members.peek().is_some_and(|(of, _)| *of == group)
}

/// Members of a page of groups, one more than there is room for.
fn members_of(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    (found, room): (&[Group], usize),
) -> Result<Vec<Pair>, StoreError> {
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return Ok(Vec::new()) };
    if !followed.what.touches(Changed::MEMBERS) {
        return Ok(Vec::new());
    }
    if followed.only.is_empty() {
        // No other group stands between them.
        return groups::members_between(tx, tenant, (first.id, last.id), room + 1);
    }
    // At most fifty.
    let mut members = Vec::new();
    for group in found {
        members.extend(groups::members_between(tx, tenant, (group.id, group.id), room + 1 - members.len())?);
        if members.len() > room {
            break;
        }
    }
    Ok(members)
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

/// Members of a group behind one, and the last of them if there are more.
fn rest(
    tx: &impl Read,
    tenant: TenantId,
    (group, behind): (ObjectId, ObjectId),
) -> Result<(Vec<RelatedChange>, Option<ObjectId>), StoreError> {
    let top = u16::try_from(MEMBERS).unwrap_or(u16::MAX);
    let page = ListPage { top, after: Some(After { key: None, id: behind }) };
    let list = List { filter: None, order: None, page };
    let found = groups::members(tx, tenant, group, Kinds { only: None, named: &[] }, &list, false)?;
    let members = found.items.into_iter().map(RelatedChange::there).collect();
    Ok((members, found.next.map(|next| next.id)))
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
    let place = |id: ObjectId| found.binary_search_by_key(&id, |group| group.id).ok();
    let gone: Vec<ObjectId> = ids.iter().copied().filter(|id| place(*id).is_none()).collect();
    // Somebody may restore them.
    let kept = deleted_items::all_kept(tx, tenant, &gone, restorable_since(tx.now()))?;
    let there = page.changes.iter().filter(|row| place(row.object).is_some());
    let now = Now::load(tx, tenant, followed, there)?;
    let mut items = Vec::with_capacity(ids.len());
    for row in page.changes {
        let id = row.object;
        let Some(place) = place(id) else {
            items.push(GroupChange::Gone { id, for_good: !kept.contains(&id) });
            continue;
        };
        let (members, owners) = now.came_or_went(followed, &row);
        let what = (!row.what.touches(Changed::PRESENCE)).then_some(row.what);
        items.push(GroupChange::There { group: found[place].clone(), what, members, owners });
    }
    Ok((items, page.next))
}

/// Who of those that came to groups or left them, as members or owners, is there now.
struct Now {
    members: HashMap<ObjectId, Vec<Member>>,
    owners: HashMap<ObjectId, Vec<Member>>,
    known: HashMap<ObjectId, Known>,
}

/// Of a row those whose relation came or went, as far as that is followed.
fn moved(followed: &Followed, row: &Row, relation: Changed) -> Vec<ObjectId> {
    if followed.what.touches(relation) { row.moved(relation) } else { Vec::new() }
}

impl Now {
    fn load<'r>(
        tx: &impl Read,
        tenant: TenantId,
        followed: &Followed,
        rows: impl Iterator<Item = &'r Row>,
    ) -> Result<Self, StoreError> {
        let (mut members, mut owned, mut others) = (Vec::new(), Vec::new(), BTreeSet::new());
        for row in rows {
            let (in_it, owners) =
                (moved(followed, row, Changed::MEMBERS), moved(followed, row, Changed::OWNERS));
            others.extend(in_it.iter().chain(&owners).copied());
            if !owners.is_empty() {
                owned.push(row.object);
            }
            members.push((row.object, in_it));
        }
        let others: Vec<ObjectId> = others.into_iter().collect();
        let mut known = HashMap::new();
        for others in others.chunks(READ_AT_ONCE) {
            known.extend(directory_objects::all_known(tx, tenant, others)?);
        }
        let owners = if owned.is_empty() { HashMap::new() } else { groups::owners_of(tx, tenant, &owned)? };
        Ok(Self { members: groups::members_among(tx, tenant, &members)?, owners, known })
    }

    /// Whether each of those is a member or an owner now.
    fn came_or_went(&self, followed: &Followed, row: &Row) -> (Vec<RelatedChange>, Vec<RelatedChange>) {
        // Somebody who was deleted was a user: nobody else can be a member or an owner and deleted.
        let kind_of = |id: ObjectId| self.known.get(&id).map_or(PrincipalKind::User, |known| known.kind);
        let side = |all: &HashMap<ObjectId, Vec<Member>>, relation| {
            let there = all.get(&row.object).map(Vec::as_slice).unwrap_or_default();
            RelatedChange::of_moved(&moved(followed, row, relation), there, kind_of)
        };
        (side(&self.members, Changed::MEMBERS), side(&self.owners, Changed::OWNERS))
    }
}

#[cfg(test)]
#[path = "groups_tests.rs"]
mod tests;
