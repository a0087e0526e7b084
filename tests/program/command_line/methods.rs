//! How somebody signs in, in a pipe.

use super::Desk;

const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";

#[tokio::test(flavor = "multi_thread")]
async fn the_methods_of_a_user_are_listed_and_removed_in_a_pipe() {
    let desk = Desk::signed_in("cli-methods").await;
    let hugo = "hugo@fabrikam.test";
    let methods = desk.json(&["user", "methods", "list", hugo]);
    assert_eq!((methods.as_array().unwrap().len(), methods[0]["id"].as_str()), (1, Some(PASSWORD)));
    let table = desk.done(&["user", "methods", "list", hugo]);
    assert!(table.lines().count() == 2 && table.contains("password") && table.contains(PASSWORD), "{table}");
    desk.refused(&["user", "methods", "remove", hugo, PASSWORD, "-y"], 6, "cannot be removed");
    desk.refused(&["user", "methods", "remove", hugo, "Phone", "-y"], 5, "hospes user methods list");
    desk.refused(&["user", "methods", "remove", hugo], 2, "<METHOD>");
    desk.refused(&["user", "methods", "remove", hugo, "--all"], 2, "--yes");
    desk.refused(&["user", "methods", "list", "nobody@fabrikam.test"], 5, "There is no person");
    desk.done(&["guest", "invite", "ana@adatum.test"]);
    let none = desk.run(&["user", "methods", "list", "ana@adatum.test"]);
    assert!(none.code == Some(0) && none.stderr.contains("No authentication methods."), "{none:?}");
    let left = desk.json(&["user", "methods", "remove", "ana@adatum.test", "--all", "-y"]);
    assert_eq!(left, serde_json::json!([]));
    desk.server.stop().await;
}
