//! A development server in this process, found like any other: by its settings file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hospes::dev::{self, DevOptions, env_file};
use hospes_actions::database::Scratch;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::harness::server_address;

/// A data folder, and a database where the engine under test is a server.
pub struct Folder(pub Scratch);

impl Folder {
    pub fn new(name: &str) -> Self {
        Self(Scratch::new(name).unwrap())
    }

    pub fn env_file(&self) -> PathBuf {
        self.0.folder().join("wanted.env")
    }

    pub fn options(&self, reset: bool, env_file: Option<PathBuf>) -> DevOptions {
        DevOptions {
            data: self.0.folder().to_owned(),
            port: 0,
            reset,
            postgres: server_address(&self.0),
            throttling: false,
            env_file,
        }
    }
}

pub struct Running {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), dev::DevError>>,
    text: String,
}

impl Running {
    pub async fn start(folder: &Folder, reset: bool) -> Self {
        let options = folder.options(reset, Some(folder.env_file()));
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(dev::run_until(options, async {
            let _ = stopped.await;
        }));
        let text = settings_of(&folder.env_file(), &ended).await;
        Self { stop, ended, text }
    }

    pub fn setting(&self, name: &str) -> String {
        env_file::parse(&self.text).remove(name).unwrap_or_default()
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap().unwrap();
    }
}

/// The file appears, whole, when the server answers.
async fn settings_of(path: &Path, ended: &JoinHandle<Result<(), dev::DevError>>) -> String {
    for _ in 0..1000 {
        if let Ok(text) = std::fs::read_to_string(path) {
            return text;
        }
        assert!(!ended.is_finished(), "the server ended before it was ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server was not ready in time");
}
