//! `hospes domain`: the operator's word about who owns which domain.

use super::Site;

#[test]
fn the_operator_says_whose_a_domain_is() {
    let site = Site::new("");
    let nothing = site.run(&["domain", "list", "--tenant=fabrikam.example"], &[]);
    assert!(nothing.code == Some(1) && nothing.stderr.contains("hospes setup"), "{nothing:?}");
    assert!(!site.path("hospes-data").exists(), "a look makes no key and no database");
    site.write("password", "correct horse battery\n", 0o600);
    let set_up = [
        "setup",
        "--organisation=Fabrikam",
        "--domain=fabrikam.example",
        "--admin=greta",
        "--password-file=password",
    ];
    assert_eq!(site.run(&set_up, &[]).code, Some(0));

    let add = ["domain", "add", "--tenant=fabrikam.example", "--domain=Suppliers.example"];
    let added = site.run(&add, &[]);
    assert_eq!(added.code, Some(0), "{added:?}");
    let listed = site.run(&["domain", "list", "--tenant=suppliers.example"], &[]);
    for line in [
        "fabrikam.example  verified by the operator, the initial domain",
        "suppliers.example  verified by the operator",
    ] {
        assert!(listed.stdout.lines().any(|said| said.ends_with(line)), "{line}: {listed:?}");
    }
    for (words, code, said) in [
        (&add[..], 1, "already"),
        (&["domain", "add", "--tenant=fabrikam.example", "--domain=localhost"], 2, "not a domain name"),
        (&["domain", "add", "--tenant=nobody.example", "--domain=x.example"], 2, "--tenant"),
        (
            &["domain", "remove", "--tenant=fabrikam.example", "--domain=fabrikam.example"],
            1,
            "initial domain",
        ),
        (&["domain", "remove", "--tenant=fabrikam.example", "--domain=x.example"], 2, "--domain"),
    ] {
        let refused = site.run(words, &[]);
        assert!(refused.code == Some(code) && refused.stderr.contains(said), "{words:?}: {refused:?}");
    }
    let mut server = site.serve();
    server.address();
    let running = site.run(&add, &[]);
    assert!(running.code == Some(1) && running.stderr.contains("in use"), "{running:?}");
    server.stop();
    let removed =
        site.run(&["domain", "remove", "--tenant=fabrikam.example", "--domain=suppliers.example"], &[]);
    assert_eq!(removed.code, Some(0), "{removed:?}");
    let listed = site.run(&["domain", "list", "--tenant=fabrikam.example"], &[]);
    assert!(!listed.stdout.contains("suppliers"), "{listed:?}");
}
