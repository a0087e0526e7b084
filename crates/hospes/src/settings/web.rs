//! How the server is reached. Refuses to be reached in the clear from elsewhere: without a certificate it listens on
//! this machine only, or a proxy in front is named.

use std::net::SocketAddr;

use hospes_web::http::TrustedProxies;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use url::Url;

use super::reader::Reader;
use crate::serve::{Transport, server_config};

/// Where the server listens when nobody says otherwise.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// How the server is reached.
pub(super) struct Web {
    pub public_url: String,
    pub listen: SocketAddr,
    pub transport: Transport,
    pub trusted_proxies: TrustedProxies,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<Web> {
    if reader.value("public_url").is_none() {
        reader.wrong(
            "public_url",
            "it has to be set: the address people will use, such as https://guests.fabrikam.example.",
        );
    }
    let public_url = reader.parsed("public_url", public_url);
    let listen = match reader.value("listen") {
        None => Some(LISTEN),
        Some(_) => reader.parsed("listen", listen),
    };
    let trusted_proxies = match reader.value("trusted_proxies") {
        None => Some(TrustedProxies::default()),
        Some(_) => reader.parsed("trusted_proxies", proxies),
    };
    let transport = transport(reader);
    let (listen, trusted_proxies, transport) = (listen?, trusted_proxies?, transport?);
    if matches!(transport, Transport::Plain) && !listen.ip().is_loopback() && trusted_proxies.is_empty() {
        reader.wrong(
            "listen",
            "without a certificate this would speak plain HTTP to everybody. Set tls_certificate_file and tls_key_file, \
             or listen on 127.0.0.1, or name the proxy in front in trusted_proxies.",
        );
        return None;
    }
    Some(Web { public_url: public_url?, listen, transport, trusted_proxies })
}

/// The origin, without a slash at the end.
fn public_url(text: &str) -> Result<String, &'static str> {
    let remedy =
        "write only https://, the host and, if need be, the port, such as https://guests.fabrikam.example.";
    let url = Url::parse(text).map_err(|_| remedy)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https"
        && url.host_str().is_some()
        && bare
        && nobody
        && !text.contains(['\\', ' ', '@'])
    {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(remedy)
    }
}

fn listen(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "this is not an address with a port. Write it as 127.0.0.1:8080 or [::]:8443.")
}

fn proxies(text: &str) -> Result<TrustedProxies, &'static str> {
    let networks: Result<Vec<_>, _> =
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect();
    networks
        .map(TrustedProxies::new)
        .map_err(|_| "one of these is not an address or network. Write them as 10.0.0.1 or 10.0.0.0/8.")
}

/// HTTPS with both files, plain HTTP with none.
fn transport(reader: &mut Reader<'_>) -> Option<Transport> {
    let (certificate, key) = ("tls_certificate_file", "tls_key_file");
    match (reader.value(certificate).is_some(), reader.value(key).is_some()) {
        (false, false) => return Some(Transport::Plain),
        (true, false) => reader.wrong(certificate, "the key is missing. Set tls_key_file, too."),
        (false, true) => reader.wrong(key, "the certificate is missing. Set tls_certificate_file, too."),
        (true, true) => {}
    }
    let pem = reader.bytes("tls_certificate_file");
    let chain: Option<Result<Vec<_>, _>> = pem.map(|pem| CertificateDer::pem_slice_iter(&pem).collect());
    let chain = match chain {
        Some(Ok(chain)) if !chain.is_empty() => Some(chain),
        Some(_) => {
            reader.wrong("tls_certificate_file", "the file holds no certificate (PEM), or a broken one.");
            None
        }
        None => None,
    };
    let key = reader.secret_file("tls_key_file")?;
    let Ok(key) = PrivateKeyDer::from_pem_slice(key.reveal().as_bytes()) else {
        reader.wrong("tls_key_file", "the file holds no private key (PEM).");
        return None;
    };
    let config = server_config(chain?, key);
    if config.is_err() {
        let cause = "the key does not belong to the certificate, or is of a kind that is not known.";
        reader.wrong("tls_key_file", cause);
    }
    config.ok().map(Transport::Tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_an_https_origin() {
        for (text, origin) in [
            ("https://guests.fabrikam.example", "https://guests.fabrikam.example"),
            ("https://Guests.Fabrikam.example/", "https://guests.fabrikam.example"),
            ("https://guests.fabrikam.example:8443", "https://guests.fabrikam.example:8443"),
            ("https://guests.fabrikam.example:443", "https://guests.fabrikam.example"),
        ] {
            assert_eq!(public_url(text).as_deref(), Ok(origin), "{text}");
        }
        for wrong in [
            "",
            "guests.fabrikam.example",
            "http://guests.fabrikam.example",
            "https://guests.fabrikam.example/hospes",
            "https://guests.fabrikam.example/?",
            "https://guests.fabrikam.example#",
            "https://a@guests.fabrikam.example",
            "https://a:hunter2@guests.fabrikam.example",
            "https:\\\\guests.fabrikam.example",
            "https://",
        ] {
            let refused = public_url(wrong).err().unwrap_or_default();
            assert!(refused.contains("https://guests") && !refused.contains("hunter2"), "{wrong}");
        }
    }

    #[test]
    fn proxies_are_listed_with_commas() {
        assert_eq!(proxies("10.0.0.1, ::1 ,").map(|proxies| proxies.is_empty()), Ok(false));
        assert_eq!(proxies(" ").map(|proxies| proxies.is_empty()), Ok(true));
        assert!(proxies("proxy.example").is_err());
    }
}
