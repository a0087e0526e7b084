//! The reference as a table of requests: what reference/user-object.md section 4, graph-conventions.md and the published pages
//! on queries say of a request, with a directory in which the answer can be told. Refuses to know the server's tables: the
//! matrix of operators is copied from the reference.

use std::fmt::Write as _;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::reference_rows::{FAILURES, FINDS};
use crate::harness::{Reply, Server};

/// How a request is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Plain,
    /// With `ConsistencyLevel: eventual`.
    Eventual,
}

/// An address as a client sends it: what may not stand in one is encoded, `%` and `+` are what the row says.
fn sent(path: &str) -> String {
    let mut sent = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte) {
            sent.push(char::from(byte));
        } else {
            write!(sent, "%{byte:02X}").unwrap();
        }
    }
    sent
}

struct Directory {
    server: Server,
    token: String,
    ana: String,
    group: String,
}

impl Directory {
    async fn new() -> Self {
        let server = Server::start().await;
        let token = server.token_of(&server.admin);
        let people = [
            json!({ "displayName": "Ana Li", "userPrincipalName": "ana@fabrikam.example", "department": "Sales", "city": "Berlin",
                "jobTitle": "Buyer", "companyName": "Contoso", "country": "DE", "employeeId": "e1", "usageLocation": "DE",
                "givenName": "Ana", "surname": "Li", "mail": "ana.li@x.example", "businessPhones": ["+49 30 1"],
                "otherMails": ["ana@alt.example", "b.li@alt.example"] }),
            json!({ "displayName": "ana li", "userPrincipalName": "ana2@fabrikam.example", "city": "Bonn" }),
            json!({ "displayName": "O'Brien, Zoë", "userPrincipalName": "zoe@fabrikam.example", "department": "R&D+",
                "city": "100%_sure", "accountEnabled": false, "otherMails": ["zoe@alt.example"] }),
            json!({ "displayName": "字 Team-42", "userPrincipalName": "zi@fabrikam.example", "department": "Law" }),
            json!({ "displayName": "Gone Li", "userPrincipalName": "gone@fabrikam.example", "department": "Sales" }),
        ];
        let mut ids = Vec::new();
        for mut person in people {
            server.clock.advance(10);
            let upn = person["userPrincipalName"].as_str().unwrap();
            person["mailNickname"] = upn.split('@').next().into();
            if person["accountEnabled"].is_null() {
                person["accountEnabled"] = true.into();
            }
            person["passwordProfile"] = json!({ "password": "a long enough password" });
            let made = server.post(&token, "/v1.0/users", person).await.expect(201).json;
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        let group = server.group.to_string();
        let reference =
            |id: &str| json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") });
        for id in [&ids[0], &ids[2], &ids[4]] {
            server
                .post(&token, &format!("/v1.0/groups/{group}/members/$ref"), reference(id))
                .await
                .expect(204);
        }
        server
            .post(&token, &format!("/v1.0/groups/{group}/owners/$ref"), reference(&ids[0]))
            .await
            .expect(204);
        let manager = format!("/v1.0/users/{}/manager/$ref", ids[0]);
        server.put(&token, &manager, reference(&ids[3])).await.expect(204);
        server.delete(&token, &format!("/v1.0/users/{}", ids[4])).await.expect(204);
        let body = json!({ "invitedUserEmailAddress": "pat@contoso.example", "invitedUserDisplayName": "Pat",
            "inviteRedirectUrl": "https://myapps.microsoft.com" });
        server.post(&token, "/v1.0/invitations", body).await.expect(201);
        Self { ana: ids.swap_remove(0), server, token, group }
    }

    async fn ask(&self, ask: Ask, path: &str) -> Reply {
        let path = path.replace("{ana}", &self.ana).replace("{group}", &self.group);
        let path = if path.starts_with("/beta") { path } else { format!("/v1.0{path}") };
        let mut request = Request::get(sent(&path)).header("authorization", format!("Bearer {}", self.token));
        if ask == Ask::Eventual {
            request = request.header("ConsistencyLevel", "eventual");
        }
        self.server.raw(request.body(Body::empty()).unwrap()).await
    }
}

#[tokio::test]
async fn what_the_reference_finds_is_found() {
    let directory = Directory::new().await;
    let mut wrong = Vec::new();
    for (ask, path, expected) in FINDS {
        let reply = directory.ask(*ask, path).await;
        let name = |one: &Value| one["displayName"].as_str().unwrap_or("?").to_owned();
        let mut found: Vec<String> = reply.json["value"].as_array().into_iter().flatten().map(name).collect();
        let mut wanted: Vec<&str> = expected.to_vec();
        if !path.contains("$orderby") {
            found.sort();
            wanted.sort_unstable();
        }
        if reply.status != 200 || found != wanted {
            wrong.push(format!("{path}: {found:?}, not {wanted:?} ({} {})", reply.status, reply.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FINDS.len(), wrong.join("\n"));
}

#[tokio::test]
async fn what_the_reference_refuses_is_refused_in_its_words() {
    let directory = Directory::new().await;
    let mut wrong = Vec::new();
    for (ask, path, status, code, part) in FAILURES {
        let reply = directory.ask(*ask, path).await;
        let error = &reply.json["error"];
        let fits = reply.status == *status
            && error["code"] == *code
            && error["message"].as_str().is_some_and(|message| message.contains(part))
            && error["innerError"]["request-id"] == reply.headers["request-id"].to_str().unwrap();
        if !fits {
            wrong.push(format!("{path}: not {status} {code} '{part}' but {} {}", reply.status, reply.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FAILURES.len(), wrong.join("\n"));
}

/// The table of reference/user-object.md section 4, cell by cell: eq ne not ge le in startsWith null. What a cell leaves open
/// is a dot: the page of the property may offer it.
#[rustfmt::skip]
const OPERATORS: &[(&str, &[u8; 8], &str)] = &[
    ("accountEnabled", b"DAAAAD..", "true"), ("companyName", b"AAAAAAAA", "'x'"), ("country", b"DAADDDDA", "'x'"),
    ("createdDateTime", b"DAADDA..", "2026-01-31T12:00:00Z"), ("creationType", b"DAA..D..", "'x'"),
    ("deletedDateTime", b"DAADDA..", "2026-01-31T12:00:00Z"), ("department", b"DAADDDDA", "'x'"),
    ("displayName", b"DAA..DDA", "'x'"), ("employeeId", b"DA..A.DA", "'x'"), ("givenName", b"DA.DDDDA", "'x'"),
    ("surname", b"DA.DDDDA", "'x'"), ("id", b"DAA..D..", "'6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0'"),
    ("jobTitle", b"DA.DDD.A", "'x'"), ("mail", b"DA.DDDD.", "'x'"), ("mailNickname", b"DA.DDDDA", "'x'"),
    ("otherMails", b"DA.DDDD.", "'x'"), ("proxyAddresses", b"DA.DD.D.", "'x'"), ("userPrincipalName", b"DA..DDD.", "'x'"),
    ("userType", b"DAA..D.A", "'x'"), ("usageLocation", b"DA.DDDD.", "'x'"),
    ("externalUserState", b"DAA..D..", "'x'"),
];

fn condition(name: &str, column: usize, value: &str) -> String {
    let collection = ["otherMails", "proxyAddresses"].contains(&name);
    let one = if collection { "x" } else { name };
    let inner = match column {
        2 => return format!("not ({})", condition(name, 0, value)),
        5 => format!("{one} in ({value}, {value})"),
        6 => format!("startsWith({one},{value})"),
        7 => format!("{one} eq null"),
        _ => format!("{one} {} {value}", ["eq", "ne", "", "ge", "le"][column]),
    };
    if collection { format!("{name}/any(x:{inner})") } else { inner }
}

#[tokio::test]
async fn every_operator_works_where_the_reference_says_so() {
    let directory = Directory::new().await;
    let (mut wrong, mut asked) = (Vec::new(), 0);
    let ends = ["mail", "otherMails", "userPrincipalName", "proxyAddresses"].map(|name| {
        let end = if name.ends_with('s') {
            format!("{name}/any(x:endsWith(x,'x'))")
        } else {
            format!("endsWith({name},'x')")
        };
        (name, b'A', end)
    });
    let cells = OPERATORS.iter().flat_map(|(name, needs, value)| {
        (0..8).map(move |column| (*name, needs[column], condition(name, column, value)))
    });
    for (name, need, condition) in cells.chain(ends).filter(|(_, need, _)| *need != b'.') {
        let path = format!("/users?$filter={condition}");
        let counted = format!("{path}&$count=true");
        let tries = [
            (Ask::Plain, &path, need == b'D'),
            (Ask::Eventual, &path, need == b'D'),
            (Ask::Plain, &counted, need == b'D'),
            (Ask::Eventual, &counted, true),
        ];
        for (ask, path, works) in tries {
            asked += 1;
            let reply = directory.ask(ask, path).await;
            let refused = reply.status == 400
                && reply.code() == "Request_UnsupportedQuery"
                && reply
                    .message()
                    .contains("is not supported because the required parameters might be missing")
                && reply.message().contains(name);
            if (works && reply.status != 200) || (!works && !refused) {
                wrong.push(format!("{ask:?} {path}: {} {}", reply.status, reply.text));
            }
        }
    }
    assert!(asked > 500 && wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn totals_are_those_of_the_whole_list_and_stay_right() {
    let directory = Directory::new().await;
    let (server, token) = (&directory.server, &directory.token);
    let total = async || {
        let counted = directory.ask(Ask::Eventual, "/users?$count=true&$top=1").await.expect(200).json;
        assert_eq!(counted["value"].as_array().unwrap().len(), 1);
        let alone = directory.ask(Ask::Eventual, "/users/$count").await.expect(200);
        assert_eq!(counted["@odata.count"].to_string(), alone.text);
        let all = directory.ask(Ask::Plain, "/users?$top=999").await.expect(200).json;
        assert_eq!(all["value"].as_array().unwrap().len().to_string(), alone.text);
        alone.text
    };
    assert_eq!(total().await, "10", "five of the fixture, four and a guest");
    let (pat, _) = server.invite(token, "sam@contoso.example").await;
    assert_eq!(total().await, "11");
    let path = format!("/v1.0/users/{pat}");
    server.patch(token, &path, json!({ "jobTitle": "x" })).await.expect(204);
    assert_eq!(total().await, "11");
    server.delete(token, &path).await.expect(204);
    assert_eq!(total().await, "10");
    server.post(token, &format!("/v1.0/directory/deletedItems/{pat}/restore"), Value::Null).await.expect(200);
    assert_eq!(total().await, "11");
    server.delete(token, &path).await.expect(204);
    server.delete(token, &format!("/v1.0/directory/deletedItems/{pat}")).await.expect(204);
    assert_eq!(total().await, "10");
    let (other, ada, _) = server.second_tenant("northwind.example").await;
    let foreign = server.live_token(other, ada.id);
    assert_eq!(super::eventually(server, &foreign, "/v1.0/users/$count").await.text, "1");
}

#[tokio::test]
async fn relations_come_along_as_published() {
    let directory = Directory::new().await;
    let one = directory.ask(Ask::Plain, "/users/{ana}?$select=id&$expand=manager($select=displayName)").await;
    let one = one.expect(200).json;
    assert_eq!(
        one["manager"],
        json!({ "@odata.type": "#microsoft.graph.user", "displayName": "字 Team-42" }),
        "an object, no list"
    );
    assert_eq!(
        one["@odata.context"],
        "https://hospes.example/v1.0/$metadata#users(id,manager(displayName))/$entity"
    );
    let all = directory.ask(
        Ask::Plain,
        "/users?$select=displayName&$expand=manager($select=id),directReports($select=displayName)",
    );
    let all = all.await.expect(200).json;
    let of =
        |name: &str| all["value"].as_array().unwrap().iter().find(|one| one["displayName"] == name).unwrap();
    assert!(of("Ana Li")["manager"]["id"].is_string());
    assert!(of("ana li").get("manager").is_none(), "nobody is nothing");
    assert_eq!(of("字 Team-42")["directReports"][0]["displayName"], "Ana Li");
    assert_eq!(of("ana li")["directReports"], json!([]));
    let owned = directory
        .ask(Ask::Plain, "/users/{ana}?$expand=ownedObjects($select=displayName)")
        .await
        .expect(200)
        .json;
    assert_eq!(owned["ownedObjects"][0]["displayName"], "Spring audit");
    let group = directory
        .ask(Ask::Plain, "/groups/{group}?$expand=members($select=displayName),owners,memberOf")
        .await;
    let group = group.expect(200).json;
    assert_eq!(group["members"].as_array().unwrap().len(), 2, "who is deleted is none: {}", group["members"]);
    assert_eq!((group["owners"].as_array().unwrap().len(), &group["memberOf"]), (1, &json!([])));
    for set in ["applications", "servicePrincipals"] {
        let list =
            directory.ask(Ask::Plain, &format!("/{set}?$select=id&$expand=owners")).await.expect(200).json;
        assert!(list["value"].as_array().unwrap().iter().all(|one| one["owners"].is_array()), "{set}");
    }
}
