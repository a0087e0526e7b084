//! E-mail addresses: the one strict parser every surface, the mailer and the matcher use
//! (threats B12 to B16). Refuses every address two programs could read differently: quoted locals,
//! comments, source routes, IP literals, non-ASCII locals, domains whose A-label does not round-trip.
//! Refuses to fold: dots and plus parts stay distinct.

use std::fmt;

use thiserror::Error;

/// Longest address accepted, in bytes (RFC 5321 section 4.5.3.1.3 leaves 254 for the address).
pub const MAX_ADDRESS: usize = 254;
const MAX_LOCAL: usize = 64;
/// What an unquoted local part may hold beside letters and digits (RFC 5322 section 3.2.3), less the
/// characters the invitation API forbids (reference/invitations.md section 2), but with `+` and `'`
/// (threats B15).
const LOCAL_SPECIALS: &[u8] = b"._-+'";

/// A parsed address. Stored with the local part as written and the domain as lower-case A-labels.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    text: String,
    at: usize,
}

/// Why a text is not an address Hospes accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("the address is empty")]
    Empty,
    /// More than [`MAX_ADDRESS`] bytes, or a local part over 64.
    #[error("the address is too long: 254 characters at most, 64 before the @")]
    TooLong,
    /// No `@`, or more than one.
    #[error("the address needs exactly one @")]
    At,
    /// A character that is not allowed before the `@`.
    #[error(
        "before the @ only letters, digits and . _ - + ' are allowed, no dot or hyphen at either end, and no two dots together"
    )]
    Local,
    /// The domain is not a name that mail can be sent to.
    #[error("the part after the @ is not a domain name")]
    Domain,
}

