//! The same random commands leave both engines with the same directory, read in the same order
//! (docs/decisions/0001-one-sql-text.md). Each lane walks through several small directories, every one kept twice: in a
//! SQLite file and on PostgreSQL. Refuses to forgive: answers are compared byte for byte, headers included, and so
//! is every row of every table.
//!
//! `HOSPES_DIFFERENTIAL_COMMANDS` is how many commands all lanes run together, `HOSPES_DIFFERENTIAL_SEED` repeats the
//! one directory that a failure has named, with a look at all its rows after each command.

mod access;
mod groups;
mod invitations;
mod pair;
mod people;
mod reads;
mod texts;
mod tokens;
mod visitors;
mod walk;

use std::io::Write as _;

use hospes_actions::database::SERVER_VARIABLE;

use walk::Walk;

const COMMANDS_VARIABLE: &str = "HOSPES_DIFFERENTIAL_COMMANDS";
const SEED_VARIABLE: &str = "HOSPES_DIFFERENTIAL_SEED";
/// Lanes run side by side; each has seeds of its own.
const LANES: usize = 4;
/// Enough to meet most kinds of commands when nobody asks for more.
const FEW: usize = 2_000;
/// A directory that stays small can be read whole, again and again.
const IN_ONE_DIRECTORY: usize = 2_500;
/// Between two looks at every row.
const BETWEEN_LOOKS: usize = 625;
/// At least so many commands in a hundred must have been carried out, or there is little to compare.
const CARRIED_OUT_AT_LEAST: usize = 45;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// Past the ears of the test runner, which keeps to itself what a passing test prints.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Walks the directories of one lane.
async fn lane(lane: u64) {
    if std::env::var(SERVER_VARIABLE).is_err() {
        say(&format!("skipped: lane {lane} cannot compare the engines without {SERVER_VARIABLE}"));
        return;
    }
    let all = number(COMMANDS_VARIABLE).map_or(FEW, |number| usize::try_from(number).unwrap());
    let named = number(SEED_VARIABLE);
    if named.is_some() && lane > 0 {
        return;
    }
    let mut left = if named.is_some() { IN_ONE_DIRECTORY } else { all.div_ceil(LANES) };
    let (mut asked, mut carried_out) = (0, 0);
    for directory in 0.. {
        let seed = named.unwrap_or(10_000 * (lane + 1) + directory);
        let mut walk = Walk::begin(seed).await;
        walk.walk(left.min(IN_ONE_DIRECTORY), if named.is_some() { 1 } else { BETWEEN_LOOKS }).await;
        let (here, of_them) = walk.end().await;
        (asked, carried_out) = (asked + here, carried_out + of_them);
        left = left.saturating_sub(here);
        if left == 0 {
            break;
        }
    }
    say(&format!("lane {lane}: {asked} commands, {carried_out} of them carried out, no difference"));
    assert!(
        carried_out * 100 >= asked * CARRIED_OUT_AT_LEAST,
        "only {carried_out} of {asked} were carried out"
    );
}

#[tokio::test]
async fn both_engines_keep_the_same_directory_lane_1() {
    lane(0).await;
}

#[tokio::test]
async fn both_engines_keep_the_same_directory_lane_2() {
    lane(1).await;
}

#[tokio::test]
async fn both_engines_keep_the_same_directory_lane_3() {
    lane(2).await;
}

#[tokio::test]
async fn both_engines_keep_the_same_directory_lane_4() {
    lane(3).await;
}
