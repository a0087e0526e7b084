#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use hospes_domain::time::Clock;

use super::*;
use crate::dev::authority::Authority;
use crate::dev::mail_sink::{Behaviour, CaughtMail, MailSink};

/// 2026-11-21 12:00:00 UTC.
const NOON: Time = Time(1_795_262_400_000_000);

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Time {
        NOON
    }
}

async fn sink() -> MailSink {
    MailSink::start(0, Arc::new(Noon)).await.unwrap()
}

fn settings(sink: &MailSink, security: Security) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: sink.address().port(),
        security,
        login: None,
        authority: None,
        patience: Duration::from_secs(10),
    }
}

fn mail() -> OutgoingMail {
    OutgoingMail {
        from_name: "Contoso".to_owned(),
        from_address: "invites@hospes.example".to_owned(),
        reply_to: None,
        to: "rosa@fabrikam.example".to_owned(),
        message_id: "job-17@hospes.example".to_owned(),
        subject: "Contoso invited you".to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        auto_submitted: true,
        list_unsubscribe: Some("https://hospes.example/leave".to_owned()),
    }
}

async fn send_plain(sink: &MailSink, mail: &OutgoingMail) -> SendOutcome {
    Mailer::new(settings(sink, Security::PlainLoopback)).unwrap().send(mail, NOON).await
}

async fn send_and_catch(mail: &OutgoingMail) -> Arc<CaughtMail> {
    let sink = sink().await;
    assert_eq!(send_plain(&sink, mail).await, SendOutcome::Sent);
    assert_eq!(sink.list().len(), 1, "exactly one mail arrives");
    sink.list().remove(0)
}

#[tokio::test]
async fn a_mail_arrives_with_its_headers_and_both_parts() {
    let mut mail = mail();
    mail.subject = "Contoso lädt dich ein: 你好, Привет, ein Betreff von beträchtlicher Länge 🎉".to_owned();
    mail.text = "Grüße".to_owned();
    mail.reply_to = Some("ana@contoso.example".to_owned());
    let caught = send_and_catch(&mail).await;
    assert_eq!(caught.subject, mail.subject);
    assert_eq!(caught.text.trim_end(), "Grüße");
    assert_eq!(caught.html.trim_end(), "<p>Hello</p>");
    assert_eq!(caught.from, "Contoso <invites@hospes.example>");
    assert_eq!(caught.to, ["rosa@fabrikam.example"]);
    assert_eq!(caught.reply_to.as_deref(), Some("ana@contoso.example"));
    assert_eq!(caught.message_id, "job-17@hospes.example");
    let raw = String::from_utf8(caught.raw.clone()).unwrap();
    assert!(raw.contains("Auto-Submitted: auto-generated\r\n"), "{raw}");
    assert!(raw.contains("List-Unsubscribe: <https://hospes.example/leave>\r\n"), "{raw}");
    assert!(raw.contains("Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n"), "{raw}");
    assert!(raw.contains("multipart/alternative"), "{raw}");
}

/// threats.md I3.
#[tokio::test]
async fn i3_no_text_can_end_its_mail_or_start_another() {
    let attacks = [
        "a\r\n.\r\nMAIL FROM:<x@evil.example>\r\nRCPT TO:<y@evil.example>\r\nDATA\r\n",
        "a\n.\r\nQUIT\r\n",
        "a\r.\rb",
        "a\n.\nb",
        ".\r\n..\r\n...",
        "a\u{2028}.\u{2029}b",
        "a\r\n--=_hospes_alternative--\r\n--=_hospes_alternative\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
        "\0a\0",
    ];
    for attack in attacks {
        let mut mail = mail();
        mail.text = attack.to_owned();
        mail.html = format!("<p>{attack}</p>");
        let caught = send_and_catch(&mail).await;
        let lines = |text: &str| {
            let text =
                text.replace('\0', "").replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
            text.trim_end().to_owned()
        };
        assert_eq!(lines(&caught.text), lines(attack));
        assert_eq!(lines(&caught.html), lines(&mail.html));
        assert_eq!(caught.to, ["rosa@fabrikam.example"]);
    }
}

