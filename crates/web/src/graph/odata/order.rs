//! `$orderby`: one property, `asc` or `desc`. Refuses properties that the resource does not sort by, more
//! than one of them, and sorting together with a filter outside an advanced query.

use hospes_domain::query::Order;

use super::resource::{ADVANCED, Need, Resource};
use super::{Mode, QueryError, quote};

/// The order that the decoded text of `$orderby` spells. `filtered` says whether the request has a
/// `$filter` too (user-object.md section 4: both together are always advanced). The errors are the original's (seen in
/// reports of its users: graph-docs-contrib#1354 and #3145).
pub fn parse_order<F: Copy>(
    text: &str,
    resource: &Resource<F>,
    mode: Mode,
    filtered: bool,
) -> Result<Order<F>, QueryError> {
    let mut words = text.split_ascii_whitespace();
    let name = words.next().unwrap_or_default();
    if text.contains(',') {
        return Err(QueryError::unsupported("Sorting by more than one property is not supported."));
    }
    let descending = match (words.next(), words.next()) {
        (None, _) => false,
        (Some(word), None) if word.eq_ignore_ascii_case("asc") => false,
        (Some(word), None) if word.eq_ignore_ascii_case("desc") => true,
        _ => return Err(QueryError::bad(format!("Invalid $orderby clause: '{}'.", quote(text)))),
    };
    let unsorted = |name: &str| {
        let resource = resource.short_name();
        QueryError::unsupported(format!("Unsupported sort property '{name}' for '{resource}'."))
    };
    let with_remedy = |error: QueryError| QueryError::unsupported(format!("{} {ADVANCED}", error.message));
    if !resource.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name)) {
        return Err(resource.known(name).map_or_else(|| resource.unknown(name), unsorted));
    }
    let field = resource.field(name)?;
    match field.sort {
        Need::Never => Err(unsorted(field.name)),
        _ if filtered && mode == Mode::Default => {
            Err(with_remedy(QueryError::unsupported("Sorting not supported for current query.")))
        }
        Need::Advanced if mode == Mode::Default => Err(with_remedy(unsorted(field.name))),
        Need::Default | Need::Advanced => Ok(Order { field: field.field, descending }),
    }
}

#[cfg(test)]
mod tests {
    use hospes_domain::query::UserField;

    use super::super::user_fields::USERS;
    use super::*;

    fn users(text: &str, mode: Mode, filtered: bool) -> Result<Order<UserField>, &'static str> {
        parse_order(text, &USERS, mode, filtered).map_err(|refused| refused.code)
    }

    #[test]
    fn orders_are_read_and_refused() {
        let name = |descending| Ok(Order { field: UserField::DisplayName, descending });
        let created = Ok(Order { field: UserField::CreatedDateTime, descending: true });
        let (plain, advanced) = (Mode::Default, Mode::Advanced);
        let (unsupported, bad) = (Err("Request_UnsupportedQuery"), Err("BadRequest"));
        for (text, mode, filtered, expected) in [
            ("displayName", plain, false, name(false)),
            ("DISPLAYNAME  Desc", plain, false, name(true)),
            ("displayName asc", advanced, true, name(false)),
            ("displayName", plain, true, unsupported),
            ("createdDateTime desc", advanced, false, created),
            ("createdDateTime desc", plain, false, unsupported),
            ("mail", advanced, false, unsupported),
            ("jobTitle,displayName", advanced, false, unsupported),
            ("passwordProfile", advanced, false, unsupported),
            ("nope", plain, false, bad),
            ("", plain, false, bad),
            ("displayName up", plain, false, bad),
            ("displayName desc desc", plain, false, bad),
        ] {
            assert_eq!(users(text, mode, filtered), expected, "{text}");
        }
    }
}
