//! Every setting there is, once: its key in the file, its flag, what it holds and what it is for. The command line, the
//! environment, the file and `docs/reference/settings.md` are all read from here. Refuses a flag or a line of the file
//! for what is secret itself: command lines are seen by every user of a machine, and settings files get copied.

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// A whole number; written without quotation marks in the file.
    Number,
    /// Several texts; an array in the file, separated by commas elsewhere.
    List,
    /// The path of a file or folder. In the settings file it is relative to that file.
    Path,
    /// The path of a file that holds a secret; nobody but its owner may read it.
    SecretFile,
    /// A secret itself: only in the environment.
    Secret,
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the file.
    pub key: &'static str,
    /// Its flag, without the dashes; secrets have none.
    pub flag: Option<&'static str>,
    /// What stands for its value in help texts.
    pub value: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What holds when it is not set, in words.
    pub default: &'static str,
    /// What it is for.
    pub what: &'static str,
}

impl Setting {
    /// Its name in the environment.
    pub fn variable(&self) -> String {
        format!("HOSPES_{}", self.key.to_ascii_uppercase())
    }
}

/// The setting of that key.
pub fn named(key: &str) -> Option<&'static Setting> {
    TABLE.iter().find(|setting| setting.key == key)
}

/// A row of the table.
const fn row(
    (key, flag): (&'static str, Option<&'static str>),
    (value, kind): (&'static str, Kind),
    default: &'static str,
    what: &'static str,
) -> Setting {
    Setting { key, flag, value, kind, default, what }
}

/// All of them, in the order in which somebody thinks about them.
pub const TABLE: &[Setting] = &[
    row(
        ("public_url", Some("public-url")),
        ("URL", Kind::Text),
        "has to be set",
        "The address people and programs use, such as https://guests.fabrikam.example; every link and issuer begins with it",
    ),
    row(
        ("listen", Some("listen")),
        ("ADDRESS", Kind::Text),
        "127.0.0.1:8080",
        "Address and port to listen on",
    ),
    row(
        ("tls_certificate_file", Some("tls-certificate-file")),
        ("FILE", Kind::Path),
        "plain HTTP, for a proxy in front",
        "Certificate chain for HTTPS, as PEM, the server's own certificate first",
    ),
    row(
        ("tls_key_file", Some("tls-key-file")),
        ("FILE", Kind::SecretFile),
        "plain HTTP, for a proxy in front",
        "Private key of that certificate, as PEM",
    ),
    row(
        ("trusted_proxies", Some("trusted-proxies")),
        ("LIST", Kind::List),
        "none",
        "Addresses or networks of your proxies, such as 10.0.0.0/8; only they may say in X-Forwarded-For whom they speak for",
    ),
    row(
        ("data", Some("data")),
        ("DIR", Kind::Path),
        "./hospes-data",
        "Folder for the database and the master key; made if it is missing",
    ),
    row(
        ("database", Some("database")),
        ("PLACE", Kind::Text),
        "hospes.db in the data folder",
        "A SQLite file, or a server as postgres://user@host/name",
    ),
    row(("database_password", None), ("SECRET", Kind::Secret), "none", "Password for a database server"),
    row(
        ("database_password_file", Some("database-password-file")),
        ("FILE", Kind::SecretFile),
        "none",
        "File that holds this password",
    ),
    row(
        ("database_ca_file", Some("database-ca-file")),
        ("FILE", Kind::Path),
        "the system's authorities",
        "Certificate authority of a database server, as PEM",
    ),
    row(
        ("master_key_file", Some("master-key-file")),
        ("FILE", Kind::SecretFile),
        "master.key in the data folder",
        "The key that every organisation's keys are sealed with; made at the first start",
    ),
    row(
        ("leaked_passwords", Some("leaked-passwords")),
        ("FILE", Kind::Path),
        "only the lists that Hospes brings",
        "A list of leaked passwords that nobody may choose: lines of SHA-1, colon and count, sorted; never sent anywhere",
    ),
    row(
        ("smtp_host", Some("smtp-host")),
        ("HOST", Kind::Text),
        "none: mails wait in the outbox",
        "Mail server that takes the mails",
    ),
    row(
        ("smtp_port", Some("smtp-port")),
        ("N", Kind::Number),
        "587 for starttls, 465 for tls, 25 for none",
        "Its port",
    ),
    row(
        ("smtp_security", Some("smtp-security")),
        ("WAY", Kind::Text),
        "starttls",
        "starttls, tls (from the first byte) or none (only to a mail server on this machine)",
    ),
    row(("smtp_user", Some("smtp-user")), ("NAME", Kind::Text), "no login", "User name at the mail server"),
    row(("smtp_password", None), ("SECRET", Kind::Secret), "no login", "Password at the mail server"),
    row(
        ("smtp_password_file", Some("smtp-password-file")),
        ("FILE", Kind::SecretFile),
        "no login",
        "File that holds this password",
    ),
    row(
        ("smtp_ca_file", Some("smtp-ca-file")),
        ("FILE", Kind::Path),
        "the system's authorities",
        "One more certificate authority to trust for the mail server, as PEM",
    ),
    row(
        ("smtp_sender", Some("smtp-sender")),
        ("ADDRESS", Kind::Text),
        "has to be set with `smtp_host`",
        "The address that mails come from",
    ),
    row(
        ("throttling", Some("throttling")),
        ("WHICH", Kind::Text),
        "off",
        "Limits of the directory API: off, or published for those that Microsoft publishes for its own, counted in each process",
    ),
    row(
        ("log", Some("log")),
        ("FILTER", Kind::Text),
        "info",
        "What is logged: error, warn, info, debug, or one for each part, such as hospes_actions=debug,warn",
    ),
    row(
        ("log_format", Some("log-format")),
        ("FORMAT", Kind::Text),
        "text on a terminal, json elsewhere",
        "text or json",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_key_and_secrets_have_no_flag() {
        for setting in TABLE {
            let flag = (setting.kind != Kind::Secret).then(|| setting.key.replace('_', "-"));
            assert_eq!(setting.flag.map(str::to_owned), flag, "{}", setting.key);
            assert_eq!(TABLE.iter().filter(|other| other.key == setting.key).count(), 1, "{}", setting.key);
            if setting.kind == Kind::Secret {
                assert!(named(&format!("{}_file", setting.key)).is_some(), "{}", setting.key);
            }
        }
        assert_eq!(named("smtp_host").map(Setting::variable).as_deref(), Some("HOSPES_SMTP_HOST"));
    }
}
