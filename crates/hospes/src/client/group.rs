//! `hospes group`: security groups and who is in them. Refuses several groups of one name: then the id is asked for.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{self, Exit};
use super::failure::{Failure, Outcome};
use super::graph::{query, quoted};
use super::screen::{Column, column, whole};
use super::session::{Common, Session};
use super::value::{id, name, text, time};
use super::who::{self, GROUP, Person};

/// Options of `hospes group`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct GroupOptions {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// List groups
    List {
        /// Only groups whose name begins with this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
    /// Show a group
    Show {
        /// Object id or name
        group: String,
    },
    /// Create a security group
    Create {
        /// Its name
        name: String,
        /// What it is for
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// List the direct members of a group
    Members {
        /// Object id or name
        group: String,
    },
    /// Add people to a group
    Add {
        /// Object id or name
        group: String,
        /// Object id, user principal name or e-mail address
        #[arg(required = true)]
        who: Vec<String>,
    },
    /// Remove people from a group
    Remove {
        /// Object id or name
        group: String,
        /// Object id, user principal name or e-mail address
        #[arg(required = true)]
        who: Vec<String>,
    },
}

const COLUMNS: &[Column] = &[
    column("Name", name),
    column("Description", |group| text(group, "description")),
    column("Can hold roles", |group| {
        if group["isAssignableToRole"] == true { "yes".to_owned() } else { String::new() }
    }),
    whole("Id", id),
];

const MEMBERS: &[Column] = &[
    column("Name", name),
    column("Kind", |member| text(member, "@odata.type").rsplit('.').next().unwrap_or_default().to_owned()),
    column("E-mail", |member| text(member, "mail")),
    whole("Id", id),
];

/// Does what was asked.
pub async fn run(options: GroupOptions) -> Outcome<()> {
    let session = Session::open(&options.common).await?;
    match options.verb {
        Verb::List { search } => list(&session, search.as_deref()).await,
        Verb::Show { group } => show(&session, &group).await,
        Verb::Create { name, description } => create(&session, &name, description.as_deref()).await,
        Verb::Members { group } => members(&session, &group).await,
        Verb::Add { group, who } => change(&session, &group, &who, true).await,
        Verb::Remove { group, who } => change(&session, &group, &who, false).await,
    }
}

async fn list(session: &Session, search: Option<&str>) -> Outcome<()> {
    let filter = search.map(|text| format!("startswith(displayName,{})", quoted(text))).unwrap_or_default();
    let path = query("/groups", &[("$filter", &filter), ("$select", GROUP), ("$top", "999")]);
    session.screen.list("groups", &session.graph.all(&path).await?, COLUMNS);
    Ok(())
}

async fn show(session: &Session, group: &str) -> Outcome<()> {
    let group = who::group(&session.graph, group).await?;
    let can_hold_roles = if group["isAssignableToRole"] == true { "yes" } else { "no" };
    let lines = [
        ("Name", name(&group)),
        ("Id", id(&group)),
        ("Description", text(&group, "description")),
        ("Can hold roles", can_hold_roles.to_owned()),
        ("Created (UTC)", time(&group, "createdDateTime")),
    ];
    session.screen.card(&group, &lines);
    Ok(())
}

async fn create(session: &Session, name: &str, description: Option<&str>) -> Outcome<()> {
    let body = json!({
        "displayName": name,
        "description": description,
        "mailNickname": nickname(name),
        "mailEnabled": false,
        "securityEnabled": true,
    });
    let group = session.graph.post("/groups", &body).await?;
    session.screen.done(&group, &format!("Created the group {name}."));
    session.screen.also(&format!("Id    {}", id(&group)));
    Ok(())
}

/// Graph wants one; nobody looks at it.
fn nickname(name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    if letters.is_empty() { "group".to_owned() } else { letters.to_ascii_lowercase() }
}

async fn members(session: &Session, group: &str) -> Outcome<()> {
    let group = who::group(&session.graph, group).await?;
    let members = session.graph.all(&format!("/groups/{}/members?$top=999", id(&group))).await?;
    session.screen.list("members", &members, MEMBERS);
    Ok(())
}

/// Adds or removes one after the other; the first refusal ends it, and what was done before was said.
async fn change(session: &Session, group: &str, people: &[String], add: bool) -> Outcome<()> {
    let group = who::group(&session.graph, group).await?;
    let mut found = Vec::new();
    for one in people {
        found.push(who::person(&session.graph, one).await?);
    }
    let (mut done, mut result) = (Vec::new(), Ok(()));
    for person in found {
        result = if add {
            put_in(session, &group, &person).await
        } else {
            take_out(session, &group, &person).await
        };
        if result.is_err() {
            break;
        }
        done.push(person.user);
    }
    session.screen.objects(&done);
    result
}

async fn put_in(session: &Session, group: &Value, person: &Person) -> Outcome<()> {
    let reference = session.graph.address(&format!("/v1.0/directoryObjects/{}", person.id()));
    let body = json!({ "@odata.id": reference });
    session.graph.post(&format!("/groups/{}/members/$ref", id(group)), &body).await?;
    session.screen.also(&format!("Added {} to {}.", person.called(), name(group)));
    Ok(())
}

async fn take_out(session: &Session, group: &Value, person: &Person) -> Outcome<()> {
    let path = format!("/groups/{}/members/{}/$ref", id(group), person.id());
    session.graph.delete(&path).await.map_err(|failure| {
        if failure.exit() != Exit::NotFound {
            return failure;
        }
        let message = format!("{} is not a direct member of {}.", person.called(), name(group));
        Failure::new(Exit::NotFound, message).remedy("`hospes group members` shows who is.")
    })?;
    session.screen.also(&format!("Removed {} from {}.", person.called(), name(group)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_is_made_of_what_a_name_has() {
        assert_eq!(nickname("Spring audit 2027"), "springaudit2027");
        assert_eq!(nickname("王"), "group");
    }
}
