//! `hospes keys`: the operator looks at signing keys and turns them; what is published follows.

use super::Site;

/// The lines about keys, each as its id, its algorithm and how it stands.
fn keys(stdout: &str) -> Vec<(String, String, String)> {
    let part = |line: &str| {
        let mut parts = line.splitn(3, "  ").map(str::to_owned);
        Some((parts.next()?, parts.next()?, parts.next()?))
    };
    stdout.lines().filter_map(part).collect()
}

#[test]
fn f16_the_operator_turns_keys_early_and_replaces_them_at_once() {
    let site = Site::new("");
    let list = ["keys", "list", "--tenant=fabrikam.example"];
    let nothing = site.run(&list, &[]);
    assert!(nothing.code == Some(1) && nothing.stderr.contains("hospes setup"), "{nothing:?}");
    site.write("password", "correct horse battery\n", 0o600);
    let set_up = [
        "setup",
        "--organisation=Fabrikam",
        "--domain=fabrikam.example",
        "--admin=greta",
        "--password-file=password",
    ];
    assert_eq!(site.run(&set_up, &[]).code, Some(0));

    let first = keys(&site.run(&list, &[]).stdout);
    let algorithms: Vec<&str> = first.iter().map(|(_, algorithm, _)| algorithm.as_str()).collect();
    assert_eq!(algorithms, ["RS256", "ES256"], "{first:?}");
    assert!(first.iter().all(|(_, _, state)| state.starts_with("signs since")), "{first:?}");

    let rotate = ["keys", "rotate", "--tenant=fabrikam.example"];
    let turned = site.run(&rotate, &[]);
    assert!(
        turned.code == Some(0) && turned.stdout.contains("are published and begin to sign"),
        "{turned:?}"
    );
    let both = keys(&turned.stdout);
    assert_eq!(both.iter().filter(|(_, _, state)| state.starts_with("published, signs from")).count(), 2);
    let again = site.run(&rotate, &[]);
    assert!(again.stdout.contains("nothing was changed"), "{again:?}");
    assert_eq!(keys(&again.stdout), both);

    let replaced = site.run(&["keys", "rotate", "--now", "--tenant=fabrikam.example"], &[]);
    let fresh = keys(&replaced.stdout);
    assert!(fresh.len() == 2 && fresh.iter().all(|key| !both.contains(key)), "{replaced:?}");
    let unknown = site.run(&["keys", "list", "--tenant=nobody.example"], &[]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("--tenant"), "{unknown:?}");
}
