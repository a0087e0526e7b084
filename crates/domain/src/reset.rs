//! The safe reset as a plan: what it keeps, what it ends, who is told. The plan is the very value the
//! reset saves, so a preview cannot promise something else. Refuses to touch object id, UPN, groups or
//! assignments: they are not in the plan at all (I4).

use crate::address::Address;
use crate::guest::{Binding, Guest};
use crate::refusal::Refusal;
use crate::time::Time;

/// What a reset decides on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetFacts {
    /// The guest before.
    pub guest: Guest,
    /// The address the new invitation will name.
    pub invited: Address,
    /// Addresses that sign the guest in now.
    pub sign_in_addresses: Vec<Address>,
}

/// What a reset does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetPlan {
    /// The guest after: pending, a generation later, unbound.
    pub guest: Guest,
    /// The binding to close into the history; `None` when nobody had redeemed.
    pub closes: Option<Binding>,
    /// Old addresses that get a notice. It never names the new address.
    pub notices: Vec<Address>,
}

/// Plans the reset; refuses internal, deleted and blocked users.
pub fn plan(facts: &ResetFacts, now: Time) -> Result<ResetPlan, Refusal> {
    let mut guest = facts.guest.clone();
    let closes = guest.reset(now)?;
    let mut notices: Vec<Address> = Vec::new();
    for old in closes.iter().map(|b| &b.sign_in_name).chain(&facts.sign_in_addresses) {
        if !old.same(&facts.invited) && !notices.iter().any(|n| n.same(old)) {
            notices.push(old.clone());
        }
    }
    Ok(ResetPlan { guest, closes, notices })
}
