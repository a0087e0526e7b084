//! What an X.509 certificate says of its key (RFC 5280 section 4.1): the key, its life, the subject's common name and
//! the thumbprints. Refuses everything but canonical DER of a certificate with an RSA or P-256 key, and to judge who
//! signed it: whoever registers a certificate vouches for it.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use super::Jwk;
use crate::time::Time;

/// The longest certificate looked at, in bytes.
const LIMIT: usize = 16 * 1024;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_ID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERAL_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `[0]`: the version.
const VERSION: u8 = 0xa0;

/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.10045.2.1
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.10045.3.1.7
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// 2.5.4.3
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// A certificate, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct X509 {
    /// The public key.
    pub key: Jwk,
    /// Begin of its life.
    pub not_before: Time,
    /// End of its life.
    pub not_after: Time,
    /// The common name of the subject.
    pub subject: Option<String>,
    /// SHA-256 of the whole.
    pub sha256: [u8; 32],
    /// SHA-1 of the whole.
    pub sha1: [u8; 20],
}

impl X509 {
    /// Reads a certificate in DER; `None` for anything else.
    pub fn read(der: &[u8]) -> Option<Self> {
        if der.len() > LIMIT {
            return None;
        }
        let mut outside = Reader(der);
        let mut certificate = outside.inside(SEQUENCE)?;
        outside.end()?;
        let mut body = certificate.inside(SEQUENCE)?;
        if body.next_is(VERSION) {
            body.take(VERSION)?;
        }
        body.take(INTEGER)?;
        body.take(SEQUENCE)?;
        body.take(SEQUENCE)?;
        let mut life = body.inside(SEQUENCE)?;
        let (not_before, not_after) = (life.time()?, life.time()?);
        let subject = common_name(body.inside(SEQUENCE)?);
        let key = key(body.inside(SEQUENCE)?)?;
        Some(Self {
            key,
            not_before,
            not_after,
            subject,
            sha256: digest(&SHA256, der).as_ref().try_into().ok()?,
            sha1: digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref().try_into().ok()?,
        })
    }
}

fn key(mut info: Reader<'_>) -> Option<Jwk> {
    let mut algorithm = info.inside(SEQUENCE)?;
    let kind = algorithm.take(OBJECT_ID)?;
    let [0, bits @ ..] = info.take(BIT_STRING)? else { return None };
    if kind == RSA {
        let mut numbers = Reader(bits).inside(SEQUENCE)?;
        let (n, e) = (numbers.number()?, numbers.number()?);
        return Some(Jwk::Rsa { n: n.to_vec(), e: e.to_vec() });
    }
    if kind != EC || algorithm.take(OBJECT_ID)? != P256 {
        return None;
    }
    let [4, point @ ..] = bits else { return None };
    let (x, y) = point.split_at_checked(32)?;
    Some(Jwk::P256 { x: x.try_into().ok()?, y: y.try_into().ok()? })
}

/// The first common name of a subject, if it is text.
fn common_name(mut subject: Reader<'_>) -> Option<String> {
    while let Some(mut set) = subject.inside(SET) {
        let mut pair = set.inside(SEQUENCE)?;
        if pair.take(OBJECT_ID)? == COMMON_NAME {
            let (_, text) = pair.any()?;
            let text = std::str::from_utf8(text).ok()?;
            return Some(text.chars().filter(|c| !c.is_control()).take(120).collect());
        }
    }
    None
}

/// DER that is read from left to right.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn next_is(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// Tag and content of what comes next.
    fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81 => {
                let (&length, rest) = rest.split_first()?;
                (Some(usize::from(length)).filter(|length| *length > 0x7f)?, rest)
            }
            0x82 => {
                let (bytes, rest) = rest.split_at_checked(2)?;
                let length = usize::from(u16::from_be_bytes(bytes.try_into().ok()?));
                (Some(length).filter(|length| *length > 0xff)?, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.next_is(tag) { self.any().map(|(_, content)| content) } else { None }
    }

    fn inside(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Self)
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    /// A positive number without the zero that keeps it positive.
    fn number(&mut self) -> Option<&'a [u8]> {
        match self.take(INTEGER)? {
            [0, rest @ ..] => Some(rest),
            other => Some(other),
        }
    }

    /// `YYMMDDHHMMSSZ` before 2050, `YYYYMMDDHHMMSSZ` after (RFC 5280 section 4.1.2.5).
    fn time(&mut self) -> Option<Time> {
        let (tag, text) = self.any()?;
        let digits = text.strip_suffix(b"Z")?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let two =
            |at: usize| Some(i64::from(digits.get(at)? - b'0') * 10 + i64::from(digits.get(at + 1)? - b'0'));
        let (year, at) = match (tag, digits.len()) {
            (UTC_TIME, 12) => (two(0)? + if two(0)? < 50 { 2000 } else { 1900 }, 2),
            (GENERAL_TIME, 14) => (two(0)? * 100 + two(2)?, 4),
            _ => return None,
        };
        let [month, day, hour, minute, second] =
            [two(at)?, two(at + 2)?, two(at + 4)?, two(at + 6)?, two(at + 8)?];
        let fits =
            (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
        fits.then(|| {
            Time(0).plus_seconds(days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
        })
    }
}

/// Days from 1970-01-01 in the Gregorian calendar; a year begins in March, so that the leap day is its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::jose::{VerifyKey, base64url};

    /// Made with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=orders`.
    const P256_CERTIFICATE: &str = include_str!("x509_p256.txt");
    /// The same with `-newkey rsa:2048`.
    const RSA_CERTIFICATE: &str = include_str!("x509_rsa.txt");

    fn der(text: &str) -> Vec<u8> {
        base64url::decode(text.trim()).unwrap()
    }

    #[test]
    fn keys_names_and_lives_are_read() {
        for (text, rsa) in [(P256_CERTIFICATE, false), (RSA_CERTIFICATE, true)] {
            let read = X509::read(&der(text)).unwrap();
            assert_eq!(matches!(read.key, Jwk::Rsa { .. }), rsa);
            assert!(VerifyKey::new("k", &read.key).is_ok());
            assert_eq!(read.subject.as_deref(), Some("orders"));
            assert!(read.not_before < read.not_after);
        }
    }

    #[test]
    fn f7_every_damaged_certificate_is_refused_or_read_without_a_panic() {
        let good = der(RSA_CERTIFICATE);
        for end in 0..good.len() {
            assert_eq!(X509::read(&good[..end]), None, "cut at {end}");
        }
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 0x81;
            let _ = X509::read(&bad);
        }
        assert_eq!(X509::read(&[good.as_slice(), &[0]].concat()), None);
        assert_eq!(X509::read(&vec![0x30; LIMIT + 1]), None);
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (date, expected) in
            [((1970, 1, 1), 0), ((1969, 12, 31), -1), ((2000, 2, 29), 11_016), ((2026, 11, 27), 20_784)]
        {
            assert_eq!(days(date.0, date.1, date.2), expected, "{date:?}");
        }
    }
}
