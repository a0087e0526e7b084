//! When the signing keys of a tenant turn: the next one is published long before it signs, the one before is kept until
//! the last token it signed has expired (threats F16, OpenID Connect Core section 10.1.1). Time alone moves a key on, so
//! that every process agrees without a word. Refuses to touch keys: it says what is to be done.

use crate::time::Time;

/// How long a key signs.
pub const TURN_SECONDS: i64 = 90 * 24 * 3600;
/// How long a key is published before it signs: longer than the hour others may keep the key set, and than the day after
/// which client libraries look again by themselves.
pub const LEAD_SECONDS: i64 = 2 * 24 * 3600;
/// How long a key verifies after the next one has begun to sign: tokens live an hour, and as long again for clocks that
/// differ.
pub const KEPT_SECONDS: i64 = 2 * 3600;

/// A signing key as the schedule sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyAge {
    /// Counts up; no two keys of one algorithm share it.
    pub version: u32,
    /// From when on it signs.
    pub signs_from: Time,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStep {
    /// Make a key and publish it.
    Publish(KeyAge),
    /// Forget a key for good; its id stays refused.
    Retire {
        /// Which.
        version: u32,
    },
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs.
    Current,
    /// Verifies until then.
    Before(Time),
}

/// The key that signs now: the newest whose time has come, else the oldest. `None` without keys.
pub fn current(keys: &[KeyAge], now: Time) -> Option<KeyAge> {
    let begun = keys.iter().filter(|key| key.signs_from <= now).max_by_key(|key| key.version);
    begun.or_else(|| keys.iter().min_by_key(|key| key.version)).copied()
}

/// When a key stops verifying; `None` while none has taken its place.
pub fn ends(keys: &[KeyAge], version: u32) -> Option<Time> {
    let next = keys.iter().filter(|key| key.version > version).min_by_key(|key| key.version)?;
    Some(next.signs_from.plus_seconds(KEPT_SECONDS))
}

/// Whether a key is over, though its row may still be there.
pub fn is_over(keys: &[KeyAge], version: u32, now: Time) -> bool {
    ends(keys, version).is_some_and(|end| end <= now)
}

/// How a key stands among those of its algorithm.
pub fn state(keys: &[KeyAge], key: KeyAge, now: Time) -> KeyState {
    match (current(keys, now), ends(keys, key.version)) {
        (Some(signing), _) if signing.version == key.version => KeyState::Current,
        (Some(signing), Some(end)) if key.version < signing.version => KeyState::Before(end),
        _ => KeyState::Next,
    }
}

/// What the schedule asks for now, for the keys of one algorithm.
pub fn due(keys: &[KeyAge], now: Time) -> Option<KeyStep> {
    if let Some(over) = keys.iter().find(|key| is_over(keys, key.version, now)) {
        return Some(KeyStep::Retire { version: over.version });
    }
    let signing = current(keys, now)?;
    let waits = keys.iter().any(|key| key.version > signing.version);
    let turn = signing.signs_from.plus_seconds(TURN_SECONDS);
    if waits || now < turn.plus_seconds(-LEAD_SECONDS) {
        return None;
    }
    // Late, for example because nothing ran for months: the next key is published as long as any other.
    let signs_from = turn.max(now.plus_seconds(LEAD_SECONDS));
    Some(KeyStep::Publish(KeyAge { version: next_version(keys), signs_from }))
}

/// What an operator asks for before the time: the next key as soon as everybody can know it. Nothing when one waits.
pub fn turned_early(keys: &[KeyAge], now: Time) -> Option<KeyStep> {
    let signing = current(keys, now)?;
    let waits = keys.iter().any(|key| key.version > signing.version);
    let signs_from = now.plus_seconds(LEAD_SECONDS);
    (!waits).then(|| KeyStep::Publish(KeyAge { version: next_version(keys), signs_from }))
}

