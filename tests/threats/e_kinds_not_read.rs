//! Threats E4 and J4 for lists of several kinds: of a kind that the permissions do not show, an object among others is there
//! with its type and its id, and is neither found nor sorted by anything else
//! (learn.microsoft.com/graph/permissions-overview, "Limited information returned for inaccessible member objects").

use hospes_domain::access::Scope;
use serde_json::{Value, json};

use crate::harness::{Person, Server};
use crate::queries::eventually;

/// A group with a person, a group and an application in it, which the person owns the two of.
struct Stage {
    server: Server,
    outer: String,
    inner: String,
    principal: String,
    person: Person,
}

impl Stage {
    async fn new() -> Self {
        let server = Server::start().await;
        let admin = server.token_of(&server.admin);
        let person = server.add_person("paula", &[]).await;
        let group = async |name: &str| {
            let body = json!({ "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true });
            let made = server.post(&admin, "/v1.0/groups", body).await.expect(201).json;
            made["id"].as_str().unwrap().to_owned()
        };
        let (outer, inner) = (group("outer").await, group("inner").await);
        let principal = server.make_app("insider", json!({})).await.principal;
        for id in [&person.id.to_string(), &inner, &principal] {
            let body = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") });
            server.post(&admin, &format!("/v1.0/groups/{outer}/members/$ref"), body).await.expect(204);
        }
        for owned in [format!("groups/{inner}"), format!("servicePrincipals/{principal}")] {
            let body = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", person.id) });
            server.post(&admin, &format!("/v1.0/{owned}/owners/$ref"), body).await.expect(204);
        }
        Self { server, outer, inner, principal, person }
    }

    /// The token of a member who holds no role.
    fn token(&self, scopes: &[Scope]) -> String {
        self.server.token_with(self.server.tenant, self.person.id, 1, scopes)
    }

    /// Type, name and id of what is listed.
    async fn list(&self, token: &str, path: &str) -> Vec<(String, Option<String>, String)> {
        let body = eventually(&self.server, token, path).await.expect(200).json;
        let text = |one: &Value, name: &str| one[name].as_str().map(str::to_owned);
        let mut all: Vec<_> = body["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let kind = text(one, "@odata.type").unwrap().replace("#microsoft.graph.", "");
                assert!(one.get("displayName").is_some(), "null, and not left out: {one}");
                (kind, text(one, "displayName"), text(one, "id").unwrap())
            })
            .collect();
        all.sort();
        all
    }
}

fn row(kind: &str, name: Option<&str>, id: impl ToString) -> (String, Option<String>, String) {
    (kind.to_owned(), name.map(str::to_owned), id.to_string())
}

#[tokio::test]
async fn e4_of_a_kind_that_is_not_read_a_member_shows_its_type_and_id() {
    let stage = Stage::new().await;
    let path = format!("/v1.0/groups/{}/members", stage.outer);
    for (scopes, person, principal) in [
        (&[Scope::GroupMemberReadAll][..], None, None),
        (&[Scope::GroupMemberReadAll, Scope::UserReadBasicAll], Some("paula"), None),
        (&[Scope::GroupReadAll, Scope::ApplicationReadAll], None, Some("insider")),
        (&[Scope::DirectoryReadAll], Some("paula"), Some("insider")),
    ] {
        let expected = [
            row("group", Some("inner"), &stage.inner),
            row("servicePrincipal", principal, &stage.principal),
            row("user", person, stage.person.id),
        ];
        let token = stage.token(scopes);
        assert_eq!(stage.list(&token, &path).await, expected, "{scopes:?}");
        assert_eq!(stage.list(&token, &format!("{path}?$select=id,displayName,mail,appId")).await, expected);
        let transitive = format!("/v1.0/groups/{}/transitiveMembers", stage.outer);
        assert_eq!(stage.list(&token, &transitive).await, expected, "{scopes:?}");
        let expanded =
            stage.server.get(&token, &format!("/v1.0/groups/{}?$expand=members", stage.outer)).await;
        for one in expanded.expect(200).json["members"].as_array().unwrap() {
            let seen = expected.iter().find(|row| json!(row.2) == one["id"]).unwrap();
            assert_eq!(one["displayName"], json!(seen.1), "{scopes:?}");
        }
    }
}

#[tokio::test]
async fn e4_memberships_and_what_somebody_owns_tell_no_more_than_the_permissions_show() {
    let stage = Stage::new().await;
    let of = |path: &str| format!("/v1.0/{path}");
    let users = stage.token(&[Scope::UserReadAll]);
    let outer = |name| vec![row("group", name, &stage.outer)];
    assert_eq!(stage.list(&users, &of(&format!("users/{}/memberOf", stage.person.id))).await, outer(None));
    let own = stage.token(&[Scope::UserRead]);
    assert_eq!(stage.list(&own, &of("me/memberOf")).await, outer(None));
    assert_eq!(stage.list(&own, &of("me/memberOf/microsoft.graph.group")).await, outer(None));
    let groups = stage.token(&[Scope::UserRead, Scope::GroupMemberReadAll]);
    assert_eq!(stage.list(&groups, &of("me/memberOf")).await, outer(Some("outer")));
    let apps = stage.token(&[Scope::ApplicationReadAll]);
    let of_app = of(&format!("servicePrincipals/{}/memberOf", stage.principal));
    assert_eq!(stage.list(&apps, &of_app).await, outer(None));

    let owned = |group, principal| {
        vec![row("group", group, &stage.inner), row("servicePrincipal", principal, &stage.principal)]
    };
    let mine = of("me/ownedObjects");
    assert_eq!(stage.list(&own, &mine).await, owned(None, None));
    assert_eq!(stage.list(&groups, &mine).await, owned(Some("inner"), None));
    let all = stage.token(&[Scope::DirectoryReadAll]);
    assert_eq!(stage.list(&all, &mine).await, owned(Some("inner"), Some("insider")));
}

#[tokio::test]
async fn j4_nothing_is_found_by_a_name_that_is_not_shown() {
    let stage = Stage::new().await;
    let (groups, own) = (stage.token(&[Scope::GroupMemberReadAll]), stage.token(&[Scope::UserRead]));
    let members = format!("/v1.0/groups/{}/members", stage.outer);
    for query in ["$filter=startsWith(displayName,'insi')", "$search=%22displayName:insider%22"] {
        assert_eq!(stage.list(&groups, &format!("{members}?{query}&$count=true")).await, [], "{query}");
        let all = stage.token(&[Scope::DirectoryReadAll]);
        assert_eq!(stage.list(&all, &format!("{members}?{query}&$count=true")).await.len(), 1, "{query}");
    }
    assert_eq!(
        stage.list(&own, "/v1.0/me/ownedObjects?$filter=displayName%20eq%20'inner'&$count=true").await,
        []
    );
    assert_eq!(
        stage.list(&own, "/v1.0/me/memberOf?$filter=displayName%20eq%20'outer'&$count=true").await,
        []
    );
    for path in [
        format!("{members}/microsoft.graph.user?$count=true&$filter=startsWith(mail,'m')"),
        "/v1.0/me/memberOf/microsoft.graph.group?$count=true&$filter=startsWith(displayName,'o')".to_owned(),
    ] {
        let token = if path.contains("/me/") { &own } else { &groups };
        eventually(&stage.server, token, &path).await.expect(403);
    }
}

#[tokio::test]
async fn a_service_principal_among_others_shows_what_it_shows_alone() {
    let stage = Stage::new().await;
    let admin = stage.server.token_of(&stage.server.admin);
    let alone = format!("/v1.0/servicePrincipals/{}", stage.principal);
    let body = json!({ "passwordCredential": { "displayName": "spare" } });
    stage.server.post(&admin, &format!("{alone}/addPassword"), body).await.expect(200);
    let alone = stage.server.get(&admin, &alone).await.expect(200).json;
    assert_eq!(alone["passwordCredentials"][0]["displayName"], "spare");
    let by_ids = json!({ "ids": [stage.principal] });
    let by_ids = stage.server.post(&admin, "/v1.0/directoryObjects/getByIds", by_ids).await.expect(200).json;
    let members = format!("/v1.0/groups/{}/members/microsoft.graph.servicePrincipal", stage.outer);
    let members = stage.server.get(&admin, &members).await.expect(200).json;
    for list in [by_ids, members] {
        for (name, value) in list["value"][0].as_object().unwrap() {
            if !name.starts_with('@') {
                assert_eq!(*value, alone[name], "{name}");
            }
        }
    }
}
