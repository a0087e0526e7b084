//! `hospes demo`: plays the four situations of the founding article against a running development server and checks
//! every promise that can be seen from outside. Refuses to look behind the surfaces: it uses what any browser, app and script could.

mod browser;
mod checks;
mod connection;
mod failure;
mod graph;
mod html;
mod mailbox;
mod narrator;
mod oidc;
mod partner;
mod situations;
mod stage;
mod views;
mod walk;

use std::path::PathBuf;

pub use failure::Failure;

use self::connection::Server;
use self::narrator::Narrator;
use self::stage::Stage;
use crate::dev::ENV_FILE;
use crate::terminal::Terminal;

/// Options of `hospes demo`.
#[derive(Clone, Debug, clap::Args)]
pub struct DemoOptions {
    /// Data folder of the running development server
    #[arg(long, value_name = "DIR", default_value = "./hospes-dev", conflicts_with = "env_file")]
    pub data: PathBuf,
    /// Settings file of the running development server, as written by `hospes dev --env-file`
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
}

/// Plays all situations.
///
/// # Errors
/// The first promise that does not hold, in one sentence.
pub async fn run(options: DemoOptions) -> Result<(), Failure> {
    let file = options.env_file.unwrap_or_else(|| options.data.join(ENV_FILE));
    let server = Server::find(&file)?;
    let narrator = Narrator::new(Terminal::stdout());
    let mut stage = Stage::set(server, narrator).await?;
    situations::another_account(&mut stage).await?;
    situations::account_made_anew(&mut stage).await?;
    situations::another_company(&mut stage).await?;
    situations::another_person(&mut stage).await?;
    stage.narrator.end();
    Ok(())
}
