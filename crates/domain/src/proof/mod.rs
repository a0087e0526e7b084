//! Proof of identity: what it takes before Hospes believes that somebody is who an invitation names
//! (design section 5). Refuses claims: a [`VerifiedIdentity`] exists only as the result of a check here.

mod account;
mod flow;
mod home;
mod limit;
mod passcode;

use uuid::Uuid;

use crate::address::Address;
use crate::guest::Binding;
use crate::time::Time;

pub use account::{Account, BY_HOME_AND_PASSCODE, FROM_OUTSIDE};
pub use flow::{FLOW_SECONDS, FlowRecord, Proven, RedemptionFlow};
pub use home::{BY_HOME, Expected, HOME_SIGN_IN, HomeIdentity, home_of, issuer_of};
pub use limit::{Counter, Limit};
pub use passcode::{
    Answer, CODE_SECONDS, FAILS_PER_ADDRESS, MailboxProof, Passcode, PasscodeRecord, PasscodeState, Purpose,
    SENDS_PER_ADDRESS, SENDS_PER_TENANT, TRIES, code, format_code,
};

/// The issuer of passcode identities, and what `identities` shows for them.
pub const MAIL_ISSUER: &str = "mail";

/// The stored word for a proof by passcode.
pub const BY_PASSCODE: &str = "passcode";

/// An identity that was proven in this very flow. No public constructor: an unverified claim does not
/// compile.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifiedIdentity {
    issuer: String,
    subject: String,
    address: Address,
    proof: String,
}

impl VerifiedIdentity {
    /// A mailbox proven by passcode; `subject` is random, so the same mailbox bound twice is two
    /// identities and the first does not open what the second may.
    fn by_passcode(proof: MailboxProof, subject: Uuid) -> Self {
        Self {
            issuer: MAIL_ISSUER.to_owned(),
            subject: subject.to_string(),
            address: proof.into_address(),
            proof: BY_PASSCODE.to_owned(),
        }
    }

    /// The address the identity proves.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Who vouches for it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The subject inside the issuer.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    pub(crate) fn into_binding(self, id: Uuid, now: Time) -> Binding {
        Binding {
            id,
            issuer: self.issuer,
            subject: self.subject,
            sign_in_name: self.address,
            proof: self.proof,
            bound_at: now,
        }
    }
}
