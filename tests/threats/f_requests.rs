//! Threats F10, F12, F13 and F14 where the request itself is the weapon: objects to fetch, hints of somebody else, tokens in
//! addresses, and a session that was there before its owner rose.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::Duration;

use hospes_actions::setup::{NewGroup, create_group};
use hospes_domain::access::Role;
use serde_json::json;

use super::d_sign_ins::tokens;
use super::f_logout::{at_desk, desk};
use super::h_pages::signed_in;
use crate::harness::{Browser, PASSWORD, Page, Server};

async fn asks(server: &Server, browser: &mut Browser, more: &str) -> Page {
    let client = server.portal.client_id;
    let query = format!(
        "client_id={client}&response_type=code&redirect_uri=https://portal.example/callback&scope=openid&state=s{more}"
    );
    browser.get_once(server, &format!("/{}/oauth2/v2.0/authorize?{query}", server.tenant)).await
}

#[tokio::test]
async fn f10_a_request_object_is_refused_and_never_fetched() {
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let at = listener.local_addr().unwrap();
    let (signed_in, _) = signed_in(&server).await;
    for mut browser in [Browser::new(), signed_in] {
        for more in [
            format!("&request_uri=http://{at}/request.jwt"),
            format!("&request_uri=http%3A%2F%2Flocalhost%3A{}%2Fr%23hash", at.port()),
            "&request_uri=file:///etc/hostname".to_owned(),
            "&request_uri=urn:ietf:params:oauth:request_uri:x".to_owned(),
            "&request=e30.e30.".to_owned(),
            format!("&request=e30.e30.&request_uri=http://{at}/"),
            format!("&prompt=none&request_uri=http://{at}/"),
        ] {
            let error = if more.contains("&request=") { "request_not" } else { "request_uri_not" };
            let to = asks(&server, &mut browser, &more).await.location().unwrap_or_default();
            let told = format!("https://portal.example/callback?error={error}_supported&");
            assert!(to.starts_with(&told), "{more}: {to}");
        }
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let came = listener.accept().map(|(_, from)| from);
    assert_eq!(came.err().map(|error| error.kind()), Some(ErrorKind::WouldBlock), "somebody fetched it");
}

#[tokio::test]
async fn f12_a_right_id_token_of_somebody_else_switches_nobody() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let (mut mine, _) = signed_in(&server).await;
    let own = at_desk(&server, &mut mine, &app).await;
    let other = server.add_person("bo", &[]).await;
    let mut theirs = Browser::new();
    let named = server.name_address(&mut theirs, &other.upn).await;
    theirs.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    let strange = at_desk(&server, &mut theirs, &app).await;
    let silent = |hint: &str| format!("&prompt=none&id_token_hint={hint}");
    let to = asks(&server, &mut mine, &silent(&own)).await.location().unwrap();
    assert!(to.contains("?code="), "one's own token: {to}");
    let to = asks(&server, &mut mine, &silent(&strange)).await.location().unwrap();
    assert!(to.contains("error=login_required") && !to.contains("code="), "{to}");
    let to = asks(&server, &mut mine, &format!("&id_token_hint={strange}")).await.location().unwrap();
    assert!(to.contains("/sign-in/"), "{to}");
    let page = mine.get(&server, &to).await;
    assert!(page.html.contains("/address\""), "whoever is meant shows it: {}", page.html);
    let to = asks(&server, &mut mine, &silent(&own)).await.location().unwrap();
    assert!(to.contains("?code="), "the session is whose it was: {to}");
}

/// Whether the browser's session still opens the person's pages.
async fn is_in(server: &Server, browser: &mut Browser) -> bool {
    server.greets(browser, &server.member.upn).await
}

