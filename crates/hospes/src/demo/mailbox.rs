//! Reads the mail catcher as a script would: `GET /dev/mail`. Refuses to wait for ever.

use std::time::Duration;

use serde_json::Value;

use super::connection::Server;
use super::failure::{Failure, Outcome};

/// How often to look.
const PAUSE: Duration = Duration::from_millis(40);
/// Looks before giving up: ten seconds.
const LOOKS: u32 = 250;

/// A mail that arrived.
pub struct Mail {
    /// Its subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
}

impl Mail {
    /// The invitation link in it.
    pub fn link(&self, base_url: &str) -> Outcome<String> {
        let start = format!("{base_url}/redeem?");
        let mut words = self.text.split_whitespace();
        let found = words.find(|word| word.starts_with(&start)).map(str::to_owned);
        found.ok_or_else(|| Failure::new(format!("the mail \"{}\" holds no invitation link", self.subject)))
    }

    /// The eight digits in it.
    pub fn code(&self) -> Outcome<String> {
        let digits = |line: &&str| {
            let line = line.trim();
            line.chars().filter(char::is_ascii_digit).count() == 8
                && line.chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
        };
        let line = self.text.lines().find(digits);
        line.map(|line| line.chars().filter(char::is_ascii_digit).collect())
            .ok_or_else(|| Failure::new(format!("the mail \"{}\" holds no code", self.subject)))
    }
}

/// Whether a subject is that of a code.
pub fn is_code(subject: &str) -> bool {
    subject.starts_with("Your code")
}

/// Whether a subject is that of an invitation.
pub fn is_invitation(subject: &str) -> bool {
    subject.contains("invited you") || subject.contains("invites you")
}

/// The number of the newest mail of all.
pub async fn newest(server: &Server) -> Outcome<u64> {
    let list = server.json(server.setting("HOSPES_MAILBOX_URL")?).await?;
    Ok(list["value"].as_array().and_then(|mails| mails.iter().filter_map(id).max()).unwrap_or(0))
}

/// The subjects of all mails to an address after the mail `after`.
pub async fn subjects(server: &Server, to: &str, after: u64) -> Outcome<Vec<String>> {
    Ok(list(server, to, after).await?.into_iter().map(|(_, subject)| subject).collect())
}

/// The newest mail to an address after the mail `after` with a subject that is wanted; waits for it.
pub async fn wait(server: &Server, to: &str, after: u64, wanted: fn(&str) -> bool) -> Outcome<Mail> {
    for _ in 0..LOOKS {
        let found = list(server, to, after).await?.into_iter().find(|(_, subject)| wanted(subject));
        if let Some((id, _)) = found {
            let mail = server.json(&format!("{}/{id}", server.setting("HOSPES_MAILBOX_URL")?)).await?;
            let text = |name: &str| mail[name].as_str().unwrap_or_default().to_owned();
            return Ok(Mail { subject: text("subject"), text: text("text") });
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::new(format!("no such mail to {to} arrived within ten seconds")))
}

/// Number and subject, newest first.
async fn list(server: &Server, to: &str, after: u64) -> Outcome<Vec<(u64, String)>> {
    let mut address = url::Url::parse(server.setting("HOSPES_MAILBOX_URL")?)?;
    address.query_pairs_mut().append_pair("to", to);
    let list = server.json(address.as_str()).await?;
    let mails = list["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |mail: &Value| Some((id(mail)?, mail["subject"].as_str()?.to_owned()));
    Ok(mails.iter().filter_map(read).filter(|(id, _)| *id > after).collect())
}

fn id(mail: &Value) -> Option<u64> {
    mail["id"].as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn links_and_codes_are_found() {
        let mail = |text: &str| Mail { subject: "s".to_owned(), text: text.to_owned() };
        let found = mail("Hi\n\n    4821 0537\n\nuntil 14:30").code().unwrap();
        assert_eq!(found, "48210537");
        assert!(mail("call 12345678 now").code().is_err());
        let link =
            mail("see https://evil.test/redeem?rd=1\nhttps://h.test/redeem?rd=2 x").link("https://h.test");
        assert_eq!(link.unwrap(), "https://h.test/redeem?rd=2");
    }
}
