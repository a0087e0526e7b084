//! `hospes login` and `hospes logout`. Refuses secrets as words of the command line, which every user of the machine
//! can see, and to send one unencrypted to another machine. Nothing is kept that did not work.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::context::shown;
use super::contexts::{Context, Contexts, Credential};
use super::exit::{self, Exit};
use super::failure::{Failure, Outcome};
use super::graph::{Graph, connection, is_this_machine};
use super::screen::Screen;
use super::value::{id, name};
use super::{prompt, token};
use crate::dev::env_file::{self, Found};
use crate::settings::secret;

/// Holds the client secret, where neither a file nor a person gives it.
pub const SECRET_VARIABLE: &str = "HOSPES_CLIENT_SECRET";
/// No secret and no token is longer.
const LONGEST: u64 = 64 * 1024;

/// Options of `hospes login`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = exit::HELP)]
pub struct LoginOptions {
    /// Address of the server, such as `https://guests.example.org`
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The organisation: its id or one of its domains
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Client id of the app that signs in
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Take the client secret from a file that only you can read
    #[arg(long, value_name = "FILE", conflicts_with_all = ["secret_stdin", "token_stdin"])]
    secret_file: Option<PathBuf>,
    /// Take the client secret from standard input
    #[arg(long, conflicts_with = "token_stdin")]
    secret_stdin: bool,
    /// Take an access token from standard input instead; it works until it runs out
    #[arg(long, conflicts_with = "client_id")]
    token_stdin: bool,
    /// Trust only this certificate authority (a PEM file)
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Take everything from the settings file of a running development server
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["server", "tenant", "client_id", "secret_file", "secret_stdin", "token_stdin", "ca"]
    )]
    env_file: Option<PathBuf>,
    /// What the context is called; the organisation's name if not given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Print the context as JSON, without its secret
    #[arg(long)]
    json: bool,
}

/// Options of `hospes logout`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = exit::HELP)]
pub struct LogoutOptions {
    /// The context to forget; the current one if not given
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Signs in once and keeps how.
pub async fn login(options: LoginOptions) -> Outcome<()> {
    let mut contexts = Contexts::load()?;
    let mut context = match &options.env_file {
        Some(file) => of_env_file(file)?,
        None => of_options(&options).await?,
    };
    let organisation = organisation(&context).await?;
    if context.tenant.is_empty() {
        context.tenant = id(&organisation);
    }
    let kept = match options.name {
        Some(name) => name,
        None => name_for(&contexts, &context, &organisation)?,
    };
    contexts.put(kept.clone(), context.clone());
    contexts.save()?;
    let who = Some(name(&organisation)).filter(|name| !name.is_empty()).unwrap_or(context.tenant.clone());
    let done = format!("Signed in to {who} at {}. The context {kept} is the current one.", context.server);
    Screen::new(options.json).done(&shown(&contexts, &kept, &context), &done);
    Ok(())
}

/// Forgets a context with its secret.
pub fn logout(options: LogoutOptions) -> Outcome<()> {
    let mut contexts = Contexts::load()?;
    let name = contexts.pick(options.name.as_deref())?.0.to_owned();
    contexts.remove(&name);
    contexts.save()?;
    Screen::new(false).also(&format!("The context {name} is forgotten, with its secret."));
    Ok(())
}

fn of_env_file(file: &Path) -> Outcome<Context> {
    let shown = file.display();
    let settings = match env_file::find(file) {
        Ok(Found::Running(settings)) => settings,
        Ok(Found::Nothing) => {
            return Err(Failure::new(Exit::Unavailable, format!("There is no {shown}."))
                .remedy("It is there while a development server runs: start `hospes dev`."));
        }
        Ok(Found::Stale) => {
            return Err(Failure::new(Exit::Unavailable, format!("The server of {shown} is gone."))
                .remedy("Start it again with `hospes dev`."));
        }
        Err(error) => {
            return Err(
                Failure::usage(format!("The file {shown} cannot be read.")).caused_by(error.to_string())
            );
        }
    };
    let setting = |name: &str| {
        let value = settings.get(name).filter(|value| !value.is_empty()).cloned();
        value.ok_or_else(|| Failure::usage(format!("The file {shown} does not say {name}.")))
    };
    Ok(Context {
        server: setting(env_file::BASE_URL)?,
        tenant: setting("HOSPES_TENANT_ID")?,
        ca_file: settings.get("HOSPES_CA_FILE").map(PathBuf::from),
        credential: Credential::Client {
            client_id: setting("HOSPES_CLIENT_ID")?,
            client_secret: setting(SECRET_VARIABLE)?,
        },
    })
}

/// Says at once everything that is missing, and the short way to a development server.
fn complete(options: &LoginOptions) -> Outcome<()> {
    let by_client = !options.token_stdin;
    let missing: Vec<&str> = [
        ("--server", options.server.is_none()),
        ("--tenant", options.tenant.is_none() && by_client),
        ("--client-id", options.client_id.is_none() && by_client),
    ]
    .into_iter()
    .filter_map(|(option, missing)| missing.then_some(option))
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!("This is missing: {}.", missing.join(", "))).remedy(
        "Give where to sign in and as which app: --server, --tenant and --client-id. For a development server \
         `hospes login --env-file hospes-dev/dev.env` takes all of it from its file.",
    ))
}

