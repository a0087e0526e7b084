//! Domains of a tenant: claimed by its administrators, then proven by a DNS TXT record or by the word of the server's
//! operator. Only a proven one makes the tenant authoritative for addresses there (redemption by sign-in at home); one
//! domain is proven for one tenant of the server at most, and removal ends it. Refuses to look anything up: what DNS
//! answered, and who holds the domain, is handed in.

use uuid::Uuid;

use crate::address::domain_to_ascii;
use crate::ids::TenantId;
use crate::refusal::Refusal;
use crate::time::Time;

/// What the text of a proving TXT record begins with, as `MS=` does for the original.
pub const RECORD_PREFIX: &str = "hospes-verification=";
/// The most domains a tenant may claim and own together.
pub const MAX_DOMAINS: usize = 900;

/// Who vouches for the ownership of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifiedBy {
    /// The operator of the server: at set-up, on the command line, or by running a development server.
    Operator,
    /// A TXT record at the domain.
    Dns,
}

impl VerifiedBy {
    /// The spelling in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Dns => "dns",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Operator, Self::Dns].into_iter().find(|by| by.name() == text)
    }
}

/// The TXT record that proves a claim. Its text is no secret: it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The id of the record, as the directory API shows it.
    pub id: Uuid,
    /// Its whole text, random for each claim, so that what proves one tenant's claim proves nobody else's.
    pub text: String,
}

/// A domain as one tenant has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Lower case, A-labels.
    pub name: String,
    /// Who vouches for it; `None` for a mere claim, which is worth nothing.
    pub verified_by: Option<VerifiedBy>,
    /// Since when it is verified, or claimed.
    pub since: Time,
    /// What proves it; `None` if nobody ever had to prove it.
    pub record: Option<Record>,
}

/// What a look at the TXT records of a domain gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The record is there, or needs not be.
    Yes(VerifiedBy),
    /// It is not there.
    No,
    /// Nobody answered in time, or not understandably.
    Unanswered,
}

/// A look at the TXT records, with what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The text.
    pub text: String,
    /// What came of it.
    pub shown: Shown,
}

/// A domain name as addresses carry it: lower case, A-labels, at least two of them, and no IP literal.
pub fn name(field: &str, text: &str) -> Result<String, Refusal> {
    domain_to_ascii(text).ok_or_else(|| {
        Refusal::invalid(field, "This is not a domain name.", "Give one such as fabrikam.example.")
    })
}

/// Whether a tenant that has `own` domains may claim another one.
pub fn may_claim(own: &[Domain], name: &str) -> Result<(), Refusal> {
    let no = |cause: String| Err(Refusal::Conflict { cause });
    if own.iter().any(|domain| domain.name == name) {
        return no(format!("The organisation has the domain {name} already."));
    }
    if own.len() >= MAX_DOMAINS {
        return no(format!("An organisation has at most {MAX_DOMAINS} domains. Remove one first."));
    }
    Ok(())
}

/// Whether a claim is proven now, and by whom. `owner` is the tenant of this server that has proven the domain so far.
///
/// Without a look nobody is told anything: it was not asked for, or the claim is another one than was looked for.
pub fn verify(domain: &Domain, look: Option<&Look>, owner: Option<TenantId>) -> Result<VerifiedBy, Refusal> {
    let name = &domain.name;
    let record = domain.record.as_ref().ok_or(Refusal::Stale)?;
    let look = look.filter(|look| look.text == record.text).ok_or(Refusal::Stale)?;
    match look.shown {
        Shown::Yes(by) if owner.is_none() => Ok(by),
        // Only who controls the domain learns that another tenant has it.
        Shown::Yes(_) => Err(owned_by_another(name)),
        Shown::No => Err(Refusal::invalid(
            "id",
            format!("There is no TXT record '{}' at {name} yet.", record.text),
            "Publish it, wait until the name servers of the domain give it, and verify again.",
        )),
        Shown::Unanswered => Err(Refusal::invalid(
            "id",
            format!("The name servers gave no answer about the TXT records of {name}."),
            format!(
                "Check that the domain has name servers and the TXT record '{}', and verify again.",
                record.text
            ),
        )),
    }
}

/// Another tenant of this server has proven the domain.
pub fn owned_by_another(name: &str) -> Refusal {
    let cause =
        format!("Another organisation on this server owns {name}. It has to remove the domain first.");
    Refusal::Conflict { cause }
}

