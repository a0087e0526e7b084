//! Where mails go. Refuses settings that would send them in the clear over a network, and half a login.

use std::time::Duration;

use hospes_domain::address::Address;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::reader::Reader;
use crate::smtp::{Mailer, Security, SmtpSettings};

/// Time for one mail; must stay below the lease of a job, and within the time that a stop takes (threats K15).
const PATIENCE: Duration = Duration::from_secs(25);
/// What makes no sense without a mail server.
const OF_MAIL: [&str; 7] = [
    "smtp_port",
    "smtp_security",
    "smtp_user",
    "smtp_password",
    "smtp_password_file",
    "smtp_ca_file",
    "smtp_sender",
];

/// A mail server and the address that mails come from.
pub struct Mail {
    /// Takes the mails.
    pub mailer: Mailer,
    /// The address in `From`.
    pub sender: String,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<Mail> {
    let Some(host) = reader.parsed("smtp_host", host) else {
        if reader.value("smtp_host").is_none() {
            for key in OF_MAIL {
                reader.needless(key, "there is no mail server. Set smtp_host, or leave this out.");
            }
        }
        return None;
    };
    let security = match reader.value("smtp_security") {
        None => Security::default(),
        Some(_) => reader.parsed("smtp_security", security)?,
    };
    let port = match reader.value("smtp_port") {
        None => usual_port(security),
        Some(_) => reader.parsed("smtp_port", port)?,
    };
    let (user, password) =
        (reader.value("smtp_user").map(|user| user.text.to_string()), reader.secret("smtp_password"));
    let has_password =
        ["smtp_password", "smtp_password_file"].into_iter().find(|key| reader.value(key).is_some());
    match (&user, has_password) {
        (Some(_), None) => reader
            .wrong("smtp_user", "the password is missing. Set smtp_password_file or HOSPES_SMTP_PASSWORD."),
        (None, Some(key)) => reader.wrong(key, "the user name is missing. Set smtp_user."),
        _ => {}
    }
    let authority = reader.bytes("smtp_ca_file");
    if authority.as_ref().is_some_and(|pem| CertificateDer::from_pem_slice(pem).is_err()) {
        reader.wrong("smtp_ca_file", "the file holds no certificate (PEM).");
    }
    if reader.value("smtp_sender").is_none() {
        reader.wrong(
            "smtp_sender",
            "it has to be set when smtp_host is. Give the address that mails come from.",
        );
    }
    let sender = reader.parsed("smtp_sender", sender)?;
    let login = user.zip(password.map(|password| password.reveal().to_owned()));
    let settings = SmtpSettings { host, port, security, login, authority, patience: PATIENCE };
    match Mailer::new(settings) {
        Ok(mailer) => Some(Mail { mailer, sender }),
        Err(error) => {
            reader.wrong("smtp_security", format!("{error}. Use starttls or tls."));
            None
        }
    }
}

fn host(text: &str) -> Result<String, &'static str> {
    let plain =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':' | '[' | ']');
    if !text.is_empty() && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("this is not the name or address of a host.")
    }
}

fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().ok().filter(|port| *port != 0).ok_or("this is not a port. Give a number from 1 to 65535.")
}

fn security(text: &str) -> Result<Security, &'static str> {
    match text {
        "starttls" => Ok(Security::Required),
        "tls" => Ok(Security::Implicit),
        "none" => Ok(Security::PlainLoopback),
        _ => Err("there is no such way. Give starttls, tls or none."),
    }
}

fn usual_port(security: Security) -> u16 {
    match security {
        Security::Required => 587,
        Security::Implicit => 465,
        Security::PlainLoopback => 25,
    }
}

fn sender(text: &str) -> Result<String, &'static str> {
    let address = Address::parse(text).map_err(|_| "this is not an e-mail address.")?;
    Ok(address.as_str().to_owned())
}
