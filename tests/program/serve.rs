//! A production server from its first start to the first request of a script, as its operator walks through it.

use std::net::SocketAddr;

use serde_json::json;

use super::{Browser, HOST, Request, Site, URL, ask};
use crate::harness::forms;

const DAY: [(&str, &str); 5] = [
    ("organisation", "Fabrikam"),
    ("domain", "fabrikam.example"),
    ("name", "Greta Holm"),
    ("user", "greta"),
    ("password", "correct horse battery"),
];

/// The value that follows a label on the page of what was set up.
fn shown<'a>(page: &'a str, label: &str) -> &'a str {
    let (_, rest) =
        page.split_once(&format!("<dt>{label}</dt><dd")).unwrap_or_else(|| panic!("{label}: {page}"));
    rest.split_once('>').unwrap().1.split('<').next().unwrap()
}

#[test]
fn from_the_first_start_to_the_first_request_of_a_script() {
    let site = Site::new("");
    let mut server = site.serve();
    let (address, code) = (server.address(), server.said("Code"));
    assert_eq!(server.said("Page"), format!("{URL}/setup"));
    assert!(server.said("Master key").ends_with("hospes-data/master.key"));
    assert!(ask(address, &Request::get("/")).head.contains("location: /setup"));

    let mut browser = Browser::default();
    let form = browser.form(address, "/setup");
    let mut fields = DAY.to_vec();
    fields.extend([("code", code.as_str()), ("automation", "yes")]);
    let done = browser.submit(address, &form, &fields);
    assert_eq!(done.status, 200, "{done:?}");
    assert!(done.head.contains("cache-control: no-store"));
    let (tenant, client) = (shown(&done.body, "Tenant id"), shown(&done.body, "Client id"));
    let secret = shown(&done.body, "Client secret");
    assert_eq!(shown(&done.body, "Issuer"), format!("{URL}/{tenant}/v2.0"));

    let scope = format!("{URL}/.default");
    let asked = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_secret", secret),
        ("scope", scope.as_str()),
    ];
    let token = ask(address, &Request::post(&format!("/{tenant}/oauth2/v2.0/token"), &asked));
    assert_eq!(token.status, 200, "{token:?}");
    let bearer = format!("Bearer {}", token.json()["access_token"].as_str().unwrap());
    let users = ask(address, &Request::get("/v1.0/users").with("authorization", &bearer));
    assert_eq!(users.json()["value"][0]["userPrincipalName"], "greta@fabrikam.example", "{users:?}");
    let invited = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": URL });
    let invited = ask(address, &Request::json("/v1.0/invitations", &invited).with("authorization", &bearer));
    assert_eq!(invited.status, 201, "{invited:?}");
    let ended = server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.stderr.contains(secret) && !ended.stderr.contains(&code), "no secret in the log");

    let mut again = site.serve();
    let address = again.address();
    assert!(ask(address, &Request::get("/")).head.contains("location: /myapps"));
    let users = ask(address, &Request::get("/v1.0/users").with("authorization", &bearer));
    assert_eq!(users.status, 200, "keys and people are kept: {users:?}");
    sign_in(address, tenant);
    let ended = again.stop();
    assert!(ended.code == Some(0) && !ended.stdout.contains("Code"), "{ended:?}");
}

/// The first administrator, from the address on the page of what was set up.
fn sign_in(address: SocketAddr, tenant: &str) {
    let mut browser = Browser::default();
    let mut page = browser.open(address, &format!("/myapps/{tenant}"));
    for fields in [[("address", "greta@fabrikam.example")], [("password", "correct horse battery")]] {
        page = browser.follow(address, page);
        let form = forms(&page.body).into_iter().next().unwrap_or_else(|| panic!("no form: {page:?}"));
        page = browser.submit(address, &form, &fields);
    }
    let page = browser.follow(address, page);
    assert!(page.status == 200 && page.body.contains("Greta Holm"), "{page:?}");
}

