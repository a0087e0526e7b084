//! Reading the audit log. Refuses whoever holds no role for reports or security; the history of a single user is
//! [`crate::users::history`].

use hospes_domain::access::{Actor, may_read_audit};
use hospes_domain::audit::AuditEntry;
use hospes_domain::query::{AuditField, Comparison, Filter, Found, List, Order, Value};
use hospes_domain::refusal::Refusal;
use hospes_store::audit_query;
use uuid::Uuid;

use super::Activity;
use crate::app::App;
use crate::callers;

/// One page of the audit log, newest first unless asked otherwise.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(
    app: &App,
    actor: &Actor,
    list: List<AuditField>,
    counted: bool,
) -> Result<Found<AuditEntry>, Refusal> {
    let (actor, list) = (actor.clone(), newest_first(list));
    app.read(move |tx| {
        may_read_audit(&callers::load(tx, &actor)?)?;
        Ok(audit_query::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// One record of the audit log.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: Uuid) -> Result<AuditEntry, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_audit(&callers::load(tx, &actor)?)?;
        audit_query::by_id(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id).into())
    })
    .await
}

/// The list as the store takes it: in an order, and with the names of activities as they are kept.
pub(crate) fn newest_first(list: List<AuditField>) -> List<AuditField> {
    let newest = Order { field: AuditField::ActivityDateTime, descending: true };
    List { filter: list.filter.map(named), order: list.order.or(Some(newest)), ..list }
}

/// Activities are a closed list, so "begins with" is "one of these", which an index serves.
fn named(filter: Filter<AuditField>) -> Filter<AuditField> {
    use AuditField::ActivityDisplayName as Activities;
    let same = |text: &str| {
        let known = Activity::NAMES.iter().find(|name| name.eq_ignore_ascii_case(text));
        Value::Text(known.map_or(text, |name| *name).to_owned())
    };
    match filter {
        Filter::And(left, right) => named(*left).and(named(*right)),
        Filter::Or(left, right) => named(*left).or(named(*right)),
        Filter::Not(inner) => Filter::Not(Box::new(named(*inner))),
        Filter::Compare { field: Activities, op, value: Value::Text(text) } => {
            Filter::Compare { field: Activities, op, value: same(&text) }
        }
        Filter::In { field: Activities, values } => {
            let spelled = |value| if let Value::Text(text) = value { same(&text) } else { value };
            Filter::In { field: Activities, values: values.into_iter().map(spelled).collect() }
        }
        Filter::StartsWith { field: Activities, value } => {
            let fits = |name: &&&str| {
                name.get(..value.len()).is_some_and(|start| start.eq_ignore_ascii_case(&value))
            };
            let values: Vec<Value> =
                Activity::NAMES.iter().filter(fits).map(|name| Value::Text((*name).to_owned())).collect();
            if values.is_empty() {
                // Every record has an activity.
                return Filter::Compare { field: Activities, op: Comparison::Equal, value: Value::Null };
            }
            Filter::In { field: Activities, values }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(value: &str) -> Filter<AuditField> {
        Filter::StartsWith { field: AuditField::ActivityDisplayName, value: value.to_owned() }
    }

    #[test]
    fn a_beginning_stands_for_the_activities_that_have_it() {
        let names = |filter| match filter {
            Filter::In { values, .. } => values.len(),
            Filter::Compare { value: Value::Null, .. } => 0,
            other => panic!("{other:?}"),
        };
        assert_eq!(names(named(starts("invite EXTERNAL user"))), 2);
        assert_eq!(names(named(starts(""))), Activity::NAMES.len());
        assert_eq!(names(named(starts("Nothing begins so"))), 0);
    }
}