#[tokio::test]
async fn long_lines_arrive_whole_and_are_sent_short() {
    let mut mail = mail();
    mail.text = "ü".repeat(5000);
    mail.html = format!("<p>{}</p>", "x".repeat(20_000));
    mail.subject = "ä".repeat(500);
    let caught = send_and_catch(&mail).await;
    assert_eq!(caught.text.trim_end(), mail.text);
    assert_eq!(caught.html.trim_end(), mail.html);
    assert_eq!(caught.subject, mail.subject);
    assert!(caught.raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 999));
    assert!(caught.raw.is_ascii());
}

/// threats.md I2: the encoder refuses, too.
#[tokio::test]
async fn i2_header_values_with_line_ends_are_never_sent() {
    let sink = sink().await;
    for evil in ["a\r\nBcc: x@evil.example", "a\nb", "a\rb", "a\0b", "a\u{2028}b", "a\u{85}b"] {
        let faults: [fn(&mut OutgoingMail, &str); 6] = [
            |mail, evil| evil.clone_into(&mut mail.subject),
            |mail, evil| evil.clone_into(&mut mail.from_name),
            |mail, evil| mail.to = format!("{evil}@fabrikam.example"),
            |mail, evil| mail.message_id = format!("{evil}@hospes.example"),
            |mail, evil| mail.reply_to = Some(format!("{evil}@contoso.example")),
            |mail, evil| mail.list_unsubscribe = Some(format!("https://hospes.example/{evil}")),
        ];
        for fault in faults {
            let mut mail = mail();
            fault(&mut mail, evil);
            let outcome = send_plain(&sink, &mail).await;
            let SendOutcome::GiveUp { reason } = outcome else { panic!("{evil:?} was not refused") };
            assert!(!reason.contains("evil"), "{reason}");
        }
    }
    assert!(sink.list().is_empty());
}

/// threats.md I6.
#[tokio::test]
async fn i6_nothing_is_sent_without_encryption_unless_on_this_machine() {
    let sink = sink().await;
    let mailer = Mailer::new(settings(&sink, Security::Required)).unwrap();
    let SendOutcome::Retry { reason } = mailer.send(&mail(), NOON).await else { panic!("not refused") };
    assert!(reason.contains("STARTTLS"), "{reason}");
    assert!(sink.list().is_empty());

    let mut elsewhere = settings(&sink, Security::PlainLoopback);
    for host in ["mail.example", "192.0.2.1", "localhost.evil.example", "127.0.0.1.evil.example"] {
        host.clone_into(&mut elsewhere.host);
        assert_eq!(Mailer::new(elsewhere.clone()).err(), Some(SettingsError::PlainToElsewhere), "{host}");
    }
    for host in ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "LocalHost"] {
        host.clone_into(&mut elsewhere.host);
        assert!(Mailer::new(elsewhere.clone()).is_ok(), "{host}");
    }
}

