//! Block, unblock, resend, delete and restore, in a pipe.

use super::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_blocked_deleted_and_restored_in_a_pipe() {
    let desk = Desk::signed_in("cli-life").await;
    let ana = "ana@adatum.test";
    let invited = desk.json(&["guest", "invite", ana, "--redirect=https://portal.fabrikam.test/start"]);
    let id = invited["invitedUser"]["id"].as_str().unwrap();
    desk.refused(&["guest", "block", ana], 2, "--yes");
    assert_eq!(desk.json(&["guest", "show", ana])["accountEnabled"], true, "nothing was changed");
    assert_eq!(desk.json(&["guest", "block", ana, "--yes"])["accountEnabled"], false);
    assert!(desk.done(&["guest", "list"]).contains("pending, blocked"));
    desk.refused(&["guest", "resend", ana], 6, "hospes guest unblock");
    assert_eq!(desk.json(&["guest", "unblock", ana])["accountEnabled"], true);
    let again = desk.json(&["guest", "resend", ana]);
    assert_eq!(again["invitedUser"]["id"], id);
    assert_eq!(again["inviteRedirectUrl"], "https://portal.fabrikam.test/start", "it leads where it led");
    assert_ne!(again["inviteRedeemUrl"], invited["inviteRedeemUrl"], "a fresh link");

    desk.refused(&["guest", "delete", ana], 2, "--yes");
    assert!(desk.done(&["guest", "delete", ana, "--yes"]).contains("for 30 days"));
    desk.refused(&["guest", "show", ana], 5, "--deleted");
    assert_eq!(desk.json(&["guest", "list", "--deleted"])[0]["id"], id);
    desk.done(&["guest", "restore", ana]);
    let gone = desk.json(&["guest", "delete", ana, "-y"]);
    assert_eq!(gone["id"], id);
    assert!(gone["deletedDateTime"].is_string(), "the guest as it is now: {gone}");
    desk.refused(&["guest", "restore", "nobody@adatum.test"], 5, "--deleted");
    assert_eq!(desk.json(&["guest", "restore", ana])["id"], id);
    assert!(desk.done(&["guest", "list"]).contains(ana));
    desk.server.stop().await;
}
