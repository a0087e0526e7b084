//! A page of the list of users, with what an administrator is to see of them at once. Refuses whoever may not list
//! users.

use hospes_domain::access::{Actor, may_list};
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{After, List, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::bindings;
use hospes_store::users_query::{self, Whom};

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
    /// When that was.
    pub at: Time,
}

/// A page of the list.
pub async fn people(app: &App, actor: &Actor, list: List<UserField>) -> Result<People, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_list(&callers::load(tx, &actor)?, LIST_USERS)?;
        let (users, next) = users_query::list(tx, actor.tenant, &list, Whom::Present)?;
        let ids: Vec<ObjectId> = users.iter().map(User::id).collect();
        let changed = bindings::changed_among(tx, actor.tenant, &ids)?;
        let total = users_query::count(tx, actor.tenant, list.filter.as_ref(), Whom::Present)?;
        Ok(People { users, changed, next, total, at: tx.now() })
    })
    .await
}
