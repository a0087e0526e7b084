//! Reading the outbox. Refuses whoever neither invites nor resets nor reads everything.

use hospes_domain::access::{Actor, may_read_mails};
use hospes_domain::mail::{MailState, QueuedMail};
use hospes_domain::query::{Filter, Found, List, MailField, Order, Value};
use hospes_domain::refusal::Refusal;
use hospes_store::outbox;
use uuid::Uuid;

use crate::app::App;
use crate::callers;

/// One page of the outbox, newest first unless asked otherwise.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(
    app: &App,
    actor: &Actor,
    list: List<MailField>,
    counted: bool,
) -> Result<Found<QueuedMail>, Refusal> {
    let newest = Order { field: MailField::CreatedDateTime, descending: true };
    let list = List { filter: list.filter.map(stored), order: list.order.or(Some(newest)), ..list };
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_mails(&callers::load(tx, &actor)?)?;
        Ok(outbox::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// One mail of the outbox.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: Uuid) -> Result<QueuedMail, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_mails(&callers::load(tx, &actor)?)?;
        let found = outbox::by_id(tx, actor.tenant, id)?;
        Ok(found.map(|(mail, _)| mail).ok_or_else(|| Refusal::not_found(id))?)
    })
    .await
}

/// The condition with states in the words they are stored by.
fn stored(filter: Filter<MailField>) -> Filter<MailField> {
    let word = |value| match value {
        Value::Text(text) => {
            let state = MailState::parse(&text);
            Value::Text(state.map_or(text, |state| state.stored().to_owned()))
        }
        other => other,
    };
    match filter {
        Filter::And(left, right) => stored(*left).and(stored(*right)),
        Filter::Or(left, right) => stored(*left).or(stored(*right)),
        Filter::Not(inner) => Filter::Not(Box::new(stored(*inner))),
        Filter::Compare { field: MailField::State, op, value } => {
            Filter::Compare { field: MailField::State, op, value: word(value) }
        }
        Filter::In { field: MailField::State, values } => {
            Filter::In { field: MailField::State, values: values.into_iter().map(word).collect() }
        }
        other => other,
    }
}
