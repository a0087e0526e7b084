//! Two proofs for one redemption: the account somebody signed in with at home, and the invited mailbox (design section 5,
//! threats B1). Refuses where an organisation decides for the invited domain, since its word would be got round (threats
//! G5).

use super::home::{BY_HOME, HomeIdentity, home_of};
use super::{BY_PASSCODE, Proven};
use crate::address::Address;
use crate::ids::TenantId;
use crate::time::Time;

/// The stored word for both proofs together: who the account is, and that its person reads the invited mailbox.
pub const BY_HOME_AND_PASSCODE: &str = "home+passcode";

/// Every word for somebody who proved from outside who they are, and at which address.
pub const FROM_OUTSIDE: [&str; 3] = [BY_PASSCODE, BY_HOME, BY_HOME_AND_PASSCODE];

/// Who signed in at home in a flow with an address that is not the invited one. Proves nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who vouches for the account.
    pub issuer: String,
    /// Its subject inside the issuer.
    pub subject: String,
    /// The account's own address, for the person to recognise it.
    pub address: Address,
    /// When the sign-in at home was.
    pub at: Time,
}

impl Account {
    /// Whoever signed in at home, if home vouches for an address of theirs at all.
    pub(super) fn of(identity: &HomeIdentity) -> Option<Self> {
        let address = identity.addresses().first()?.clone();
        Some(Self {
            issuer: identity.issuer(),
            subject: identity.subject(),
            address,
            at: identity.auth_time(),
        })
    }
}

impl Proven {
    /// Whether the proof stands when the invited domain has this owner (design section 5): an owner decides alone, and
    /// where there is none, the mailbox must have been proven.
    pub fn stands(&self, owner: Option<TenantId>) -> bool {
        match (home_of(&self.issuer), owner) {
            (None, owner) => owner.is_none(),
            (Some(home), Some(owner)) => home == owner && self.proof == BY_HOME,
            (Some(_), None) => self.proof == BY_HOME_AND_PASSCODE,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::proof::{MAIL_ISSUER, issuer_of};
    use uuid::Uuid;

    #[test]
    fn g5_the_owner_of_the_invited_domain_decides_alone() {
        let (home, other) = (TenantId(Uuid::from_u128(7)), TenantId(Uuid::from_u128(8)));
        let mail = MAIL_ISSUER.to_owned();
        for (issuer, proof, owner, stands) in [
            (mail.clone(), BY_PASSCODE, None, true),
            (mail.clone(), BY_PASSCODE, Some(home), false),
            (issuer_of(home), BY_HOME, Some(home), true),
            (issuer_of(home), BY_HOME, Some(other), false),
            (issuer_of(home), BY_HOME, None, false),
            (issuer_of(home), BY_HOME_AND_PASSCODE, None, true),
            (issuer_of(home), BY_HOME_AND_PASSCODE, Some(other), false),
            (issuer_of(home), BY_HOME_AND_PASSCODE, Some(home), false),
        ] {
            let proven = Proven {
                address: Address::parse("ana@b.example").unwrap(),
                issuer: issuer.clone(),
                subject: "s".into(),
                proof: proof.into(),
                at: Time(1),
            };
            assert_eq!(proven.stands(owner), stands, "{issuer} {proof} {owner:?}");
        }
    }
}
