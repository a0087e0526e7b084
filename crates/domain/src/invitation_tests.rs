//! Who is named, who holds the address, reset or not: one row each (reference/invitations.md section 7).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::guest::{Binding, GuestRecord};
use crate::ids::{ObjectId, TenantId};
use crate::policy::ListKind;
use uuid::Uuid;

const INVITED: &str = "ana@contoso.example";

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn candidate(state: State, mail: &str, enabled: bool) -> Candidate {
    let binding = (state == State::Accepted).then(|| Binding {
        id: Uuid::from_u128(7),
        issuer: "mail".into(),
        subject: "s".into(),
        sign_in_name: address(mail),
        proof: "passcode".into(),
        bound_at: Time(1),
    });
    let base =
        Guest::invite(TenantId(Uuid::from_u128(1)), ObjectId(Uuid::from_u128(2)), Time(1)).record().clone();
    let guest = Guest::from_record(GuestRecord { state, enabled, binding, ..base }).unwrap();
    Candidate { guest, mail: Some(address(mail)), other_mails: vec![address("other@contoso.example")] }
}

fn decide(reset: bool, named: Option<Candidate>, holder: Option<Candidate>) -> Result<Plan, Refusal> {
    plan(reset, &address(INVITED), &found(named, holder))
}

const ANY_DOMAIN: DomainLookup = DomainLookup { kind: None, listed: false };

fn found(named: Option<Candidate>, holder: Option<Candidate>) -> Found {
    Found { named, holder, own_domain: false, group_address: false, domains: ANY_DOMAIN }
}

#[test]
fn by_address_alone() {
    let id = ObjectId(Uuid::from_u128(2));
    assert_eq!(decide(false, None, None), Ok(Plan::Create));
    assert_eq!(
        decide(false, None, Some(candidate(State::PendingAcceptance, INVITED, true))),
        Ok(Plan::Again)
    );
    assert_eq!(decide(false, None, Some(candidate(State::Accepted, INVITED, true))), Ok(Plan::Completed));
    assert_eq!(
        decide(false, None, Some(candidate(State::Internal, INVITED, true))),
        Err(Refusal::UserExists { id })
    );
    assert_eq!(
        decide(false, None, Some(candidate(State::PendingAcceptance, INVITED, false))),
        Err(Refusal::Blocked)
    );
    assert_eq!(decide(false, None, Some(candidate(State::Accepted, INVITED, false))), Err(Refusal::Blocked));
}

#[test]
fn d11_by_id_without_reset() {
    assert_eq!(
        decide(false, Some(candidate(State::PendingAcceptance, INVITED, true)), None),
        Ok(Plan::Again)
    );
    assert_eq!(decide(false, Some(candidate(State::Accepted, INVITED, true)), None), Ok(Plan::Completed));
    assert_eq!(decide(false, Some(candidate(State::Internal, INVITED, true)), None), Ok(Plan::Convert));
    for state in [State::PendingAcceptance, State::Accepted, State::Internal] {
        let refused = decide(false, Some(candidate(state, "x@y.example", true)), None);
        assert_eq!(refused, Err(Refusal::AddressNotOnUser), "{state:?}");
    }
    // Conversion asks for `mail`, not for one of the other addresses.
    let mut only_other = candidate(State::Internal, "x@y.example", true);
    only_other.other_mails = vec![address(INVITED)];
    assert_eq!(decide(false, Some(only_other), None), Err(Refusal::AddressNotOnUser));
}

#[test]
fn d9_d10_d11_by_id_with_reset() {
    assert!(matches!(decide(true, None, None), Err(Refusal::Invalid(i)) if i.field == "invitedUser.id"));
    assert_eq!(decide(true, Some(candidate(State::Accepted, INVITED, true)), None), Ok(Plan::Reset));
    assert_eq!(decide(true, Some(candidate(State::PendingAcceptance, INVITED, true)), None), Ok(Plan::Reset));
    let by_other = plan(
        true,
        &address("OTHER@contoso.example"),
        &found(Some(candidate(State::Accepted, INVITED, true)), None),
    );
    assert_eq!(by_other, Ok(Plan::Reset));
    assert!(matches!(
        decide(true, Some(candidate(State::Internal, INVITED, true)), None),
        Err(Refusal::Invalid(_))
    ));
    assert_eq!(
        decide(true, Some(candidate(State::Accepted, "x@y.example", true)), None),
        Err(Refusal::AddressNotOnUser)
    );
    let held = decide(
        true,
        Some(candidate(State::Accepted, INVITED, true)),
        Some(candidate(State::PendingAcceptance, INVITED, true)),
    );
    assert!(matches!(held, Err(Refusal::Conflict { .. })));
    assert_eq!(decide(true, Some(candidate(State::Accepted, INVITED, false)), None), Err(Refusal::Blocked));
}

#[test]
fn addresses_of_the_house_are_not_invited() {
    let found = Found { own_domain: true, ..found(None, None) };
    assert!(matches!(plan(false, &address(INVITED), &found), Err(Refusal::Invalid(_))));
    let found = Found { own_domain: false, group_address: true, ..found };
    assert!(
        matches!(plan(false, &address(INVITED), &found), Err(Refusal::Invalid(i)) if i.cause.contains("Group email"))
    );
}

#[test]
fn the_domain_list_speaks_about_whoever_has_yet_to_redeem() {
    let guest = |state| Some(candidate(state, INVITED, true));
    let blocked = DomainLookup { kind: Some(ListKind::Block), listed: true };
    let unlisted = DomainLookup { kind: Some(ListKind::Allow), listed: false };
    let denied = Err(Refusal::DomainDenied { domain: "contoso.example".into() });
    for domains in [blocked, unlisted] {
        for (reset, named, holder, answer) in [
            (false, None, None, denied.clone()),
            (false, None, guest(State::PendingAcceptance), denied.clone()),
            (false, guest(State::PendingAcceptance), None, denied.clone()),
            (false, guest(State::Internal), None, denied.clone()),
            (true, guest(State::Accepted), None, denied.clone()),
            (false, None, guest(State::Accepted), Ok(Plan::Completed)),
            (false, guest(State::Accepted), None, Ok(Plan::Completed)),
        ] {
            let found = Found { domains, ..found(named, holder) };
            assert_eq!(plan(reset, &address(INVITED), &found), answer, "{reset} {found:?}");
        }
    }
    let allowed = DomainLookup { kind: Some(ListKind::Allow), listed: true };
    assert_eq!(
        plan(false, &address(INVITED), &Found { domains: allowed, ..found(None, None) }),
        Ok(Plan::Create)
    );
}

#[test]
fn a7_expiry_is_compared_at_use() {
    let end = Time(100);
    assert_eq!(InvitationState::Open.usable(end, Time(99)), Ok(()));
    assert_eq!(
        InvitationState::Open.usable(end, end),
        Err(Refusal::Redemption(RedemptionRefusal::Expired { at: end }))
    );
    assert_eq!(InvitationState::Used.usable(end, Time(0)), Err(Refusal::Redemption(RedemptionRefusal::Used)));
    assert_eq!(
        InvitationState::Superseded.usable(end, Time(0)),
        Err(Refusal::Redemption(RedemptionRefusal::Superseded))
    );
}