async fn of_options(options: &LoginOptions) -> Outcome<Context> {
    complete(options)?;
    let server = server(options.server.as_deref().unwrap_or_default())?;
    let ca_file = options.ca.as_deref().map(whole).transpose()?;
    let credential = if options.token_stdin {
        Credential::Token { token: from_stdin("token")? }
    } else {
        let client_id = options.client_id.clone().unwrap_or_default();
        Credential::Client { client_id, client_secret: client_secret(options).await? }
    };
    Ok(Context { server, tenant: options.tenant.clone().unwrap_or_default(), ca_file, credential })
}

/// The address without what a person copies along, such as a slash at the end.
fn server(text: &str) -> Outcome<String> {
    let wrong = |why: &str| {
        Err(Failure::usage(format!("--server is not the address of a server: {why}"))
            .remedy("Give it as the server says it, such as https://guests.example.org."))
    };
    let Ok(url) = url::Url::parse(text) else { return wrong("it is no address.") };
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if !plain || url.path() != "/" || url.fragment().is_some() || url.host().is_none() {
        return wrong("there is more in it than scheme, host and port.");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_this_machine(text) => {}
        "http" => return wrong("a secret does not travel unencrypted."),
        _ => return wrong("it is not https."),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The path as other folders understand it.
fn whole(file: &Path) -> Outcome<PathBuf> {
    std::fs::canonicalize(file).map_err(|error| {
        Failure::usage(format!("The file {} cannot be read.", file.display())).caused_by(error.to_string())
    })
}

async fn client_secret(options: &LoginOptions) -> Outcome<String> {
    if let Some(file) = &options.secret_file {
        let read = secret::read(file).map_err(|error| {
            Failure::usage("The file of --secret-file cannot be used.")
                .caused_by(error.to_string())
                .remedy("Give a file that you alone can read and that holds the secret, or pipe it into --secret-stdin.")
        })?;
        return Ok(read.reveal().to_owned());
    }
    if options.secret_stdin {
        return from_stdin("secret");
    }
    if let Some(secret) = std::env::var(SECRET_VARIABLE).ok().filter(|secret| !secret.is_empty()) {
        return Ok(secret);
    }
    if !prompt::somebody_is_there() {
        return Err(Failure::usage("There is no client secret.")
            .remedy(format!("Give it by --secret-file, --secret-stdin or {SECRET_VARIABLE}.")));
    }
    let secret = prompt::secret("Client secret").await?;
    if secret.is_empty() { Err(Failure::usage("The client secret is empty.")) } else { Ok(secret) }
}

fn from_stdin(what: &str) -> Outcome<String> {
    let mut text = String::new();
    let read = io::stdin().take(LONGEST).read_to_string(&mut text);
    let text = text.trim();
    if read.is_err() || text.is_empty() || text.contains(char::is_control) {
        return Err(Failure::usage(format!("Standard input does not hold a {what}."))
            .remedy(format!("Pipe the {what} into the command, and nothing else.")));
    }
    Ok(text.to_owned())
}

/// Proves that the context works. Who may not read the organisation is signed in all the same.
async fn organisation(context: &Context) -> Outcome<Value> {
    let client = connection(&context.server, context.ca_file.as_deref())?;
    let token = token::access(&client, context).await?;
    let graph = Graph::new(client, &context.server, token);
    match graph.get("/organization").await {
        Ok(mut list) => Ok(list["value"][0].take()),
        Err(failure) if failure.exit() == Exit::Forbidden && !context.tenant.is_empty() => Ok(Value::Null),
        Err(failure) => Err(failure),
    }
}

/// The organisation's name in a form that is easily typed. Signing in again replaces what was there.
fn name_for(contexts: &Contexts, context: &Context, organisation: &Value) -> Outcome<String> {
    let called = short(&name(organisation));
    let called = if called.is_empty() { short(&context.tenant) } else { called };
    let other = contexts.all().find(|(name, _)| *name == called);
    if other.is_some_and(|(_, other)| other.server != context.server || other.tenant != context.tenant) {
        return Err(Failure::usage(format!("There is a context {called} for another organisation."))
            .remedy("Give this one another name with --name, or forget the other with `hospes logout`."));
    }
    Ok(called)
}

/// `Fabrikam & Co.` as `fabrikam-co`.
fn short(text: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || c == '.' { c } else { ' ' };
    let words: String = text.to_lowercase().chars().map(kept).collect();
    words.split_whitespace().map(|word| word.trim_matches('.')).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn addresses_are_servers_and_nothing_else() {
        assert_eq!(server("https://Guests.Example.org/").unwrap(), "https://guests.example.org");
        assert_eq!(server("http://localhost:8080").unwrap(), "http://localhost:8080");
        for wrong in [
            "guests.example.org",
            "http://guests.example.org",
            "https://a@guests.example.org",
            "https://guests.example.org/v1.0",
            "https://guests.example.org?x",
            "ftp://guests.example.org",
        ] {
            assert_eq!(server(wrong).unwrap_err().exit(), Exit::Usage, "{wrong}");
        }
    }

    #[test]
    fn contexts_are_called_after_the_organisation() {
        assert_eq!(short("Fabrikam & Co."), "fabrikam-co");
        assert_eq!(short("fabrikam.test"), "fabrikam.test");
    }
}
