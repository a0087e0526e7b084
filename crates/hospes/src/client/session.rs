//! What every command that calls a server begins with: the context, a token, the screen.

use super::contexts::Contexts;
use super::failure::Outcome;
use super::graph::{Graph, connection};
use super::screen::Screen;
use super::token;

/// Options of every command that calls a server.
#[derive(Clone, Debug, clap::Args)]
pub struct Common {
    /// Print JSON, as the server sent it
    #[arg(long, global = true)]
    pub json: bool,
    /// Use this context instead of the current one
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
}

/// A signed-in caller.
pub struct Session {
    /// The directory.
    pub graph: Graph,
    /// Where answers go.
    pub screen: Screen,
    /// My Apps of this organisation: where guests land if nothing else is said.
    pub my_apps: String,
}

impl Session {
    /// Signs in with the context.
    pub async fn open(common: &Common) -> Outcome<Self> {
        let contexts = Contexts::load()?;
        let (_, context) = contexts.pick(common.context.as_deref())?;
        let client = connection(&context.server, context.ca_file.as_deref())?;
        let token = token::access(&client, context).await?;
        Ok(Self {
            graph: Graph::new(client, &context.server, token),
            screen: Screen::new(common.json),
            my_apps: format!("{}/myapps/{}", context.server, context.tenant),
        })
    }
}
