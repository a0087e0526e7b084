//! Lines of the table of contents ([`ROUTES`]): what one is, and which of them a path asks for. Refuses methods that a line
//! does not have, and names the ones it has.

use std::pin::Pin;

use super::ROUTES;
use super::dispatch::Answer;
use super::error::Fault;
use super::path::Segment;
use super::request::{Call, Key, Version};
use crate::http::{Access, HttpRefusal};

/// One line of the table of contents.
pub struct Route {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path behind the version, with `{id}` for keys.
    pub path: &'static str,
    /// Who may come here at all.
    pub access: Access,
    /// Whether it is there under `/beta` only, as in the original.
    pub beta_only: bool,
    pub(super) handler: Handler,
}

/// What answers a call.
type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// `route!(METHOD, PATH, async handler of Call)`
macro_rules! route {
    ($method:literal, $path:literal, $handler:path) => {
        $crate::graph::lines::Route {
            method: $method,
            path: $path,
            access: $crate::http::Access::Bearer,
            beta_only: false,
            handler: |call| Box::pin($handler(call)),
        }
    };
}
pub(super) use route;

/// The same for a line that `/v1.0` does not have.
macro_rules! beta_route {
    ($method:literal, $path:literal, $handler:path) => {
        $crate::graph::lines::Route {
            beta_only: true,
            ..$crate::graph::lines::route!($method, $path, $handler)
        }
    };
}
pub(super) use beta_route;

/// Whether the table has a line for the template, under any version and method.
pub(super) fn has_line(template: &str) -> bool {
    ROUTES.iter().any(|route| route.path == template)
}

/// The line of the table.
pub(super) fn find(version: Version, template: &str, method: &str) -> Result<&'static Route, Fault> {
    let mut allowed = Vec::new();
    let there = |route: &&Route| route.path == template && (version == Version::Beta || !route.beta_only);
    for route in ROUTES.iter().filter(there) {
        if route.method == method {
            return Ok(route);
        }
        allowed.push(route.method);
    }
    Err(if allowed.is_empty() { Fault::http(HttpRefusal::NotFound) } else { Fault::method(&allowed) })
}

/// Collections whose objects have an `appId`, which serves wherever their id does.
const WITH_APP_ID: &[&str] = &["applications", "servicePrincipals"];

/// What a path asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// As the table spells it.
    pub(super) template: String,
    /// From left to right.
    pub(super) keys: Vec<Key>,
    /// Whether `/$count` stands behind it: every list can be counted.
    pub(super) counting: bool,
}

impl Asked {
    /// What segments ask for.
    pub(super) fn of(mut segments: Vec<Segment>) -> Self {
        let counting = segments.pop_if(|last| *last == Segment::Count).is_some();
        let (mut template, mut keys) = (String::new(), Vec::new());
        let mut before = "";
        for segment in segments {
            match segment {
                Segment::Name(name) => {
                    template.extend(["/", name]);
                    before = name;
                }
                Segment::Cast(kind) => template.extend(["/graph.", kind]),
                Segment::Ref => template.push_str("/$ref"),
                Segment::Count => template.push_str("/$count"),
                Segment::Batch => template.push_str("/$batch"),
                Segment::Key(key) => {
                    template.push_str("/{id}");
                    keys.push(Key::Own(key));
                }
                Segment::NamedKey { name: "appId", value } if WITH_APP_ID.contains(&before) => {
                    template.push_str("/{id}");
                    keys.push(Key::App(value));
                }
                Segment::NamedKey { name, value } => {
                    template.extend(["(", name, ")"]);
                    keys.push(Key::Own(value));
                }
            }
        }
        // A role has the id of its template (reference/roles-and-policies.md section 1): its members are one list.
        let by_template = "/directoryRoles(roleTemplateId)/members/";
        let template = template.replace(by_template, "/directoryRoles/{id}/members/");
        Self { template, keys, counting }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::path::parse_path;
    use super::*;

    fn asked(path: &str) -> Asked {
        Asked::of(parse_path(path).unwrap())
    }

    fn own(keys: &[&str]) -> Vec<Key> {
        keys.iter().map(|key| Key::Own((*key).to_owned())).collect()
    }

    #[test]
    fn every_spelling_of_a_path_finds_its_line() {
        for (path, template, keys) in [
            ("/users/x%23EXT%23@y.example", "/users/{id}", own(&["x#EXT#@y.example"])),
            ("/users('a@b.example')", "/users/{id}", own(&["a@b.example"])),
            ("/directoryRoles(roleTemplateId='1')", "/directoryRoles(roleTemplateId)", own(&["1"])),
            ("/groups/1/members/2/$ref", "/groups/{id}/members/{id}/$ref", own(&["1", "2"])),
            ("/groups/1/members/microsoft.graph.user", "/groups/{id}/members/graph.user", own(&["1"])),
        ] {
            let expected = Asked { template: template.to_owned(), keys, counting: false };
            assert_eq!(asked(path), expected, "{path}");
        }
    }

    #[test]
    fn an_app_id_serves_wherever_the_id_of_an_application_does() {
        let app = || vec![Key::App("1".to_owned())];
        assert_eq!(asked("/applications(appId='1')/owners").template, "/applications/{id}/owners");
        assert_eq!(asked("/applications(appId='1')/owners").keys, app());
        assert_eq!(asked("/servicePrincipals(appId='1')").keys, app());
        let longer = asked("/servicePrincipals(appId='1')/appRoleAssignedTo/2");
        assert_eq!(longer.keys, [app(), own(&["2"])].concat());
        // Nothing else has one.
        for path in ["/users(appId='1')", "/groups(appId='1')/members"] {
            assert!(find(Version::V1, &asked(path).template, "GET").is_err(), "{path}");
        }
    }

    #[test]
    fn every_list_can_be_counted() {
        for (path, template) in [
            ("/users/$count", "/users"),
            ("/groups/1/members/graph.user/$count", "/groups/{id}/members/graph.user"),
        ] {
            let found = asked(path);
            assert_eq!((found.template.as_str(), found.counting), (template, true), "{path}");
        }
        for no_list in ["/me/$count", "/users/1/$count", "/users/delta/$count", "/$count"] {
            assert!(parse_path(no_list).is_err(), "{no_list}");
        }
    }

    #[test]
    fn every_line_of_the_table_can_be_reached_and_stands_once() {
        for (place, route) in ROUTES.iter().enumerate() {
            let path = route.path.replace("{id}", "x").replace("(roleTemplateId)", "(roleTemplateId='x')");
            assert_eq!(asked(&path).template, route.path);
            let twin = ROUTES[..place].iter().any(|r| r.path == route.path && r.method == route.method);
            assert!(!twin, "{} {} stands twice", route.method, route.path);
        }
    }

    #[test]
    fn j7_another_method_is_told_which_ones_there_are() {
        let find = |path, method| find(Version::V1, path, method);
        assert_eq!(find("/users", "PUT").err(), Some(Fault::method(&["GET", "POST"])));
        assert_eq!(find("/users", "get").err(), Some(Fault::method(&["GET", "POST"])));
        assert_eq!(find("/users/nothing", "GET").err(), Some(Fault::http(HttpRefusal::NotFound)));
        assert!(find("/users", "POST").is_ok());
    }

    #[test]
    fn what_is_beta_only_is_not_there_under_v1() {
        let convert = "/users/{id}/convertExternalToInternalMemberUser";
        assert!(find(Version::Beta, convert, "POST").is_ok());
        assert_eq!(find(Version::V1, convert, "POST").err(), Some(Fault::http(HttpRefusal::NotFound)));
    }
}
