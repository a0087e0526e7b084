//! The certificate authority of a development server, so that HTTPS on localhost is real HTTPS.
//!
//! It lives in the data folder and is used again at the next start: who trusts it once, trusts it for two years.
//! It refuses to vouch for anything but this machine: its certificate is constrained (RFC 5280 section 4.2.1.10)
//! to localhost names and loopback addresses, so a stolen key opens nothing else. The server's own certificate
//! is made anew at each start, and its key never touches the disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hospes_domain::time::Time;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::private_file;

const DAY: i64 = 24 * 3600;
/// How long the authority is trusted.
const AUTHORITY_LIFE: i64 = 2 * 365 * DAY;
/// With its head start 397 days: current browsers accept 398 at most.
const LEAF_LIFE: i64 = 397 * DAY - HEAD_START;
/// An authority with less than this to live is replaced at the next start.
const RENEWAL: i64 = 30 * DAY;
/// Certificates are valid from a little earlier, for clocks that are behind.
const HEAD_START: i64 = DAY;

const CERTIFICATE_FILE: &str = "authority.pem";
const KEY_FILE: &str = "authority.key";
/// In the key file, which only we read: a certificate is not parsed just to learn its end.
const EXPIRY_LINE: &str = "# Expires (seconds since 1970): ";

/// Why there is no development authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The data folder cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file concerned.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
}

/// A development authority that is ready to sign.
pub struct Authority {
    certificate_file: PathBuf,
    certificate: CertificateDer<'static>,
    expires: i64,
    key: KeyPair,
}

/// A certificate for this machine, with its key.
pub struct Leaf {
    /// The certificate alone: clients have the authority already.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its private key, for [`crate::serve::server_config`].
    pub key: PrivateKeyDer<'static>,
}

impl Authority {
    /// Takes the authority from `folder`, or makes a new one if there is none, if it is damaged or if it expires
    /// within 30 days. `now` is the real time: clients compare certificates with their own clock, also while the
    /// clock of the directory is moved.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn open(folder: &Path, now: Time) -> Result<Self, AuthorityError> {
        match Self::load(folder) {
            Some(found) if found.expires - now.seconds() > RENEWAL => Ok(found),
            _ => Self::create(folder, now),
        }
    }

    /// The certificate to trust, as a PEM file.
    pub fn certificate_file(&self) -> &Path {
        &self.certificate_file
    }

    /// The certificate to trust.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// A new certificate for `localhost`, 127.0.0.1 and ::1.
    ///
    /// # Errors
    /// The crypto library refuses, which it has no reason to.
    pub fn leaf(&self, now: Time) -> Result<Leaf, AuthorityError> {
        let key = KeyPair::generate()?;
        let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_life(&mut params, now, (now.seconds() + LEAF_LIFE).min(self.expires));
        let issuer = Issuer::new(authority_params(&self.key), &self.key);
        let certificate = params.signed_by(&key, &issuer)?;
        Ok(Leaf {
            chain: vec![certificate.der().clone()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        })
    }

    /// What is on disk, if all of it is whole and belongs together.
    fn load(folder: &Path) -> Option<Self> {
        let certificate_file = folder.join(CERTIFICATE_FILE);
        let certificate = CertificateDer::from_pem_file(&certificate_file).ok()?;
        let key_file = fs::read_to_string(folder.join(KEY_FILE)).ok()?;
        let expires = key_file.lines().find_map(|line| line.strip_prefix(EXPIRY_LINE))?.parse().ok()?;
        let pem_start = key_file.find("-----BEGIN")?;
        let key = KeyPair::from_pem(&key_file[pem_start..]).ok()?;
        // A crash between the two writes leaves a key without its certificate.
        let public_key = key.public_key_raw();
        certificate.windows(public_key.len()).any(|window| window == public_key).then_some(Self {
            certificate_file,
            certificate,
            expires,
            key,
        })
    }

    fn create(folder: &Path, now: Time) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate()?;
        let expires = now.seconds() + AUTHORITY_LIFE;
        let mut params = authority_params(&key);
        set_life(&mut params, now, expires);
        let certificate = params.self_signed(&key)?;
        let key_text = format!(
            "# Key of the development authority in {CERTIFICATE_FILE}. Keep it private.\n{EXPIRY_LINE}{expires}\n{}",
            key.serialize_pem()
        );
        let write = |name: &str, contents: &str| {
            let path = folder.join(name);
            private_file::write(&path, contents).map_err(|source| AuthorityError::File { path, source })
        };
        write(KEY_FILE, &key_text)?;
        write(CERTIFICATE_FILE, &certificate.pem())?;
        let certificate_file = folder.join(CERTIFICATE_FILE);
        Ok(Self { certificate_file, certificate: certificate.der().clone(), expires, key })
    }
}

