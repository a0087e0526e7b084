//! `hospes user`: how people of the organisation and guests sign in. Refuses to remove without a yes, and to remove a
//! password, which is replaced and not removed.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::exit::{self, Exit};
use super::failure::{Failure, Outcome};
use super::prompt;
use super::screen::{Column, column, whole};
use super::session::{Common, Session};
use super::value::{id, name, text, time};
use super::who::{self, Person};

/// Options of `hospes user`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct UserOptions {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// See how somebody signs in, and remove an authenticator app or a passkey
    Methods {
        #[command(subcommand)]
        verb: Methods,
    },
}

#[derive(Clone, Debug, Subcommand)]
enum Methods {
    /// List the password, authenticator apps and passkeys of a user
    List {
        /// Object id, user principal name or e-mail address of the user
        who: String,
    },
    /// Remove an authenticator app or a passkey, or all of them
    ///
    /// The user is signed out everywhere and told by mail. With the last app the recovery codes go.
    Remove(RemoveOptions),
}

/// Options of `user methods remove`.
#[derive(Clone, Debug, Args)]
struct RemoveOptions {
    /// Object id, user principal name or e-mail address of the user
    who: String,
    /// The id or the name of the method, as `hospes user methods list` shows it
    #[arg(required_unless_present = "all")]
    method: Option<String>,
    /// Remove every authenticator app, passkey and recovery code: the user registers again
    #[arg(long, conflicts_with = "method")]
    all: bool,
    /// Do it without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

const COLUMNS: &[Column] = &[
    column("Method", |method| kind(method).0.to_owned()),
    column("Name", name),
    column("Set up (UTC)", |method| time(method, "createdDateTime")),
    column("Last used (UTC)", |method| time(method, "lastUsedDateTime")),
    whole("Id", id),
];

/// What a method is called, and the collection it can be removed from.
fn kind(method: &Value) -> (&'static str, Option<&'static str>) {
    match text(method, "@odata.type").rsplit('.').next().unwrap_or_default() {
        "passwordAuthenticationMethod" => ("password", None),
        "fido2AuthenticationMethod" => ("passkey", Some("fido2Methods")),
        "softwareOathAuthenticationMethod" => ("authenticator app", Some("softwareOathMethods")),
        _ => ("another method", None),
    }
}

/// Does what was asked.
pub async fn run(options: UserOptions) -> Outcome<()> {
    let session = Session::open(&options.common).await?;
    let Verb::Methods { verb } = options.verb;
    match verb {
        Methods::List { who } => list(&session, &who).await,
        Methods::Remove(options) => remove(&session, options).await,
    }
}

async fn methods_of(session: &Session, person: &Person) -> Outcome<Vec<Value>> {
    session.graph.all(&format!("{}/authentication/methods", person.path())).await
}

async fn list(session: &Session, who: &str) -> Outcome<()> {
    let person = who::person(&session.graph, who).await?;
    session.screen.list("authentication methods", &methods_of(session, &person).await?, COLUMNS);
    Ok(())
}

async fn remove(session: &Session, options: RemoveOptions) -> Outcome<()> {
    let person = who::person(&session.graph, &options.who).await?;
    let called = person.called();
    let methods = methods_of(session, &person).await?;
    let done = if let Some(wanted) = options.method {
        let (method, collection) = meant(&methods, &wanted)?;
        let what = format!("{} {}", kind(method).0, name(method));
        let question = format!("Remove the {what} of {called}? The user is signed out everywhere.");
        prompt::confirm(options.yes, &question).await?;
        let path = format!("{}/authentication/{collection}/{}", person.path(), id(method));
        session.graph.delete(&path).await?;
        format!("Removed the {what} of {called}, who is signed out everywhere.")
    } else {
        let question = format!("Remove every second factor of {called}? The user is signed out everywhere.");
        prompt::confirm(options.yes, &question).await?;
        session.graph.act(&format!("{}/hospes.removeSecondFactors", person.path())).await?;
        format!("{called} has no second factor any more, and registers again.")
    };
    // What is left, for scripts.
    let left = methods_of(session, &person).await?;
    session.screen.done(&Value::Array(left), &done);
    Ok(())
}

/// The method of an id or a name, with the collection to remove it from.
fn meant<'a>(methods: &'a [Value], wanted: &str) -> Outcome<(&'a Value, &'static str)> {
    const REMEDY: &str = "`hospes user methods list` shows the methods with their ids.";
    let by_id = methods.iter().filter(|method| id(method).eq_ignore_ascii_case(wanted));
    let mut found: Vec<&Value> = by_id.collect();
    if found.is_empty() {
        found = methods.iter().filter(|method| name(method) == wanted).collect();
    }
    match found.as_slice() {
        [method] => match kind(method).1 {
            Some(collection) => Ok((method, collection)),
            None => Err(Failure::new(Exit::Refused, format!("A {} cannot be removed.", kind(method).0))
                .remedy("A password is replaced: PATCH the passwordProfile with `hospes api`.")),
        },
        [] => Err(Failure::new(Exit::NotFound, format!("There is no method {wanted}.")).remedy(REMEDY)),
        _ => Err(Failure::new(Exit::Refused, format!("{wanted} may be any of {}.", found.len()))
            .remedy("Name one of them by its id.")),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    #[test]
    fn a_method_is_named_by_id_or_by_a_name_that_only_one_has() {
        let method = |kind: &str, id: &str, name: &str| {
            let kind = format!("#microsoft.graph.{kind}AuthenticationMethod");
            json!({ "@odata.type": kind, "id": id, "displayName": name })
        };
        let methods = [
            method("password", "p", ""),
            method("softwareOath", "a", "Phone"),
            method("fido2", "b", "Phone"),
            method("fido2", "c", "Laptop"),
        ];
        assert_eq!(meant(&methods, "A").unwrap().1, "softwareOathMethods");
        let (method, collection) = meant(&methods, "Laptop").unwrap();
        assert_eq!((id(method).as_str(), collection), ("c", "fido2Methods"));
        for (wanted, exit) in [("Phone", Exit::Refused), ("p", Exit::Refused), ("x", Exit::NotFound)] {
            assert_eq!(meant(&methods, wanted).unwrap_err().exit(), exit, "{wanted}");
        }
    }
}
