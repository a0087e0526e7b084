//! Users as they change. Refuses whoever may not list users: who follows a directory sees all of it.

use std::collections::HashMap;

use hospes_domain::access::{Actor, may_list};
use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::{Changed, Kind};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, List, Page as ListPage};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::users_query::{self, Whom};
use hospes_store::{changes, managers};

use super::{Followed, From, MemberChange, Next, Page, Place, out_of_reach, rows};
use crate::app::App;
use crate::callers;
use crate::users::{SCOPES, initial_domain};

/// A user that is new, changed or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// There, with what changed about it, `None` for everything, and who manages it or no longer does.
    There(Box<User>, Option<Changed>, Vec<MemberChange>),
    /// Gone: for good, or until it is restored.
    Gone {
        /// Who.
        id: ObjectId,
        /// Whether for good.
        for_good: bool,
    },
}

/// One page of the users that changed.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn users(
    app: &App,
    actor: &Actor,
    from: From,
    followed: Followed,
) -> Result<Page<UserChange>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_list(&callers::load(tx, &actor)?, SCOPES)?;
        let extent = changes::extent(tx, actor.tenant)?;
        if let Some(page) = out_of_reach(from, extent) {
            return Ok(page);
        }
        let (items, next) = match from {
            From::Latest => (Vec::new(), Next::Round(extent.last)),
            From::Start => everybody(tx, actor.tenant, &followed, (None, extent.last))?,
            From::Object { after, until, .. } => {
                everybody(tx, actor.tenant, &followed, (Some(after), until))?
            }
            From::Since(after) => changed(tx, actor.tenant, &followed, (after, extent.last))?,
            From::Within { after, until } => changed(tx, actor.tenant, &followed, (after, until))?,
        };
        Ok(Page::Changes { items, next, initial_domain: initial_domain(tx, actor.tenant)? })
    })
    .await
}

type Items = (Vec<UserChange>, Next);

/// The users there are, by id.
fn everybody(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    (after, until): (Option<ObjectId>, i64),
) -> Result<Items, StoreError> {
    if !followed.only.is_empty() {
        // At most fifty, so they are one page.
        let mut found = changes::users_of(tx, tenant, &followed.only)?;
        found.retain(|user| user.guest.record().deleted_at.is_none());
        return Ok((whole(tx, tenant, followed, found)?, Next::Round(until)));
    }
    let page = ListPage { top: followed.top, after: after.map(|id| After { key: None, id }) };
    let list = List { filter: None, order: None, page };
    let (users, next) = users_query::list(tx, tenant, &list, Whom::Present)?;
    let next = match next {
        Some(After { id, .. }) => Next::Page(From::Object { after: id, member: None, until }),
        None => Next::Round(until),
    };
    Ok((whole(tx, tenant, followed, users)?, next))
}

fn whole(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    users: Vec<User>,
) -> Result<Vec<UserChange>, StoreError> {
    let ids: Vec<ObjectId> = users.iter().map(User::id).collect();
    let managers = managers_of(tx, tenant, followed, &ids)?;
    let told = |user: User| {
        let manager = managers.get(&user.id()).map(|manager| managed_by(*manager, false));
        UserChange::There(Box::new(user), None, manager.into_iter().collect())
    };
    Ok(users.into_iter().map(told).collect())
}

/// Who manages each of those, if that is followed.
fn managers_of(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    ids: &[ObjectId],
) -> Result<HashMap<ObjectId, ObjectId>, StoreError> {
    if !followed.what.touches(Changed::MANAGER) {
        return Ok(HashMap::new());
    }
    Ok(managers::of_each(tx, tenant, ids)?.into_iter().collect())
}

fn managed_by(id: ObjectId, gone: bool) -> MemberChange {
    MemberChange { id, kind: PrincipalKind::User, gone }
}

/// The users that changed, as they are now.
fn changed(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    range: (Place, i64),
) -> Result<Items, StoreError> {
    let page = rows(tx, tenant, Kind::User, followed, range)?;
    let ids: Vec<ObjectId> = page.changes.iter().map(|(id, ..)| *id).collect();
    let managers = managers_of(tx, tenant, followed, &ids)?;
    let found = changes::users_of(tx, tenant, &ids)?;
    let mut found: HashMap<ObjectId, User> = found.into_iter().map(|user| (user.id(), user)).collect();
    let items = page.changes.into_iter().map(|(id, what, moved)| match found.remove(&id) {
        None => UserChange::Gone { id, for_good: true },
        Some(user) if user.guest.record().deleted_at.is_some() => UserChange::Gone { id, for_good: false },
        // Whoever came or came back is told whole.
        Some(user) => {
            let anew = what.touches(Changed::PRESENCE);
            let now = managers.get(&id).copied();
            let told = moved.iter().map(|one| managed_by(*one, now != Some(*one)));
            let unmoved = now.filter(|now| anew && !moved.contains(now)).map(|now| managed_by(now, false));
            let manager = told.chain(unmoved).collect();
            UserChange::There(Box::new(user), (!anew).then_some(what), manager)
        }
    });
    Ok((items.collect(), page.next))
}
