//! Where mails go. Refuses settings that would send them in the clear over a network, and half a login.

use std::net::IpAddr;
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
    if reader.value("smtp_host").is_none() {
        for key in OF_MAIL {
            reader.needless(key, "there is no mail server. Set smtp_host, or leave this out.");
        }
        return None;
    }
    let host = reader.parsed("smtp_host", host);
    let security = match reader.value("smtp_security") {
        None => Some(Security::default()),
        Some(_) => reader.parsed("smtp_security", security),
    };
    let port = match reader.value("smtp_port") {
        None => security.map(usual_port),
        Some(_) => reader.parsed("smtp_port", port),
    };
    let login = login(reader);
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
    let sender = reader.parsed("smtp_sender", sender);
    // A port that is wrong has been told; whether these two go together does not depend on it.
    let (host, security, port) = (host?, security?, port.unwrap_or_default());
    let settings = SmtpSettings { host, port, security, login, authority, patience: PATIENCE };
    match Mailer::new(settings) {
        Ok(mailer) => Some(Mail { mailer, sender: sender? }),
        Err(error) => {
            reader.wrong("smtp_security", format!("{error}. Use starttls or tls."));
            None
        }
    }
}

/// User name and password: both or none.
fn login(reader: &mut Reader<'_>) -> Option<(String, String)> {
    let user = reader.value("smtp_user").map(|user| user.text.to_string());
    let password = reader.secret("smtp_password");
    let has_password =
        ["smtp_password", "smtp_password_file"].into_iter().find(|key| reader.value(key).is_some());
    match (&user, has_password) {
        (Some(_), None) => reader
            .wrong("smtp_user", "the password is missing. Set smtp_password_file or HOSPES_SMTP_PASSWORD."),
        (None, Some(key)) => reader.wrong(key, "the user name is missing. Set smtp_user."),
        _ => {}
    }
    user.zip(password.map(|password| password.reveal().to_owned()))
}

/// A name or an address, without the port, as it is resolved and as the certificate has it.
fn host(text: &str) -> Result<String, &'static str> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let name = |text: &str| {
        !text.is_empty() && text.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '.' | '-'))
    };
    if bare.parse::<IpAddr>().is_ok() || name(text) {
        Ok(bare.to_owned())
    } else {
        Err(
            "this is not the name or address of a host alone. Write it as mail.fabrikam.example or ::1; the port is \
             smtp_port.",
        )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_without_the_port() {
        for (text, used) in [
            ("mail.fabrikam.example", "mail.fabrikam.example"),
            ("localhost", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "::1"),
            ("[2001:db8::25]", "2001:db8::25"),
        ] {
            assert_eq!(host(text).as_deref(), Ok(used));
        }
        for wrong in
            ["", "mail.fabrikam.example:587", "[::1]:25", "[mail.example]", "mail example", "smtp://mail"]
        {
            assert!(host(wrong).is_err_and(|said| said.contains("smtp_port")), "{wrong}");
        }
    }
}
