//! Where the directory is kept, as the operator writes it: a path, or the address of a server. Refuses a password in
//! the address, but in the environment: files and command lines are read by others. Refuses an address that is spelled
//! wrongly as the name of a file, too: that name would be shown, with the password in it.

use std::borrow::Cow;
use std::path::PathBuf;

use hospes_actions::database::{CONNECTIONS, Database};
use url::Url;
use zeroize::Zeroizing;

use super::problem::Origin;
use super::reader::Reader;
use super::secret::Secret;

/// A SQLite file in the data folder.
const FILE: &str = "hospes.db";
/// How to encrypt, and the schema (`-csearch_path=…`). No other: one of them would be a password.
const PARAMETERS: [&str; 2] = ["sslmode", "options"];
/// Of libpq's connection strings, those that somebody would begin with.
const KEYWORDS: [&str; 6] = ["host", "hostaddr", "port", "user", "dbname", "service"];
/// Settings that only a server has.
const OF_SERVERS: [&str; 3] = ["database_password", "database_password_file", "database_ca_file"];

/// The database, and how to name it where everybody may read.
pub(super) struct Place {
    pub database: Database,
    pub shown: String,
}

pub(super) fn read(reader: &mut Reader<'_>, data: &std::path::Path) -> Option<Place> {
    let value = reader.value("database").cloned();
    let address = value.as_ref().filter(|value| is_server(&value.text));
    let Some(address) = address else {
        for key in OF_SERVERS {
            reader.needless(key, "the database is a file; this is for a database server.");
        }
        let path = value.map_or_else(|| data.join(FILE), |value| reader.path_of(&value));
        return Some(Place { shown: path.display().to_string(), database: Database::file(path) });
    };
    let (url, inline) = match parse(&address.text, address.origin) {
        Ok((url, inline)) => (Some(url), inline),
        Err(cause) => {
            reader.wrong("database", cause);
            (None, None)
        }
    };
    let password = password(reader, inline, address.origin);
    let authority = reader.path("database_ca_file");
    let shown = url?.to_string();
    match server(&shown, password, authority) {
        Ok(database) => Some(Place { database, shown }),
        Err(cause) => {
            reader.wrong("database", cause);
            None
        }
    }
}

/// The password in the address or the one by itself, whichever source wins; the other one is not looked at.
fn password(reader: &mut Reader<'_>, inline: Option<Secret>, address: Origin) -> Option<Secret> {
    let Some(inline) = inline else { return reader.secret("database_password") };
    match reader.origin_of_secret("database_password") {
        Some(other) if other.is_beside(address) => {
            let cause = "the password is given twice: here and by itself. Leave one of them out.";
            reader.wrong("database", cause);
            None
        }
        Some(other) if other > address => reader.secret("database_password"),
        _ => Some(inline),
    }
}

fn is_server(text: &str) -> bool {
    text.contains("://") || is_half_an_address(text)
}

