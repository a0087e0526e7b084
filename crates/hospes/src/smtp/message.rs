//! Turns a rendered mail into the bytes of RFC 5322.
//!
//! Refuses control characters in every header (threats.md I2). Both parts are quoted-printable with canonical line
//! ends, so that dots, lone line breaks and long lines in a text mean nothing to a mail server (I3).

use std::time::{Duration, UNIX_EPOCH};

use hospes_domain::time::Time;
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

/// Separates the two parts. `=_` cannot occur in quoted-printable text (RFC 2045 section 6.7), so no text can end
/// its part, though the separator is known to everybody.
const BOUNDARY: &str = "=_hospes_alternative";

/// One mail to one person. Texts may hold anything; the other values must be single lines.
#[derive(Clone)]
pub struct OutgoingMail {
    /// Name shown as the sender: that of the installation or tenant, never a name somebody outside chose (I4).
    pub from_name: String,
    /// The configured sender.
    pub from_address: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The recipient.
    pub to: String,
    /// With or without angle brackets; the same at every attempt.
    pub message_id: String,
    /// The subject.
    pub subject: String,
    /// The mail as plain text.
    pub text: String,
    /// The mail as HTML.
    pub html: String,
    /// Marks the mail as sent by a machine (RFC 3834 section 5), so that holiday notices do not answer it.
    pub auto_submitted: bool,
    /// An https address that ends such mails (RFC 2369 section 3.2), without angle brackets.
    pub list_unsubscribe: Option<String>,
}

/// Mails hold links and passcodes, which stay out of logs.
impl std::fmt::Debug for OutgoingMail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OutgoingMail").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// Builds the message, dated `now`.
///
/// # Errors
/// A header value that is not a single line, or an address that is none; the text names the value's place only.
pub(super) fn build(mail: &OutgoingMail, now: Time) -> Result<Message, String> {
    let message_id = mail.message_id.trim_start_matches('<').trim_end_matches('>');
    if !is_token(message_id) || !message_id.contains('@') {
        return Err(faulty("Message-ID"));
    }
    if !is_line(&mail.subject) {
        return Err(faulty("subject"));
    }
    let from = mailbox("sender", &mail.from_address, Some(&mail.from_name))?;
    let to = mailbox("recipient", &mail.to, None)?;
    let envelope =
        Envelope::new(Some(from.email.clone()), vec![to.email.clone()]).map_err(|_| faulty("recipient"))?;
    let mut builder = Message::builder()
        .envelope(envelope)
        .message_id(Some(format!("<{message_id}>")))
        .date(UNIX_EPOCH + Duration::from_secs(u64::try_from(now.seconds()).unwrap_or_default()))
        .from(from)
        .to(to)
        .subject(mail.subject.as_str());
    if let Some(address) = &mail.reply_to {
        builder = builder.reply_to(mailbox("reply address", address, None)?);
    }
    if mail.auto_submitted {
        builder = builder.raw_header(header("Auto-Submitted", "auto-generated")?);
    }
    if let Some(address) = &mail.list_unsubscribe {
        if !is_token(address) || !address.starts_with("https://") {
            return Err(faulty("address to unsubscribe"));
        }
        builder = builder.raw_header(header("List-Unsubscribe", &format!("<{address}>"))?);
    }
    let parts = MultiPart::alternative()
        .boundary(BOUNDARY)
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.html));
    builder.multipart(parts).map_err(|_| faulty("headers"))
}

fn faulty(place: &str) -> String {
    format!("the mail's {place} cannot be sent")
}

fn mailbox(place: &str, address: &str, name: Option<&str>) -> Result<Mailbox, String> {
    if !name.is_none_or(is_line) || !is_token(address) {
        return Err(faulty(place));
    }
    let address = address.parse().map_err(|_| faulty(place))?;
    Ok(Mailbox::new(name.filter(|name| !name.is_empty()).map(str::to_owned), address))
}

fn header(name: &'static str, value: &str) -> Result<HeaderValue, String> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|_| faulty("headers"))?;
    Ok(HeaderValue::new(name, value.to_owned()))
}

/// One line without control characters; U+2028 and U+2029 end a line as well (threats.md I2).
fn is_line(value: &str) -> bool {
    !value.chars().any(|letter| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}'))
}

/// A line without blanks and angle brackets.
fn is_token(value: &str) -> bool {
    !value.is_empty()
        && is_line(value)
        && !value.contains(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>'))
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    let canonical =
        text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\0', "");
    let body = Body::new_with_encoding(canonical, ContentTransferEncoding::QuotedPrintable)
        // Only 7-bit and 8-bit can be refused; the same text in the encoding the library prefers is as safe.
        .unwrap_or_else(Body::new);
    SinglePart::builder().header(kind).body(body)
}