/// Whether a tenant may give a domain up. `in_use` says whether names of users end in it.
pub fn may_remove(domain: &Domain, initial_domain: &str, in_use: bool) -> Result<(), Refusal> {
    let name = &domain.name;
    let no = |cause: String| Err(Refusal::Conflict { cause });
    if name == initial_domain {
        return no(format!(
            "{name} is the initial domain of the organisation, which the names of its guests end in. It stays."
        ));
    }
    if in_use {
        return no(format!(
            "User principal names end in {name}, perhaps of deleted users that can be restored. Rename those users first."
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn domain(name: &str, verified_by: Option<VerifiedBy>) -> Domain {
        let record = Record { id: Uuid::nil(), text: format!("{RECORD_PREFIX}{name}") };
        Domain { name: name.to_owned(), verified_by, since: Time(1), record: Some(record) }
    }

    fn look(text: &str, shown: Shown) -> Look {
        Look { text: text.to_owned(), shown }
    }

    #[test]
    fn j9_only_names_that_could_be_in_public_dns_are_domains() {
        assert_eq!(name("id", "Contoso.Example").unwrap(), "contoso.example");
        assert_eq!(name("id", "bücher.example").unwrap(), "xn--bcher-kva.example");
        for wrong in [
            "",
            "localhost",
            "127.0.0.1",
            "10.1",
            "0x7f.1",
            "[::1]",
            "::1",
            "contoso.example.",
            "contoso..example",
            "a b.example",
            "a@b.example",
            "https://contoso.example",
            "*.example",
            "_dmarc.contoso.example",
            "\u{212a}elvin.example",
        ] {
            assert!(name("id", wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_claim_is_proven_once_and_by_the_record_of_its_own() {
        let claim = domain("contoso.example", None);
        let (own, other) = ("hospes-verification=contoso.example", "hospes-verification=other");
        let somebody = Some(TenantId(Uuid::from_u128(7)));
        let yes = |by| Some(look(own, Shown::Yes(by)));
        for (look, owner, outcome) in [
            (yes(VerifiedBy::Dns), None, Ok(VerifiedBy::Dns)),
            (yes(VerifiedBy::Operator), None, Ok(VerifiedBy::Operator)),
            (yes(VerifiedBy::Dns), somebody, Err("conflict")),
            (Some(look(own, Shown::No)), None, Err("invalid")),
            (Some(look(own, Shown::No)), somebody, Err("invalid")),
            (Some(look(own, Shown::Unanswered)), None, Err("invalid")),
            (Some(look(own, Shown::Unanswered)), somebody, Err("invalid")),
            (Some(look(other, Shown::Yes(VerifiedBy::Dns))), None, Err("stale")),
            (None, None, Err("stale")),
        ] {
            let found = verify(&claim, look.as_ref(), owner).map_err(|refusal| refusal.name());
            assert_eq!(found, outcome, "{look:?} {owner:?}");
        }
        let refused = verify(&claim, Some(&look(own, Shown::No)), None).unwrap_err().to_string();
        assert!(refused.contains(own) && refused.contains("contoso.example"), "{refused}");
        let recordless = Domain { record: None, ..claim };
        assert_eq!(verify(&recordless, yes(VerifiedBy::Dns).as_ref(), None), Err(Refusal::Stale));
    }

    #[test]
    fn a_domain_is_claimed_once_and_not_without_end() {
        let own = [domain("contoso.example", None)];
        assert!(may_claim(&own, "shop.contoso.example").is_ok());
        assert_eq!(may_claim(&own, "contoso.example").unwrap_err().name(), "conflict");
        let many: Vec<Domain> =
            (0..MAX_DOMAINS).map(|n| domain(&format!("d{n}.example"), Some(VerifiedBy::Dns))).collect();
        assert!(may_claim(&many[1..], "contoso.example").is_ok());
        assert_eq!(may_claim(&many, "contoso.example").unwrap_err().name(), "conflict");
    }

    #[test]
    fn what_names_end_in_is_not_given_up() {
        for by in [None, Some(VerifiedBy::Operator), Some(VerifiedBy::Dns)] {
            let domain = domain("contoso.example", by);
            assert!(may_remove(&domain, "fabrikam.example", false).is_ok());
            for (initial, in_use) in
                [("contoso.example", false), ("contoso.example", true), ("fabrikam.example", true)]
            {
                assert_eq!(may_remove(&domain, initial, in_use).unwrap_err().name(), "conflict");
            }
        }
    }
}
