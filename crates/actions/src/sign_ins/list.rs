//! Reading the sign-in log. Refuses like the audit log: the whole of it is for roles of reports and security, the sign-ins
//! of one user also for those who look after users.

use hospes_domain::access::{Actor, may_read_audit, may_read_history};
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Filter, Found, List, Order, SignInField, Value};
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_ins::SignIn;
use hospes_store::{sign_ins, users};
use uuid::Uuid;

use crate::app::App;
use crate::callers;

/// One page of the log, newest first unless asked otherwise.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(
    app: &App,
    actor: &Actor,
    list: List<SignInField>,
    counted: bool,
) -> Result<Found<SignIn>, Refusal> {
    let (actor, list) = (actor.clone(), newest_first(list));
    app.read(move |tx| {
        may_read_audit(&callers::load(tx, &actor)?)?;
        Ok(sign_ins::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// One line of the log.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: Uuid) -> Result<SignIn, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_audit(&callers::load(tx, &actor)?)?;
        sign_ins::by_id(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id).into())
    })
    .await
}

/// One page of the sign-ins of the user of an id or user principal name.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn of_user(
    app: &App,
    actor: &Actor,
    key: String,
    list: List<SignInField>,
) -> Result<Found<SignIn>, Refusal> {
    let (actor, list) = (actor.clone(), newest_first(list));
    app.read(move |tx| {
        may_read_history(&callers::load(tx, &actor)?)?;
        let user = match ObjectId::parse(&key) {
            Some(id) => users::by_id_even_deleted(tx, actor.tenant, id)?,
            None => users::by_upn(tx, actor.tenant, &key)?,
        };
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        let own = Filter::equal(SignInField::UserId, Value::Id(user.id().0));
        let list = list.clone();
        let filter = Some(match list.filter {
            Some(filter) => filter.and(own),
            None => own,
        });
        Ok(sign_ins::list(tx, actor.tenant, &List { filter, ..list }, false)?)
    })
    .await
}

fn newest_first(list: List<SignInField>) -> List<SignInField> {
    let newest = Order { field: SignInField::CreatedDateTime, descending: true };
    List { order: list.order.or(Some(newest)), ..list }
}
