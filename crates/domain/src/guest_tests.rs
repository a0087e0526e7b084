//! Every state against every command, and random sequences that must keep the invariants I2 to I4.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::ids::InvitationId;
use crate::proof::{Answer, Counter, Passcode, Purpose, RedemptionFlow, code};

const T: Time = Time(1_000_000_000_000);
const KEY: &[u8] = &[3; 32];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    InviteAgain,
    Convert,
    Accept,
    Reset,
    Block,
    Unblock,
    RevokeSessions,
    Delete,
    Restore,
}

const COMMANDS: [Command; 9] = [
    Command::InviteAgain,
    Command::Convert,
    Command::Accept,
    Command::Reset,
    Command::Block,
    Command::Unblock,
    Command::RevokeSessions,
    Command::Delete,
    Command::Restore,
];

/// The only way to an identity: type the right passcode in a flow and finish it.
fn identity(n: u128, generation: i64) -> VerifiedIdentity {
    let address = Address::parse("ana@contoso.example").unwrap();
    let flow_id = Uuid::from_u128(n);
    let mut passcode = Passcode::new(Uuid::from_u128(n + 1), Purpose::Redeem, flow_id, address.clone(), T);
    let digits = code(KEY, Uuid::from_u128(n + 1));
    let Answer::Right(proof) =
        passcode.try_code(KEY, &digits, flow_id, Purpose::Redeem, &mut Counter::default(), T)
    else {
        panic!("the right code was refused");
    };
    let mut flow = RedemptionFlow::open(
        flow_id,
        InvitationId(Uuid::from_u128(5)),
        ObjectId(Uuid::from_u128(6)),
        generation,
        T,
    );
    flow.prove(proof, Uuid::from_u128(n + 2), T);
    flow.finish(&address, generation, T).unwrap()
}

fn run(guest: &mut Guest, command: Command, n: u128) -> Result<(), Refusal> {
    match command {
        Command::InviteAgain => guest.invite_again(),
        Command::Convert => guest.convert(T),
        Command::Accept => {
            let identity = identity(n, guest.generation());
            guest.accept(identity, Uuid::from_u128(n), T).map(drop)
        }
        Command::Reset => guest.reset(T).map(drop),
        Command::Block => guest.block(T),
        Command::Unblock => guest.unblock(),
        Command::RevokeSessions => guest.revoke_sessions(T),
        Command::Delete => guest.delete(T),
        Command::Restore => guest.restore(T),
    }
}

fn pending() -> Guest {
    Guest::invite(TenantId(Uuid::from_u128(1)), ObjectId(Uuid::from_u128(2)), T)
}

fn accepted() -> Guest {
    let mut g = pending();
    run(&mut g, Command::Accept, 10).unwrap();
    g
}

fn internal() -> Guest {
    Guest::from_record(GuestRecord { state: State::Internal, ..pending().record().clone() }).unwrap()
}

fn with(mut g: Guest, commands: &[Command]) -> Guest {
    for c in commands {
        run(&mut g, *c, 99).unwrap();
    }
    g
}

/// One row a state: which commands are allowed, and the state after each of them.
#[test]
fn every_state_against_every_command() {
    use State::{Accepted as A, Internal as I, PendingAcceptance as P};
    let (yes, no) = (Some, None::<State>);
    //                                        again   convert accept  reset   block   unblock revoke  delete  restore
    let table: [(&str, Guest, [Option<State>; 9]); 8] = [
        ("pending", pending(), [yes(P), no, yes(A), yes(P), yes(P), yes(P), yes(P), yes(P), no]),
        ("accepted", accepted(), [no, no, no, yes(P), yes(A), yes(A), yes(A), yes(A), no]),
        ("internal", internal(), [no, yes(P), no, no, yes(I), yes(I), yes(I), yes(I), no]),
        (
            "blocked pending",
            with(pending(), &[Command::Block]),
            [no, no, no, no, yes(P), yes(P), yes(P), yes(P), no],
        ),
        (
            "blocked accepted",
            with(accepted(), &[Command::Block]),
            [no, no, no, no, yes(A), yes(A), yes(A), yes(A), no],
        ),
        (
            "blocked internal",
            with(internal(), &[Command::Block]),
            [no, no, no, no, yes(I), yes(I), yes(I), yes(I), no],
        ),
        ("deleted pending", with(pending(), &[Command::Delete]), [no, no, no, no, no, no, no, no, yes(P)]),
        ("deleted accepted", with(accepted(), &[Command::Delete]), [no, no, no, no, no, no, no, no, yes(A)]),
    ];
    for (name, guest, row) in table {
        for (command, expected) in COMMANDS.into_iter().zip(row) {
            let mut g = guest.clone();
            let outcome = run(&mut g, command, 50).ok().map(|()| g.state());
            assert_eq!(outcome, expected, "{name}: {command:?}");
            if expected.is_none() {
                assert_eq!(g, guest, "{name}: a refused {command:?} changed something");
            }
        }
    }
}