struct Trust {
    folder: std::path::PathBuf,
    server: Arc<rustls::ServerConfig>,
    pem: Vec<u8>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the mailer checks certificates against the clock of the machine"
)]
fn trust(name: &str) -> Trust {
    let folder = std::env::temp_dir().join(format!("hospes-smtp-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let now = Time(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap());
    let authority = Authority::open(&folder, now).unwrap();
    let leaf = authority.leaf(now).unwrap();
    let server = crate::serve::server_config(leaf.chain, leaf.key).unwrap();
    let pem = std::fs::read(authority.certificate_file()).unwrap();
    Trust { folder, server, pem }
}

impl Drop for Trust {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn i6_the_certificate_of_the_mail_server_is_checked() {
    let trust = trust("certificate");
    let sink = sink().await;
    sink.behave(Behaviour::StartTls(Arc::clone(&trust.server)));
    let mut settings = settings(&sink, Security::Required);

    let untrusted = Mailer::new(settings.clone()).unwrap().send(&mail(), NOON).await;
    assert!(matches!(untrusted, SendOutcome::Retry { .. }), "{untrusted:?}");
    assert!(sink.list().is_empty());

    settings.authority = Some(trust.pem.clone());
    let mailer = Mailer::new(settings.clone()).unwrap();
    assert_eq!(mailer.send(&mail(), NOON).await, SendOutcome::Sent);
    assert_eq!(mailer.send(&mail(), NOON).await, SendOutcome::Sent, "the kept connection works");
    assert_eq!(sink.list().len(), 2);

    settings.host = "127.0.0.2".to_owned();
    let other_name = Mailer::new(settings).unwrap().send(&mail(), NOON).await;
    assert!(matches!(other_name, SendOutcome::Retry { .. }), "{other_name:?}");
    assert_eq!(sink.list().len(), 2);
}

#[tokio::test]
async fn i6_replies_put_behind_starttls_are_not_believed() {
    let trust = trust("injection");
    let sink = sink().await;
    let injected = "\r\n250-localhost\r\n250 8BITMIME";
    sink.behave(Behaviour::InjectAfterStartTls(injected, Arc::clone(&trust.server)));
    let mut settings = settings(&sink, Security::Required);
    settings.authority = Some(trust.pem.clone());
    let outcome = Mailer::new(settings).unwrap().send(&mail(), NOON).await;
    assert!(matches!(outcome, SendOutcome::Retry { .. }), "{outcome:?}");
    assert!(sink.list().is_empty());
}

/// threats.md K9.
#[tokio::test]
async fn k9_refusals_for_now_are_retried_and_final_ones_are_not() {
    let sink = sink().await;
    sink.behave(Behaviour::Defer);
    let SendOutcome::Retry { reason } = send_plain(&sink, &mail()).await else { panic!("not retried") };
    assert!(reason.contains("451") && !reason.contains("rosa"), "{reason}");

    sink.behave(Behaviour::Reject);
    let SendOutcome::GiveUp { reason } = send_plain(&sink, &mail()).await else { panic!("not given up") };
    assert!(reason.contains("550") && !reason.contains("rosa"), "{reason}");

    let gone = settings(&sink, Security::PlainLoopback);
    drop(sink);
    let outcome = Mailer::new(gone).unwrap().send(&mail(), NOON).await;
    assert!(matches!(outcome, SendOutcome::Retry { .. }), "{outcome:?}");
}

#[tokio::test]
async fn k9_a_server_that_hangs_after_data_costs_one_duplicate_with_the_same_message_id() {
    let sink = sink().await;
    sink.behave(Behaviour::HangAfterData);
    let mut hasty = settings(&sink, Security::PlainLoopback);
    hasty.patience = Duration::from_secs(1);
    let mailer = Mailer::new(hasty).unwrap();
    let outcome = mailer.send(&mail(), NOON).await;
    assert!(matches!(outcome, SendOutcome::Retry { .. }), "{outcome:?}");
    sink.behave(Behaviour::Accept);
    assert_eq!(mailer.send(&mail(), NOON).await, SendOutcome::Sent);
    let ids: Vec<String> = sink.list().iter().map(|mail| mail.message_id.clone()).collect();
    assert_eq!(ids, ["job-17@hospes.example", "job-17@hospes.example"]);
}

#[test]
fn debug_output_shows_no_secret() {
    let settings = SmtpSettings {
        host: "mail.example".to_owned(),
        port: 587,
        security: Security::Required,
        login: Some(("user-name".to_owned(), "pass-word".to_owned())),
        authority: None,
        patience: Duration::from_mins(1),
    };
    let shown = format!("{settings:?} {:?}", mail());
    assert!(!shown.contains("pass-word") && !shown.contains("Hello"), "{shown}");
}