/// Everything about the authority's certificate that follows from its key.
fn authority_params(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    // Two authorities in one trust store must not share a name, or clients try the wrong one.
    let id = params.key_identifier(key);
    let mark = id.iter().take(4).fold(0_u32, |mark, byte| mark << 8 | u32::from(*byte));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("Hospes development authority {mark:08x}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(
                std::net::Ipv6Addr::LOCALHOST.octets(),
                128,
            )),
        ],
        excluded_subtrees: Vec::new(),
    });
    params
}

fn set_life(params: &mut CertificateParams, now: Time, expires: i64) {
    let at = |seconds: i64| {
        date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
    };
    params.not_before = at(now.seconds() - HEAD_START);
    params.not_after = at(expires);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;

    use rustls::pki_types::{ServerName, UnixTime};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection};

    use super::*;

    /// 2026-11-21 12:00:00 UTC.
    const NOON: Time = Time(1_795_262_400_000_000);

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("hospes-authority-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[derive(Debug)]
    struct At(Time);

    impl rustls::time_provider::TimeProvider for At {
        fn current_time(&self) -> Option<UnixTime> {
            Some(UnixTime::since_unix_epoch(Duration::from_secs(self.0.seconds().try_into().unwrap())))
        }
    }

    /// A whole handshake in memory, at a given time, of a client that trusts `trusted`.
    fn handshake(
        trusted: &CertificateDer<'static>,
        leaf: Leaf,
        name: &str,
        now: Time,
    ) -> Result<(), rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(trusted.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_details(provider, Arc::new(At(now)))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut server =
            ServerConnection::new(crate::serve::server_config(leaf.chain, leaf.key).unwrap()).unwrap();
        while client.is_handshaking() {
            let mut wire = Vec::new();
            client.write_tls(&mut wire).unwrap();
            server.read_tls(&mut wire.as_slice()).unwrap();
            server.process_new_packets()?;
            wire.clear();
            server.write_tls(&mut wire).unwrap();
            client.read_tls(&mut wire.as_slice()).unwrap();
            client.process_new_packets()?;
        }
        Ok(())
    }

    #[test]
    fn who_trusts_the_authority_once_reaches_this_machine_by_all_its_names_after_each_start() {
        let folder = Folder::new("names");
        let trusted = Authority::open(&folder.0, NOON).unwrap().certificate().clone();
        for days in [0, 1, 396, 699] {
            let now = NOON.plus_seconds(days * DAY);
            let authority = Authority::open(&folder.0, now).unwrap();
            for name in ["localhost", "127.0.0.1", "::1"] {
                handshake(&trusted, authority.leaf(now).unwrap(), name, now).unwrap();
            }
            assert!(handshake(&trusted, authority.leaf(now).unwrap(), "example.org", now).is_err());
        }
    }

    #[test]
    fn an_old_or_damaged_authority_is_replaced() {
        let folder = Folder::new("replaced");
        let first = Authority::open(&folder.0, NOON).unwrap().certificate().clone();
        let later = NOON.plus_seconds(AUTHORITY_LIFE - RENEWAL);
        let second = Authority::open(&folder.0, later).unwrap().certificate().clone();
        assert_ne!(first, second);
        fs::write(folder.0.join(KEY_FILE), "-----BEGIN").unwrap();
        let third = Authority::open(&folder.0, later).unwrap().certificate().clone();
        assert_ne!(second, third);
        // As after a crash between the two writes.
        fs::copy(folder.0.join(CERTIFICATE_FILE), folder.0.join("old")).unwrap();
        fs::remove_file(folder.0.join(KEY_FILE)).unwrap();
        Authority::open(&folder.0, later).unwrap();
        fs::rename(folder.0.join("old"), folder.0.join(CERTIFICATE_FILE)).unwrap();
        let last = Authority::open(&folder.0, later).unwrap();
        handshake(last.certificate(), last.leaf(later).unwrap(), "localhost", later).unwrap();
        assert_ne!(&third, last.certificate());
    }

    #[test]
    fn a_stolen_key_opens_nothing_but_this_machine() {
        let folder = Folder::new("stolen");
        let authority = Authority::open(&folder.0, NOON).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["bank.example".to_owned(), "192.0.2.1".to_owned()]).unwrap();
        params.use_authority_key_identifier_extension = true;
        set_life(&mut params, NOON, NOON.seconds() + DAY);
        let issuer = Issuer::new(authority_params(&authority.key), &authority.key);
        let certificate = params.signed_by(&key, &issuer).unwrap();
        for name in ["bank.example", "192.0.2.1"] {
            let leaf = Leaf {
                chain: vec![certificate.der().clone()],
                key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            };
            assert!(handshake(authority.certificate(), leaf, name, NOON).is_err(), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new("mode");
        Authority::open(&folder.0, NOON).unwrap();
        let mode = fs::metadata(folder.0.join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
