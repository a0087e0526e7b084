//! Threats A1, G6 and H6, per source: whoever guesses links or asks for codes in numbers is slowed down, and
//! nobody else is.

use axum::body::Body;
use hospes_web::http::TrustedProxies;
use hospes_web::{WebOptions, router};
use http::Request;

use crate::harness::{Browser, Server};

const ANA: &str = "ana@contoso.example";

#[tokio::test]
async fn a1_a_source_that_guesses_links_is_told_to_wait_whatever_it_guesses() {
    let server = Server::start().await;
    let (_, link) = server.invite(&server.app_token().await, ANA).await;
    let broken = link.replace("ticket%3DAAAA", "ticket%3DAAAB");
    assert_ne!(broken, link);
    let mut guesser = Browser::at("192.0.2.7");
    for n in 0..30 {
        assert_eq!(guesser.get(&server, &broken).await.status, 404, "guess {n}");
    }
    for guess in [&broken, &link, "/redeem?rd=x"] {
        let page = guesser.get(&server, guess).await;
        assert_eq!(page.status, 429, "{}", page.html);
        assert!(page.headers.contains_key("retry-after"));
    }
    assert_eq!(
        Browser::at("192.0.2.8").get(&server, &link).await.status,
        200,
        "somebody else is not slowed down"
    );
    server.clock.advance(600);
    assert_eq!(guesser.get(&server, &link).await.status, 200);
}

#[tokio::test]
async fn g6_a_source_gets_sixty_codes_an_hour_for_all_addresses_together() {
    let server = Server::start().await;
    let mut asking = Browser::at("[2001:db8::1]");
    let mut refused = 0;
    for n in 0..62 {
        // An address each, so that only the source is counted.
        let page = server.ask_to_sign_in(&mut asking, &format!("a{n}@contoso.example")).await;
        refused += usize::from(page.status == 429);
    }
    assert_eq!(refused, 2);
    let page = server.ask_to_sign_in(&mut Browser::at("[2001:db8:0:1::1]"), ANA).await;
    assert_eq!(page.status, 200, "another household is not slowed down");
}

#[tokio::test]
async fn h6_a_forwarded_header_moves_nobody_to_another_source() {
    let server = Server::start().await;
    let mut guesser = Browser::at("192.0.2.7");
    for n in 0..31 {
        let request = Request::get("/redeem?rd=x")
            .header("x-forwarded-for", format!("198.51.100.{n}"))
            .header("forwarded", format!("for=198.51.100.{n}"))
            .header("x-real-ip", format!("198.51.100.{n}"));
        let page = guesser.send(&server, request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, if n < 30 { 404 } else { 429 }, "guess {n}");
    }
}

#[tokio::test]
async fn h6_behind_a_proxy_of_ours_the_rightmost_hop_is_the_source_and_nothing_left_of_it() {
    let mut server = Server::start().await;
    let trusted_proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
    server.router = router(server.app.clone(), WebOptions { trusted_proxies, ..WebOptions::default() });
    let mut proxy = Browser::at("10.0.0.1");
    let guess = |forwarded: &str| {
        Request::get("/redeem?rd=x").header("x-forwarded-for", forwarded).body(Body::empty())
    };
    for n in 0..31 {
        // What the guesser makes up stands left of what the proxies append.
        let page =
            proxy.send(&server, guess(&format!("203.0.113.{n}, 198.51.100.7, 10.9.9.9")).unwrap()).await;
        assert_eq!(page.status, if n < 30 { 404 } else { 429 }, "guess {n}");
    }
    let other = proxy.send(&server, guess("198.51.100.8").unwrap()).await;
    assert_eq!(other.status, 404, "somebody else behind the same proxy is not slowed down");
    let direct = Browser::at("192.0.2.7").send(&server, guess("198.51.100.7").unwrap()).await;
    assert_eq!(direct.status, 404, "a stranger who names the guesser is counted as himself");
}