/// What an operator asks for when a key is in wrong hands: a new key signs at once, and every other one is forgotten at
/// once, with all tokens it signed; one that waits is as old as the theft, so it goes, too.
pub fn replaced(keys: &[KeyAge], now: Time) -> Vec<KeyStep> {
    let fresh = KeyStep::Publish(KeyAge { version: next_version(keys), signs_from: now });
    let gone = keys.iter().map(|key| KeyStep::Retire { version: key.version });
    std::iter::once(fresh).chain(gone).collect()
}

fn next_version(keys: &[KeyAge]) -> u32 {
    keys.iter().map(|key| key.version).max().map_or(1, |version| version.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3600;

    fn at(days: i64) -> Time {
        Time(1_000_000_000_000).plus_seconds(days * DAY)
    }

    fn key(version: u32, days: i64) -> KeyAge {
        KeyAge { version, signs_from: at(days) }
    }

    #[test]
    fn f16_each_age_of_the_keys_has_one_next_step() {
        let publish = |version, days| Some(KeyStep::Publish(key(version, days)));
        let retire = |version| Some(KeyStep::Retire { version });
        let kept = at(90).plus_seconds(KEPT_SECONDS);
        for (keys, now, step) in [
            (vec![], at(0), None),
            (vec![key(1, 0)], at(0), None),
            (vec![key(1, 0)], at(88).plus_seconds(-1), None),
            (vec![key(1, 0)], at(88), publish(2, 90)),
            (vec![key(1, 0), key(2, 90)], at(88), None),
            (vec![key(1, 0), key(2, 90)], at(90), None),
            (vec![key(1, 0), key(2, 90)], kept.plus_seconds(-1), None),
            (vec![key(1, 0), key(2, 90)], kept, retire(1)),
            (vec![key(2, 90)], kept, None),
            (vec![key(2, 90)], at(178), publish(3, 180)),
            // Nothing ran for a year: first the waiting one took over by time alone, and both steps follow.
            (vec![key(1, 0), key(2, 90)], at(400), retire(1)),
            (vec![key(2, 90)], at(400), publish(3, 402)),
            // A clock that is behind: the only key signs, though its time has not come.
            (vec![key(1, 5)], at(0), None),
        ] {
            assert_eq!(due(&keys, now), step, "{keys:?} at {now:?}");
        }
    }

    #[test]
    fn f16_a_key_signs_only_when_its_time_has_come_and_its_predecessor_verifies_a_while() {
        let keys = [key(1, 0), key(2, 90), key(3, 180)];
        let signing = |now| current(&keys, now).map(|key| key.version);
        assert_eq!(
            (signing(at(-1)), signing(at(89)), signing(at(90)), signing(at(180))),
            (Some(1), Some(1), Some(2), Some(3))
        );
        let states = |now| keys.map(|one| state(&keys, one, now));
        let kept = |days| KeyState::Before(at(days).plus_seconds(KEPT_SECONDS));
        assert_eq!(states(at(89)), [KeyState::Current, KeyState::Next, KeyState::Next]);
        assert_eq!(states(at(90)), [kept(90), KeyState::Current, KeyState::Next]);
        assert!(!is_over(&keys, 1, at(90)) && is_over(&keys, 1, at(91)) && !is_over(&keys, 3, at(9000)));
    }

    #[test]
    fn an_operator_turns_early_or_replaces_at_once() {
        let one = [key(1, 0)];
        assert_eq!(turned_early(&one, at(10)), Some(KeyStep::Publish(key(2, 12))));
        assert_eq!(turned_early(&[key(1, 0), key(2, 12)], at(10)), None, "one waits already");
        let steps = replaced(&[key(1, 0), key(2, 12)], at(10));
        assert_eq!(
            steps,
            [KeyStep::Publish(key(3, 10)), KeyStep::Retire { version: 1 }, KeyStep::Retire { version: 2 }]
        );
    }
}
