//! K4, K5: who else must not have the file, and files that are not what was written.

use hospes_actions::app::App;

use crate::harness::{Server, difference};

/// Behind the pages that hold nothing yet, so that what is broken is in use.
fn some_pages(database: &[u8]) -> impl Iterator<Item = usize> {
    (1..database.len() / 4096).step_by(7)
}

async fn stopped(server: &mut Server) -> crate::harness::Left {
    let token = server.app_token().await;
    for n in 0..20 {
        server.invite(&token, &format!("guest{n}@contoso.example")).await;
    }
    server.app.close().await;
    server.left_behind()
}

fn assert_refused(opened: Result<App, impl std::fmt::Display>, place: &str) {
    let Err(error) = opened else { panic!("{place} is damaged, and it is served") };
    let said = error.to_string();
    assert!(said.contains("damaged") && said.contains("docs/guide/restoring.md"), "{place}: {said}");
}

#[tokio::test]
async fn k4_a_second_server_is_refused_and_the_first_one_goes_on() {
    let server = Server::on_a_file().await;
    let Err(error) = server.open_again().await else { panic!("two servers on one file") };
    let said = error.to_string();
    assert!(said.contains("in use by another Hospes"), "{said}");
    let token = server.app_token().await;
    server.invite(&token, "ana@contoso.example").await;
}

#[tokio::test]
async fn k5_a_page_that_is_not_what_was_written_is_found_before_anything_is_served() {
    let mut server = Server::on_a_file().await;
    let left = stopped(&mut server).await;
    let pages = std::fs::read(server.database()).unwrap();
    for page in some_pages(&pages) {
        let opened = left
            .open_changed(|database, _| {
                // The header of a page says how many cells it has and where; these are impossible.
                database[page * 4096..page * 4096 + 8]
                    .copy_from_slice(&[0x0d, 0xff, 0xff, 0xff, 0xff, 0, 0, 0xff]);
            })
            .await;
        assert_refused(opened, &format!("page {page}"));
    }
    left.open_changed(|_, _| ()).await.unwrap().close().await;
}

#[tokio::test]
async fn k5_a_log_broken_before_commits_that_were_answered_is_refused_and_a_torn_end_is_not() {
    let server = Server::on_a_file().await;
    let token = server.app_token().await;
    for n in 0..5 {
        server.invite(&token, &format!("guest{n}@contoso.example")).await;
    }
    let left = server.left_behind();
    let commits = left.commits();
    let last_but_one = commits[commits.len() - 2];
    for end in left.frames() {
        for offset in [100, 4000] {
            let at = end + offset;
            if at >= left.log.len() {
                break;
            }
            let opened = left.open_changed(|_, log| log[at] ^= 0x10).await;
            if at < last_but_one {
                assert_refused(opened, &format!("byte {at} of the log"));
                continue;
            }
            // As after a power cut: SQLite takes it for the end, and what was whole before is there.
            opened.unwrap().close().await;
            assert_eq!(left.look().count("users"), server.look().count("users") - 1);
            assert_eq!(left.look().integrity(), "ok");
        }
    }
}

#[tokio::test]
async fn k5_a_log_without_its_beginning_is_refused() {
    let server = Server::on_a_file().await;
    let left = server.left_behind();
    for at in [0, 9, 17, 25] {
        assert_refused(left.open_changed(|_, log| log[at] ^= 0xff).await, &format!("byte {at} of the log"));
    }
    let before = server.look().state();
    left.open_changed(|_, _| ()).await.unwrap().close().await;
    assert!(left.look().state() == before, "{}", difference(&before, &left.look().state()));
}

#[tokio::test]
async fn k12_a_database_of_a_newer_version_is_refused_and_left_as_it_is() {
    let server = Server::on_a_file().await;
    server.pretend_newer_schema();
    let left = server.left_behind();
    let Err(error) = left.open_changed(|_, _| ()).await else { panic!("a newer schema is served") };
    let said = error.to_string();
    assert!(said.contains("written by a newer Hospes") && said.contains("9999"), "{said}");
}
