//! What a request costs in resource units (reference/graph-conventions.md section 6, "Costs"). Refuses to understand a query:
//! whether an option is there is enough, and a malformed one is refused later.

use hospes_domain::throttling::{Part, Price};
use percent_encoding::percent_decode_str;

/// Paths with a price of their own, as the route table spells them; everything else costs one unit.
const READS: &[(&str, u32)] = &[
    ("/users", 2),
    ("/applications", 2),
    ("/groups/{id}/members", 3),
    ("/groups/{id}/transitiveMembers", 5),
];

/// Ends of paths with a price of their own.
const ENDS: &[(&str, u32)] = &[("/memberOf", 2), ("/appRoleAssignments", 2)];

/// What asks a question although it is posted: it changes nothing.
const QUESTIONS: &[(&str, u32)] = &[
    ("/getMemberGroups", 2),
    ("/getMemberObjects", 2),
    ("/checkMemberGroups", 4),
    ("/checkMemberObjects", 4),
    ("/getByIds", 3),
];

/// The price of a request to a line of the route table, or to no line.
pub fn price(method: &str, template: &str, query: &str) -> Price {
    let part = part(template);
    if method != "GET" {
        let question = QUESTIONS.iter().find(|(end, _)| template.ends_with(end));
        return Price { part, units: question.map_or(1, |(_, units)| *units), write: question.is_none() };
    }
    // A list narrowed to one kind of object is the same list.
    let list = template.split_once("/graph.").map_or(template, |(list, _)| list);
    // And so are its links.
    let list = list.strip_suffix("/$ref").unwrap_or(list);
    let listed = READS.iter().find(|(path, _)| *path == list);
    let named = listed.or_else(|| ENDS.iter().find(|(end, _)| list.ends_with(end)));
    let asked = Options::of(query);
    let more = named.map_or(1, |(_, units)| *units) + u32::from(asked.expand);
    let less = u32::from(asked.select) + u32::from(asked.short_page);
    Price { part, units: more.saturating_sub(less).max(1), write: false }
}

fn part(template: &str) -> Part {
    let below = |root: &str| template.strip_prefix(root).is_some_and(|r| r.is_empty() || r.starts_with('/'));
    if below("/invitations") {
        Part::Invitations
    } else if below("/auditLogs") {
        Part::Reports
    } else {
        Part::Identity
    }
}

#[derive(Default)]
struct Options {
    select: bool,
    expand: bool,
    short_page: bool,
}

impl Options {
    fn of(query: &str) -> Self {
        let mut found = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = percent_decode_str(name).decode_utf8_lossy().trim().to_ascii_lowercase();
            match name.as_str() {
                "$select" => found.select = true,
                "$expand" => found.expand = true,
                "$top" => found.short_page = value.parse::<u32>().is_ok_and(|top| top < 20),
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cost_what_is_published() {
        for (template, query, units) in [
            ("/users", "", 2),
            ("/users", "$select=id", 1),
            ("/users", "%24SELECT=id&$top=5", 1),
            ("/users", "$top=20", 2),
            ("/users", "$top=19", 1),
            ("/users", "$expand=memberOf", 3),
            ("/users/{id}", "", 1),
            ("/users/{id}", "$select=id&$top=1", 1),
            ("/users/{id}", "$expand=sponsors", 2),
            ("/users/{id}/memberOf", "", 2),
            ("/users/{id}/memberOf/graph.group", "", 2),
            ("/users/{id}/transitiveMemberOf", "", 1),
            ("/groups/{id}/members", "", 3),
            ("/groups/{id}/members/graph.user", "$select=id&$top=5", 1),
            ("/groups/{id}/transitiveMembers", "", 5),
            ("/applications", "", 2),
            ("/servicePrincipals/{id}/appRoleAssignments", "", 2),
            ("/nothing", "", 1),
        ] {
            let told = price("GET", template, query);
            assert_eq!((told.units, told.write), (units, false), "{template}?{query}");
        }
    }

    #[test]
    fn what_changes_something_is_a_write_and_a_posted_question_is_not() {
        for (method, template, units, write) in [
            ("POST", "/users", 1, true),
            ("PATCH", "/users/{id}", 1, true),
            ("DELETE", "/users/{id}", 1, true),
            ("POST", "/invitations", 1, true),
            ("POST", "/users/{id}/getMemberGroups", 2, false),
            ("POST", "/directoryObjects/{id}/checkMemberGroups", 4, false),
            ("POST", "/directoryObjects/getByIds", 3, false),
        ] {
            let told = price(method, template, "$select=id");
            assert_eq!((told.units, told.write), (units, write), "{method} {template}");
        }
        assert_eq!(price("GET", "/invitations/{id}", "").part, Part::Invitations);
        assert_eq!(price("GET", "/auditLogs/signIns", "").part, Part::Reports);
        assert_eq!(price("GET", "/users/{id}/hospes.invitations", "").part, Part::Identity);
    }
}
