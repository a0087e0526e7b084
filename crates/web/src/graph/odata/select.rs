//! `$select` and the `@odata.context` that tells a client what it got. Refuses names that the resource
//! does not have, so a misspelled property is an error and not a silent gap.

use super::QueryError;
use super::relations;
use super::resource::unknown_property;
use super::user_fields::SINGLE_USER_ONLY;

/// The selected properties as the resource spells them, each once, in the order asked for. `properties` is
/// all the resource has, `type_name` its type, as `microsoft.graph.user`. A star is all of them (OData 4.01 part 2, 5.1.4) but
/// for those that a list would refuse. Relations of the type may be named, and add nothing: what comes of one says `$expand`.
pub fn parse_select(
    text: &str,
    properties: &[&'static str],
    type_name: &str,
) -> Result<Vec<&'static str>, QueryError> {
    names(text, properties, &relations::of(type_name), type_name)
}

/// The same where a relation that is none of the `properties` is refused.
pub fn parse_select_alone(
    text: &str,
    properties: &[&'static str],
    type_name: &str,
) -> Result<Vec<&'static str>, QueryError> {
    names(text, properties, &[], type_name)
}

fn names(
    text: &str,
    properties: &[&'static str],
    relations: &[&'static str],
    type_name: &str,
) -> Result<Vec<&'static str>, QueryError> {
    let mut selected = Vec::new();
    for name in text.split(',').map(str::trim) {
        if name == "*" {
            let all = properties.iter().filter(|property| !SINGLE_USER_ONLY.contains(property));
            selected
                .extend(all.filter(|property| !selected.contains(*property)).copied().collect::<Vec<_>>());
            continue;
        }
        let Some(property) = properties.iter().find(|property| property.eq_ignore_ascii_case(name)) else {
            if relations.iter().any(|relation| relation.eq_ignore_ascii_case(name)) {
                continue;
            }
            return Err(unknown_property(name, type_name));
        };
        if !selected.contains(property) {
            selected.push(*property);
        }
    }
    Ok(selected)
}

/// Whether an answer holds a list or one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{"value": […]}`
    List,
    /// The object itself.
    Entity,
}

/// The `@odata.context` of an answer, such as `https://…/v1.0/$metadata#users(id,mail)/$entity`
/// (graph-conventions.md section 4). `root` ends in the version, `set` is the collection the objects are of.
pub fn context(root: &str, set: &str, selected: Option<&[&str]>, shape: Shape) -> String {
    let selected = selected.map_or_else(String::new, |names| format!("({})", names.join(",")));
    let entity = if shape == Shape::Entity { "/$entity" } else { "" };
    format!("{root}/$metadata#{set}{selected}{entity}")
}

#[cfg(test)]
mod tests {
    use super::super::user_fields::USERS;
    use super::*;

    fn users(text: &str) -> Result<Vec<&'static str>, QueryError> {
        parse_select(text, USERS.properties, USERS.type_name)
    }

    #[test]
    fn names_match_without_case_and_count_once() {
        assert_eq!(users("MAIL, id,mail"), Ok(vec!["mail", "id"]));
        assert_eq!(users(&vec!["id"; 10_000].join(",")), Ok(vec!["id"]));
    }

    #[test]
    fn everything_a_known_client_selects_is_known() {
        let terraform = "accountEnabled,ageGroup,city,companyName,consentProvidedForMinor,country,department,\
            employeeHireDate,employeeId,employeeOrgData,employeeType,faxNumber,mailNickname,onPremisesImmutableId,\
            otherMails,passwordPolicies,postalCode,state,streetAddress,usageLocation";
        assert_eq!(users(terraform).map(|names| names.len()), Ok(20));
    }

    #[test]
    fn a_star_is_everything_that_a_list_has() {
        let all = users("mail,*").unwrap_or_default();
        assert_eq!((all.first(), all.iter().filter(|name| **name == "mail").count()), (Some(&"mail"), 1));
        assert_eq!(all.len() + SINGLE_USER_ONLY.len(), USERS.properties.len());
    }

    #[test]
    fn unknown_names_are_refused() {
        for (text, name) in [("nope", "nope"), ("id,", ""), ("**", "**"), ("id,a\nb", "a\u{fffd}b")] {
            let message = format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.");
            assert_eq!(users(text), Err(QueryError::bad(message)), "{text}");
        }
    }

    #[test]
    fn the_context_says_what_was_selected() {
        let root = "https://hospes.example/v1.0";
        let selected: &[&str] = &["id", "mail"];
        for (set, selected, shape, fragment) in [
            ("users", None, Shape::List, "users"),
            ("users", Some(selected), Shape::List, "users(id,mail)"),
            ("users", Some(selected), Shape::Entity, "users(id,mail)/$entity"),
            ("invitations", None, Shape::Entity, "invitations/$entity"),
        ] {
            assert_eq!(
                context(root, set, selected, shape),
                format!("https://hospes.example/v1.0/$metadata#{fragment}")
            );
        }
    }
}
