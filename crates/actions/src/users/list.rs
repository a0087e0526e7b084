//! Lists and counts users. Refuses guests without a role (threats E4), whatever they filter by, and to pick or sort users by
//! what the caller does not see of them.

use hospes_domain::access::{
    Actor, Scope, View, may_ask_for_sign_ins, may_ask_for_users_by, may_list, view_of_others,
};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, Filter, List, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::users_query::{self, Whom};

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
    /// Who asked, who sees itself wholly.
    pub own: ObjectId,
    /// How much of the others the caller sees.
    pub others: View,
    /// The issuer of the tenant's own identities.
    pub initial_domain: String,
}

/// One page of users; `counted` asks for the total too.
pub async fn list(app: &App, actor: &Actor, list: List<UserField>, counted: bool) -> Result<Listed, Refusal> {
    let (actor, counting) = (actor.clone(), app.clone());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, SCOPES)?;
        let others = view_of_others(&caller);
        may_ask_for_users_by(others, &list.fields())?;
        may_ask_for_sign_ins(&caller, &list.fields())?;
        let (users, next) = users_query::list(tx, actor.tenant, &list, Whom::Present)?;
        let filter = list.filter.as_ref();
        let total = if counted { Some(total(&counting, tx, actor.tenant, filter)?) } else { None };
        Ok(Listed { users, next, total, own: actor.who.id(), others, initial_domain: caller.initial_domain })
    })
    .await
}

/// How many users pass.
pub async fn count(app: &App, actor: &Actor, filter: Option<Filter<UserField>>) -> Result<i64, Refusal> {
    let (actor, counting) = (actor.clone(), app.clone());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, SCOPES)?;
        let asked = filter.as_ref().map(Filter::fields).unwrap_or_default();
        may_ask_for_users_by(view_of_others(&caller), &asked)?;
        may_ask_for_sign_ins(&caller, &asked)?;
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
