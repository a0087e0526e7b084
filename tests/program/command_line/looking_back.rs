//! What happened: the history of a guest, the audit log and the outbox, in a pipe.

use hospes::demo::{self, DemoOptions};

use super::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_a_guest_is_told_newest_first() {
    let desk = Desk::signed_in("cli-history").await;
    demo::run(DemoOptions { data: "".into(), env_file: Some(desk.folder.env_file()) }).await.unwrap();
    let guests = desk.json(&["guest", "list", "--state=accepted"]);
    let reset_twice = guests.as_array().unwrap().iter().any(|guest| {
        let history = desk.json(&["guest", "history", guest["id"].as_str().unwrap()]);
        let told: Vec<&str> =
            history.as_array().unwrap().iter().filter_map(|event| event["what"].as_str()).collect();
        let place = |start: &str| told.iter().position(|what| what.starts_with(start));
        place("Signs in as") < place("Sign-in as")
            && told.iter().any(|what| what.ends_with("ended by a reset"))
    });
    assert!(reset_twice, "the demo has reset somebody who signs in again");
    let shown = desk.done(&["guest", "show", guests[0]["id"].as_str().unwrap()]);
    assert!(shown.contains("Signs in by") && shown.contains("accepted"), "{shown}");
    desk.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_what_and_which_mails_went_out_in_a_pipe() {
    let desk = Desk::signed_in("cli-audit").await;
    for address in ["ana@adatum.test", "bo@adatum.test"] {
        desk.done(&["guest", "invite", address]);
    }
    desk.done(&["guest", "block", "ana@adatum.test", "-y"]);
    let records = desk.json(&["audit", "list", "--guest=ana@adatum.test"]);
    let told: Vec<&str> =
        records.as_array().unwrap().iter().filter_map(|one| one["activityDisplayName"].as_str()).collect();
    assert!(told.len() >= 2 && told[0] != "Invite external user", "newest first: {told:?}");
    assert!(told.contains(&"Invite external user"), "{told:?}");
    let table = desk.done(&["audit", "list", "--activity=Invite external", "--since=1h"]);
    assert!(table.lines().count() == 3 && table.contains("Automation"), "{table}");
    assert!(desk.run(&["audit", "list", "--since=2100-01-01"]).stderr.contains("No records."));
    desk.refused(&["audit", "list", "--since=yesterday"], 2, "12h");
    let short = desk.run(&["audit", "list", "--top=1"]);
    assert!(short.stderr.contains("--all") && short.stdout.lines().count() == 2, "{short:?}");
    let history = desk.done(&["guest", "history", "ana@adatum.test"]);
    assert!(history.contains("Invite external user") && history.contains("success"), "{history}");
    let id = desk.json(&["guest", "show", "ana@adatum.test"])["id"].as_str().unwrap().to_owned();
    desk.done(&["guest", "delete", "ana@adatum.test", "-y"]);
    for who in ["ana@adatum.test", &id] {
        assert!(
            desk.done(&["guest", "history", who]).contains("Delete user"),
            "a deleted guest has a history"
        );
        assert!(desk.done(&["audit", "list", "--guest", who]).contains("Delete user"));
    }

    let signed_in = desk.json(&["audit", "sign-ins", "--since=1h"]);
    let none = desk.run(&["audit", "sign-ins", "--refused", "--reference=0123-4567-89AB"]);
    assert!(signed_in.is_array() && none.stderr.contains("No sign-ins."), "{none:?}");
    desk.refused(&["audit", "sign-ins", "--reference=what"], 2, "0123-4567-89AB");
    let mails = desk.json(&["mail", "list", "--to=bo@adatum.test"]);
    let mail = mails[0]["id"].as_str().unwrap();
    assert_eq!((mails.as_array().unwrap().len(), mails[0]["kind"].as_str()), (1, Some("invitation")));
    assert!(desk.done(&["mail", "show", mail]).contains("bo@adatum.test"));
    desk.refused(&["mail", "show", &id], 5, "request: ");
    desk.refused(&["mail", "show", &id], 5, "hospes mail list");
    desk.refused(&["mail", "retry", "xx"], 2, "xx is not the id of a mail.\n  remedy: `hospes mail list`");
    let sent = (0..200).any(|_| desk.json(&["mail", "show", mail])["state"] == "sent");
    assert!(sent, "the catcher takes every mail");
    assert!(desk.done(&["mail", "list", "--state=sent"]).contains(mail));
    desk.refused(&["mail", "retry", mail], 6, "Invite the guest again");
    desk.refused(&["mail", "list", "--state=lost"], 2, "abandoned");
    desk.server.stop().await;
}
