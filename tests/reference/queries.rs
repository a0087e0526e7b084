//! `docs/reference/queries.md`: what every list of the directory API can be asked, from the tables that the readers of
//! `$filter`, `$search` and `$orderby` go by. Refuses to say anything that those tables do not.

use std::fmt::Write as _;

use hospes_web::graph::odata::application_fields::{APPLICATIONS, SERVICE_PRINCIPALS};
use hospes_web::graph::odata::audit_fields::DIRECTORY_AUDITS;
use hospes_web::graph::odata::group_fields::{GROUPS, OBJECTS};
use hospes_web::graph::odata::mail_fields::MAILS;
use hospes_web::graph::odata::permission_grant_fields::{APP_ROLE_ASSIGNMENTS, GRANTS};
use hospes_web::graph::odata::resource::{Field, Kind, Need, Operator, Resource};
use hospes_web::graph::odata::role_assignment_fields::ROLE_ASSIGNMENTS;
use hospes_web::graph::odata::search::{is_offered, is_searched};
use hospes_web::graph::odata::sign_in_fields::SIGN_INS;
use hospes_web::graph::odata::user_fields::USERS;

use super::NOTE;

const COLUMNS: [Operator; 8] = [
    Operator::Eq,
    Operator::Ne,
    Operator::Not,
    Operator::Ge,
    Operator::Le,
    Operator::In,
    Operator::StartsWith,
    Operator::Null,
];

const INTRODUCTION: &str = "\
How lists of the directory API are asked. Whatever stands in no table is refused with 400 and its name.

**Plain and advanced.** `D` works in every request. `A` works in advanced queries: with the header
`ConsistencyLevel: eventual` and `$count=true`. Without the header `$count=true` is ignored, as in the original; `$search`
needs the header alone. `$filter` and `$orderby` together are advanced for everything of the directory; logs, grants and mails
are asked plainly.

| Option | What it takes |
|---|---|
| `$filter` | comparisons, `in (…)`, `startsWith(…)`, `endsWith(…)`, `and`, `or`, `not`, parentheses; 8 KiB, 32 levels, 100 conditions and values |
| of a collection | `any(x:…)` and, advanced, `all(x:…)` with `eq ge le in startsWith endsWith` joined by `and` or by `or`; `…/$count eq 0` and other numbers where `not` is offered; `all` and `$count` are ten conditions each |
| `$search` | `\"property:text\"`, joined by `AND`, `OR` and parentheses; a quote or backslash inside stands behind a backslash |
| `$orderby` | one property, `asc` or `desc` |
| `$select` | names of properties; an unknown one is refused, a relation adds nothing |
| `$expand` | relations, each with `($select=…)` and at most 20 objects, on pages of at most 100; `manager` with `$levels`, too, `max` or 1 to 1000: managers one in another, at most 20; in advanced queries only that |
| `$top` | 1 to 999; 100 without it |
| `$count` | `true`: the number of all in `@odata.count` of the first page. `/$count` behind a list: the number alone, as text |
| `$skiptoken` | from `@odata.nextLink`, for that list in that organisation only |

**How much an answer says about itself:** `Accept: application/json;odata.metadata=none`, or the same in `$format`, leaves out everything but counts, links to
go on from and references; `full` adds type and address of every object. **Properties alone:** `/users/{id}/displayName`, and
`/displayName/$value` for the bare value; 204 without one. **One of a relation:** `/groups/{id}/members/{id}`. A cast to a kind
that nobody in the list is (`memberOf/graph.administrativeUnit`) finds nobody. `HEAD` answers as `GET` does, without the body;
`If-None-Match` with the current tag is answered with 304.

Letter case matters nowhere, in any script, and of sigma there is one; accents and ligatures count (`é` is no `e`, `ß` no `ss`). A missing value equals `null`, passes `ne` and `not`, and no other test.

