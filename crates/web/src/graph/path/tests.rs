#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::Segment::{Batch, Cast, Count, Name, Ref};
use super::*;

fn key(text: &str) -> Segment {
    Segment::Key(text.into())
}

fn named(name: &'static str, value: &str) -> Segment {
    Segment::NamedKey { name, value: value.into() }
}

#[test]
fn every_spelling_gives_the_same_segments() {
    let table = [
        (vec!["/users", "users", "/Users/", "/users()"], vec![Name("users")]),
        (
            vec![
                "/users/a_x.example%23EXT%23%40c.example",
                "/users('a_x.example%23EXT%23@c.example')",
                "/USERS(%27a_x.example%23EXT%23%40c.example%27)",
            ],
            vec![Name("users"), key("a_x.example#EXT#@c.example")],
        ),
        (
            vec![
                "/users('$x@y')",
                "/users(userPrincipalName='$x@y')",
                "/users(userprincipalname=%27$x%40y%27)",
            ],
            vec![Name("users"), key("$x@y")],
        ),
        (
            vec!["/users('o''brien@y')", "/users/o'brien@y", "/users(id='o''brien@y')"],
            vec![Name("users"), key("o'brien@y")],
        ),
        (vec!["/users/a%2Fb%2525"], vec![Name("users"), key("a/b%25")]),
        (
            vec!["/users/u/memberOf", "/users/u/memberof", "/users('u')/MEMBEROF"],
            vec![Name("users"), key("u"), Name("memberOf")],
        ),
        (
            vec!["/users/delta", "/users/delta()", "/users/microsoft.graph.delta()", "/users/graph.delta"],
            vec![Name("users"), Name("delta")],
        ),
        (vec!["/users/$count", "/users/%24count"], vec![Name("users"), Count]),
        (vec!["/groups/g/members/$ref"], vec![Name("groups"), key("g"), Name("members"), Ref]),
        (vec!["/groups/g/members/m/$ref"], vec![Name("groups"), key("g"), Name("members"), key("m"), Ref]),
        (
            vec![
                "/groups/g/members/graph.user",
                "/groups/g/members/microsoft.graph.user",
                "/groups('g')/members/Microsoft.Graph.User",
            ],
            vec![Name("groups"), key("g"), Name("members"), Cast("user")],
        ),
        (
            vec!["/groups/g/members/graph.user/$count"],
            vec![Name("groups"), key("g"), Name("members"), Cast("user"), Count],
        ),
        (
            vec![
                "/servicePrincipals(appId='a')/appRoleAssignedTo",
                "/serviceprincipals(AppId=%27a%27)/approleassignedto",
            ],
            vec![Name("servicePrincipals"), named("appId", "a"), Name("appRoleAssignedTo")],
        ),
        (vec!["/applications(appId='a')"], vec![Name("applications"), named("appId", "a")]),
        (
            vec![
                "/directoryRoles(roleTemplateId='t')",
                "/directoryRoles/roleTemplateId=t",
                "/directoryRoles/roletemplateid='t'",
            ],
            vec![Name("directoryRoles"), named("roleTemplateId", "t")],
        ),
        (
            vec!["/directory/deletedItems/i/restore", "/directory/deletedItems/i/microsoft.graph.restore"],
            vec![Name("directory"), Name("deletedItems"), key("i"), Name("restore")],
        ),
        (
            vec!["/users/u/revokeSignInSessions", "/users/u/microsoft.graph.revokeSignInSessions()"],
            vec![Name("users"), key("u"), Name("revokeSignInSessions")],
        ),
        (vec!["/users/u/hospes.previewReset"], vec![Name("users"), key("u"), Name("hospes.previewReset")]),
        (vec!["/directoryObjects/getByIds"], vec![Name("directoryObjects"), Name("getByIds")]),
        (vec!["/me"], vec![Name("me")]),
        (vec!["/$batch", "%24batch"], vec![Batch]),
    ];
    for (paths, segments) in table {
        for path in paths {
            assert_eq!(parse_path(path), Ok(segments.clone()), "{path}");
        }
    }
}

#[test]
fn malformed_paths_are_refused() {
    let long = format!("/users/{}", "x".repeat(513));
    let deep = "/users".repeat(5000);
    let table = [
        "",
        "/",
        "//",
        "//users",
        "/users//",
        "/users//memberOf",
        "/users/%00",
        "/users/a%0Ab",
        "/users/%ff",
        "/users('",
        "/users('a",
        "/users('a'",
        "/users('a'b')",
        "/users('')",
        "/users(a b)",
        "/users(')",
        "/users(id=a)",
        &long,
        &deep,
    ];
    for path in table {
        assert_eq!(parse_path(path), Err(PathError::Malformed), "{path}");
    }
}

#[test]
fn unknown_names_are_refused_by_name() {
    for (path, name) in [
        ("/secrets", "secrets"),
        ("/users/u/secrets", "secrets"),
        ("/users(secret='a')", "secret"),
        ("/users/$value", "$value"),
        ("/users/$count/u", "u"),
        ("/$ref", "$ref"),
        ("/$batch/$batch", "$batch"),
        ("/me('a')", "me('a')"),
        ("/../users", ".."),
    ] {
        assert_eq!(parse_path(path), Err(PathError::Unknown(name.into())), "{path}");
    }
    let message = parse_path(&format!("/{}", "s".repeat(3000))).unwrap_err().to_string();
    assert!(message.chars().count() < 200, "{message}");
}

#[test]
fn no_path_makes_the_reader_panic() {
    let pieces = [
        "/", "users", "groups", "members", "$ref", "$count", "(", ")", "'", "''", "=", "appId", "graph.",
        "%", "%2", "%27", "%c3", "字", "delta", "()",
    ];
    let mut state = 0x5eed_u64;
    for _ in 0..20_000 {
        let mut path = String::new();
        for _ in 0..10 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            path.push_str(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
        }
        let _ = parse_path(&path);
    }
}
