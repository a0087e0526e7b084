//! Threat K15: a server that is asked to stop while it is busy.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use hospes_actions::app::{App, AppOptions};
use hospes_actions::clock::SystemClock;
use hospes_actions::database::Database;
use hospes_actions::jobs;
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;
use hospes_domain::time::{Clock, Time};
use serde_json::json;

use crate::program::{Answer, Process, Request, Site, URL, ask, connect};

/// A directory with a client for automation: its token request, ready to be sent.
fn set_up(site: &Site) -> Request {
    site.write("password", "correct horse battery", 0o600);
    let words = [
        "setup",
        "--organisation=Fabrikam",
        "--domain=fabrikam.example",
        "--admin=greta",
        "--password-file=password",
        "--automation",
    ];
    let done = site.run(&words, &[]);
    let told = hospes::dev::env_file::parse(&done.stdout);
    Request::post(
        &format!("/{}/oauth2/v2.0/token", told["HOSPES_TENANT_ID"]),
        &[
            ("grant_type", "client_credentials"),
            ("client_id", &told["HOSPES_CLIENT_ID"]),
            ("client_secret", &told["HOSPES_CLIENT_SECRET"]),
            ("scope", "https://graph.microsoft.com/.default"),
        ],
    )
}

/// A request whose handler certainly waits for the body: the server has asked for it (RFC 9110 section 10.1.1).
fn in_flight(address: SocketAddr, request: &Request) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(request.clone().with("expect", "100-continue").head().as_bytes()).unwrap();
    let mut line = [0; 25];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Waits until nobody is let in any more.
fn until_closed(address: SocketAddr) {
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn k15_a_running_request_is_answered_the_readiness_turns_and_nobody_new_is_let_in() {
    let site = Site::new("");
    let token = set_up(&site);
    let mut server = site.serve();
    let address = server.address();
    assert_eq!(ask(address, &Request::get("/ready")).status, 200);
    // A question that has begun to arrive, too.
    let mut balancer = connect(address);
    let question = Request::get("/ready").head();
    let (begun, rest) = question.split_at(question.len() - 2);
    balancer.write_all(begun.as_bytes()).unwrap();
    let mut slow = in_flight(address, &token);
    for _ in 0..3 {
        assert_eq!(ask(address, &Request::get("/health")).status, 200);
    }

    server.signal("TERM");
    until_closed(address);
    balancer.write_all(rest.as_bytes()).unwrap();
    let ready = Answer::read(balancer);
    assert_eq!((ready.status, ready.body.as_str()), (503, "stopping\n"), "{ready:?}");
    assert!(ready.head.contains("retry-after: "), "{ready:?}");
    slow.write_all(token.body.as_bytes()).unwrap();
    let answer = Answer::read(slow);
    assert_eq!(answer.status, 200, "{answer:?}");
    let ended = server.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn k15_a_second_signal_waits_for_nobody() {
    let site = Site::new("");
    let token = set_up(&site);
    let mut server = site.serve();
    let address = server.address();
    let slow = in_flight(address, &token);
    server.signal("INT");
    until_closed(address);
    server.signal("INT");
    let ended = server.ended();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(Answer::read(slow).status, 0, "cut off");
    let mut again = site.serve();
    let address = again.address();
    assert_eq!(ask(address, &token).status, 200, "nothing is broken by it");
    assert_eq!(again.stop().code, Some(0));
}

/// Invites somebody, with a mail.
fn invite(server: &mut Process, token: &Request) {
    let address = server.address();
    let bearer = ask(address, token).json()["access_token"].as_str().unwrap().to_owned();
    let invitation = json!({ "invitedUserEmailAddress": "ana@contoso.example",
        "inviteRedirectUrl": "https://portal.example", "sendInvitationMessage": true });
    let request =
        Request::json("/v1.0/invitations", &invitation).with("authorization", &format!("Bearer {bearer}"));
    assert_eq!(ask(address, &request).status, 201);
}

/// A clock that is three quarters of a lease ahead: pauses before another attempt are over, leases are not.
struct Ahead;

impl Clock for Ahead {
    fn now(&self) -> Time {
        SystemClock.now().plus_seconds(jobs::LEASE_SECONDS * 3 / 4)
    }
}

/// Mails that wait or were given up, and the attempts of each that the next worker may take.
async fn outbox(site: &Site) -> ((i64, i64), Vec<u32>) {
    let key = std::fs::read_to_string(site.path("hospes-data/master.key")).unwrap();
    let options = AppOptions {
        database: Database::file(site.database()),
        clock: Arc::new(Ahead),
        random: Arc::new(SystemRandom),
        master: MasterKey::parse(&key).unwrap(),
        public_url: URL.to_owned(),
        password_cost: PasswordCost::PRODUCTION,
        leaked_passwords: None,
    };
    let app = App::open(options).await.unwrap();
    let leased = jobs::lease(&app, 8).await.unwrap().iter().map(jobs::Leased::attempts).collect();
    let counts = jobs::counts(&app).await.unwrap();
    app.close().await;
    (counts, leased)
}

#[tokio::test]
async fn k15_the_lease_of_a_mail_that_could_not_be_sent_is_given_back() {
    let post_office = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = post_office.local_addr().unwrap().port();
    let site = Site::new(&format!(
        "smtp_host = \"127.0.0.1\"\nsmtp_port = {port}\nsmtp_security = \"none\"\nsmtp_sender = \"guests@fabrikam.example\"\n"
    ));
    let token = set_up(&site);
    let mut server = site.serve();
    let address = server.address();
    invite(&mut server, &token);
    let (mut clerk, _) = post_office.accept().unwrap();
    server.signal("TERM");
    until_closed(address);
    clerk.write_all(b"421 we are closing, too\r\n").unwrap();
    drop(clerk);
    let ended = server.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(outbox(&site).await, ((1, 0), vec![1]), "the next process may take it");
}

#[tokio::test]
async fn k15_a_mail_that_is_on_its_way_arrives() {
    let post_office = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = post_office.local_addr().unwrap().port();
    let site = Site::new(&format!(
        "smtp_host = \"localhost\"\nsmtp_port = {port}\nsmtp_security = \"none\"\nsmtp_sender = \"guests@fabrikam.example\"\n"
    ));
    let token = set_up(&site);
    let mut server = site.serve();
    let address = server.address();
    invite(&mut server, &token);
    let (clerk, _) = post_office.accept().unwrap();
    server.signal("TERM");
    until_closed(address);
    let mail = taken(clerk);
    assert!(mail.contains("To: ana@contoso.example") && mail.contains("guests@fabrikam.example"), "{mail}");
    assert_eq!(server.ended().code, Some(0));
    assert_eq!(outbox(&site).await, ((0, 0), vec![]));
}

/// Plays a mail server that takes one mail.
fn taken(stream: TcpStream) -> String {
    let mut answers = stream.try_clone().unwrap();
    let mut say = |text: &str| answers.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    say("220 mail.fabrikam.example");
    let (mut mail, mut in_data) = (String::new(), false);
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        match (in_data, line.split(' ').next().unwrap_or_default()) {
            (true, ".") => {
                say("250 taken");
                return mail;
            }
            (true, _) => {
                mail.push_str(&line);
                mail.push('\n');
            }
            (false, "DATA") => {
                in_data = true;
                say("354 go on");
            }
            (false, _) => say("250 mail.fabrikam.example"),
        }
    }
    mail
}
