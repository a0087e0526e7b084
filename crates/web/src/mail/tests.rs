//! What every mail owes: words in the right order, nothing unescaped, nothing loaded from elsewhere.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_actions::jobs::AccountChange;
use hospes_domain::second_factor::News;
use hospes_domain::time::Time;

use super::*;
use crate::pages::{view::Host, words::Moment};

const AT: Moment = Moment(Time(1_795_270_925_000_000));
const LINK: &str =
    "https://hospes.fabrikam.example/redeem?rd=https%3A%2F%2Fhospes.fabrikam.example%2Fi%3Ft%3D2k9XvQ";

fn host(mark: &str) -> Host {
    Host { name: format!("Fabrikam{mark}"), domain: "fabrikam.example".to_owned(), domain_verified: true }
}

fn message(mark: &str) -> Message {
    Message {
        text: format!("Jonas, this opens the workspace\nfor the spring audit.{mark}"),
        author: format!("Nadia Kovács{mark}"),
        author_address: Some("nadia.kovacs@fabrikam.example".to_owned()),
    }
}

fn invitation(mark: &str) -> InvitationMail {
    InvitationMail {
        host: host(mark),
        inviter: Some(format!("Nadia Kovács{mark}")),
        guest_address: "jonas.lindqvist@contoso.example".to_owned(),
        message: Some(message(mark)),
        accept_url: LINK.to_owned(),
        leads_to: format!("Supplier Portal{mark}"),
        valid_until: AT,
        privacy_statement: Some("https://fabrikam.example/privacy".to_owned()),
        block_url: None,
    }
}

fn notice(mark: &str) -> InvitationNoticeMail {
    let mail = invitation(mark);
    InvitationNoticeMail {
        host: mail.host,
        home_name: format!("Contoso{mark}"),
        inviter: mail.inviter,
        guest_address: mail.guest_address,
        message: mail.message,
        open_url: mail.accept_url,
        leads_to: mail.leads_to,
        valid_until: mail.valid_until,
        privacy_statement: mail.privacy_statement,
    }
}

fn copy(mark: &str) -> CcCopyMail {
    let mail = invitation(mark);
    CcCopyMail {
        host: mail.host,
        inviter: mail.inviter,
        guest_address: mail.guest_address,
        message: mail.message,
        leads_to: mail.leads_to,
        valid_until: mail.valid_until,
        privacy_statement: None,
    }
}

fn passcode(mark: &str) -> PasscodeMail {
    PasscodeMail {
        host_name: format!("Fabrikam{mark}"),
        asked_by: format!("Supplier Portal{mark}"),
        address: "jonas.lindqvist@contoso.example".to_owned(),
        code: "48210537".to_owned(),
        works_until: AT,
        life_seconds: 600,
    }
}

fn reset_notice(mark: &str) -> ResetNoticeMail {
    ResetNoticeMail {
        host_name: format!("Fabrikam{mark}"),
        host_domain: "fabrikam.example".to_owned(),
        old_address: "jonas.lindqvist@contoso.example".to_owned(),
        at: AT,
        contact: None,
    }
}

fn address_added(mark: &str) -> AddressAddedMail {
    AddressAddedMail {
        host_name: format!("Fabrikam{mark}"),
        host_domain: "fabrikam.example".to_owned(),
        known_address: "jonas.lindqvist@contoso.example".to_owned(),
        at: AT,
        contact: Some("help@fabrikam.example".to_owned()),
    }
}

fn account_notice(mark: &str, change: AccountChange) -> AccountNoticeMail {
    AccountNoticeMail {
        host_name: format!("Fabrikam{mark}"),
        host_domain: "fabrikam.example".to_owned(),
        change,
        at: AT,
    }
}

fn all(mark: &str) -> Vec<(&'static str, RenderedMail)> {
    let by_app = InvitationMail {
        inviter: None,
        message: None,
        privacy_statement: None,
        block_url: Some("https://h.example/block".to_owned()),
        ..invitation(mark)
    };
    let unnamed =
        InvitationNoticeMail { inviter: None, message: None, privacy_statement: None, ..notice(mark) };
    let news = News::ALL.iter().map(|news| {
        let mail = SecurityNoticeMail {
            host_name: format!("Fabrikam{mark}"),
            host_domain: "fabrikam.example".to_owned(),
            at: AT,
            news: *news,
        };
        ("security-notice", mail.render().unwrap())
    });
    let mut mails = vec![
        ("invitation", invitation(mark).render().unwrap()),
        ("invitation-by-app", by_app.render().unwrap()),
        ("invitation-notice", notice(mark).render().unwrap()),
        ("invitation-notice-by-app", unnamed.render().unwrap()),
        ("cc-copy", copy(mark).render().unwrap()),
        ("passcode", passcode(mark).render().unwrap()),
        ("reset-notice", reset_notice(mark).render().unwrap()),
        ("address-added", address_added(mark).render().unwrap()),
        ("password-changed", account_notice(mark, AccountChange::Password).render().unwrap()),
        ("passkey-added", account_notice(mark, AccountChange::PasskeyAdded).render().unwrap()),
        ("passkey-removed", account_notice(mark, AccountChange::PasskeyRemoved).render().unwrap()),
    ];
    mails.extend(news);
    mails
}

