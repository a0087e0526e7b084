//! A person at a terminal: is asked before something ends, types a secret unseen, and sees tables that fit.

use super::Desk;
use super::pseudo_terminal::Terminal;

impl Desk {
    /// Runs a command on a terminal.
    fn on_terminal(&self, columns: u16, words: &[&str], variables: &[(&str, &str)]) -> Terminal {
        let file = self.contexts();
        let variables = [&[("HOSPES_CONTEXTS", file.as_str())], variables].concat();
        Terminal::start(columns, self.here(), words, &variables)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_what_a_reset_keeps_and_ends_and_is_asked() {
    let desk = Desk::signed_in("cli-asks").await;
    desk.done(&["guest", "invite", "ana@adatum.test", "--no-mail"]);
    desk.done(&["group", "add", "Suppliers", "ana@adatum.test"]);
    let words = ["guest", "reset", "ana@adatum.test", "--email=ana@northwind.test"];
    let mut terminal = desk.on_terminal(100, &words, &[]);
    terminal.shows("[y/N]");
    terminal.type_line("n");
    let (code, shown) = terminal.ended();
    assert_eq!(code, Some(1), "{shown}");
    for told in ["becomes ana@northwind.test", "1 group", "Ends", "Nothing was changed."] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert_eq!(desk.json(&["guest", "show", "ana@adatum.test"])["mail"], "ana@adatum.test");

    let mut terminal = desk.on_terminal(100, &words, &[]);
    terminal.shows("Reset redemption status? [y/N]");
    terminal.type_line("y");
    let (code, shown) = terminal.ended();
    assert!(code == Some(0) && shown.contains("invited anew"), "{shown}");
    let (code, shown) = desk.on_terminal(100, &["guest", "reset", "ana@northwind.test", "-y"], &[]).ended();
    assert!(code == Some(0) && !shown.contains("[y/N]"), "--yes asks nothing: {shown}");

    for verb in ["block", "delete"] {
        let mut terminal = desk.on_terminal(100, &["guest", verb, "ana@northwind.test"], &[]);
        terminal.shows("[y/N]");
        terminal.type_line("");
        assert_eq!(terminal.ended().0, Some(1), "Enter alone is no");
    }
    desk.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_typed_unseen() {
    let desk = Desk::new("cli-types").await;
    let secret = desk.server.setting("HOSPES_CLIENT_SECRET");
    let of = |option: &str, name: &str| format!("--{option}={}", desk.server.setting(name));
    let (server, tenant) = (of("server", "HOSPES_BASE_URL"), of("tenant", "HOSPES_TENANT_ID"));
    let (client, ca) = (of("client-id", "HOSPES_CLIENT_ID"), of("ca", "HOSPES_CA_FILE"));
    let mut terminal = desk.on_terminal(100, &["login", &server, &tenant, &client, &ca], &[]);
    terminal.shows("Client secret (not shown): ");
    terminal.type_line(&secret);
    let (code, shown) = terminal.ended();
    assert!(code == Some(0) && shown.contains("Signed in to Fabrikam"), "{shown}");
    assert!(!shown.contains(&secret), "{shown}");
    desk.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_fits_the_terminal_and_keeps_its_ids() {
    let desk = Desk::signed_in("cli-fits").await;
    let name = "王小明 of the audit committee, second floor";
    let ana = desk.json(&["guest", "invite", "ana@adatum.test", "--no-mail", "--name", name]);
    let id = ana["invitedUser"]["id"].as_str().unwrap();
    let (code, shown) = desk.on_terminal(90, &["guest", "list"], &[("NO_COLOR", "")]).ended();
    assert!(code == Some(0) && shown.contains("\u{1b}[1mName"), "{shown}");
    let row = shown.lines().find(|line| line.contains(id)).unwrap_or_else(|| panic!("no row: {shown}"));
    // Each of the three takes two columns.
    assert!(row.contains('…') && row.chars().count() + 3 <= 90, "{row}");
    let (_, shown) = desk.on_terminal(90, &["guest", "list"], &[("NO_COLOR", "1")]).ended();
    assert!(!shown.contains('\u{1b}'), "{shown}");
    desk.server.stop().await;
}
