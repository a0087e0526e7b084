#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::body::Body;
use hospes_domain::time::Time;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tower::ServiceExt;

use super::*;

struct Noon;

impl Clock for Noon {
    /// 2026-11-21 12:00:00 UTC.
    fn now(&self) -> Time {
        Time(1_795_262_400_000_000)
    }
}

async fn sink() -> MailSink {
    MailSink::start(0, Arc::new(Noon)).await.unwrap()
}

/// Speaks to the catcher as typed; a reply is its last line.
struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    async fn connect(sink: &MailSink) -> Self {
        let mut client = Self { stream: BufReader::new(TcpStream::connect(sink.address()).await.unwrap()) };
        assert!(client.reply().await.starts_with("220 "));
        client
    }

    async fn reply(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await.unwrap();
            if line.get(3..4) != Some("-") {
                return line;
            }
        }
    }

    async fn say(&mut self, bytes: &str) -> String {
        self.stream.get_mut().write_all(bytes.as_bytes()).await.unwrap();
        self.reply().await
    }

    /// Everything up to the mail itself; the reply to the mail.
    async fn mail(&mut self, to: &str, content: &str) -> String {
        assert!(self.say("MAIL FROM:<a@example.org> SIZE=100\r\n").await.starts_with("250 "));
        assert!(self.say(&format!("RCPT TO:<{to}>\r\n")).await.starts_with("250 "));
        assert!(self.say("DATA\r\n").await.starts_with("354 "));
        self.say(content).await
    }
}

#[tokio::test]
async fn dots_are_restored_and_only_the_lone_dot_ends_a_mail() {
    let sink = sink().await;
    let mut client = Client::connect(&sink).await;
    client.say("EHLO me\r\n").await;
    let answer = client.mail("b@example.org", "Subject: x\r\n\r\n..one\r\n...\r\n.x\r\n.\r\n").await;
    assert!(answer.starts_with("250 "), "{answer}");
    let mail = sink.wait_for(|mail| mail.is_to("B@example.org")).await;
    assert_eq!(mail.raw, b"Subject: x\r\n\r\n.one\r\n..\r\nx\r\n");
    assert_eq!(mail.text, ".one\r\n..\r\nx\r\n");
    assert_eq!(mail.html, "", "nothing is shown that was not sent");
    assert!(client.say("QUIT\r\n").await.starts_with("221 "));
}

#[tokio::test]
async fn mails_on_which_servers_disagree_are_refused_whole() {
    let sink = sink().await;
    let mut client = Client::connect(&sink).await;
    client.say("EHLO me\r\n").await;
    let long = "x".repeat(999);
    for content in
        ["a\n.\r\nMAIL FROM:<x>\r\n.\r\n", "a\nb\r\n.\r\n", "a\rb\r\n.\r\n", &format!("{long}\r\n.\r\n")]
    {
        let answer = client.mail("b@example.org", content).await;
        assert!(answer.starts_with("554 "), "{content:?}: {answer}");
    }
    let longest = "x".repeat(998);
    assert!(client.mail("b@example.org", &format!("{longest}\r\n.\r\n")).await.starts_with("250 "));
    assert_eq!(sink.list().len(), 1);
}

#[tokio::test]
async fn commands_out_of_order_or_unknown_are_refused_and_the_talk_goes_on() {
    let sink = sink().await;
    let mut client = Client::connect(&sink).await;
    assert!(client.say("DATA\r\n").await.starts_with("503 "));
    assert!(client.say("RCPT TO:<b@example.org>\r\n").await.starts_with("503 "));
    assert!(client.say("MAIL FROM:nobody\r\n").await.starts_with("501 "));
    assert!(client.say("MAIL FROM:<a@example.org> SIZE=99999999\r\n").await.starts_with("552 "));
    assert!(client.say("AUTH PLAIN AGEAYg==\r\n").await.starts_with("502 "));
    assert!(client.say("STARTTLS\r\n").await.starts_with("502 "));
    assert!(client.say("NOOP\n").await.starts_with("500 "));
    assert!(client.say("helo me\r\n").await.starts_with("250 "));
    assert!(client.say("mail from:<>\r\n").await.starts_with("250 "));
    assert!(client.say("RSET\r\n").await.starts_with("250 "));
    assert!(client.say("RCPT TO:<b@example.org>\r\n").await.starts_with("503 "));
    assert!(sink.list().is_empty());
}

#[tokio::test]
async fn only_the_last_mails_are_kept() {
    let sink = sink().await;
    for number in 0..KEPT_MAILS + 3 {
        sink.store
            .keep(vec!["b@example.org".to_owned()], format!("Subject: {number}\r\n\r\nx\r\n").into_bytes());
    }
    let mails = sink.list();
    assert_eq!(mails.len(), KEPT_MAILS);
    assert_eq!(mails[0].subject, (KEPT_MAILS + 2).to_string(), "newest first");
    assert!(sink.get(1).is_none());
    assert_eq!(sink.get(mails[0].id).unwrap().subject, mails[0].subject);
}

#[tokio::test]
async fn programs_read_mails_as_json() {
    let sink = sink().await;
    let raw = "From: Contoso <a@example.org>\r\nMessage-ID: <1@example.org>\r\nSubject: =?utf-8?q?=C3=BC?=\r\n\
               Content-Type: text/html\r\n\r\n<p>x</p>\r\n";
    sink.put(vec!["b@example.org".to_owned()], raw.as_bytes().to_vec());
    sink.put(vec!["c@example.org".to_owned()], b"Subject: two\r\n\r\nx\r\n".to_vec());
    let get = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = routes(sink.clone()).oneshot(request).await.unwrap();
        let status = answer.status();
        (status, answer.into_body().collect().await.unwrap().to_bytes())
    };
    let json =
        async |path: &str| -> serde_json::Value { serde_json::from_slice(&get(path).await.1).unwrap() };

    let all = json("/dev/mail").await;
    assert_eq!(all["value"].as_array().unwrap().len(), 2);
    assert_eq!(all["value"][0]["subject"], "two");
    let filtered = json("/dev/mail?to=B%40example.org").await;
    assert_eq!(filtered["value"].as_array().unwrap().len(), 1);
    let id = filtered["value"][0]["id"].as_str().unwrap();
    let one = json(&format!("/dev/mail/{id}")).await;
    assert_eq!(
        one,
        serde_json::json!({
            "id": "1", "receivedAt": "2026-11-21T12:00:00Z", "from": "Contoso <a@example.org>",
            "to": ["b@example.org"], "messageId": "1@example.org", "subject": "ü", "replyTo": null,
            "text": "", "html": "<p>x</p>\r\n",
        })
    );
    assert_eq!(get("/dev/mail/1/raw").await.1, raw.as_bytes());
    for missing in ["/dev/mail/3", "/dev/mail/x", "/dev/mail/-1/raw"] {
        assert_eq!(get(missing).await.0, StatusCode::NOT_FOUND, "{missing}");
    }
}
