//! When to try again: twice as long after each attempt, up to a day, spread so that mails that failed together do
//! not return together. Refuses to draw randomness: it is handed in.

/// Seconds before the second attempt, before spreading.
const FIRST: i64 = 30;
/// The longest pause: a mail server that was repaired gets its mails within a day.
const LONGEST: i64 = 24 * 3600;

/// Seconds to wait after `attempts` earlier attempts and one more that has just failed. `roll` is random: it takes
/// away up to half of the pause.
pub fn delay_seconds(attempts: u32, roll: u16) -> i64 {
    let whole = FIRST.saturating_mul(1_i64.checked_shl(attempts.min(40)).unwrap_or(i64::MAX)).min(LONGEST);
    let half = whole / 2;
    whole - half * i64::from(roll) / i64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_day_and_are_spread_over_their_upper_half() {
        let table = [
            (0, 15, 30),
            (1, 30, 60),
            (2, 60, 120),
            (5, 480, 960),
            (11, 30_720, 61_440),
            (12, 43_200, 86_400),
            (40, 43_200, 86_400),
            (u32::MAX, 43_200, 86_400),
        ];
        for (attempts, shortest, longest) in table {
            assert_eq!(delay_seconds(attempts, 0), longest, "{attempts}");
            assert_eq!(delay_seconds(attempts, u16::MAX), shortest, "{attempts}");
            let between = delay_seconds(attempts, u16::MAX / 2);
            assert!(shortest < between && between < longest, "{attempts}: {between}");
        }
    }
}
