//! Lists that are short and complete in memory: filtered, sorted and cut as the store does with long ones. Refuses to
//! tell a name the caller does not see: there is none to be found or sorted by.

use std::cmp::Ordering;

use hospes_domain::ids::ObjectId;
use hospes_domain::query::{After, Comparison, Filter, Found, List, ObjectField, Value};
use hospes_domain::text::fold;

use super::DirectoryObject;

/// Filters, sorts and cuts a list that is short and complete in memory.
pub(crate) fn page(
    mut all: Vec<DirectoryObject>,
    list: &List<ObjectField>,
    counted: bool,
) -> Found<DirectoryObject> {
    if let Some(filter) = &list.filter {
        all.retain(|object| holds(filter, object));
    }
    let count = counted.then(|| i64::try_from(all.len()).unwrap_or(i64::MAX));
    let by_name = list.order.filter(|order| order.field == ObjectField::DisplayName);
    let descending = list.order.is_some_and(|order| order.descending);
    let place = |name: &str, id: ObjectId, other: &DirectoryObject| -> Ordering {
        let first = if by_name.is_some() { name.cmp(&key(other)) } else { Ordering::Equal };
        let turned = if descending { first.reverse() } else { first };
        turned.then(id.cmp(&other.id()))
    };
    all.sort_by(|one, other| place(&key(one), one.id(), other));
    if let Some(after) = &list.page.after {
        let name = match &after.key {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        all.retain(|object| place(&name, after.id, object) == Ordering::Less);
    }
    let more = all.len() > usize::from(list.page.top);
    all.truncate(usize::from(list.page.top));
    let next = all
        .last()
        .filter(|_| more)
        .map(|last| After { key: by_name.map(|_| Value::Text(key(last))), id: last.id() });
    Found { items: all, next, count }
}

fn key(object: &DirectoryObject) -> String {
    fold(object.display_name())
}

/// The condition on an object in memory, with the meaning `domain::query` gives it.
fn holds(filter: &Filter<ObjectField>, object: &DirectoryObject) -> bool {
    let value = |field: ObjectField| match field {
        ObjectField::Id => Value::Id(object.id().0),
        ObjectField::DisplayName => Value::Text(key(object)),
        ObjectField::IsBuiltIn => Value::Flag(matches!(object, DirectoryObject::Role(_))),
    };
    let folded = |wanted: &Value| match wanted {
        Value::Text(text) => Value::Text(fold(text)),
        other => other.clone(),
    };
    let order = |field: ObjectField, wanted: &Value| match (value(field), folded(wanted)) {
        (Value::Text(own), Value::Text(wanted)) => Some(own.cmp(&wanted)),
        (Value::Id(own), Value::Id(wanted)) => Some(own.cmp(&wanted)),
        (Value::Flag(own), Value::Flag(wanted)) => Some(own.cmp(&wanted)),
        _ => None,
    };
    match filter {
        Filter::And(one, other) => holds(one, object) && holds(other, object),
        Filter::Or(one, other) => holds(one, object) || holds(other, object),
        Filter::Not(inner) => !holds(inner, object),
        Filter::Compare { field, op, value } => match op {
            Comparison::Equal => order(*field, value) == Some(Ordering::Equal),
            Comparison::NotEqual => order(*field, value) != Some(Ordering::Equal),
            Comparison::AtLeast => order(*field, value).is_some_and(Ordering::is_ge),
            Comparison::AtMost => order(*field, value).is_some_and(Ordering::is_le),
            Comparison::Above => order(*field, value).is_some_and(Ordering::is_gt),
            Comparison::Below => order(*field, value).is_some_and(Ordering::is_lt),
        },
        Filter::StartsWith { field, value: prefix } => {
            matches!(value(*field), Value::Text(own) if own.starts_with(&fold(prefix)))
        }
        Filter::Contains { field, value: part } => {
            matches!(value(*field), Value::Text(own) if own.contains(&fold(part)))
        }
        Filter::EndsWith { field, value: end } => {
            matches!(value(*field), Value::Text(own) if own.ends_with(&fold(end)))
        }
        Filter::Words { words, .. } => {
            let kept = hospes_domain::words::kept(object.display_name());
            words.iter().all(|asked| kept.iter().any(|word| word.starts_with(asked)))
        }
        Filter::In { field, values } => {
            values.iter().any(|wanted| order(*field, wanted) == Some(Ordering::Equal))
        }
        Filter::Any { .. } => false,
        Filter::Has { at_least, .. } => *at_least <= 0,
    }
}
