//! A received mail, read as a mail program would. Refuses nothing: what cannot be read is shown empty, and the raw
//! bytes are always there.

use hospes_domain::time::Time;
use mail_parser::{Address, MessageParser};

/// One mail as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaughtMail {
    /// Counts up from 1.
    pub id: u64,
    /// When its last byte came.
    pub received_at: Time,
    /// The sender a mail program shows: `Name <address>`.
    pub from: String,
    /// Whom the envelope names.
    pub to: Vec<String>,
    /// Where answers go, if elsewhere than to the sender.
    pub reply_to: Option<String>,
    /// Without angle brackets.
    pub message_id: String,
    /// The subject, decoded.
    pub subject: String,
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded.
    pub html: String,
    /// The bytes as received, dots restored.
    pub raw: Vec<u8>,
}

impl CaughtMail {
    pub(super) fn parse(id: u64, received_at: Time, to: Vec<String>, raw: Vec<u8>) -> Self {
        let parsed = MessageParser::default().parse(&raw);
        let found = parsed.as_ref();
        let text = |value: Option<std::borrow::Cow<'_, str>>| value.unwrap_or_default().into_owned();
        // mail-parser converts a missing alternative from the other one; show only what was sent.
        let has = |kind: &str| found.is_some_and(|mail| mail.parts.iter().any(|part| is_kind(part, kind)));
        Self {
            id,
            received_at,
            from: found.and_then(|mail| mail.from()).map(shown).unwrap_or_default(),
            to,
            reply_to: found.and_then(|mail| mail.reply_to()).map(shown),
            message_id: found.and_then(|mail| mail.message_id()).unwrap_or_default().to_owned(),
            subject: found.and_then(|mail| mail.subject()).unwrap_or_default().to_owned(),
            text: if has("plain") { text(found.and_then(|mail| mail.body_text(0))) } else { String::new() },
            html: if has("html") { text(found.and_then(|mail| mail.body_html(0))) } else { String::new() },
            raw,
        }
    }

    /// Whether the envelope names this address, compared without case.
    pub fn is_to(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }
}

fn is_kind(part: &mail_parser::MessagePart<'_>, kind: &str) -> bool {
    use mail_parser::{MimeHeaders, PartType};
    match part.content_type() {
        Some(found) => found.ctype() == "text" && found.subtype() == Some(kind),
        // RFC 2045 section 5.2: without a type it is plain text.
        None => kind == "plain" && matches!(part.body, PartType::Text(_)),
    }
}

fn shown(addresses: &Address<'_>) -> String {
    let one = |entry: &mail_parser::Addr<'_>| match (&entry.name, &entry.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => address.as_deref().or(name.as_deref()).unwrap_or_default().to_owned(),
    };
    addresses.iter().map(one).collect::<Vec<_>>().join(", ")
}
