//! The way to the mail server. Refuses to speak on without the protection that is asked for.

use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

use super::line_stream::LineStream;
use super::{Failure, Security, SmtpSettings};

/// A connection that is protected as the settings ask, ready for a login or a mail.
pub(super) async fn connect(
    settings: &SmtpSettings,
    tls: &OnceCell<TlsParameters>,
) -> Result<AsyncSmtpConnection, Failure> {
    let hello = ClientId::default();
    let server = (settings.host.as_str(), settings.port);
    if settings.security == Security::Implicit {
        let tls = parameters(settings, tls).await?;
        return AsyncSmtpConnection::connect_tokio1(server, Some(settings.patience), &hello, Some(tls), None)
            .await
            .map_err(Failure::Smtp);
    }
    let stream = TcpStream::connect(server).await.map_err(|_| Failure::Unreachable)?;
    let stream = Box::new(LineStream::new(stream));
    let mut connection =
        AsyncSmtpConnection::connect_with_transport(stream, &hello).await.map_err(Failure::Smtp)?;
    if settings.security == Security::Required {
        if !connection.can_starttls() {
            connection.abort().await;
            return Err(Failure::NoEncryption);
        }
        let tls = parameters(settings, tls).await?;
        connection.starttls(tls, &hello).await.map_err(Failure::Smtp)?;
    }
    Ok(connection)
}

/// Loads the trusted authorities, once.
async fn parameters(
    settings: &SmtpSettings,
    tls: &OnceCell<TlsParameters>,
) -> Result<TlsParameters, Failure> {
    let load = || async {
        let mut builder = TlsParameters::builder(settings.host.clone());
        if let Some(authority) = &settings.authority {
            let authority = Certificate::from_pem(authority).map_err(|_| Failure::NoTrust)?;
            builder = builder.add_root_certificate(authority);
        }
        builder.build().map_err(|_| Failure::NoTrust)
    };
    tls.get_or_try_init(load).await.cloned()
}
