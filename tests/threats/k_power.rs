//! K1, K2, K12: what a crash and a power cut leave behind.
//!
//! `kill -9` ends the program and loses nothing that was handed to the kernel, so killing alone shows that every
//! moment is a good one to start from (K1: `cargo xtask test faults` does that to the real program), not that an
//! answered commit is on the disk. A power cut also loses what was not synced: the end of the log is missing or torn.
//! That is what these tests make, at every place, from the log of a running server. That a sync comes before the answer
//! is seen from outside by the kills at every sync; that a disk keeps what it has confirmed, nobody can test here.

use crate::harness::{Left, Server, difference};

/// When a step was answered: the files, how long the log was, and what stood in the database.
struct Answered {
    left: Left,
    log: usize,
    state: Vec<String>,
}

fn answered(server: &Server) -> Answered {
    let left = server.left_behind();
    Answered { log: left.log.len(), left, state: server.look().state() }
}

async fn work(server: &Server) -> Vec<Answered> {
    let mut steps = vec![answered(server)];
    let token = server.app_token().await;
    let admin = server.token_of(&server.user_admin);
    server.invite(&token, "bea@contoso.example").await;
    steps.push(answered(server));
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    steps.push(answered(server));
    let mail = serde_json::json!({ "mail": "ana@adatum.example" });
    server.patch(&admin, &format!("/v1.0/users/{guest}"), mail).await.expect(204);
    steps.push(answered(server));
    server.reset(&admin, &guest, "ana@adatum.example").await.expect(201);
    steps.push(answered(server));
    steps
}

#[tokio::test]
async fn k1_every_answered_step_is_there_after_a_crash_in_the_moment_of_its_answer() {
    let server = Server::on_a_file().await;
    for (number, step) in work(&server).await.iter().enumerate() {
        step.left.open_with_log_of(step.log).await.unwrap().close().await;
        let look = step.left.look();
        assert_eq!(look.integrity(), "ok");
        assert!(look.state() == step.state, "step {number}: {}", difference(&step.state, &look.state()));
    }
}

#[tokio::test]
async fn k2_every_answered_step_survives_a_log_torn_anywhere_behind_it() {
    let server = Server::on_a_file().await;
    let steps = work(&server).await;
    let left = server.left_behind();
    let first = steps[0].log;
    let frames: Vec<usize> = left.frames().into_iter().filter(|end| *end >= first).collect();
    assert!(frames.len() > 30, "{} frames", frames.len());
    let commits = left.commits();
    for end in frames {
        for cut in [end, (end + 2000).min(left.log.len())] {
            let app = left.open_with_log_of(cut).await.unwrap();
            app.close().await;
            let look = left.look();
            assert_eq!(look.integrity(), "ok");
            let state = look.state();
            // Between two answers there may be commits of their own (a redemption has several); at an answer there is
            // exactly what was answered.
            let step = steps.iter().rev().find(|step| step.log <= cut).unwrap();
            let whole = commits.iter().filter(|commit| **commit <= cut).max().unwrap();
            if *whole == step.log {
                assert!(state == step.state, "cut at {cut}: {}", difference(&step.state, &state));
            }
            for row in step.state.iter().filter(|row| row.starts_with("audit:")) {
                assert!(state.contains(row), "cut at {cut}: lost {row}");
            }
        }
    }
}

#[tokio::test]
async fn k12_a_migration_that_breaks_off_at_any_page_is_completed_by_the_next_start() {
    let server = Server::on_a_file().await;
    let (left, whole) = (server.left_behind(), server.look().schema());
    let mut cuts = 0;
    for end in left.frames() {
        for cut in [end, (end + 2000).min(left.log.len())] {
            let app = left.open_with_log_of(cut).await.unwrap();
            app.close().await;
            let look = left.look();
            assert!(look.schema() == whole, "cut at {cut}: {}", difference(&whole, &look.schema()));
            assert_eq!(look.integrity(), "ok");
            cuts += 1;
            if look.count("tenants") > 0 {
                // From here on the log is no longer about the schema.
                assert!(cuts > 50, "{cuts} cuts");
                return;
            }
        }
    }
    panic!("the schema has no end");
}
