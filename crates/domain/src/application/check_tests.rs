//! Which addresses, names and roles can be declared: one row for each, good or bad.

use super::*;

fn of(platform: Platform, uri: &str) -> Check {
    check_redirect_uris(&RedirectUri::all(platform, [uri.to_owned()]))
}

#[test]
fn f2_only_exact_places_where_an_app_waits_can_be_registered() {
    use Platform::{PublicClient, Spa, Web};
    for (platform, uri, good) in [
        (Web, "https://app.example/callback", true),
        (Web, "https://app.example:8443/callback?tenant=1", true),
        (Web, "http://localhost:3000/callback", true),
        (Spa, "http://127.0.0.1/x", true),
        (PublicClient, "http://localhost", true),
        (PublicClient, "com.contoso.app://auth", true),
        (PublicClient, "msauth.com.contoso.app://auth/x", true),
        (PublicClient, "com.contoso.app:/auth", true),
        (Web, "http://app.example/callback", false),
        (Web, "http://localhost.evil.example/", false),
        (Web, "http://localhost:80@evil.example/", false),
        (Web, "com.contoso.app://auth", false),
        (Spa, "com.contoso.app://auth", false),
        (Web, "https://app.example/callback#x", false),
        (Web, "https://*.app.example/", false),
        (Web, "https://ana:secret@app.example/", false),
        (Web, "https:///app.example", false),
        (Web, "https://app.example\\@evil.example", false),
        (Web, "https://app.example/a b", false),
        (Web, "https://app.example/\r\nx", false),
        (PublicClient, "javascript:alert(1)", false),
        (PublicClient, "javascript:/alert(1)", false),
        (PublicClient, "JavaScript://x/%0aalert(1)", false),
        (PublicClient, "data:text/html,x", false),
        (PublicClient, "file:///etc/passwd", false),
        (PublicClient, "urn:ietf:wg:oauth:2.0:oob", false),
        (PublicClient, "http://app.example/", false),
        (PublicClient, "app", false),
        (PublicClient, "", false),
    ] {
        assert_eq!(of(platform, uri).is_ok(), good, "{platform:?} {uri}");
    }
    let many = RedirectUri::all(Web, (0..257).map(|n| format!("https://app.example/{n}")));
    assert!(check_redirect_uris(&many).is_err());
    let mut twice = RedirectUri::all(Web, ["https://app.example/".to_owned()]);
    twice.extend(RedirectUri::all(Spa, ["https://app.example/".to_owned()]));
    assert!(check_redirect_uris(&twice).is_err());
}

#[test]
fn e2_nobody_takes_the_name_of_another_resource() {
    let own = ClientId(Uuid::from_u128(7));
    let domains = ["fabrikam.example".to_owned()];
    let check = |uri: &str| identifier_uris(&[uri.to_owned()], own, &domains).is_ok();
    for good in
        ["api://orders", "api://orders/v1", "https://fabrikam.example/orders", "https://api.fabrikam.example"]
    {
        assert!(check(good), "{good}");
    }
    assert!(check(&format!("api://{own}")));
    for bad in [
        "api://00000003-0000-0000-c000-000000000000",
        "api://",
        "https://graph.microsoft.com",
        "https://evilfabrikam.example",
        "https://fabrikam.example.evil.example",
        "https://fabrikam.example/",
        "api://or*ders",
        "api://orders#x",
        "urn:orders",
        "orders",
    ] {
        assert!(!check(bad), "{bad}");
    }
}

fn role(n: u128, value: &str, enabled: bool) -> AppRole {
    AppRole {
        id: Uuid::from_u128(n),
        value: value.to_owned(),
        display_name: "A role".to_owned(),
        enabled,
        ..AppRole::default()
    }
}

#[test]
fn an_enabled_role_is_disabled_before_it_goes() {
    let before = [role(1, "Read", true), role(2, "Write", false)];
    assert!(app_roles(&before, &before).is_ok());
    assert!(app_roles(&before, &[role(1, "Read", false)]).is_ok());
    assert!(app_roles(&before, &[role(2, "Write", true)]).is_err());
    assert!(app_roles(&[], &[role(1, "Read", true), role(1, "Write", true)]).is_err());
    assert!(app_roles(&[], &[role(1, "Read", true), role(2, "read", true)]).is_err());
    // Of those without a value tokens say nothing.
    assert!(app_roles(&[], &[role(1, "", true), role(2, "", true)]).is_ok());
    for bad in ["a b", ".default", "x\"", "ü"] {
        assert!(app_roles(&[], &[role(1, bad, true)]).is_err(), "{bad}");
    }
    assert!(app_roles(&[], &[role(0, "Read", true)]).is_err());
}
