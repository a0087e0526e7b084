//! Lists and counts users. Refuses guests without a role (threats E4), whatever they filter by.

use hospes_domain::access::{Actor, Scope, may_list};
use hospes_domain::ids::TenantId;
use hospes_domain::query::{After, Filter, List, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::users_query::{self, Whom};

use super::initial_domain;
use crate::app::App;
use crate::callers;

pub(crate) const SCOPES: &[Scope] = &[
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
    Scope::UserReadBasicAll,
];

/// One page of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// In the order asked for.
    pub users: Vec<User>,
    /// Where the next page begins, if there is one.
    pub next: Option<After>,
    /// How many there are in all, if that was asked for.
    pub total: Option<i64>,
    /// The issuer of the tenant's own identities.
    pub initial_domain: String,
}

/// One page of users; `counted` asks for the total too.
pub async fn list(app: &App, actor: &Actor, list: List<UserField>, counted: bool) -> Result<Listed, Refusal> {
    let (actor, counting) = (actor.clone(), app.clone());
    app.read(move |tx| {
        may_list(&callers::load(tx, &actor)?, SCOPES)?;
        let (users, next) = users_query::list(tx, actor.tenant, &list, Whom::Present)?;
        let filter = list.filter.as_ref();
        let total = if counted { Some(total(&counting, tx, actor.tenant, filter)?) } else { None };
        Ok(Listed { users, next, total, initial_domain: initial_domain(tx, actor.tenant)? })
    })
    .await
}

/// How many users pass.
pub async fn count(app: &App, actor: &Actor, filter: Option<Filter<UserField>>) -> Result<i64, Refusal> {
    let (actor, counting) = (actor.clone(), app.clone());
    app.read(move |tx| {
        may_list(&callers::load(tx, &actor)?, SCOPES)?;
        Ok(total(&counting, tx, actor.tenant, filter.as_ref())?)
    })
    .await
}

/// How many users pass; all of them are known without counting.
pub(crate) fn total(
    app: &App,
    tx: &impl Read,
    tenant: TenantId,
    filter: Option<&Filter<UserField>>,
) -> Result<i64, StoreError> {
    match filter {
        None => app.totals().users(tx, tenant),
        filter => users_query::count(tx, tenant, filter, Whom::Present),
    }
}
