//! The request of the general-availability article. Its copy has lost the POST line, braces and brackets, and the
//! redirect URL; those are restored as in the preview, nothing else is.

use super::article::{assert_reset, guest, request, seed};
use crate::harness::Server;

const RESTORED: &str = include_str!("ga_article.txt");

#[test]
fn only_what_was_lost_is_restored() {
    let Some(article) = seed("001_6ff7c6bd63361e34.txt") else { return };
    let from = article.find("Authorization: Bearer").unwrap();
    let printed = article[from..].split("\n\n").next().unwrap();
    let mut ours = RESTORED.lines();
    let mut added = Vec::new();
    for line in printed.lines() {
        let line = line.replace(
            "\"inviteRedirectUrl\": \"\"",
            "\"inviteRedirectUrl\": \"https://myapps.microsoft.com?tenantId=\"",
        );
        added.extend(ours.by_ref().take_while(|other| *other != line));
    }
    added.extend(ours);
    assert_eq!(added.remove(0).trim(), "POST https://graph.microsoft.com/v1.0/invitations");
    assert!(
        !added.is_empty()
            && added.iter().all(|line| line.trim().bytes().all(|byte| b"{}[],".contains(&byte))),
        "{added:?}"
    );
}

#[tokio::test]
async fn the_ga_articles_request_resets_a_guest() {
    let server = Server::start().await;
    let id = guest(&server).await;
    let token = server.token_of(&server.user_admin);
    let sent = request(RESTORED, &token, &id);
    assert_eq!(sent.uri(), "/v1.0/invitations");
    let reply = server.raw(sent).await;
    assert_reset(&server, &id, reply).await;
}