**Words.** A property whose column `$search` says *words* is found by the beginnings of its words, in any order. Words end at
spaces, symbols and numbers and where a capital follows a small letter; what has no space inside is one more word: `Anna-Maria`
is found by `anna`, `maria`, `annam` and `Maria A`. Greek is found with and without its (modern) accents, and with either sigma. Other properties are found by their own beginning.

**Relations for `$expand`:** of users `manager`, `directReports`, `memberOf`, `transitiveMemberOf`, `ownedObjects`, `sponsors`,
`appRoleAssignments`; of groups `members`, `transitiveMembers`, `owners`, `memberOf`, `transitiveMemberOf`, `appRoleAssignments`; of
applications `owners`; of service principals `owners`, `ownedObjects`, `memberOf`, `transitiveMemberOf`, `appRoleAssignments`, `appRoleAssignedTo`; of
directory roles `members`; of role assignments `principal`, `roleDefinition`. The rights are those of the relation's own path.

**What an object is related to** (members, owners, memberships, reports, what it owns) is filtered by `id` in every request, and by the
rest of its table in advanced ones. A list that a cast narrows to users or groups (`transitiveMembers/graph.user`, `memberOf/graph.group`)
is asked as users and groups are, and so are `directReports` and, under `/beta`, `transitiveReports`; owners are asked as mixed lists are;
guests, and programs with `User.ReadBasic.All` alone, ask for others by what they see of them.
";

fn letter(need: Need) -> &'static str {
    match need {
        Need::Never => "",
        Need::Default => "D",
        Need::Advanced => "A",
    }
}

fn row<F>(page: &mut String, field: &Field<F>, searched: bool) {
    let kind = match field.kind {
        Kind::Text => "text",
        Kind::Id => "id",
        Kind::Flag => "true or false",
        Kind::Number => "number",
        Kind::Time => "instant",
        Kind::Texts => "collection of text",
        Kind::Identities => "collection of identities, by `issuer` and `issuerAssignedId`",
        Kind::Records(..) | Kind::Targets => "collection",
        Kind::Relation => "relation, `…/$count` only",
    };
    let search = match (field.in_words, is_searched(field)) {
        (true, _) => "words",
        (false, true) if searched => "beginning",
        (false, _) => "",
    };
    write!(page, "| `{}` | {kind} |", field.name).unwrap();
    for operator in COLUMNS {
        let strict = field.strict && matches!(operator, Operator::Ge | Operator::Le);
        let more = if strict { ", strict too" } else { "" };
        write!(page, " {}{more} |", letter(field.operators[operator as usize])).unwrap();
    }
    writeln!(page, " {} | {} | {search} |", letter(field.ends_with), letter(field.sort)).unwrap();
}

fn table<F>(page: &mut String, title: &str, resource: &Resource<F>) {
    write!(page, "\n## {title}\n\n`{}`\n\n| Property | Kind |", resource.type_name).unwrap();
    for operator in COLUMNS {
        write!(page, " `{}` |", operator.name()).unwrap();
    }
    page.push_str(
        " `endsWith` | `$orderby` | `$search` |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for field in resource.fields {
        row(page, field, is_offered(resource));
    }
}

/// The whole file.
pub fn page() -> String {
    let mut page = format!("# Queries\n\n{NOTE}\n{INTRODUCTION}");
    table(&mut page, "Users", &USERS);
    table(&mut page, "Groups", &GROUPS);
    table(&mut page, "Applications", &APPLICATIONS);
    table(&mut page, "Service principals", &SERVICE_PRINCIPALS);
    table(&mut page, "Members, memberships and other lists of several kinds", &OBJECTS);
    table(&mut page, "App role assignments", &APP_ROLE_ASSIGNMENTS);
    table(&mut page, "Delegated permissions", &GRANTS);
    table(&mut page, "Directory role assignments", &ROLE_ASSIGNMENTS);
    table(&mut page, "The audit log", &DIRECTORY_AUDITS);
    table(&mut page, "The sign-in log", &SIGN_INS);
    table(&mut page, "The outbox", &MAILS);
    page
}