impl Address {
    /// Parses `text` strictly; no surrounding white space is forgiven.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressError::At)?;
        if domain.contains('@') {
            return Err(AddressError::At);
        }
        check_local(local)?;
        let domain = domain_to_ascii(domain).ok_or(AddressError::Domain)?;
        let text = format!("{local}@{domain}");
        if text.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        Ok(Self { at: local.len(), text })
    }

    /// The same of a name that somebody signs in with: beside addresses, which all are names, those that begin with a dollar
    /// sign (reference/user-object.md section 1). No mail goes to one.
    pub fn parse_name(text: &str) -> Result<Self, AddressError> {
        let Some(rest) = text.strip_prefix('$') else { return Self::parse(text) };
        let plain = Self::parse(rest)?;
        if plain.at == MAX_LOCAL || plain.text.len() == MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        Ok(Self { at: plain.at + 1, text: format!("${}", plain.text) })
    }

    /// Whether it is a name only, to which nobody can write.
    pub fn is_name_only(&self) -> bool {
        self.text.starts_with('$')
    }

    /// The stored form; mail always goes here, never to what somebody typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the `@`, as written.
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// The domain as lower-case A-labels.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// What two spellings of one mailbox have in common: ASCII lower case, nothing else.
    pub fn key(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// Whether both name the same mailbox.
    pub fn same(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }

    /// First letter, three asterisks, full domain: all that a mere holder of a link is shown.
    pub fn masked(&self) -> String {
        let first = self.text.chars().next().unwrap_or('*');
        format!("{first}***@{}", self.domain())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn check_local(local: &str) -> Result<(), AddressError> {
    if local.len() > MAX_LOCAL {
        return Err(AddressError::TooLong);
    }
    let allowed = local.bytes().all(|b| b.is_ascii_alphanumeric() || LOCAL_SPECIALS.contains(&b));
    let edges = ['.', '-'];
    if local.is_empty()
        || !allowed
        || local.starts_with(edges)
        || local.ends_with(edges)
        || local.contains("..")
    {
        return Err(AddressError::Local);
    }
    Ok(())
}

/// The lower-case A-label form of a domain name, or `None` when it is not one: UTS 46,
/// non-transitional, STD3 rules, round trip A to U to A (threats B13), at least two labels and a
/// top-level label that is not a number.
pub fn domain_to_ascii(domain: &str) -> Option<String> {
    if domain.is_empty()
        || domain.len() > 253
        || domain.ends_with('.')
        || domain.chars().any(char::is_control)
    {
        return None;
    }
    // Characters that only look like ASCII (full-width @ and dots, zero-width marks) vanish or change
    // under UTS 46; whoever types them gets a clear no instead of a different domain.
    let mut folded = String::with_capacity(domain.len());
    for c in domain.chars() {
        for lower in c.to_lowercase() {
            if !c.is_ascii() && lower.is_ascii() {
                return None;
            }
            folded.push(lower);
        }
    }
    let ascii = idna::domain_to_ascii_strict(&folded).ok()?;
    let (unicode, outcome) = idna::domain_to_unicode(&ascii);
    if outcome.is_err() {
        return None;
    }
    if !domain.is_ascii() && unicode != folded {
        return None;
    }
    if idna::domain_to_ascii_strict(&unicode).ok()? != ascii {
        return None;
    }
    let mut labels = 0;
    for label in ascii.split('.') {
        let tidy = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if label.is_empty() || label.len() > 63 || !tidy {
            return None;
        }
        labels += 1;
    }
    let top = ascii.rsplit('.').next()?;
    (labels >= 2 && !top.bytes().all(|b| b.is_ascii_digit())).then_some(ascii)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn ordinary_addresses_pass_and_keep_their_local_part() {
        for (typed, stored) in [
            ("Jonas@Contoso.Example", "Jonas@contoso.example"),
            ("a+x@b.example", "a+x@b.example"),
            ("o'neil@b.example", "o'neil@b.example"),
            ("_x_@b.example", "_x_@b.example"),
            ("a@bücher.example", "a@xn--bcher-kva.example"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ] {
            assert_eq!(Address::parse(typed).unwrap().as_str(), stored);
        }
    }

    #[test]
    fn b12_look_alikes_are_refused_or_distinct() {
        for typed in [
            "a@ex\u{200b}ample.com",
            "a\u{ff20}b.example",
            "\u{131}@b.example",
            "a@\u{202e}b.example",
            "a@b\u{0}.example",
            "\u{17f}@b.example",
            "a@\u{ff45}xample.com",
        ] {
            assert!(Address::parse(typed).is_err(), "{typed:?} was accepted");
        }
        // The Kelvin sign folds to k under Unicode rules: it must not become somebody else's domain.
        assert_eq!(Address::parse("a@\u{212a}elvin.example"), Err(AddressError::Domain));
        assert_eq!(Address::parse("a@B\u{dc}CHER.example").unwrap().domain(), "xn--bcher-kva.example");
    }

    #[test]
    fn b13_malformed_a_labels_are_refused() {
        for typed in [
            "a@xn--.example",
            "a@xn--a.example",
            "a@xn--example-.com",
            "a@xn--bcher-kvaX!.example",
            "a@b_c.example",
            "a@-b.example",
        ] {
            assert!(Address::parse(typed).is_err(), "{typed} was accepted");
        }
    }

    #[test]
    fn b14_syntax_tricks_are_refused() {
        for typed in [
            "",
            "a",
            "@b.example",
            "a@",
            "a@b@c.example",
            "\"a b\"@c.example",
            "a(c)@b.example",
            "=?utf-8?q?a?=@b.example",
            "<@x:a@b.example>",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@localhost",
            ".a@b.example",
            "a.@b.example",
            "-a@b.example",
            "a..b@c.example",
            "a@b..example",
            "a@b.example.",
            " a@b.example",
            "a@b.example ",
            "a@b.example\r\nBcc: x@y.example",
            "a@b.example,c@d.example",
            "a;b@c.example",
        ] {
            assert!(Address::parse(typed).is_err(), "{typed:?} was accepted");
        }
        assert!(Address::parse(&format!("{}@b.example", "a".repeat(65))).is_err());
        assert!(Address::parse(&format!("a@{}.example", "b.".repeat(130))).is_err());
    }

    #[test]
    fn b15_plus_parts_and_dots_are_never_folded() {
        let plain = Address::parse("a@b.example").unwrap();
        for other in ["a+x@b.example", "a.@b.example", "a.x@b.example"] {
            assert!(Address::parse(other).is_ok_and(|a| !a.same(&plain)) || Address::parse(other).is_err());
        }
        assert!(plain.same(&Address::parse("A@B.example").unwrap()));
    }

    #[test]
    fn a_mask_shows_one_letter_and_the_domain() {
        assert_eq!(Address::parse("jonas@contoso.example").unwrap().masked(), "j***@contoso.example");
        assert_eq!(format!("{:?}", Address::parse("jonas@contoso.example").unwrap()), "j***@contoso.example");
    }
}
