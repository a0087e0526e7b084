//! A development server is started, used by the demo, stopped and started again. Everything goes through sockets,
//! as between two terminals.

use std::path::PathBuf;

use hospes::demo::{self, DemoOptions};
use hospes::dev::{self, DevOptions};
use hospes_actions::database::Scratch;

use super::dev_server::{Folder, Running};
use crate::harness::server_address;

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_of_the_demo_holds_and_it_can_be_played_again() {
    let folder = Folder::new("demo");
    let server = Running::start(&folder, false).await;
    let by_file = DemoOptions { data: PathBuf::new(), env_file: Some(folder.env_file()) };
    demo::run(by_file).await.unwrap();
    // Found by the folder this time; addresses of the first run do not get in the way.
    demo::run(DemoOptions { data: folder.0.folder().to_owned(), env_file: None }).await.unwrap();
    server.stop().await;
    let without =
        demo::run(DemoOptions { data: folder.0.folder().to_owned(), env_file: None }).await.unwrap_err();
    assert!(without.to_string().contains("hospes dev"), "says what to do: {without}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_work_again_after_a_restart_and_a_reset_starts_over() {
    let folder = Folder::new("restart");
    let first = Running::start(&folder, false).await;
    let names = [
        "HOSPES_BASE_URL",
        "HOSPES_CA_FILE",
        "HOSPES_TENANT_ID",
        "HOSPES_CLIENT_ID",
        "HOSPES_CLIENT_SECRET",
        "HOSPES_ADMIN_USER",
        "HOSPES_ADMIN_PASSWORD",
        "HOSPES_HELPDESK_USER",
        "HOSPES_HELPDESK_PASSWORD",
        "HOSPES_GROUP_ID",
        "HOSPES_APP_ID",
        "HOSPES_MAILBOX_URL",
        "HOSPES_SAMPLE_APP_URL",
        "HOSPES_PARTNER_TENANT_ID",
        "HOSPES_PARTNER_DOMAIN",
        "HOSPES_PARTNER_CLIENT_ID",
        "HOSPES_PARTNER_CLIENT_SECRET",
        "HOSPES_PARTNER_ADMIN_USER",
        "HOSPES_PARTNER_ADMIN_PASSWORD",
        "HOSPES_PARTNER_USER",
        "HOSPES_PARTNER_PASSWORD",
    ];
    for name in names {
        assert!(!first.setting(name).is_empty(), "{name} is written");
    }
    let kept = [
        "HOSPES_TENANT_ID",
        "HOSPES_CLIENT_ID",
        "HOSPES_CLIENT_SECRET",
        "HOSPES_GROUP_ID",
        "HOSPES_APP_ID",
        "HOSPES_PARTNER_TENANT_ID",
        "HOSPES_PARTNER_CLIENT_SECRET",
    ];
    let before = kept.map(|name| first.setting(name));
    let authority = std::fs::read(first.setting("HOSPES_CA_FILE")).unwrap();

    let taken = folder.options(true, None);
    let refused = dev::run_until(taken, std::future::ready(())).await.unwrap_err();
    assert!(refused.to_string().contains("another `hospes dev` is using"), "{refused}");
    first.stop().await;
    assert!(!folder.env_file().exists(), "the file goes with the server");

    let second = Running::start(&folder, false).await;
    assert_eq!(before, kept.map(|name| second.setting(name)), "ids and secrets are kept");
    assert_eq!(authority, std::fs::read(second.setting("HOSPES_CA_FILE")).unwrap(), "so is the trust");
    second.stop().await;

    let third = Running::start(&folder, true).await;
    assert_ne!(before[0], third.setting("HOSPES_TENANT_ID"), "a reset makes a new tenant");
    assert_eq!(authority, std::fs::read(third.setting("HOSPES_CA_FILE")).unwrap(), "but not a new authority");
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seed_of_another_version_is_refused_and_a_reset_starts_over() {
    let folder = Folder::new("version");
    Running::start(&folder, false).await.stop().await;
    let seed = folder.0.folder().join("seed.json");
    let text = std::fs::read_to_string(&seed).unwrap();
    std::fs::write(&seed, text.replacen("\"version\": ", "\"version\": 1", 1)).unwrap();
    let refused =
        dev::run_until(folder.options(false, None), std::future::ready(())).await.unwrap_err().to_string();
    assert!(refused.contains("seed.json") && refused.contains("--reset"), "{refused}");
    Running::start(&folder, true).await.stop().await;
}

/// Somebody else's directory is not erased, not even with `--reset`. Only a server can be named by two folders.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_made_from_another_folder_is_left_alone() {
    let folder = Folder::new("owner");
    if server_address(&folder.0).is_none() {
        return;
    }
    let owner = Running::start(&folder, false).await;
    let stranger = Scratch::file("stranger");
    for reset in [false, true] {
        let options = DevOptions { data: stranger.folder().to_owned(), ..folder.options(reset, None) };
        let refused = dev::run_until(options, std::future::ready(())).await.unwrap_err();
        assert!(refused.to_string().contains("was not made from this data folder"), "{refused}");
    }
    let tenant = owner.setting("HOSPES_TENANT_ID");
    owner.stop().await;
    let again = Running::start(&folder, false).await;
    assert_eq!(again.setting("HOSPES_TENANT_ID"), tenant);
    again.stop().await;
}
