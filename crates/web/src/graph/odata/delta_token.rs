//! The tokens of delta queries: where a page or a round begins and what is followed, sealed with a key and bound to the
//! tenant and the collection (reference/threats.md E6). Refuses every token it did not make for just that collection, and
//! one kind in place of the other; a token gives no right, so the caller's are checked on every page anew.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hospes_actions::changes::{From, Place};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use super::QueryError;

/// What the seal says it is for; a new layout takes a new number.
const PURPOSE: &[u8] = b"hospes delta token 1";
/// The length of the seal in bytes.
const SEAL: usize = 32;
/// The longest token that is looked at: fifty ids and every property of a user are a quarter of it.
const LENGTH_LIMIT: usize = 8 * 1024;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeltaToken {
    /// When it was given.
    pub given_at: Time,
    /// Where the page or the round begins.
    pub from: From,
    /// Objects of a page at most.
    pub top: u16,
    /// What `$select` named, if there was one.
    pub selected: Option<String>,
    /// The ids `$filter` named.
    pub only: Vec<ObjectId>,
}

/// Which of the two query options a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `$skiptoken`: the next page of a round.
    Skip,
    /// `$deltatoken`: the next round.
    Delta,
}

impl TokenKind {
    /// The query option.
    pub fn option(self) -> &'static str {
        match self {
            Self::Skip => "$skiptoken",
            Self::Delta => "$deltatoken",
        }
    }
}

impl DeltaToken {
    fn kind(&self) -> TokenKind {
        if matches!(self.from, From::Since(_)) { TokenKind::Delta } else { TokenKind::Skip }
    }

    /// The token as text.
    pub fn seal(&self, key: &[u8; 32], tenant: TenantId, set: &str) -> String {
        let mut token = Vec::with_capacity(160);
        let mut number = |n: i64| token.extend(n.to_be_bytes());
        number(self.given_at.0);
        number(i64::from(self.top));
        match self.from {
            // Neither is where a later page begins.
            From::Start | From::Latest => token.push(b'0'),
            From::Object { after, member, until } => {
                token.push(if member.is_some() { b'm' } else { b'o' });
                token.extend(after.0.as_bytes());
                token.extend(member.unwrap_or(after).0.as_bytes());
                token.extend(until.to_be_bytes());
            }
            From::Since(place) => {
                token.push(b's');
                put(&mut token, place);
            }
            From::Within { after, until } => {
                token.push(b'w');
                put(&mut token, after);
                token.extend(until.to_be_bytes());
            }
        }
        token.push(u8::try_from(self.only.len()).unwrap_or(u8::MAX));
        for id in &self.only {
            token.extend(id.0.as_bytes());
        }
        if let Some(selected) = &self.selected {
            token.push(b'$');
            token.extend(selected.as_bytes());
        }
        let text = sealed_text(tenant, set, &token);
        token.extend(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &text).as_ref());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// What a token says, if it is ours, of that kind, and was given for this tenant and collection.
    pub fn open(
        key: &[u8; 32],
        tenant: TenantId,
        set: &str,
        kind: TokenKind,
        text: &str,
    ) -> Result<Self, QueryError> {
        let token = unsealed(key, tenant, set, text).filter(|token| token.kind() == kind);
        token.ok_or_else(|| {
            QueryError::bad(format!(
                "The {} is not valid for this request: it was changed, or belongs to another collection or organization.",
                kind.option()
            ))
        })
    }
}

fn put(token: &mut Vec<u8>, place: Place) {
    token.extend(place.position.to_be_bytes());
    token.extend(place.ordinal.to_be_bytes());
}

/// What is left to read of a token.
struct Rest<'t>(&'t [u8]);

