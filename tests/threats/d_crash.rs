//! D12: a reset that breaks off leaves the old state whole, and one that was answered leaves the new one.
//!
//! A write breaks off where a trigger of the test makes it fail; a crash between two writes is the same to the
//! database, since what was not committed is not there. A crash after the answer is a copy of the files of that moment.

use std::collections::BTreeSet;

use serde_json::json;

use crate::harness::{Browser, Server};

const WRITES: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

/// A guest who has redeemed and whose `mail` is the next address; nothing waits to be sent.
struct Moving {
    id: String,
    old: String,
    new: String,
    browser: Browser,
}

async fn moving(server: &Server, n: usize) -> Moving {
    // Beyond the limits of codes and invitations.
    server.clock.advance(3600);
    let (old, new) = (format!("guest{n}@contoso.example"), format!("guest{n}@adatum.example"));
    let (id, browser) = server.accepted_guest(&old).await;
    let token = server.token_of(&server.user_admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "mail": new })).await.expect(204);
    server.mails().await;
    Moving { id, old, new, browser }
}

async fn assert_reset_is_whole(server: &Server, guest: &mut Moving) {
    let token = server.token_of(&server.user_admin);
    let path = format!("/v1.0/users/{}?$select=externalUserState,identities", guest.id);
    let user = server.get(&token, &path).await.expect(200).json;
    assert_eq!(user["externalUserState"], "PendingAcceptance");
    assert_eq!(user["identities"].as_array().unwrap().len(), 1);
    assert!(!server.greets(&mut guest.browser, &guest.old).await, "the session has ended");
    let mails = server.mails().await;
    assert!(
        mails.iter().any(|mail| mail.to == guest.new && mail.link().is_some()),
        "the invitation is queued"
    );
    assert!(mails.iter().any(|mail| mail.to == guest.old && mail.is_reset_notice()), "so is the notice");
}

/// Tables that a reset writes to.
async fn written(server: &Server) -> BTreeSet<String> {
    let mut guest = moving(server, 0).await;
    let before: BTreeSet<String> = server.look().state().into_iter().collect();
    server.reset(&server.token_of(&server.user_admin), &guest.id, &guest.new).await.expect(201);
    let after: BTreeSet<String> = server.look().state().into_iter().collect();
    let table = |row: &String| row.split(':').next().unwrap_or_default().to_owned();
    let tables = before.symmetric_difference(&after).map(table).collect();
    assert_reset_is_whole(server, &mut guest).await;
    tables
}

#[tokio::test]
async fn d12_a_reset_that_breaks_off_at_any_write_changes_nothing_and_mails_nothing() {
    let server = Server::start().await;
    let tables = written(&server).await;
    for expected in ["audit", "bindings", "invitations", "jobs", "users"] {
        assert!(tables.contains(expected), "{expected} is not among {tables:?}");
    }
    let mut broken = BTreeSet::new();
    let places = tables.iter().flat_map(|table| WRITES.map(|write| (table, write)));
    for (n, (table, write)) in places.enumerate() {
        let mut guest = moving(&server, n + 1).await;
        let token = server.token_of(&server.user_admin);
        let before = server.look().state();
        let broken_write = server.break_writes(table, write);
        let reply = server.reset(&token, &guest.id, &guest.new).await;
        drop(broken_write);
        if reply.status.is_success() {
            // No write of a reset.
            assert_reset_is_whole(&server, &mut guest).await;
            continue;
        }
        assert!(reply.status.is_server_error(), "{write} {table}: {} {}", reply.status, reply.text);
        assert!(!reply.text.contains("broken off"), "{}", reply.text);
        assert_eq!(server.look().state(), before, "{write} {table}");
        assert!(server.mails().await.is_empty(), "{write} {table}");
        assert!(server.greets(&mut guest.browser, &guest.old).await, "{write} {table}: still signed in");
        broken.insert(table.as_str());
        // Nothing is stuck: the same reset goes through now.
        server.reset(&token, &guest.id, &guest.new).await.expect(201);
        assert_reset_is_whole(&server, &mut guest).await;
    }
    assert_eq!(broken.len(), tables.len(), "only {broken:?} of {tables:?}");
}

#[tokio::test]
async fn d12_an_answered_reset_survives_a_crash_whole() {
    let mut server = Server::start().await;
    let mut guest = moving(&server, 1).await;
    server.reset(&server.token_of(&server.user_admin), &guest.id, &guest.new).await.expect(201);
    server.crash().await;
    assert_reset_is_whole(&server, &mut guest).await;
}
