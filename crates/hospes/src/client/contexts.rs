//! Where this person is signed in: a file of contexts in the configuration folder, one of them current. Refuses a file
//! that others can read (threats K16), since it holds client secrets, and to guess between contexts.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::failure::{Failure, Outcome};
use crate::private_file;
use crate::settings::secret::{self, SecretFileError};

/// The variable that names another file.
pub const FILE_VARIABLE: &str = "HOSPES_CONTEXTS";

/// One sign-in. Has no `Debug`: it holds secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// Address of the server, without a slash at the end.
    pub server: String,
    /// The organisation, by its id or one of its domains.
    pub tenant: String,
    /// The authority to trust, if not those of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// How it signs in.
    #[serde(flatten)]
    pub credential: Credential,
}

/// What proves who calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", untagged)]
pub enum Credential {
    /// An app with its secret; a token is got for each command.
    Client {
        /// Its client id.
        client_id: String,
        /// Its secret.
        client_secret: String,
    },
    /// Somebody's access token, as long as it lasts.
    Token {
        /// The token.
        token: String,
    },
}

/// The contexts and which of them is current.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Contexts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current: Option<String>,
    #[serde(default, rename = "contexts")]
    by_name: BTreeMap<String, Context>,
    #[serde(skip)]
    path: PathBuf,
}

impl Contexts {
    /// Reads the file; there are none where there is no file.
    pub fn load() -> Outcome<Self> {
        Self::read(file(|name| std::env::var_os(name))?)
    }

    fn read(path: PathBuf) -> Outcome<Self> {
        let unusable = |why: String| {
            let message = format!("The file of contexts {} cannot be used.", path.display());
            Failure::new(Exit::NotSignedIn, message).caused_by(why)
        };
        let text = match secret::read(&path) {
            Err(SecretFileError::Missing) => return Ok(Self { path, ..Self::default() }),
            Err(error) => {
                let remedy = format!(
                    "Let it be a file that you alone can read, or name another one in {FILE_VARIABLE}; `hospes login` \
                     makes it."
                );
                return Err(unusable(error.to_string()).remedy(remedy));
            }
            Ok(text) => text,
        };
        // The position alone: the text of the error could repeat a secret.
        let parsed: Result<Self, _> = serde_json::from_str(text.reveal());
        let parsed = parsed.map_err(|error| {
            unusable(format!("it is not what `hospes login` writes (line {})", error.line()))
                .remedy("Remove it and sign in again with `hospes login`.")
        })?;
        Ok(Self { path, ..parsed })
    }

