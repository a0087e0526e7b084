//! Lines under another spelling: an application by its `appId`, and the number of a list. Whoever asks gets what the line
//! itself gives, and no more.

use serde_json::Value;

use super::graph::send;
use crate::harness::{Sample, Server, graph_routes, is_newer};

#[tokio::test]
async fn an_application_answers_to_its_app_id_wherever_it_answers_to_its_id() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = hospes_domain::ids::ObjectId::parse(&guest).unwrap();
    let nobody = "00000000-0000-4000-8000-000000000404";
    let mut compared = 0;
    for route in graph_routes() {
        let Some((set, id)) =
            [("applications", &samples.application), ("servicePrincipals", &samples.service_principal)]
                .into_iter()
                .find(|(set, _)| route.path.starts_with(&format!("/{set}/{{id}}")))
        else {
            continue;
        };
        let sample = samples.of(route);
        let by = |app_id: &str| {
            let path = sample.path.replacen(&format!("/{set}/{id}"), &format!("/{set}(appId='{app_id}')"), 1);
            Sample { path, ..sample.clone() }
        };
        assert_ne!(by(&samples.client).path, sample.path);
        // What is changed by one spelling cannot be changed again by the other.
        let readers = if route.method == "GET" { &[server.admin.id, guest][..] } else { &[guest][..] };
        for who in readers {
            let token = server.live_token(server.tenant, *who);
            let one = send(&server, "/v1.0", Some(&token), &sample).await;
            let other = send(&server, "/v1.0", Some(&token), &by(&samples.client)).await;
            assert_eq!((one.status, &one.json["value"]), (other.status, &other.json["value"]), "{route:?}");
            assert_eq!(one.json["id"], other.json["id"], "{route:?}");
        }
        let token = server.live_token(server.tenant, server.admin.id);
        assert_eq!(send(&server, "/v1.0", Some(&token), &by(nobody)).await.status, 404, "{route:?}");
        assert_eq!(send(&server, "/v1.0", Some(&token), &by("x")).await.status, 404, "{route:?}");
        compared += 1;
    }
    assert!(compared > 30, "only {compared} lines");
    // What is changed is the same application.
    let token = server.live_token(server.tenant, server.admin.id);
    let twin = format!("/v1.0/applications(appId='{}')", samples.client);
    server.patch(&token, &twin, serde_json::json!({ "notes": "By its client id" })).await.expect(204);
    let read = server.get(&token, &format!("/v1.0/applications/{}", samples.application)).await.expect(200);
    assert_eq!(read.json["notes"], "By its client id");
    // Nothing else has an `appId`.
    for path in [format!("/v1.0/users(appId='{}')", samples.client), "/v1.0/groups(appId='x')".to_owned()] {
        assert_eq!(server.get(&token, &path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_number_of_a_list_is_for_whoever_may_list_and_no_other() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = hospes_domain::ids::ObjectId::parse(&guest).unwrap();
    let mut counted = 0;
    for route in graph_routes().into_iter().filter(|route| route.method == "GET") {
        let sample = samples.of(route);
        let number = Sample { path: format!("{}/$count", sample.path), ..sample.clone() };
        for who in [server.admin.id, guest] {
            let token = server.live_token(server.tenant, who);
            let list = send(&server, "/v1.0", Some(&token), &sample).await;
            let count = send(&server, "/v1.0", Some(&token), &number).await;
            let is_list = list.json["value"].is_array() && !route.path.ends_with("/delta");
            let ours = route.path.contains("/hospes.") && !route.path.starts_with("/hospes.mails");
            if is_list && !ours {
                assert!(list.json["@odata.nextLink"].is_null(), "{route:?} needs a larger page");
                let there = list.json["value"].as_array().map_or(0, Vec::len);
                assert_eq!(
                    (count.status.as_u16(), count.text.as_str()),
                    (200, &*there.to_string()),
                    "{route:?}"
                );
                let root = if is_newer(route.path) { "/beta" } else { "/v1.0" };
                let plain = server.get(&token, &format!("{root}{}", number.path)).await;
                assert_eq!((plain.status.as_u16(), plain.code()), (400, "Request_BadRequest"), "{route:?}");
                let posted = server.post(&token, &format!("{root}{}", number.path), Value::Null).await;
                assert_eq!(posted.status, 405, "{route:?}");
                counted += 1;
            } else {
                // Refused as the list is, or no list: a path nobody knows.
                let unknown = count.status == 400 || count.status == 404;
                assert!(count.status == list.status || unknown, "{route:?}: {}", count.status);
                assert!(!count.status.is_success(), "{route:?}: {}", count.text);
            }
        }
    }
    assert!(counted > 60, "only {counted} lists");
}
