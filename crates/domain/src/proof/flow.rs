//! One browser's way through a redemption, as a row: opened, proven, finished (threats A13, B6, D14).
//! Refuses to hand out an identity before its proof, twice, too late, or for another generation.

use uuid::Uuid;

use super::account::{Account, BY_HOME_AND_PASSCODE};
use super::passcode::MailboxProof;
use super::{HomeIdentity, VerifiedIdentity};
use crate::address::Address;
use crate::ids::{InvitationId, ObjectId};
use crate::refusal::{RedemptionRefusal, Refusal};
use crate::time::Time;

/// How long a person may take from the first click to consent.
pub const FLOW_SECONDS: i64 = 3600;

/// What was proven in a flow, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The address.
    pub address: Address,
    /// Who vouches for the identity.
    pub issuer: String,
    /// Its subject inside the issuer; for a mailbox drawn when the proof was made.
    pub subject: String,
    /// How it was proven: the word of the binding.
    pub proof: String,
    /// When: for somebody from home, when the sign-in there was.
    pub at: Time,
}

/// A flow as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRecord {
    /// Random; the browser holds it in a sealed cookie.
    pub id: Uuid,
    /// The invitation it redeems.
    pub invitation: InvitationId,
    /// The guest.
    pub user: ObjectId,
    /// The guest's sign-in generation when the flow began: a reset ends the flow (I3).
    pub generation: i64,
    /// Who signed in at home, where the mailbox has to be proven as well.
    pub account: Option<Account>,
    /// What was proven.
    pub proven: Option<Proven>,
    /// End of its life.
    pub expires_at: Time,
    /// Set once the redemption committed.
    pub finished: bool,
}

/// A flow that can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedemptionFlow {
    record: FlowRecord,
}

impl RedemptionFlow {
    /// Opens a flow for an invitation.
    pub fn open(id: Uuid, invitation: InvitationId, user: ObjectId, generation: i64, now: Time) -> Self {
        let expires_at = now.plus_seconds(FLOW_SECONDS);
        Self {
            record: FlowRecord {
                id,
                invitation,
                user,
                generation,
                account: None,
                proven: None,
                expires_at,
                finished: false,
            },
        }
    }

    /// A stored flow; only the store calls this.
    pub fn from_record(record: FlowRecord) -> Self {
        Self { record }
    }

    /// What is to be saved.
    pub fn record(&self) -> &FlowRecord {
        &self.record
    }

    /// Whether the flow can go on for a guest of `generation`.
    pub fn check(&self, generation: i64, now: Time) -> Result<(), Refusal> {
        let r = &self.record;
        if r.finished || now >= r.expires_at || r.generation != generation {
            return Err(Refusal::Redemption(RedemptionRefusal::FlowLost));
        }
        Ok(())
    }

    /// Notes that the mailbox was proven. The identity is the account that signed in before in this flow, if one did;
    /// otherwise `subject`, which is drawn now, becomes its subject.
    pub fn prove(&mut self, proof: MailboxProof, subject: Uuid, now: Time) {
        match self.record.account.clone() {
            Some(Account { issuer, subject, at, .. }) => {
                let proven = BY_HOME_AND_PASSCODE.to_owned();
                self.keep(
                    VerifiedIdentity { issuer, subject, address: proof.into_address(), proof: proven },
                    at,
                );
            }
            None => self.keep(VerifiedIdentity::by_passcode(proof, subject), now),
        }
    }

    /// Notes who signed in at home, as the first of two proofs: the invited mailbox is the other (threats B1). Whatever
    /// was proven before goes, so that it is not another account that is bound.
    pub fn sign_in_with(&mut self, identity: &HomeIdentity, invited: &Address) -> Result<(), Refusal> {
        self.record.account = Some(Account::of(identity).ok_or_else(|| wrong(invited))?);
        self.record.proven = None;
        Ok(())
    }

    /// Notes who signed in at home, if that proves the invited address (threats B1).
    pub fn prove_home(&mut self, identity: &HomeIdentity, invited: &Address) -> Result<(), Refusal> {
        let proving = identity.proving(invited).ok_or_else(|| wrong(invited))?;
        self.record.account = None;
        self.keep(proving, identity.auth_time());
        Ok(())
    }

    fn keep(&mut self, identity: VerifiedIdentity, at: Time) {
        let VerifiedIdentity { issuer, subject, address, proof } = identity;
        self.record.proven = Some(Proven { address, issuer, subject, proof, at });
    }

    /// Ends the flow and yields the identity it proved, if that is the address the invitation names.
    pub fn finish(
        &mut self,
        invited: &Address,
        generation: i64,
        now: Time,
    ) -> Result<VerifiedIdentity, Refusal> {
        self.check(generation, now)?;
        let Some(proven) = self.record.proven.clone() else {
            return Err(Refusal::Redemption(RedemptionRefusal::FlowLost));
        };
        if !proven.address.same(invited) {
            return Err(wrong(invited));
        }
        self.record.finished = true;
        let Proven { address, issuer, subject, proof, .. } = proven;
        Ok(VerifiedIdentity { issuer, subject, address, proof })
    }
}

fn wrong(invited: &Address) -> Refusal {
    Refusal::Redemption(RedemptionRefusal::WrongIdentity { invited: invited.masked() })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const NOW: Time = Time(1_000_000_000_000);

    fn flow() -> RedemptionFlow {
        RedemptionFlow::open(
            Uuid::from_u128(1),
            InvitationId(Uuid::from_u128(2)),
            ObjectId(Uuid::from_u128(3)),
            4,
            NOW,
        )
    }

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn d14_no_identity_before_the_proof_and_none_twice() {
        let mut f = flow();
        let invited = address("a@b.example");
        let lost = Err(Refusal::Redemption(RedemptionRefusal::FlowLost));
        assert_eq!(f.finish(&invited, 4, NOW), lost);
        f.prove(MailboxProof::new(invited.clone()), Uuid::from_u128(9), NOW);
        assert_eq!(f.finish(&invited, 4, NOW).unwrap().address(), &invited);
        assert_eq!(f.finish(&invited, 4, NOW), lost);
    }

    #[test]
    fn b1_another_address_than_invited_is_refused_and_named_masked() {
        let mut f = flow();
        f.prove(MailboxProof::new(address("x@y.example")), Uuid::from_u128(9), NOW);
        let refused = f.finish(&address("ana@b.example"), 4, NOW);
        assert_eq!(
            refused,
            Err(Refusal::Redemption(RedemptionRefusal::WrongIdentity { invited: "a***@b.example".into() }))
        );
        assert!(!f.record().finished);
    }

    #[test]
    fn a_reset_or_time_ends_the_flow() {
        assert!(flow().check(5, NOW).is_err());
        assert!(flow().check(4, NOW.plus_seconds(FLOW_SECONDS)).is_err());
        assert!(flow().check(4, NOW.plus_seconds(FLOW_SECONDS - 1)).is_ok());
    }
}
