//! Questions put together from pieces that fit badly: whatever is asked, the answer is a list or says what is wrong with the
//! question. Nothing that gets past a reader is a statement that the database refuses.

use axum::body::Body;
use http::Request;

use super::encoded;
use crate::harness::{Dice, Server};

const QUESTIONS: usize = 1_500;

const PROPERTIES: &[&str] = &[
    "id",
    "displayName",
    "mail",
    "userPrincipalName",
    "givenName",
    "userType",
    "creationType",
    "accountEnabled",
    "companyName",
    "employeeId",
    "showInAddressList",
    "businessPhones",
    "otherMails",
    "proxyAddresses",
    "identities",
    "ownedObjects",
    "createdDateTime",
    "deletedDateTime",
    "ageGroup",
    "isResourceAccount",
    "employeeHireDate",
    "imAddresses",
    "assignedLicenses",
    "owners",
    "securityEnabled",
    "mailEnabled",
    "description",
    "appId",
    "tags",
    "identifierUris",
    "servicePrincipalNames",
    "appOwnerOrganizationId",
    "signInAudience",
    "expirationDateTime",
    "groupTypes",
    "nothing",
];
const OPERATORS: &[&str] = &["eq", "ne", "ge", "le", "gt", "lt", "in", "has", "not"];
const VALUES: &[&str] = &[
    "'a'",
    "''",
    "'%'",
    "'ſ'",
    "'\u{10ffff}'",
    "'\u{d7ff}'",
    "null",
    "true",
    "false",
    "0",
    "-1",
    "9223372036854775807",
    "2026-01-31",
    "2026-01-31T12:00:00Z",
    "-009999-01-02T01:59:59Z",
    "'6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0'",
    "6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0",
    "('a')",
    "('a',null)",
    "(true,false)",
    "(null)",
    "'Invitation'",
    "'smtp:'",
    "'s'",
];
const LISTS: &[&str] = &[
    "users",
    "groups",
    "applications",
    "servicePrincipals",
    "directory/deletedItems/graph.user",
    "directory/deletedItems/graph.group",
    "groups/{group}/members",
    "groups/{group}/members/graph.user",
    "groups/{group}/members/graph.group",
    "groups/{group}/transitiveMembers",
    "me/memberOf",
    "me/memberOf/graph.group",
    "users/$count",
    "groups/$count",
    "auditLogs/directoryAudits",
    "auditLogs/signIns",
    "oauth2PermissionGrants",
    "users/delta",
    "groups/delta",
];

/// Conditions that fit somewhere: what the others are put together with.
const FITTING: &[&str] = &[
    "displayName ge 'a'",
    "startsWith(displayName,'ſ')",
    "displayName in ('a','mia')",
    "displayName eq null",
    "id eq '6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0'",
    "createdDateTime ge 2026-01-31",
    "createdDateTime le -009999-01-02T01:59:59Z",
    "accountEnabled ge true",
    "securityEnabled ne true",
    "proxyAddresses/any(x:startsWith(x,'s'))",
    "otherMails/all(x:x ne 'a')",
    "not otherMails/any(x:endsWith(x,'%'))",
    "otherMails/$count le 9223372036854775807",
    "owners/$count eq 0",
    "ownedObjects/$count gt 0",
    "assignedLicenses/any(x:x/skuId eq 6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0)",
    "employeeHireDate eq 2026-01-31",
    "identities/any(x:x/issuer eq 'mail' and x/issuerAssignedId eq 'ana@contoso.example')",
    "mail in (null,'a')",
    "tags/$count eq 0",
    "endsWith(mail,'\u{10ffff}')",
    "startsWith(mail,'\u{10ffff}')",
    "groupTypes/any(x:x eq 'Unified')",
    "appId ne 6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0",
];

fn condition(dice: &mut Dice, depth: usize) -> String {
    if depth > 0 && dice.one_in(2) {
        let (one, other) = (condition(dice, depth - 1), condition(dice, depth - 1));
        return match dice.below(4) {
            0 => format!("not ({one})"),
            1 => format!("({one}) and {other}"),
            2 => format!("{one} or ({other})"),
            _ => format!("{one} and {other}"),
        };
    }
    if !dice.one_in(4) {
        return dice.pick(FITTING).to_owned();
    }
    let (name, value) = (dice.pick(PROPERTIES), dice.pick(VALUES));
    let operator = dice.pick(OPERATORS);
    let function = dice.pick(&["startsWith", "endsWith", "contains"]);
    match dice.below(7) {
        0 => format!("{function}({name},{value})"),
        1 => format!("{name}/any(x:x {operator} {value})"),
        2 => format!("{name}/all(x:x {operator} {value} or {function}(x,{value}))"),
        3 => format!("{name}/any(x:x/issuer {operator} {value} and x/issuerAssignedId eq {value})"),
        4 => format!("{name}/$count {operator} {}", dice.pick(&["0", "1", "2", "9223372036854775807", "x"])),
        _ => format!("{name} {operator} {value}"),
    }
}

#[tokio::test]
async fn whatever_is_asked_nothing_breaks() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    server.accepted_guest("ana@contoso.example").await;
    let mut dice = Dice::new(2026);
    let (mut good, mut bad) = (0, 0);
    for question in 0..QUESTIONS {
        let list = dice.pick(LISTS).replace("{group}", &server.group.to_string());
        let mut query = format!("$filter={}", encoded(&condition(&mut dice, 1)));
        if dice.one_in(3) {
            query =
                format!("{query}&$orderby={}%20{}", dice.pick(PROPERTIES), dice.pick(&["", "asc", "desc"]));
        }
        if dice.one_in(8) {
            let text = dice.pick(&["a", "ana@", "%", "ſ", "a b", "\\\""]);
            query = format!("{query}&$search={}", encoded(&format!("\"{}:{text}\"", dice.pick(PROPERTIES))));
        }
        if dice.one_in(6) {
            query = format!(
                "{query}&$expand={}",
                dice.pick(&["owners", "manager", "members", "memberOf($select=id)"])
            );
        }
        let path = format!("/v1.0/{list}?$top={}&{query}", dice.pick(&["1", "2", "999"]));
        let mut request = Request::get(&path).header("authorization", format!("Bearer {token}"));
        if !dice.one_in(6) {
            request = Request::get(format!("{path}&$count=true"))
                .header("authorization", format!("Bearer {token}"))
                .header("ConsistencyLevel", "eventual");
        }
        let reply = server.raw(request.body(Body::empty()).unwrap()).await;
        match reply.status.as_u16() {
            200 => good += 1,
            400 if !reply.message().is_empty() => bad += 1,
            other => panic!("question {question}: {path}: {other} {}", reply.text),
        }
    }
    assert!(good > QUESTIONS / 10 && bad > QUESTIONS / 4, "{good} good, {bad} bad");
}