#[test]
fn threats_i1_nothing_typed_becomes_markup_or_is_evaluated() {
    for (name, mail) in all("<a href=x>{{7*7}}${7*7}<script>") {
        assert!(!mail.html.contains("<script") && !mail.html.contains("<a href=x>"), "{name}");
        assert!(mail.text.contains("<a href=x>{{7*7}}${7*7}<script>"), "{name}: text is shown as typed");
        assert!(!mail.text.contains("&lt;"), "{name}: text is not HTML");
    }
}

#[test]
fn threats_i2_subjects_are_one_line_and_texts_hold_no_controls() {
    for (name, mail) in all("\r\nBcc: all@x.example\u{2028}\u{0}\u{1b}[2J\u{202e}") {
        for part in [&mail.subject, &mail.text] {
            let bad = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{2028}' | '\u{202e}');
            assert!(!part.contains(bad), "{name}: {part:?}");
        }
        assert!(!mail.subject.contains('\n'), "{name}");
        assert!(!mail.text.lines().any(|line| line.starts_with("Bcc")), "{name}");
    }
}

#[test]
fn mails_load_nothing_and_run_nothing() {
    for (name, mail) in all("") {
        for forbidden in ["<img", "<script", "url(", "@import", "<link", "src="] {
            assert!(!mail.html.contains(forbidden), "{name} holds {forbidden}");
        }
        assert_eq!(mail.html.matches("<h1").count(), 1, "{name}");
        assert!(mail.html.contains("color-scheme\" content=\"light dark"), "{name}");
        assert!(!mail.text.contains("\n\n\n"), "{name}: {}", mail.text);
    }
}

#[test]
fn the_invitation_says_who_where_and_until_when_in_this_order() {
    let mail = invitation("").render().unwrap();
    assert_eq!(mail.subject, "Nadia Kovács invited you to collaborate with fabrikam.example");
    assert!(mail.text.starts_with("Nadia Kovács invites you to Fabrikam (fabrikam.example).\n"));
    for part in [&mail.text, &mail.html] {
        let order = [
            "Accept only invitations you expect",
            "jonas.lindqvist@contoso.example",
            "Jonas, this opens",
            "Accept invitation",
            "Leads to",
            "21 November 2026",
            "rivacy statement",
        ];
        let places: Vec<usize> =
            order.iter().map(|said| part.find(said).unwrap_or_else(|| panic!("{said} in {part}"))).collect();
        assert!(places.is_sorted(), "{places:?}");
    }
    assert!(
        mail.text.contains("\n> Jonas, this opens the workspace\n> for the spring audit.\n"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains(LINK));
    assert!(mail.html.contains(&LINK.replace('&', "&#38;")));
}

#[test]
fn the_notice_asks_for_nothing_and_says_where_to_say_no() {
    let mail = notice("").render().unwrap();
    assert_eq!(mail.subject, "Nadia Kovács opened Fabrikam to you");
    for part in [&mail.text, &mail.html] {
        let order = [
            "nothing to accept",
            "jonas.lindqvist@contoso.example",
            "Jonas, this opens",
            "Open",
            "Leads to",
            "21 November 2026",
            "This was not meant for me",
            "rivacy statement",
        ];
        let mut from = 0;
        for said in order {
            from += part[from..].find(said).unwrap_or_else(|| panic!("{said} in {part}"));
        }
        assert!(!part.contains("Accept invitation"));
    }
    assert!(mail.text.contains(LINK));
    assert!(mail.html.contains(&LINK.replace('&', "&#38;")));
}

#[test]
fn threats_i5_the_copy_holds_no_link() {
    let mail = copy("").render().unwrap();
    assert!(!mail.html.contains("redeem") && !mail.text.contains("redeem"));
    assert!(!mail.html.contains("<a ") && !mail.text.contains("https:"));
    assert!(mail.text.contains("jonas.lindqvist@contoso.example only"));
}

#[test]
fn the_code_is_readable_and_says_its_life_and_who_asked() {
    let mail = passcode("").render().unwrap();
    assert_eq!(mail.subject, "Your code: 4821 0537");
    for part in [&mail.text, &mail.html] {
        for said in ["4821 0537", "Supplier Portal", "10 minutes", "14:22 UTC"] {
            assert!(part.contains(said), "{said} in {part}");
        }
        assert!(!part.contains("http"), "a code mail leads nowhere");
    }
}

/// Writes the mails to look at them, as the pages do.
#[test]
#[ignore = "writes files for people to look at"]
fn write_mails_to_look_at() {
    let folder = std::path::PathBuf::from(std::env::var("HOSPES_PAGES").unwrap());
    std::fs::create_dir_all(&folder).unwrap();
    for (name, mail) in all("") {
        std::fs::write(folder.join(format!("mail-{name}.html")), &mail.html).unwrap();
        std::fs::write(
            folder.join(format!("mail-{name}.txt")),
            format!("Subject: {}\n\n{}", mail.subject, mail.text),
        )
        .unwrap();
    }
}
