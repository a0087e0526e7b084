//! Secrets and certificates of an application, as they are declared. Refuses lives without end, more credentials than
//! anybody can look after, and certificates whose key is too weak to prove anything.

use uuid::Uuid;

use crate::jose::{Jwk, VerifyKey, X509, strict_json};
use crate::refusal::Refusal;
use crate::text::{Lines, has_hidden};
use crate::time::Time;

/// Most secrets, and most certificates, of one application.
pub const MAX_CREDENTIALS: usize = 50;
/// How long a secret lives when nobody says.
pub const SECRET_YEARS: i64 = 2;
/// Longest `displayName`, in characters.
const LONGEST_NAME: usize = 120;
const DAY: i64 = 24 * 3600;

/// A secret to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSecret {
    /// `displayName`.
    pub display_name: Option<String>,
    /// `startDateTime`; now, if there is none.
    pub starts_at: Option<Time>,
    /// `endDateTime`; two years later, if there is none.
    pub expires_at: Option<Time>,
}

impl NewSecret {
    /// From when to when it works.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a life that is over, runs backwards or never ends.
    pub fn life(&self, now: Time) -> Result<(Time, Time), Refusal> {
        check_name(self.display_name.as_deref(), "passwordCredential.displayName")?;
        let start = self.starts_at.unwrap_or(now);
        let end = self.expires_at.unwrap_or_else(|| start.plus_seconds(SECRET_YEARS * 365 * DAY));
        let no =
            |cause: &str, remedy: &str| Refusal::invalid("passwordCredential.endDateTime", cause, remedy);
        if end <= now || end <= start {
            return Err(no("The secret would be over before it begins.", "Name a time in the future."));
        }
        if end > start.plus_seconds(100 * 365 * DAY) {
            return Err(no("The secret would outlive everybody.", "Name a time within a hundred years."));
        }
        Ok((start, end))
    }
}

/// A name that people tell credentials apart by.
pub(super) fn check_name(name: Option<&str>, field: &str) -> Result<(), Refusal> {
    let bad = |name: &str| name.chars().count() > LONGEST_NAME || has_hidden(name, Lines::One);
    if name.is_some_and(bad) {
        let remedy = "Give at most 120 characters without line breaks.";
        return Err(Refusal::invalid(field, "The name does not fit.", remedy));
    }
    Ok(())
}

/// A certificate whose key checks client assertions (RFC 7523). The certificate itself is not kept: no chain is followed
/// and no issuer asked, as in the original; registering it is what makes it trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// `keyId`.
    pub id: Uuid,
    /// Its public key.
    pub key: Jwk,
    /// SHA-256 of the DER, `x5t#S256` of an assertion in base64url.
    pub sha256: [u8; 32],
    /// SHA-1 of the DER: `customKeyIdentifier`, and `x5t` of an assertion in base64url.
    pub sha1: [u8; 20],
    /// `displayName`: given, or the subject of the certificate.
    pub display_name: Option<String>,
    /// From when on it is accepted.
    pub starts_at: Time,
    /// From when on it is not accepted any more.
    pub expires_at: Time,
}

impl Certificate {
    /// The text the key is stored as.
    pub fn key_to_stored(&self) -> String {
        self.key.to_json(&self.id.to_string()).to_string()
    }

    /// Reads that text.
    pub fn key_from_stored(text: &str) -> Option<Jwk> {
        let members = strict_json::object(text.as_bytes())?;
        Jwk::from_json(&members).ok().map(|(_, key)| key)
    }

    /// Reads a certificate in DER. `starts_at` and `expires_at` narrow its own life and never widen it.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what is no certificate, for other keys than RSA of 2,048 bits and more or P-256, and for
    /// one that is over.
    pub fn read(
        id: Uuid,
        der: &[u8],
        display_name: Option<String>,
        (starts_at, expires_at): (Option<Time>, Option<Time>),
        now: Time,
    ) -> Result<Self, Refusal> {
        let no = |cause: &str, remedy: &str| Refusal::invalid("keyCredentials.key", cause, remedy);
        check_name(display_name.as_deref(), "keyCredentials.displayName")?;
        let Some(read) = X509::read(der) else {
            return Err(no(
                "The value is no X.509 certificate with an RSA or P-256 key.",
                "Send the certificate in DER, as base64, without the private key.",
            ));
        };
        if VerifyKey::new("certificate", &read.key).is_err() {
            let cause = "The key of the certificate is too weak or damaged.";
            return Err(no(cause, "Use RSA with 2,048 to 8,192 bits, or P-256."));
        }
        let starts_at = starts_at.map_or(read.not_before, |start| start.max(read.not_before));
        if expires_at.is_some_and(|end| end > read.not_after) {
            let cause = "Key credential end date is invalid: the certificate itself ends before.";
            let remedy = "Give an end within the life of the certificate, or leave it out.";
            return Err(Refusal::invalid("keyCredentials.endDateTime", cause, remedy));
        }
        let expires_at = expires_at.map_or(read.not_after, |end| end.min(read.not_after));
        if expires_at <= now || expires_at <= starts_at {
            return Err(no("The certificate is over, or never begins.", "Send one that is still good."));
        }
        Ok(Self {
            id,
            key: read.key,
            sha256: read.sha256,
            sha1: read.sha1,
            display_name: display_name.or(read.subject),
            starts_at,
            expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_secret_lives_two_years_unless_somebody_says_otherwise() {
        let now = Time(1_000_000_000);
        let (start, end) = NewSecret::default().life(now).unwrap();
        assert_eq!((start, end), (now, now.plus_seconds(730 * DAY)));
        for bad in [now, now.plus_seconds(-1), now.plus_seconds(101 * 365 * DAY)] {
            let secret = NewSecret { expires_at: Some(bad), ..NewSecret::default() };
            assert!(secret.life(now).is_err(), "{bad:?}");
        }
        let late = NewSecret {
            starts_at: Some(now.plus_seconds(20)),
            expires_at: Some(now.plus_seconds(10)),
            ..NewSecret::default()
        };
        assert!(late.life(now).is_err());
        let named = NewSecret { display_name: Some("a\nb".into()), ..NewSecret::default() };
        assert!(named.life(now).is_err());
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for der in [&b""[..], b"-----BEGIN CERTIFICATE-----", &[0x30, 0x82, 0xff, 0xff], &[0x30, 0x00]] {
            assert!(Certificate::read(Uuid::nil(), der, None, (None, None), Time(0)).is_err());
        }
    }
}
