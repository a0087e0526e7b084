//! A process of the program: what it prints, how it is asked to stop, how it ends.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// The variable that holds the words of the command line, one a line.
pub const WORDS: &str = "PROGRAM_WORDS";
/// The public address of every site.
pub const URL: &str = "https://guests.fabrikam.example";
/// Its host.
pub const HOST: &str = "guests.fabrikam.example";
/// For what should happen at once, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the test runner says before the program starts.
const BANNER: [&str; 2] = ["", "running 1 test"];

/// The program with these words, in that folder, and with nothing of the tests' own settings.
pub fn command(folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "program::itself::the_program",
        "--ignored",
        "--nocapture",
        "--quiet",
        "--test-threads=1",
    ]);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HOSPES_")) {
        command.env_remove(name);
    }
    command.env(WORDS, words.join("\n")).envs(variables.iter().copied()).current_dir(folder);
    command
}

/// A folder with a settings file, in which the program is started.
pub struct Site(pub PathBuf);

impl Site {
    /// A site with nothing but an address and a free port; `more` are further lines of the file.
    pub fn new(more: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("hospes-site-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let site = Self(folder);
        site.write(
            "hospes.toml",
            &format!("public_url = \"{URL}\"\nlisten = \"127.0.0.1:0\"\n{more}"),
            0o644,
        );
        site
    }

    /// Writes a file with these permissions.
    pub fn write(&self, name: &str, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The database of a site that names none.
    pub fn database(&self) -> PathBuf {
        self.path("hospes-data/hospes.db")
    }

    /// Runs the program to its end.
    pub fn run(&self, words: &[&str], variables: &[(&str, &str)]) -> Ended {
        Process::start(&self.0, words, variables).ended()
    }

    /// Starts `hospes serve`.
    pub fn serve(&self) -> Process {
        Process::start(&self.0, &["serve"], &[])
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A running process; killed if a test forgets it.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    stderr: Option<JoinHandle<String>>,
}

impl Process {
    /// Starts the program.
    pub fn start(folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::fed(folder, words, variables, "")
    }

    /// The same, with a text on standard input.
    pub fn fed(folder: &Path, words: &[&str], variables: &[(&str, &str)], input: &str) -> Self {
        let mut command = command(folder, words, variables);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Who does not read it may have ended by now.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut err = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = err.read_to_string(&mut text);
            text
        });
        Self { child, lines, seen: Vec::new(), stderr: Some(stderr) }
    }

    /// What follows `label` in the first line that has it; waits for it.
    pub fn said(&mut self, label: &str) -> String {
        loop {
            if let Some((_, rest)) = self.seen.iter().find_map(|line| line.split_once(label)) {
                return rest.trim().to_owned();
            }
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.seen.push(line),
                Err(error) => {
                    let _ = self.child.kill();
                    let stderr = self.stderr.take().unwrap().join().unwrap();
                    panic!("it never said {label:?} ({error}): {:#?}\n{stderr}", self.seen);
                }
            }
        }
    }

    /// Where it listens, once it does.
    pub fn address(&mut self) -> SocketAddr {
        self.said("Listening").split(' ').next().unwrap().parse().unwrap()
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end.
    pub fn ended(mut self) -> Ended {
        let stderr = self.stderr.take().unwrap().join().unwrap();
        let code = self.child.wait().unwrap().code();
        self.seen.extend(self.lines.iter());
        if self.seen.len() >= 2 && self.seen[..2] == BANNER {
            self.seen.drain(..2);
        }
        Ended { code, stdout: self.seen.join("\n"), stderr }
    }

    /// Asks it to stop, and waits.
    pub fn stop(self) -> Ended {
        self.signal("TERM");
        self.ended()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