/// What nobody calls a file, but types for a server: an address without its slashes or its scheme, and libpq's
/// `host=… password=…`. A file that is really called so can be given as `./…`.
fn is_half_an_address(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    let scheme = ["postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme));
    scheme || begins_with_a_login(&text) || has_keywords(&text)
}

/// `user:password@`, but no folder and no drive before the colon.
fn begins_with_a_login(text: &str) -> bool {
    let login = text.split_once('@').and_then(|(login, _)| login.split_once(':'));
    login.is_some_and(|(user, password)| {
        let drive = user.len() == 1 && password.starts_with(['/', '\\']);
        !user.contains(['/', '\\']) && !drive
    })
}

fn has_keywords(text: &str) -> bool {
    let mut names: Vec<&str> = text.split('=').map(str::trim_end).collect();
    // What follows the last sign is a value.
    names.pop();
    names.iter().any(|name| {
        let word = name.rsplit(char::is_whitespace).next();
        name.ends_with("password") || word.is_some_and(|word| KEYWORDS.contains(&word))
    })
}

/// The address without its password, and the password.
fn parse(text: &str, origin: Origin) -> Result<(Url, Option<Secret>), String> {
    let remedy = "Write it as postgres://user@host/name.";
    if !text.contains("://") {
        return Err(format!(
            "this looks like a database server, and is neither an address nor the path of a file. {remedy} The password \
             belongs into a file of its own, named by database_password_file, or into HOSPES_DATABASE_PASSWORD."
        ));
    }
    let mut url = Url::parse(text).map_err(|_| format!("this is not an address. {remedy}"))?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(format!("there is no such kind of database server. {remedy}"));
    }
    if url.host_str().is_none_or(str::is_empty) || url.path().len() < 2 || url.username().is_empty() {
        return Err(format!("user, host or name of the database is missing. {remedy}"));
    }
    let known = |(name, _): &(Cow<'_, str>, Cow<'_, str>)| PARAMETERS.contains(&name.as_ref());
    if url.fragment().is_some() || !url.query_pairs().all(|pair| known(&pair)) {
        return Err(format!("the address has parameters other than sslmode and options. {remedy}"));
    }
    let inline = url.password().map(|password| {
        let decoded = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
        Secret::new(Zeroizing::new(decoded))
    });
    if inline.is_some() && origin != Origin::Environment {
        return Err(
            "there is a password in the address. Take it out and put it into a file of its own, named by \
                    database_password_file, or into HOSPES_DATABASE_PASSWORD."
                .to_owned(),
        );
    }
    // Only an address that cannot have a password refuses to lose it.
    let _ = url.set_password(None);
    Ok((url, inline))
}

fn server(url: &str, password: Option<Secret>, authority: Option<PathBuf>) -> Result<Database, String> {
    let password = password.as_ref().map(Secret::reveal);
    Database::server(url, password, authority, CONNECTIONS).map_err(|error| format!("{error}."))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn k16_a_password_in_an_address_is_taken_from_the_environment_only() {
        let text = "postgres://hospes:hunter%32@db.example:5433/guests";
        let (url, password) = parse(text, Origin::Environment).unwrap();
        assert_eq!(
            (url.as_str(), password.unwrap().reveal()),
            ("postgres://hospes@db.example:5433/guests", "hunter2")
        );
        for origin in [Origin::Flag, Origin::File { line: 1 }] {
            let refused = parse(text, origin).unwrap_err();
            assert!(
                refused.contains("database_password_file") && refused.contains("HOSPES_DATABASE_PASSWORD")
            );
            assert!(!refused.contains("hunter"), "{refused}");
        }
        assert!(parse("postgresql://hospes@db.example/guests", Origin::Flag).unwrap().1.is_none());
    }

    #[test]
    fn an_address_names_user_host_and_database_and_nothing_else() {
        for wrong in [
            "mysql://a@b/c",
            "postgres://db.example/guests",
            "postgres://hospes@db.example",
            "postgres://hospes@db.example/",
            "postgres:///guests",
            "postgres://hospes@db.example/guests?password=hunter2",
            "postgres://hospes@db.example/guests?sslmode=disable&user=root",
            "postgres://hospes@db.example/guests#x",
            "://",
            "postgres:/hospes:hunter2@db.example/guests",
            "PostgreSQL:hospes:hunter2@db.example/guests",
            "hospes:hunter2@db.example/guests",
            "hospes:/hunter2@db.example/guests",
            "host=db.example user=hospes password=hunter2",
            "host = db.example",
            "sslpassword = hunter2",
        ] {
            assert!(is_server(wrong), "not the name of a file: {wrong}");
            let refused = parse(wrong, Origin::Environment).unwrap_err();
            assert!(refused.contains("postgres://user@host/name") && !refused.contains("hunter2"), "{wrong}");
        }
        for file in
            ["hospes.db", "./postgres:5432", "/srv/a=b/guests@home.db", "C:\\data\\a@b.db", "./host=x"]
        {
            assert!(!is_server(file), "{file}");
        }
    }
}
