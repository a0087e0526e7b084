//! The commands that call a server, against a live `hospes dev`: in a pipe as scripts run them, and on a terminal as
//! people do. Each command is a process of its own that knows nothing but its words, its file of contexts and its pipes.

mod lifecycle;
mod looking_back;
mod methods;
mod pseudo_terminal;
mod scripts;
mod sign_in;
mod terminal;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::dev_server::{Folder, Running};
use super::process::{Ended, Process};

/// A server, and somebody at a desk who calls it.
struct Desk {
    folder: Folder,
    server: Running,
}

impl Desk {
    /// Nobody is signed in yet.
    async fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let server = Running::start(&folder, false).await;
        Self { folder, server }
    }

    /// Signed in as the app that automates.
    async fn signed_in(name: &str) -> Self {
        let desk = Self::new(name).await;
        let file = desk.folder.env_file();
        assert_eq!(desk.run(&["login", "--env-file", file.to_str().unwrap()]).code, Some(0));
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.here().join(name)
    }

    fn here(&self) -> &Path {
        self.folder.0.folder()
    }

    fn contexts(&self) -> String {
        self.path("contexts/contexts.json").display().to_string()
    }

    /// Runs a command to its end.
    fn run(&self, words: &[&str]) -> Ended {
        self.fed(words, "", &[])
    }

    /// The same, with standard input and variables.
    fn fed(&self, words: &[&str], input: &str, variables: &[(&str, &str)]) -> Ended {
        let file = self.contexts();
        let variables = [&[("HOSPES_CONTEXTS", file.as_str())], variables].concat();
        Process::fed(self.here(), words, &variables, input).ended()
    }

    /// Runs a command that must work, and gives what it printed.
    fn done(&self, words: &[&str]) -> String {
        let ended = self.run(words);
        assert_eq!(ended.code, Some(0), "{words:?}: {ended:?}");
        ended.stdout
    }

    /// The same with `--json`, which must be JSON and nothing else.
    fn json(&self, words: &[&str]) -> Value {
        let text = self.done(&[words, &["--json"]].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{words:?}: {error}: {text}"))
    }

    /// Runs a command that must end so, and say this on standard error.
    fn refused(&self, words: &[&str], code: i32, said: &str) {
        let ended = self.run(words);
        assert!(ended.code == Some(code) && ended.stderr.contains(said), "{words:?} {said:?}: {ended:?}");
        assert!(ended.stdout.is_empty() || words[0] == "api", "errors go to standard error: {ended:?}");
    }
}
