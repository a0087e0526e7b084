//! Threat K16: settings that are missing, half written, misspelt, or secret where others can read them. The program
//! refuses to start, names the setting, and never its value.

use hospes::dev::authority::Authority;
use hospes_domain::time::Time;

use crate::program::{Site, URL};

/// Stands for every value that must not be repeated.
const VALUE: &str = "hunter2";

fn refused(site: &Site, words: &[&str], variables: &[(&str, &str)], named: &str) {
    for check in [true, false] {
        let mut all = vec!["serve"];
        all.extend(words);
        all.extend(check.then_some("--check"));
        let ended = site.run(&all, variables);
        assert_eq!(ended.code, Some(2), "{words:?}: {ended:?}");
        assert!(ended.stderr.contains(named), "{named}: {}", ended.stderr);
        assert!(!ended.stderr.contains(VALUE) && !ended.stdout.contains(VALUE), "{ended:?}");
        assert!(!site.database().exists(), "nothing was opened");
    }
}

#[test]
fn k16_a_file_that_is_missing_half_written_or_misspelt() {
    let site = Site::new("");
    refused(&site, &["--config=gone.toml"], &[], "gone.toml");
    refused(&site, &[], &[("HOSPES_CONFIG", "gone.toml")], "gone.toml");
    for (text, named) in [
        ("", "public_url (not set)"),
        ("public_url = \"https://hunter2", "line 1, column"),
        ("public_url = \"http://hunter2.example\"\n", "public_url (line 1 of the settings file)"),
        (
            "public_url = \"https://a.example\"\nsmtp_pasword_file = \"hunter2\"",
            "smtp_pasword_file (line 2, column 1",
        ),
        ("public_url = \"https://a.example\"\n[smtp]\npassword = \"hunter2\"", "smtp (line 2, column"),
        (
            "public_url = \"https://a.example\"\nsmtp_password = \"hunter2\"",
            "smtp_password (line 2, column 1",
        ),
        (
            "public_url = \"https://a.example\"\ndatabase = \"postgres://hospes:hunter2@db.example/x\"",
            "database (line 2 of the settings file)",
        ),
    ] {
        site.write("hospes.toml", text, 0o644);
        refused(&site, &[], &[], named);
    }
}

#[test]
fn k16_a_misspelt_variable_and_a_secret_on_the_command_line() {
    let site = Site::new("");
    refused(&site, &[], &[("HOSPES_SMTP_PASWORD", VALUE)], "HOSPES_SMTP_PASWORD");
    refused(&site, &[], &[("HOSPES_LISTEN", VALUE)], "HOSPES_LISTEN");
    let database = ["--database=postgres://hospes:hunter2@db.example/x"];
    refused(&site, &database, &[], "database_password_file");
}

#[test]
fn k16_a_secret_that_others_can_read() {
    let site = Site::new(
        "smtp_host = \"mail.fabrikam.example\"\nsmtp_sender = \"a@fabrikam.example\"\nsmtp_user = \"a\"\n",
    );
    let authority = Authority::open(&site.0, Time(1_795_270_920_000_000)).unwrap();
    let chain = format!("--tls-certificate-file={}", authority.certificate_file().display());
    for mode in [0o644, 0o640, 0o604, 0o660] {
        site.write("secret", VALUE, mode);
        let file = ["--smtp-password-file=secret"];
        refused(&site, &file, &[], "smtp_password_file (--smtp-password-file)");
        refused(
            &site,
            &[],
            &[("HOSPES_SMTP_PASSWORD_FILE", "secret")],
            "smtp_password_file (HOSPES_SMTP_PASSWORD_FILE",
        );
        refused(&site, &[&chain, "--tls-key-file=secret"], &[], "tls_key_file");
        refused(&site, &["--master-key-file=secret"], &[], "master_key_file");
    }
    let remedy = site.run(&["serve", "--check", "--smtp-password-file=secret"], &[]).stderr;
    assert!(remedy.contains("mode 0660") && remedy.contains("chmod 600"), "{remedy}");
    site.write("secret", VALUE, 0o600);
    let taken = site.run(&["serve", "--check", "--smtp-password-file=secret"], &[]);
    assert!(taken.code == Some(0) && !taken.stdout.contains(VALUE), "{taken:?}");
    // The secret where the name of its file belongs.
    refused(&site, &["--smtp-password-file=hunter2"], &[], "smtp_password_file");
    refused(&site, &["--master-key-file=secret"], &[], "master_key_file");
    refused(&site, &[&chain, "--tls-key-file=secret"], &[], "tls_key_file");
}

#[test]
fn k16_a_master_key_that_is_gone_cut_off_or_another_one() {
    let site = Site::new("");
    site.write("password", "correct horse battery", 0o600);
    let words = [
        "setup",
        "--organisation=F",
        "--domain=fabrikam.example",
        "--admin=greta",
        "--password-file=password",
    ];
    assert_eq!(site.run(&words, &[]).code, Some(0));
    let key = std::fs::read_to_string(site.path("hospes-data/master.key")).unwrap();
    let with = |text: Option<&str>| {
        std::fs::remove_file(site.path("hospes-data/master.key")).unwrap();
        if let Some(text) = text {
            site.write("hospes-data/master.key", text, 0o600);
        }
        let ended = site.run(&["serve"], &[]);
        assert!(ended.stderr.contains("master_key_file") && !ended.stderr.contains(&key[..10]), "{ended:?}");
        assert!(!ended.stdout.contains(URL), "it never served: {ended:?}");
        if text.is_none() {
            assert!(!site.path("hospes-data/master.key").exists(), "no new one is made");
            site.write("hospes-data/master.key", &key, 0o600);
        }
        ended.code
    };
    assert_eq!(with(None), Some(1));
    assert_eq!(with(Some(&key[..21])), Some(2));
    assert_eq!(with(Some(&"A".repeat(43))), Some(1));
    site.write("hospes-data/master.key", &key, 0o600);
    let mut server = site.serve();
    server.address();
    assert_eq!(server.stop().code, Some(0));
}
