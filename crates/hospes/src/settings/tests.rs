#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::private_file;

/// A folder with a settings file in it.
struct Place(PathBuf);

impl Place {
    fn new(file: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("hospes-settings-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("hospes.toml"), file).unwrap();
        Self(folder)
    }

    fn secret(self, name: &str, text: &str) -> Self {
        private_file::write(&self.0.join(name), text).unwrap();
        self
    }

    fn read(&self, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Settings, Problems> {
        let flags = Flags(
            flags.iter().map(|(key, value)| (table::named(key).unwrap(), (*value).to_owned())).collect(),
        );
        let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Settings::read_from(Some(&self.0.join("hospes.toml")), &flags, variables)
    }

    fn refused(&self, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> String {
        let said = self.read(variables, flags).err().unwrap().to_string();
        assert!(!said.contains("hunter2"), "never the value: {said}");
        said
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const URL: &str = "public_url = \"https://guests.fabrikam.example\"\n";

fn line<'a>(settings: &'a Settings, key: &str) -> &'a str {
    settings.report.iter().find(|line| line.split(' ').next() == Some(key)).unwrap()
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file_which_wins_over_the_default() {
    let place = Place::new(&format!("{URL}listen = \"127.0.0.1:1\"\n"));
    let (env, flag) = ([("HOSPES_LISTEN", "127.0.0.1:2")], [("listen", "127.0.0.1:3")]);
    let port = |settings: &Settings| settings.listen.port();
    let file = place.read(&[], &[]).unwrap();
    assert_eq!(
        (port(&file), line(&file, "listen").ends_with("127.0.0.1:1  (line 2 of the settings file)")),
        (1, true)
    );
    let both = place.read(&env, &[]).unwrap();
    assert_eq!(
        (port(&both), line(&both, "listen").ends_with("(HOSPES_LISTEN in the environment)")),
        (2, true)
    );
    let all = place.read(&env, &flag).unwrap();
    assert_eq!((port(&all), line(&all, "listen").ends_with("(--listen)")), (3, true));
    let none = Place::new(URL).read(&[], &[]).unwrap();
    assert_eq!((port(&none), line(&none, "listen").ends_with("(not set)")), (8080, true));
    assert_eq!((none.log.as_str(), none.mail.is_none(), none.master.key.is_none()), ("info", true, true));
}

#[test]
fn paths_in_the_file_are_relative_to_it() {
    let place = Place::new(&format!("{URL}data = \"data\"\n"));
    let settings = place.read(&[], &[]).unwrap();
    assert_eq!(settings.database_shown, place.0.join("data/hospes.db").display().to_string());
    assert_eq!(settings.master.path, place.0.join("data/master.key"));
    let settings = place.read(&[], &[("data", "elsewhere"), ("database", "x.db")]).unwrap();
    assert_eq!(
        (settings.database_shown.as_str(), settings.master.path),
        ("x.db", PathBuf::from("elsewhere/master.key"))
    );
}

#[test]
fn k16_everything_that_is_wrong_is_said_at_once_by_its_key() {
    let place = Place::new(
        "listen = \"hunter2\"\nlog = \"=hunter2=\"\nlog_format = \"hunter2\"\ntrusted_proxies = [\"hunter2\"]\n\
         throttling = \"hunter2\"\n",
    );
    let said = place.refused(&[("HOSPES_SMTP_PORT", "hunter2")], &[("database", "hunter2://hunter2")]);
    for key in [
        "public_url",
        "listen (line 1",
        "log (line 2",
        "log_format (line 3",
        "trusted_proxies (line 4",
        "throttling (line 5",
    ] {
        assert!(said.contains(key), "{key}: {said}");
    }
    assert!(
        said.contains("smtp_port (HOSPES_SMTP_PORT in the environment)")
            && said.contains("database (--database)")
    );
    let mail = "smtp_host = \"hunter2:587\"\nsmtp_security = \"hunter2\"\nsmtp_port = 0\nsmtp_user = \"hunter2\"\n\
                smtp_ca_file = \"hunter2\"\nsmtp_sender = \"hunter2\"\n";
    let said = Place::new(&format!("{URL}{mail}")).refused(&[], &[]);
    for (number, key) in (2..).zip(["host", "security", "port", "user", "ca_file", "sender"]) {
        assert!(said.contains(&format!("smtp_{key} (line {number} of")), "{key}: {said}");
    }
    let missing =
        Settings::read_from(Some(Path::new("/nowhere/hospes.toml")), &Flags::default(), std::iter::empty());
    assert!(missing.err().unwrap().to_string().contains("/nowhere/hospes.toml"));
}

#[test]
fn k16_secrets_come_from_private_files_or_the_environment_and_are_never_shown() {
    let mail = "smtp_host = \"mail.fabrikam.example\"\nsmtp_user = \"hospes\"\nsmtp_sender = \"guests@fabrikam.example\"\n";
    let place = Place::new(&format!("{URL}{mail}smtp_password_file = \"password\"\n"))
        .secret("password", "hunter2\n");
    for variables in [&[][..], &[("HOSPES_SMTP_PASSWORD", "hunter2")]] {
        let settings = place.read(variables, &[]).unwrap();
        assert!(settings.mail.is_some());
        let report = settings.report.join("\n");
        assert!(!report.contains("hunter2") && !report.contains("/password"), "{report}");
        assert!(line(&settings, "smtp_password_file").contains("set  (line 5"), "{report}");
    }
    let twice = [("HOSPES_SMTP_PASSWORD", "hunter2"), ("HOSPES_SMTP_PASSWORD_FILE", "hunter2")];
    assert!(place.refused(&twice, &[]).contains("given twice"));
    // The secret where its file's name belongs.
    assert!(place.refused(&[("HOSPES_SMTP_PASSWORD_FILE", "hunter2")], &[]).contains("does not exist"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(place.0.join("password"), fs::Permissions::from_mode(0o644)).unwrap();
        let said = place.refused(&[], &[]);
        assert!(
            said.contains("smtp_password_file (line 5")
                && said.contains("0644")
                && said.contains("chmod 600"),
            "{said}"
        );
    }
}

#[test]
fn k16_a_master_key_that_is_half_there_is_no_key() {
    let place = Place::new(&format!("{URL}data = \".\"\n"));
    let whole = MasterKey::generate_text(&hospes_actions::random::SystemRandom);
    private_file::write(&place.0.join("master.key"), &whole).unwrap();
    assert!(place.read(&[], &[]).unwrap().master.key.is_some());
    private_file::write(&place.0.join("master.key"), &whole[..20]).unwrap();
    let said = place.refused(&[], &[]);
    assert!(said.contains("master_key_file") && !said.contains(&whole[..20]), "{said}");
}

#[test]
fn without_a_certificate_only_this_machine_or_a_proxy_is_served() {
    let place = Place::new(URL);
    let said = place.refused(&[], &[("listen", "0.0.0.0:8080")]);
    assert!(said.contains("listen (--listen)") && said.contains("trusted_proxies"), "{said}");
    assert!(place.read(&[], &[("listen", "0.0.0.0:8080"), ("trusted_proxies", "10.0.0.1")]).is_ok());
    assert!(place.read(&[], &[("listen", "[::1]:8080")]).is_ok());
    assert!(place.refused(&[], &[("tls_key_file", "x")]).contains("tls_certificate_file"));
}

#[test]
fn a_setting_that_nothing_would_read_is_refused() {
    let place = Place::new(URL);
    for (key, said) in [
        ("smtp_port", "Set smtp_host"),
        ("smtp_sender", "Set smtp_host"),
        ("database_ca_file", "the database is a file"),
    ] {
        assert!(place.refused(&[], &[(key, "1")]).contains(said), "{key}");
    }
    assert!(place.refused(&[("HOSPES_DATABASE_PASSWORD", "hunter2")], &[]).contains("database_password"));
    let host = ("smtp_host", "mail.fabrikam.example");
    let sender = ("smtp_sender", "guests@fabrikam.example");
    assert!(place.refused(&[], &[host]).contains("smtp_sender (not set)"));
    assert!(
        place.refused(&[], &[host, sender, ("smtp_user", "hunter2")]).contains("the password is missing")
    );
    assert!(
        place
            .refused(&[("HOSPES_SMTP_PASSWORD", "hunter2")], &[host, sender])
            .contains("the user name is missing")
    );
    assert!(place.refused(&[], &[host, sender, ("smtp_security", "none")]).contains("smtp_security"));
    assert!(place.read(&[], &[host, sender, ("smtp_security", "tls")]).is_ok());
}

/// What is spelled like half an address was once opened as a file of that name, which every start then showed.
#[test]
fn k16_a_database_that_is_half_an_address_is_no_file() {
    let place = Place::new(URL);
    for text in ["host=db user=hospes password=hunter2", "postgres:/hospes:hunter2@db.example/guests"] {
        for said in
            [place.refused(&[("HOSPES_DATABASE", text)], &[]), place.refused(&[], &[("database", text)])]
        {
            assert!(said.starts_with("database (") && said.contains("postgres://user@host/name"), "{said}");
        }
    }
}

#[test]
fn a_password_in_the_address_wins_over_the_file_and_loses_to_a_flag() {
    let place = Place::new(&format!("{URL}database_password_file = \"gone\"\n"));
    let address = ("HOSPES_DATABASE", "postgres://hospes:hunter2@db.example/guests");
    let settings = place.read(&[address], &[]).unwrap();
    assert_eq!(settings.database_shown, "postgres://hospes@db.example/guests");
    assert!(place.refused(&[address], &[("database_password_file", "gone")]).contains("does not exist"));
    for (beside, value) in
        [("HOSPES_DATABASE_PASSWORD", "hunter2"), ("HOSPES_DATABASE_PASSWORD_FILE", "gone")]
    {
        let said = place.refused(&[address, (beside, value)], &[]);
        assert!(said.contains("database (HOSPES_DATABASE in the environment)"), "{said}");
        assert!(said.contains("given twice"), "{said}");
    }
}

/// A key that is misspelt in the code would be read as not set, and what is wrong with it told of another setting.
#[test]
fn every_key_in_the_code_is_in_the_table_and_the_other_way_round() {
    let mut seen = Vec::new();
    for source in [
        include_str!("mod.rs"),
        include_str!("web.rs"),
        include_str!("database.rs"),
        include_str!("mail.rs"),
        include_str!("report.rs"),
    ] {
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let pieces: Vec<&str> = code.split('"').collect();
        for text in pieces.chunks_exact(2) {
            let [before, word] = text else { continue };
            let is_word =
                !word.is_empty() && word.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase());
            let call = before.trim_end().strip_suffix('(').map(|before| {
                before.trim_end_matches(|letter: char| letter == '_' || letter.is_ascii_lowercase())
            });
            let read = call.and_then(|before| before.strip_suffix('.'));
            let read = read.is_some_and(|before| before.trim_end().ends_with("reader"));
            if read || (is_word && word.contains('_')) {
                assert!(table::named(word).is_some(), "{word}");
            }
            seen.push(*word);
        }
    }
    for setting in table::TABLE {
        assert!(seen.contains(&setting.key), "nothing reads {}", setting.key);
    }
}