    /// Writes the file, readable by its owner alone.
    pub fn save(&self) -> Outcome<()> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let written = self
            .path
            .parent()
            .map_or(Ok(()), private_file::make_folder)
            .and_then(|()| private_file::write(&self.path, &text));
        written.map_err(|error| {
            let message = format!("The file of contexts {} cannot be written.", self.path.display());
            Failure::new(Exit::Failed, message).caused_by(error.to_string())
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every context by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Context)> {
        self.by_name.iter().map(|(name, context)| (name.as_str(), context))
    }

    /// Whether this one is current.
    pub fn is_current(&self, name: &str) -> bool {
        self.current.as_deref() == Some(name)
    }

    /// The named one, or the current one.
    pub fn pick(&self, name: Option<&str>) -> Outcome<(&str, &Context)> {
        let Some(wanted) = name.or(self.current.as_deref()) else {
            return Err(Failure::new(Exit::NotSignedIn, "You are not signed in.").remedy(
                "Sign in with `hospes login`; for a development server `hospes login --env-file hospes-dev/dev.env`.",
            ));
        };
        self.by_name.get_key_value(wanted).map(|(name, context)| (name.as_str(), context)).ok_or_else(|| {
            Failure::new(Exit::NotSignedIn, format!("There is no context called {wanted}."))
                .remedy("`hospes context list` shows them; `hospes login --name` makes one.")
        })
    }

    /// Adds a context, or replaces it, and makes it current.
    pub fn put(&mut self, name: String, context: Context) {
        self.current = Some(name.clone());
        self.by_name.insert(name, context);
    }

    /// Makes another one current.
    pub fn choose(&mut self, name: &str) -> Outcome<()> {
        let name = self.pick(Some(name))?.0.to_owned();
        self.current = Some(name);
        Ok(())
    }

    /// Takes one away; none is current if it was.
    pub fn remove(&mut self, name: &str) -> Option<Context> {
        if self.is_current(name) {
            self.current = None;
        }
        self.by_name.remove(name)
    }
}

/// Where the file is: as the variable says, else in the person's configuration folder (XDG base directories).
fn file(variable: impl Fn(&str) -> Option<OsString>) -> Outcome<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(file) = set(FILE_VARIABLE) {
        return Ok(file);
    }
    let folder = if cfg!(windows) {
        set("APPDATA")
    } else {
        // A relative one is invalid and passed over, as the specification asks.
        let own = set("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
        own.or_else(|| set("HOME").map(|home| home.join(".config")))
    };
    let folder = folder.ok_or_else(|| {
        Failure::usage("There is no folder for settings: HOME is not set.")
            .remedy(format!("Name a file for contexts in {FILE_VARIABLE}."))
    })?;
    Ok(folder.join("hospes").join("contexts.json"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn context(secret: &str) -> Context {
        let credential = Credential::Client { client_id: "app".into(), client_secret: secret.into() };
        let server = "https://guests.fabrikam.example".to_owned();
        Context { server, tenant: "fabrikam.example".into(), ca_file: None, credential }
    }

    fn scratch(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("hospes-contexts-{name}-{}", std::process::id()))
    }

    #[test]
    fn contexts_are_kept_and_one_is_current() {
        let folder = scratch("kept");
        let path = folder.join("hospes/contexts.json");
        let mut contexts = Contexts::read(path.clone()).unwrap();
        assert_eq!(contexts.pick(None).err().unwrap().exit(), Exit::NotSignedIn);
        contexts.put("one".into(), context("s1"));
        let token = Credential::Token { token: "t".into() };
        contexts.put("two".into(), Context { credential: token, ..context("") });
        contexts.save().unwrap();
        let mut again = Contexts::read(path.clone()).unwrap();
        assert!(again.is_current("two") && again.pick(Some("one")).unwrap().1 == &context("s1"));
        assert!(matches!(again.pick(None).unwrap().1.credential, Credential::Token { .. }));
        again.choose("one").unwrap();
        assert!(again.choose("three").is_err() && again.is_current("one"));
        again.remove("one").unwrap();
        assert!(again.pick(None).is_err(), "no other one is current by accident");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn k16_a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = scratch("exposed");
        let path = folder.join("contexts.json");
        let mut contexts = Contexts::read(path.clone()).unwrap();
        contexts.put("one".into(), context("hunter2"));
        contexts.save().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Contexts::read(path.clone()).err().unwrap();
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
        private_file::write(&path, "{\"contexts\": {\"hunter2\": 1}}").unwrap();
        let refused = Contexts::read(path).err().unwrap().to_string();
        assert!(refused.contains("hospes login") && !refused.contains("hunter2"), "{refused}");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_variable_wins_over_the_folders() {
        let of = |set: &[(&str, &str)]| {
            let set: BTreeMap<String, OsString> =
                set.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
            file(|name| set.get(name).cloned()).ok()
        };
        assert_eq!(of(&[(FILE_VARIABLE, "x.json"), ("HOME", "/h")]), Some(PathBuf::from("x.json")));
        if cfg!(unix) {
            assert_eq!(
                of(&[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")]),
                Some("/c/hospes/contexts.json".into())
            );
            let usual = Some(PathBuf::from("/h/.config/hospes/contexts.json"));
            assert_eq!(of(&[("XDG_CONFIG_HOME", "relative"), ("HOME", "/h")]), usual);
        }
        assert_eq!(of(&[]), None);
    }
}