impl<'t> Rest<'t> {
    fn take(&mut self, length: usize) -> Option<&'t [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<i64> {
        Some(i64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    fn id(&mut self) -> Option<ObjectId> {
        Some(ObjectId(Uuid::from_slice(self.take(16)?).ok()?))
    }

    fn place(&mut self) -> Option<Place> {
        Some(Place { position: self.number()?, ordinal: self.number()? })
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }
}

fn unsealed(key: &[u8; 32], tenant: TenantId, set: &str, text: &str) -> Option<DeltaToken> {
    if text.len() > LENGTH_LIMIT {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (payload, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, &sealed_text(tenant, set, payload), seal).ok()?;
    let mut rest = Rest(payload);
    let given_at = Time(rest.number()?);
    let top = u16::try_from(rest.number()?).ok()?;
    let from = match rest.byte()? {
        form @ (b'm' | b'o') => {
            let (after, member, until) = (rest.id()?, rest.id()?, rest.number()?);
            From::Object { after, member: (form == b'm').then_some(member), until }
        }
        b's' => From::Since(rest.place()?),
        b'w' => From::Within { after: rest.place()?, until: rest.number()? },
        _ => return None,
    };
    let count = rest.byte()?;
    let only = (0..count).map(|_| rest.id()).collect::<Option<Vec<_>>>()?;
    let selected = match rest.byte() {
        None => None,
        Some(_) => Some(str::from_utf8(rest.0).ok()?.to_owned()),
    };
    Some(DeltaToken { given_at, from, top, selected, only })
}

/// The collection's name has its length before it, so no two meanings share one text.
fn sealed_text(tenant: TenantId, set: &str, payload: &[u8]) -> Vec<u8> {
    let length = (set.len() as u64).to_be_bytes();
    [PURPOSE, tenant.0.as_bytes().as_slice(), &length, set.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn id(n: u128) -> ObjectId {
        ObjectId(Uuid::from_u128(n))
    }

    fn token(from: From) -> DeltaToken {
        let only = vec![id(5), id(6)];
        DeltaToken { given_at: Time(99), from, top: 100, selected: Some("id,mail".into()), only }
    }

    const SINCE: From = From::Since(Place { position: 7, ordinal: i64::MAX });

    #[test]
    fn what_was_sealed_opens() {
        for from in [
            SINCE,
            From::Within { after: Place { position: 7, ordinal: 3 }, until: 9 },
            From::Object { after: id(1), member: None, until: 3 },
            From::Object { after: id(1), member: Some(id(2)), until: 3 },
        ] {
            for plain in [token(from), DeltaToken { selected: None, only: Vec::new(), ..token(from) }] {
                let text = plain.seal(&KEY, TENANT, "users");
                assert_eq!(DeltaToken::open(&KEY, TENANT, "users", plain.kind(), &text), Ok(plain));
            }
        }
    }

    #[test]
    fn e6_a_token_serves_its_own_collection_and_purpose_only() {
        let text = token(SINCE).seal(&KEY, TENANT, "users");
        let open = |key: &[u8; 32], tenant: u128, set: &str, kind| {
            DeltaToken::open(key, TenantId(Uuid::from_u128(tenant)), set, kind, &text).is_ok()
        };
        assert!(open(&KEY, 1, "users", TokenKind::Delta));
        assert!(!open(&[8; 32], 1, "users", TokenKind::Delta));
        assert!(!open(&KEY, 2, "users", TokenKind::Delta));
        assert!(!open(&KEY, 1, "groups", TokenKind::Delta));
        assert!(!open(&KEY, 1, "users", TokenKind::Skip));
    }

    #[test]
    fn a_changed_token_is_refused() {
        let text = token(SINCE).seal(&KEY, TENANT, "users");
        let open = |text: &str| DeltaToken::open(&KEY, TENANT, "users", TokenKind::Delta, text);
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&URL_SAFE_NO_PAD.encode(changed)).is_err(), "bit {bit}");
        }
        for cut in 0..text.len() {
            assert!(open(&text[..cut]).is_err());
        }
        for other in ["", "=", "ä", "latest", "AAAA", &"A".repeat(100_000)] {
            assert!(open(other).is_err());
        }
    }
}
