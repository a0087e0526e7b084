//! `hospes context`: which organisation the commands go to. Refuses to show a secret or a token.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::contexts::{Context, Contexts, Credential};
use super::exit;
use super::failure::Outcome;
use super::screen::{Column, Screen, column, whole};
use super::value::text;

/// Options of `hospes context`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct ContextOptions {
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// List the contexts
    List,
    /// Make another context the current one
    Use {
        /// Its name
        name: String,
    },
    /// Show a context, without its secret
    Show {
        /// Its name; the current one if not given
        name: Option<String>,
    },
}

const COLUMNS: &[Column] = &[
    column("", |context| if context["current"] == true { "*".to_owned() } else { String::new() }),
    column("Name", |context| text(context, "name")),
    column("Server", |context| text(context, "server")),
    whole("Tenant", |context| text(context, "tenant")),
    column("Signs in", |context| text(context, "signsIn")),
];

/// Does what was asked.
pub fn run(options: ContextOptions) -> Outcome<()> {
    let mut contexts = Contexts::load()?;
    let screen = Screen::new(options.json);
    match options.verb {
        Verb::List => {
            let all: Vec<Value> =
                contexts.all().map(|(name, context)| shown(&contexts, name, context)).collect();
            screen.list("contexts", &all, COLUMNS);
        }
        Verb::Use { name } => {
            contexts.choose(&name)?;
            contexts.save()?;
            let (name, context) = contexts.pick(None)?;
            screen.done(
                &shown(&contexts, name, context),
                &format!("Commands go to {name} from now on: {}.", context.server),
            );
        }
        Verb::Show { name } => {
            let (name, context) = contexts.pick(name.as_deref())?;
            let object = shown(&contexts, name, context);
            let lines = [
                ("Name", name.to_owned()),
                ("Server", context.server.clone()),
                ("Tenant", context.tenant.clone()),
                ("Signs in", text(&object, "signsIn")),
                ("Client id", text(&object, "clientId")),
                ("Trusts", text(&object, "caFile")),
                ("Kept in", contexts.path().display().to_string()),
            ];
            screen.card(&object, &lines);
        }
    }
    Ok(())
}

/// A context without its secret.
pub(super) fn shown(contexts: &Contexts, name: &str, context: &Context) -> Value {
    let (signs_in, client_id) = match &context.credential {
        Credential::Client { client_id, .. } => ("client secret", Some(client_id)),
        Credential::Token { .. } => ("token", None),
    };
    json!({
        "name": name,
        "current": contexts.is_current(name),
        "server": context.server,
        "tenant": context.tenant,
        "signsIn": signs_in,
        "clientId": client_id,
        "caFile": context.ca_file,
    })
}