#[tokio::test]
async fn f13_whoever_rises_goes_on_under_a_new_session() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let member = server.member.id;
    let assign = async |principal: String, role: Role| {
        let body = json!({
            "principalId": principal, "roleDefinitionId": role.id().to_string(), "directoryScopeId": "/"
        });
        server.post(&admin, "/v1.0/roleManagement/directory/roleAssignments", body).await.expect(201);
    };
    let new = NewGroup { display_name: "Desk".into(), role_assignable: true, ..NewGroup::default() };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    let plain = NewGroup { display_name: "Choir".into(), ..NewGroup::default() };
    let plain = create_group(&server.app, server.tenant, plain).await.unwrap();
    let join = async |group: String| {
        let body = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{member}") });
        server.post(&admin, &format!("/v1.0/groups/{group}/members/$ref"), body).await.expect(204);
    };

    let (mut browser, _) = signed_in(&server).await;
    join(plain.to_string()).await;
    assign(server.helpdesk.id.to_string(), Role::GuestInviter).await;
    assert!(is_in(&server, &mut browser).await, "a group without roles, and somebody else's role");
    let before = browser.session();
    assign(member.to_string(), Role::GuestInviter).await;
    assert!(!is_in(&server, &mut browser).await, "by a role of one's own");
    let (mut browser, _) = signed_in(&server).await;
    assert_ne!(browser.session(), before);

    assign(group.to_string(), Role::GuestInviter).await;
    join(group.to_string()).await;
    assert!(is_in(&server, &mut browser).await, "what one has already is no rise");
    assign(group.to_string(), Role::ReportsReader).await;
    assert!(!is_in(&server, &mut browser).await, "by a role of a group one is in");

    let another = NewGroup { display_name: "Records".into(), role_assignable: true, ..NewGroup::default() };
    let another = create_group(&server.app, server.tenant, another).await.unwrap();
    assign(another.to_string(), Role::HelpdeskAdministrator).await;
    let (mut browser, _) = signed_in(&server).await;
    join(another.to_string()).await;
    assert!(!is_in(&server, &mut browser).await, "by coming into a group that has one");
}

/// The grants that RFC 9700 (2.1.2, 2.4) gave up: nobody gets a token by an address or for a password.
#[tokio::test]
async fn f14_no_token_travels_in_an_address_and_none_is_given_for_a_password() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let client = server.portal.client_id;
    for kind in ["token", "id_token", "code%20token", "code%20id_token", "id_token%20token", "none"] {
        for mode in ["", "&response_mode=fragment", "&response_mode=query"] {
            let query = format!(
                "client_id={client}&response_type={kind}&redirect_uri=https://portal.example/callback&scope=openid&state=s&nonce=n{mode}"
            );
            let path = format!("/{}/oauth2/v2.0/authorize?{query}", server.tenant);
            let to = browser.get_once(&server, &path).await.location().unwrap_or_default();
            assert!(to.contains("error=unsupported_response_type"), "{kind}{mode}: {to}");
            assert!(!to.contains("token=") && !to.contains("code="), "{kind}{mode}: {to}");
            // Where its app looks for it.
            let in_fragment = mode.ends_with("fragment") || (mode.is_empty() && kind != "none");
            assert_eq!(to.contains("callback#error"), in_fragment, "{kind}{mode}: {to}");
        }
    }
    let (upn, given) = (
        server.member.upn.clone(),
        ["password", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange"],
    );
    for grant in given {
        let fields = [("grant_type", grant), ("username", &upn), ("password", PASSWORD), ("scope", "openid")];
        let reply = tokens(&server, &fields).await.expect(400);
        assert_eq!(reply.json["error"], "unsupported_grant_type", "{grant}");
        assert!(!reply.text.contains("token\""), "{}", reply.text);
    }
}

#[tokio::test]
async fn f14_a_posted_answer_runs_nothing_it_was_sent_and_goes_nowhere_else() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let evil = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Cform%20action=%22https:%2F%2Fevil.example";
    for more in ["", "&prompt=none&max_age=0"] {
        let client = server.portal.client_id;
        let query = format!(
            "client_id={client}&response_type=code&redirect_uri=https://portal.example/callback&scope=openid&response_mode=form_post&state={evil}{more}"
        );
        let page = browser.get(&server, &format!("/{}/oauth2/v2.0/authorize?{query}", server.tenant)).await;
        assert!(page.html.contains("action=\"https://portal.example/callback\""), "{}", page.html);
        assert!(
            !page.unscripted().contains("<script") && !page.html.contains("action=\"https://evil"),
            "{}",
            page.html
        );
        assert_eq!(page.html.matches("<form").count(), 1, "{}", page.html);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let forms = policy.split(';').find(|rule| rule.trim().starts_with("form-action")).unwrap();
        assert_eq!(forms.trim(), "form-action 'self' https://portal.example", "{policy}");
    }
}