#[test]
fn a_directory_is_set_up_without_a_browser() {
    let site = Site::new("");
    site.write("password", "correct horse battery\n", 0o600);
    let words = [
        "setup",
        "--organisation=Fabrikam",
        "--domain=fabrikam.example",
        "--admin=greta",
        "--password-file=password",
        "--automation",
    ];
    let done = site.run(&words, &[]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let names = [
        "HOSPES_BASE_URL",
        "HOSPES_TENANT_ID",
        "HOSPES_ADMIN_USER",
        "HOSPES_CLIENT_ID",
        "HOSPES_CLIENT_SECRET",
    ];
    let told = hospes::dev::env_file::parse(&done.stdout);
    assert!(names.iter().all(|name| told.contains_key(*name)), "{done:?}");
    assert_eq!(told["HOSPES_ADMIN_USER"], "greta@fabrikam.example");

    let mut server = site.serve();
    let address = server.address();
    let asked = [
        ("grant_type", "client_credentials"),
        ("client_id", told["HOSPES_CLIENT_ID"].as_str()),
        ("client_secret", told["HOSPES_CLIENT_SECRET"].as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let path = format!("/{}/oauth2/v2.0/token", told["HOSPES_TENANT_ID"]);
    assert_eq!(ask(address, &Request::post(&path, &asked)).status, 200);
    let running = site.run(&words, &[]);
    assert!(running.code == Some(1) && running.stderr.contains("in use"), "{running:?}");
    server.stop();
    let second = site.run(&words, &[]);
    assert!(second.code == Some(1) && second.stderr.contains("set up already"), "{second:?}");
}

/// The key that was made is the one of every later start, so whoever is refused has to hear of it now.
#[test]
fn a_refused_set_up_tells_of_the_key_it_made_and_of_what_is_no_setting() {
    let site = Site::new("");
    site.write("password", "short\n", 0o600);
    let words = [
        "setup",
        "--organisation=Fabrikam",
        "--domain=fabrikam.example",
        "--admin=greta",
        "--password-file=password",
    ];
    let refused = site.run(&words, &[("HOSPES_COLOUR", "blue")]);
    assert!(refused.code == Some(2) && refused.stderr.contains("too short"), "{refused:?}");
    assert!(refused.stdout.contains("The master key was made now"), "{refused:?}");
    assert!(refused.stderr.contains("HOSPES_COLOUR"), "{refused:?}");
    let again = site.run(&words, &[]);
    assert!(again.code == Some(2) && !again.stdout.contains("master key"), "{again:?}");
}

#[test]
fn health_is_answered_to_machines_by_address_and_says_one_word() {
    let site = Site::new("");
    let mut server = site.serve();
    let address = server.address();
    for (path, word) in [("/health", "alive\n"), ("/ready", "ready\n")] {
        for host in ["10.0.0.7:8080", "evil.example", HOST] {
            let mut request = Request::get(path);
            request.headers.push(("x-forwarded-host".to_owned(), host.to_owned()));
            let head = request.head().replace(&format!("host: {HOST}"), &format!("host: {host}"));
            let mut stream = super::connect(address);
            std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
            let answer = super::Answer::read(stream);
            assert_eq!((answer.status, answer.body.as_str()), (200, word), "{path} {host}");
        }
    }
    let other = Request::get("/myapps").head().replace(HOST, "evil.example");
    let mut stream = super::connect(address);
    std::io::Write::write_all(&mut stream, other.as_bytes()).unwrap();
    assert_eq!(super::Answer::read(stream).status, 421);
    server.stop();
}

#[test]
fn check_says_where_each_setting_comes_from_and_starts_nothing() {
    let site =
        Site::new("smtp_host = \"mail.fabrikam.example\"\nsmtp_sender = \"guests@fabrikam.example\"\n");
    let variables =
        [("HOSPES_SMTP_USER", "hospes"), ("HOSPES_SMTP_PASSWORD", "hunter2"), ("HOSPES_COLOUR", "hunter2")];
    let checked = site.run(&["serve", "--check", "--log=warn"], &variables);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    for said in [
        "https://guests.fabrikam.example  (line 1 of the settings file)",
        "(HOSPES_SMTP_USER in the environment)",
        "set  (HOSPES_SMTP_PASSWORD in the environment)",
        "warn  (--log)",
        "(not set)",
        "HOSPES_COLOUR in the environment is no setting",
    ] {
        assert!(checked.stdout.contains(said), "{said}: {}", checked.stdout);
    }
    assert!(!checked.stdout.contains("hunter2") && !site.path("hospes-data").exists());
}
