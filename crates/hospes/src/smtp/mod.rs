//! Sends one rendered mail through the operator's mail server and says what became of it.
//!
//! Encryption is required unless the mail server is on this machine (threats.md I6). It refuses to decide about
//! another attempt: it only says whether one makes sense (K9). Its reasons never hold addresses, texts or secrets,
//! nor the words of the mail server, which may repeat them.

mod line_stream;
mod message;
mod transport;

#[cfg(test)]
mod tests;

use std::time::Duration;

use hospes_domain::time::Time;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::Instant;

pub use message::OutgoingMail;

/// Connections kept for the next mail.
const KEPT_CONNECTIONS: usize = 4;
/// A kept connection older than this is not used again: mail servers close idle ones.
const KEPT_FOR: Duration = Duration::from_secs(20);

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS, usually on port 587; a server that does not offer it gets nothing.
    #[default]
    Required,
    /// TLS from the first byte, usually on port 465 (RFC 8314).
    Implicit,
    /// No encryption: only for a mail server on this machine.
    PlainLoopback,
}

/// Where mails go.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Name or address of the mail server; its certificate must carry this name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// User name and password, if the server wants them.
    pub login: Option<(String, String)>,
    /// A further certificate authority to trust, as PEM: mail servers inside an organisation often have their own.
    pub authority: Option<Vec<u8>>,
    /// Time for one mail from connecting to the server's last word.
    pub patience: Duration,
}

/// The login and the authority stay out of logs.
impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

/// Settings that cannot work.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// [`Security::PlainLoopback`] with a host that is not `localhost` or a loopback address.
    #[error("mail without encryption is only allowed to a mail server on this machine")]
    PlainToElsewhere,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The mail server took responsibility for it.
    Sent,
    /// Not sent, perhaps later. Rarely it was sent all the same (the connection broke after the last byte), so the
    /// next attempt must carry the same Message-ID.
    Retry {
        /// For the administrator.
        reason: String,
    },
    /// Not sent, and another attempt would end the same way.
    GiveUp {
        /// For the administrator.
        reason: String,
    },
}

/// Sends mails to one mail server. Nothing is connected or loaded before the first mail, so a machine without
/// trusted certificates still starts.
pub struct Mailer {
    settings: SmtpSettings,
    tls: OnceCell<TlsParameters>,
    kept: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// Why an attempt failed, before it is known whether another makes sense.
enum Failure {
    Smtp(lettre::transport::smtp::Error),
    Refused(lettre::transport::smtp::Error),
    NoEncryption,
    NoTrust,
    Unreachable,
}

impl Mailer {
    /// Checks the settings; see [`Mailer`] for what is not done yet.
    ///
    /// # Errors
    /// Settings that would send mails unencrypted over a network.
    pub fn new(settings: SmtpSettings) -> Result<Self, SettingsError> {
        if settings.security == Security::PlainLoopback && !is_loopback(&settings.host) {
            return Err(SettingsError::PlainToElsewhere);
        }
        Ok(Self { settings, tls: OnceCell::new(), kept: Mutex::new(Vec::new()) })
    }

    /// Sends one mail, dated `now`, to its one recipient.
    pub async fn send(&self, mail: &OutgoingMail, now: Time) -> SendOutcome {
        let message = match message::build(mail, now) {
            Ok(message) => message,
            Err(reason) => return SendOutcome::GiveUp { reason },
        };
        // A timed out attempt drops its connection: used again it would take late replies for its own.
        match tokio::time::timeout(self.settings.patience, self.deliver(&message)).await {
            Ok(Ok(())) => SendOutcome::Sent,
            Ok(Err(failure)) => failure.outcome(),
            Err(_) => SendOutcome::Retry { reason: "the mail server took too long".to_owned() },
        }
    }

    async fn deliver(&self, message: &lettre::Message) -> Result<(), Failure> {
        let mut connection = self.connection().await?;
        connection.send(message.envelope(), &message.formatted()).await.map_err(Failure::Smtp)?;
        let mut kept = self.kept.lock().await;
        if kept.len() < KEPT_CONNECTIONS {
            kept.push((connection, Instant::now()));
        }
        Ok(())
    }

    /// A kept connection that still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        loop {
            let Some((mut connection, since)) = self.kept.lock().await.pop() else { break };
            if since.elapsed() < KEPT_FOR && connection.test_connected().await {
                return Ok(connection);
            }
        }
        let mut connection = transport::connect(&self.settings, &self.tls).await?;
        if let Some((user, password)) = &self.settings.login {
            use lettre::transport::smtp::authentication::Mechanism::{Login, Plain};
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(&[Plain, Login], &credentials).await.map_err(Failure::Refused)?;
        }
        Ok(connection)
    }
}

impl Failure {
    /// RFC 5321 section 4.2.1: 4xx may pass, 5xx will not. A refused login is the operator's to repair, not a
    /// fault of the mail, so the mail waits for it.
    fn outcome(self) -> SendOutcome {
        let retry = |reason: String| SendOutcome::Retry { reason };
        match self {
            Self::NoEncryption => {
                retry("the mail server does not offer STARTTLS, which is required".to_owned())
            }
            Self::NoTrust => retry("no trusted certificate authorities for the mail server".to_owned()),
            Self::Unreachable => retry("the mail server cannot be reached".to_owned()),
            Self::Refused(error) => retry(match error.status() {
                Some(code) => format!("the mail server refused the login ({code})"),
                None => "the mail server and Hospes have no way to log in in common".to_owned(),
            }),
            Self::Smtp(error) => match error.status() {
                Some(code) if error.is_permanent() => {
                    SendOutcome::GiveUp { reason: format!("the mail server refused the mail ({code})") }
                }
                Some(code) => retry(format!("the mail server cannot take the mail now ({code})")),
                None if error.is_tls() => retry("no secure connection to the mail server".to_owned()),
                None if error.is_response() => retry("the mail server's answer makes no sense".to_owned()),
                None => retry("the connection to the mail server failed".to_owned()),
            },
        }
    }
}

/// Whether a name leads to this machine by definition (RFC 6761 section 6.3), not by what a resolver says.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
