//! Random filters, searches and orders over random people, compared with a plain evaluator that reads the reference and
//! not the server's code. Runs on the engine under test, so both engines are held to the same answers. Refuses to forgive:
//! every page is compared, in its order, and the number of all.

mod addresses;
mod below;
mod chance;
mod condition;
mod expand;
mod greek;
mod limits;
mod lists;
mod pages;
mod pieces;
mod reference_rows;
mod reference_table;
mod relations;
mod search;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::harness::{Dice, Reply, Server};
use chance::{Chance, PROPERTIES};
use condition::{folded, instant};

/// Questions of one run.
const QUESTIONS: usize = 400;
const PEOPLE: usize = 70;

pub fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// A call with the header of advanced queries.
pub async fn eventually(server: &Server, token: &str, path: &str) -> Reply {
    let request = Request::get(path)
        .header("authorization", format!("Bearer {token}"))
        .header("ConsistencyLevel", "eventual");
    server.raw(request.body(Body::empty()).unwrap()).await
}

/// A directory full of people, some of whom were renamed and some deleted.
async fn directory(chance: &mut Chance) -> (Server, String, Vec<Value>) {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let mut ids = Vec::new();
    for number in 0..PEOPLE {
        server.clock.advance(i64::try_from(number % 3).unwrap());
        let mut person = chance.person();
        person["userPrincipalName"] =
            format!("{}{number}@fabrikam.example", chance.pick(&["ana", "Bo", "zoe"])).into();
        person["mailNickname"] = format!("p{number}").into();
        person["passwordProfile"] = json!({ "password": "a long enough password" });
        let made = server.post(&token, "/v1.0/users", person).await.expect(201);
        ids.push(made.json["id"].as_str().unwrap().to_owned());
        if number % 5 == 0 {
            server.invite(&token, &format!("guest{number}.li@contoso.example")).await;
        }
    }
    for id in &ids {
        let path = format!("/v1.0/users/{id}");
        if chance.one_in(4) {
            server.patch(&token, &path, json!({ "displayName": chance.name() })).await.expect(204);
        } else if chance.one_in(10) {
            server.delete(&token, &path).await.expect(204);
        }
    }
    let all = server.get(&token, &format!("/v1.0/users?$top=999&$select={PROPERTIES}")).await.expect(200);
    assert!(all.json["@odata.nextLink"].is_null());
    let all = all.json["value"].as_array().unwrap().clone();
    (server, token, all)
}

/// All pages of a list, and the number that the first one told.
async fn pages(server: &Server, token: &str, path: &str) -> (Vec<String>, i64) {
    let mut reply = eventually(server, token, path).await;
    let mut ids = Vec::new();
    let mut count = None;
    loop {
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        count = count.or(reply.json["@odata.count"].as_i64());
        for one in reply.json["value"].as_array().unwrap() {
            ids.push(one["id"].as_str().unwrap().to_owned());
        }
        let Some(next) = reply.json["@odata.nextLink"].as_str() else { break };
        let next = next.strip_prefix("https://hospes.example").unwrap().to_owned();
        reply = eventually(server, token, &next).await;
    }
    (ids, count.unwrap())
}

/// What the order of the list compares first.
fn key(order: &str, person: &Value) -> String {
    let text = person[order].as_str().unwrap();
    if order == "createdDateTime" { instant(text) } else { folded(text) }
}

async fn ask_and_compare(seed: u64) {
    let mut chance = Chance(Dice::new(seed));
    let (server, token, everybody) = directory(&mut chance).await;
    let mut found = 0;
    for question in 0..QUESTIONS {
        let filter = (!chance.one_in(4)).then(|| chance.condition(3, &everybody));
        let search = chance.one_in(3).then(|| chance.search(2, &everybody));
        let order =
            chance.one_in(2).then(|| chance.pick(&["displayName", "userPrincipalName", "createdDateTime"]));
        let descending = chance.one_in(2);
        let mut expected: Vec<&Value> = everybody
            .iter()
            .filter(|person| filter.as_ref().is_none_or(|filter| condition::passes(filter, person)))
            .filter(|person| search.as_ref().is_none_or(|search| search::passes(search, person)))
            .collect();
        expected.sort_by_key(|person| {
            (order.map(|order| key(order, person)), person["id"].as_str().unwrap().to_owned())
        });
        if descending {
            expected.reverse();
        }
        let mut query = format!("$count=true&$select=id&$top={}", chance.pick(&[1, 3, 10, 50, 999]));
        if let Some(filter) = &filter {
            query = format!("{query}&$filter={}", encoded(&condition::spelled(filter, &mut chance.0)));
        }
        if let Some(search) = &search {
            query = format!("{query}&$search={}", encoded(&search::spelled(search)));
        }
        if let Some(order) = order {
            query = format!("{query}&$orderby={order}{}", if descending { "%20desc" } else { "" });
        }
        let (mut ids, count) = pages(&server, &token, &format!("/v1.0/users?{query}")).await;
        let mut expected: Vec<String> =
            expected.iter().map(|person| person["id"].as_str().unwrap().to_owned()).collect();
        if order.is_none() {
            ids.sort();
            expected.sort();
        }
        assert_eq!(ids, expected, "seed {seed}, question {question}: {filter:?} {search:?} {query}");
        assert_eq!(count, i64::try_from(ids.len()).unwrap(), "{query}");
        found += usize::from(!ids.is_empty() && ids.len() < everybody.len());
    }
    assert!(found * 3 > QUESTIONS, "only {found} of {QUESTIONS} questions told people apart");
}

#[tokio::test]
async fn random_questions_are_answered_as_the_reference_says_1() {
    ask_and_compare(11).await;
}

#[tokio::test]
async fn random_questions_are_answered_as_the_reference_says_2() {
    ask_and_compare(12).await;
}
