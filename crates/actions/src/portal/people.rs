//! A page of the list of users, with what an administrator is to see of them at once. Refuses whoever may not list
//! users.

use hospes_domain::access::{Actor, may_invite, may_list};
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{After, List, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::users_query::{self, Whom};
use hospes_store::{bindings, tenants};

use super::LIST_USERS;
use crate::app::App;
use crate::callers;

/// A page of users.
#[derive(Clone, Debug)]
pub struct People {
    /// In the order asked for.
    pub users: Vec<User>,
    /// Those of them whose identity has changed at home.
    pub changed: Vec<ObjectId>,
    /// Where the next page begins, if there is one.
    pub next: Option<After>,
    /// How many there are on all pages.
    pub total: i64,
    /// Whether the person at the portal may invite.
    pub invite: Result<(), Refusal>,
    /// When that was.
    pub at: Time,
}

/// A page of the list.
pub async fn people(app: &App, actor: &Actor, list: List<UserField>) -> Result<People, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, LIST_USERS)?;
        let host = tenants::by_id(tx, actor.tenant)?.ok_or(Refusal::Internal)?;
        let (users, next) = users_query::list(tx, actor.tenant, &list, Whom::Present)?;
        let ids: Vec<ObjectId> = users.iter().map(User::id).collect();
        let changed = bindings::changed_among(tx, actor.tenant, &ids)?;
        let total = users_query::count(tx, actor.tenant, list.filter.as_ref(), Whom::Present)?;
        Ok(People {
            users,
            changed,
            next,
            total,
            invite: may_invite(&caller, host.invites, false),
            at: tx.now(),
        })
    })
    .await
}
