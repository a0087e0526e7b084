//! The request of the preview article, byte for byte.

use super::article::{assert_reset, guest, request, seed};
use crate::harness::Server;

const PRINTED: &str = include_str!("preview_article.txt");

#[test]
fn the_request_is_the_articles() {
    let Some(article) = seed("000_614dffd302dabbeb.txt") else { return };
    assert!(article.contains(PRINTED.trim_end_matches('\n')));
}

#[tokio::test]
async fn the_preview_articles_request_resets_a_guest() {
    let server = Server::start().await;
    let id = guest(&server).await;
    let token = server.token_of(&server.user_admin);
    let sent = request(PRINTED, &token, &id);
    assert_eq!(sent.uri(), "/beta/invitations");
    let reply = server.raw(sent).await;
    assert_reset(&server, &id, reply).await;
}

#[tokio::test]
async fn the_preview_articles_request_is_refused_to_who_may_only_invite() {
    let server = Server::start().await;
    let id = guest(&server).await;
    let before = server.look().state();
    for token in [server.token_of(&server.inviter), server.token_of(&server.member)] {
        let reply = server.raw(request(PRINTED, &token, &id)).await.expect(403);
        assert_eq!((reply.code(), reply.message()), ("Forbidden", "Generic authorization exception."));
    }
    assert_eq!(server.look().state(), before);
}