#[test]
fn whatever_ends_sign_ins_raises_the_generation_and_nothing_lowers_it() {
    for command in [Command::Reset, Command::Block, Command::RevokeSessions, Command::Delete] {
        let before = accepted();
        assert!(with(before.clone(), &[command]).generation() > before.generation(), "{command:?}");
    }
    assert!(accepted().generation() > pending().generation());
    let restored = with(accepted(), &[Command::Delete, Command::Restore]);
    assert!(restored.generation() > accepted().generation());
}

#[test]
fn a_reset_hands_back_the_binding_and_keeps_the_object() {
    let mut g = accepted();
    let closed = g.reset(T).unwrap().unwrap();
    assert_eq!(closed.sign_in_name.as_str(), "ana@contoso.example");
    assert_eq!((g.id(), g.binding()), (accepted().id(), None));
    assert_eq!(g.reset(T).unwrap(), None, "a second reset before redemption is legal and closes nothing");
}

#[test]
fn a7_a_deletion_can_be_undone_for_thirty_days_and_no_second_longer() {
    let gone = with(accepted(), &[Command::Delete]);
    let last = T.plus_seconds(RESTORABLE_SECONDS - 1);
    assert!(gone.is_restorable(last) && gone.clone().restore(last).is_ok());
    let over = T.plus_seconds(RESTORABLE_SECONDS);
    assert!(!gone.is_restorable(over) && gone.clone().restore(over).is_err());
    assert!(!accepted().is_restorable(T));
}

#[test]
fn only_the_deleted_are_purged_and_the_binding_is_handed_back() {
    assert!(accepted().purge().is_err());
    let gone = with(accepted(), &[Command::Delete]);
    assert_eq!(gone.clone().purge().unwrap().as_ref(), gone.binding());
    assert_eq!(with(internal(), &[Command::Delete]).purge(), Ok(None));
}

#[test]
fn damaged_rows_are_not_guests() {
    let bound_but_pending = GuestRecord { state: State::PendingAcceptance, ..accepted().record().clone() };
    let accepted_but_unbound = GuestRecord { binding: None, ..accepted().record().clone() };
    assert_eq!(Guest::from_record(bound_but_pending), Err(BadGuest));
    assert_eq!(Guest::from_record(accepted_but_unbound), Err(BadGuest));
}

/// 20,000 random commands: the id never changes, the binding is there exactly while accepted, the
/// generation never falls, a refused command changes nothing, and the row always loads again.
#[test]
fn random_command_sequences_keep_the_invariants() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut guest = pending();
    for n in 0..20_000_u128 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let command = COMMANDS[usize::try_from(random % 9).unwrap()];
        let before = guest.clone();
        let outcome = run(&mut guest, command, 1000 + n * 10);
        assert_eq!(guest.id(), before.id());
        assert!(guest.generation() >= before.generation());
        assert_eq!(guest.binding().is_some(), guest.state() == State::Accepted);
        assert_eq!(Guest::from_record(guest.record().clone()).as_ref(), Ok(&guest));
        if outcome.is_err() {
            assert_eq!(guest, before, "a refused {command:?} changed something");
        }
        if !before.is_active() {
            let forbidden = [Command::InviteAgain, Command::Convert, Command::Accept, Command::Reset];
            assert!(
                !forbidden.contains(&command) || outcome.is_err(),
                "{command:?} on a blocked or deleted guest"
            );
        }
    }
}

#[test]
fn somebody_from_outside_becomes_internal_once_and_everything_issued_dies() {
    for mut guest in [pending(), accepted(), with(accepted(), &[Command::Block])] {
        let (generation, enabled, binding) =
            (guest.generation(), guest.record().enabled, guest.binding().cloned());
        assert_eq!(guest.become_internal(T).unwrap(), binding);
        assert_eq!(
            (guest.state(), guest.binding(), guest.record().enabled),
            (State::Internal, None, enabled)
        );
        assert!(guest.generation() > generation && guest.record().state_changed_at.is_none());
        assert!(Guest::from_record(guest.record().clone()).is_ok());
        assert_eq!(guest.become_internal(T).unwrap_err().name(), "invalid");
    }
    let mut deleted = with(accepted(), &[Command::Delete]);
    assert_eq!(deleted.become_internal(T).unwrap_err().name(), "not_found");
}
