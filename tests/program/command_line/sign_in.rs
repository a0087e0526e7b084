//! Ways to sign in, and what a sign-in leaves behind: a file for its owner alone, and no secret anywhere else.

use std::os::unix::fs::PermissionsExt;

use super::Desk;
use crate::program::Site;
use crate::program::process::Ended;

/// What `hospes login` needs besides the secret.
fn by_hand(desk: &Desk) -> Vec<String> {
    let of = |option: &str, name: &str| format!("--{option}={}", desk.server.setting(name));
    vec![
        "login".to_owned(),
        of("server", "HOSPES_BASE_URL"),
        of("tenant", "HOSPES_TENANT_ID"),
        of("client-id", "HOSPES_CLIENT_ID"),
        of("ca", "HOSPES_CA_FILE"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_comes_from_a_file_a_pipe_or_a_variable_and_shows_up_nowhere() {
    let desk = Desk::new("cli-login").await;
    let secret = desk.server.setting("HOSPES_CLIENT_SECRET");
    let words = by_hand(&desk);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let with = |more: &[&str], input: &str, variables: &[(&str, &str)]| -> Ended {
        let ended = desk.fed(&[&words[..], more].concat(), input, variables);
        assert!(!format!("{ended:?}").contains(&secret), "K16: {ended:?}");
        ended
    };
    desk.refused(&["guest", "list"], 3, "hospes login");
    let nowhere = with(&[], "", &[]);
    assert!(
        nowhere.code == Some(2) && nowhere.stderr.contains("--secret-file"),
        "nobody is asked: {nowhere:?}"
    );
    let wrong = with(&["--secret-stdin"], "wrong\n", &[]);
    assert!(wrong.code == Some(3) && wrong.stderr.contains("invalid_client"), "{wrong:?}");
    desk.refused(&["guest", "list"], 3, "hospes login");

    let file = desk.path("secret");
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    let (option, mode) = (format!("--secret-file={}", file.display()), std::fs::Permissions::from_mode);
    std::fs::set_permissions(&file, mode(0o644)).unwrap();
    let exposed = with(&[&option], "", &[]);
    assert!(exposed.code == Some(2) && exposed.stderr.contains("chmod 600"), "{exposed:?}");
    std::fs::set_permissions(&file, mode(0o600)).unwrap();
    assert_eq!(with(&[&option, "--name=file"], "", &[]).code, Some(0));
    let shown = with(&["--secret-stdin", "--name=pipe", "--json"], &secret, &[]);
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!((&shown["name"], &shown["current"]), (&"pipe".into(), &true.into()));
    assert_eq!(with(&[], "", &[("HOSPES_CLIENT_SECRET", secret.as_str())]).code, Some(0));
    assert_eq!(with(&["--client-secret=x"], "", &[]).code, Some(2), "a secret is no word of a command line");

    let contexts = desk.json(&["context", "list"]);
    let names: Vec<&str> =
        contexts.as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["fabrikam", "file", "pipe"], "the last one is called after the organisation");
    for shown in [desk.done(&["context", "list"]), desk.done(&["context", "show"])] {
        assert!(shown.contains("fabrikam") && !shown.contains(&secret), "{shown}");
    }
    desk.done(&["context", "use", "pipe"]);
    desk.done(&["logout"]);
    desk.refused(&["guest", "list"], 3, "not signed in");
    assert_eq!(desk.run(&["guest", "list", "--context=file"]).code, Some(0));
    desk.refused(&["guest", "list", "--context=pipe"], 3, "hospes context list");

    let kept = desk.contexts();
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&kept, mode(0o604)).unwrap();
    desk.refused(&["guest", "list", "--context=file"], 3, "chmod 600");
    desk.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_until_it_does_not() {
    let desk = Desk::signed_in("cli-token").await;
    let server = format!("--server={}", desk.server.setting("HOSPES_BASE_URL"));
    let ca = format!("--ca={}", desk.server.setting("HOSPES_CA_FILE"));
    let login = ["login", &server, &ca, "--token-stdin", "--name=mine"];
    let none = desk.fed(&login, "", &[]);
    assert!(none.code == Some(2) && none.stderr.contains("token"), "{none:?}");
    let false_one = desk.fed(&login, "eyJhbGciOiJub25lIn0.e30.", &[]);
    assert_eq!(false_one.code, Some(3), "{false_one:?}");
    assert!(!format!("{false_one:?}").contains("eyJ"), "{false_one:?}");

    let token = app_token(&desk).await;
    let signed_in = desk.fed(&login, &format!("{token}\n"), &[]);
    assert!(signed_in.code == Some(0) && !format!("{signed_in:?}").contains(&token), "{signed_in:?}");
    assert_eq!(desk.json(&["context", "show"])["tenant"], desk.server.setting("HOSPES_TENANT_ID"));
    desk.done(&["guest", "list"]);
    let base = desk.server.setting("HOSPES_BASE_URL");
    desk.server.stop().await;
    // The folder, and with it the file of contexts, is still there.
    let gone = super::Process::fed(
        desk.folder.0.folder(),
        &["guest", "list"],
        &[("HOSPES_CONTEXTS", &desk.folder.0.folder().join("contexts/contexts.json").display().to_string())],
        "",
    )
    .ended();
    assert!(gone.code == Some(7) && gone.stderr.contains("remedy: "), "{base}: {gone:?}");
}

/// As a script gets it.
async fn app_token(desk: &Desk) -> String {
    let setting = |name: &str| desk.server.setting(name);
    let pem = std::fs::read(setting("HOSPES_CA_FILE")).unwrap();
    let authority = reqwest::Certificate::from_pem(&pem).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([authority]).no_proxy().build().unwrap();
    let base = setting("HOSPES_BASE_URL");
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", setting("HOSPES_CLIENT_ID")),
        ("client_secret", setting("HOSPES_CLIENT_SECRET")),
        ("scope", format!("{base}/.default")),
    ];
    let address = format!("{base}/{}/oauth2/v2.0/token", setting("HOSPES_TENANT_ID"));
    let answer = client.post(address).form(&form).send().await.unwrap();
    let body: serde_json::Value = answer.json().await.unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn a_sign_in_needs_a_server_that_can_be_trusted() {
    let site = Site::new("");
    let file = site.path("contexts.json").display().to_string();
    let variables = [("HOSPES_CONTEXTS", file.as_str()), ("HOSPES_CLIENT_SECRET", "s")];
    let bare = site.run(&["login"], &variables);
    assert!(bare.code == Some(2) && bare.stderr.contains("--env-file hospes-dev/dev.env"), "{bare:?}");
    assert!(bare.stderr.contains("This is missing: --server, --tenant, --client-id."), "{bare:?}");
    let missing = site.run(&["login", "--env-file=nowhere.env"], &variables);
    assert!(missing.code == Some(7) && missing.stderr.contains("hospes dev"), "{missing:?}");
    let words = ["login", "--tenant=t", "--client-id=c"];
    let open = site.run(&[&words[..], &["--server=http://guests.example.org"]].concat(), &variables);
    assert!(open.code == Some(2) && open.stderr.contains("unencrypted"), "{open:?}");
    let nobody = site.run(&[&words[..], &["--server=http://localhost:1"]].concat(), &variables);
    assert_eq!(nobody.code, Some(7), "{nobody:?}");
    assert!(!site.path("contexts.json").exists(), "nothing is kept that did not work");
    let unreadable = [&words[..], &["--server=https://guests.example.org", "--secret-file=."]].concat();
    let unreadable = site.run(&unreadable, &variables);
    assert!(unreadable.code == Some(2) && unreadable.stderr.contains("--secret-stdin"), "{unreadable:?}");
    std::fs::create_dir(site.path("contexts.json")).unwrap();
    let folder = site.run(&["context", "list"], &variables);
    assert!(folder.code == Some(3) && folder.stderr.contains("HOSPES_CONTEXTS"), "{folder:?}");
}
