//! Users as they change. Refuses whoever may not list users: who follows a directory sees all of it.

use std::collections::HashMap;

use hospes_domain::access::{Actor, View, may_list, view_of_others};
use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::{Changed, Kind, user_property};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, List, Page as ListPage};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::groups::Member;
use hospes_store::users_query::{self, Whom};
use hospes_store::{changes, managers, users};

use super::{Followed, From, Next, Page, Place, RelatedChange, Row, out_of_reach, rows};
use crate::app::App;
use crate::callers;
use crate::users::SCOPES;

/// A user that is new, changed or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// There.
    There {
        /// As it is now.
        user: Box<User>,
        /// What changed about it; `None` for everything.
        what: Option<Changed>,
        /// Who manages it, came to or ceased to.
        manager: Vec<RelatedChange>,
    },
    /// Gone: for good, or until it is restored.
    Gone {
        /// Who.
        id: ObjectId,
        /// Whether for good.
        for_good: bool,
    },
}

/// One page of the users that changed, and how much of them is shown.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn users(
    app: &App,
    actor: &Actor,
    from: From,
    followed: Followed,
) -> Result<(Page<UserChange>, View), Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, SCOPES)?;
        let view = view_of_others(&caller);
        let followed = Followed { what: followed.what.among(told(view)), ..followed.clone() };
        let extent = changes::extent(tx, actor.tenant)?;
        if let Some(page) = out_of_reach(from, extent) {
            return Ok((page, view));
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
        Ok((Page::Changes { items, next, initial_domain: caller.initial_domain }, view))
    })
    .await
}

/// What is told to whoever sees so much of others: not even that something else changed. One's own object is one of many
/// here, so that what a round shows is what later ones keep up.
fn told(view: View) -> Changed {
    let all = |all: Changed, (name, _): &(&str, _)| all.and(user_property(name));
    view.of_users().map_or(Changed::ANYTHING, |seen| seen.iter().fold(Changed::PRESENCE, all))
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
        let mut found = users::by_ids_even_deleted(tx, tenant, &followed.only)?;
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

/// Users with everything, and with who manages each, if that is followed.
fn whole(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    users: Vec<User>,
) -> Result<Vec<UserChange>, StoreError> {
    let mut of = HashMap::new();
    if followed.what.touches(Changed::MANAGER) {
        let ids: Vec<ObjectId> = users.iter().map(User::id).collect();
        of = managers::managers_of(tx, tenant, &ids)?;
    }
    let one = |user: User| {
        let manager = of.get(&user.id()).map(|id| RelatedChange::there(manager(*id)));
        UserChange::There { user: Box::new(user), what: None, manager: manager.into_iter().collect() }
    };
    Ok(users.into_iter().map(one).collect())
}

fn manager(id: ObjectId) -> Member {
    Member { id, kind: PrincipalKind::User }
}

/// The users that changed, as they are now.
fn changed(
    tx: &impl Read,
    tenant: TenantId,
    followed: &Followed,
    range: (Place, i64),
) -> Result<Items, StoreError> {
    let page = rows(tx, tenant, Kind::User, followed, range)?;
    let ids: Vec<ObjectId> = page.changes.iter().map(|row| row.object).collect();
    let found = users::by_ids_even_deleted(tx, tenant, &ids)?;
    let mut found: HashMap<ObjectId, User> = found.into_iter().map(|user| (user.id(), user)).collect();
    let mut of = HashMap::new();
    if followed.what.touches(Changed::MANAGER) {
        of = managers::managers_of(tx, tenant, &ids)?;
    }
    let item = |row: Row| {
        let id = row.object;
        let user = match found.remove(&id) {
            None => return UserChange::Gone { id, for_good: true },
            Some(user) if user.guest.record().deleted_at.is_some() => {
                return UserChange::Gone { id, for_good: false };
            }
            Some(user) => Box::new(user),
        };
        let there: Vec<Member> = of.get(&id).map(|id| manager(*id)).into_iter().collect();
        // Whoever came or came back is told whole.
        let came = row.what.touches(Changed::PRESENCE);
        let manager = if came {
            there.into_iter().map(RelatedChange::there).collect()
        } else {
            RelatedChange::of_moved(&row.moved(Changed::MANAGER), &there, |_| PrincipalKind::User)
        };
        UserChange::There { user, what: (!came).then_some(row.what.among(followed.what)), manager }
    };
    Ok((page.changes.into_iter().map(item).collect(), page.next))
}
