//! `hospes app`: the apps of the organisation and who may use them. Refuses to pick one of several app roles.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{self, Exit};
use super::failure::{Failure, Outcome};
use super::graph::{Graph, query, quoted, segment};
use super::screen::{Column, column, whole};
use super::session::{Common, Session};
use super::value::{id, name, text, time};
use super::who::{self, APP};

/// Stands for "no role in particular" where an app has none (learn: appRoleAssignment).
const NO_ROLE: &str = "00000000-0000-0000-0000-000000000000";

/// More app roles than these are counted in a list.
const MOST_NAMED: usize = 3;

/// Options of `hospes app`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct AppOptions {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// List apps
    List {
        /// Only apps whose name begins with this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
    /// Show an app with its app roles
    Show {
        /// Object id, client id or name
        app: String,
    },
    /// List who is assigned to an app
    Assignments {
        /// Object id, client id or name
        app: String,
    },
    /// Assign somebody, or a group, to an app
    Assign(Assignment),
    /// Unassign somebody, or a group, from an app
    Unassign(Assignment),
}

#[derive(Clone, Debug, Args)]
struct Assignment {
    /// Object id, client id or name of the app
    app: String,
    /// Object id, user principal name or e-mail address
    #[arg(required_unless_present = "group", conflicts_with = "group")]
    who: Option<String>,
    /// A group instead: its object id or name
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// App role: its value, name or id; not needed if the app has one or none
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
}

const COLUMNS: &[Column] =
    &[column("Name", name), column("App roles", few_roles), whole("Client id", |app| text(app, "appId"))];

const ASSIGNMENTS: &[Column] = &[
    column("Name", |one| text(one, "principalDisplayName")),
    column("Kind", |one| text(one, "principalType").to_lowercase()),
    column("App role", |one| text(one, "appRole")),
    column("Since (UTC)", |one| time(one, "createdDateTime")),
    whole("Id", |one| text(one, "principalId")),
];

/// Does what was asked.
pub async fn run(options: AppOptions) -> Outcome<()> {
    let session = Session::open(&options.common).await?;
    match options.verb {
        Verb::List { search } => list(&session, search.as_deref()).await,
        Verb::Show { app } => show(&session, &app).await,
        Verb::Assignments { app } => assignments(&session, &app).await,
        Verb::Assign(assignment) => assign(&session, &assignment).await,
        Verb::Unassign(assignment) => unassign(&session, &assignment).await,
    }
}

async fn list(session: &Session, search: Option<&str>) -> Outcome<()> {
    let filter = search.map(|text| format!("startswith(displayName,{})", quoted(text))).unwrap_or_default();
    let path = query("/servicePrincipals", &[("$filter", &filter), ("$select", APP), ("$top", "999")]);
    session.screen.list("apps", &session.graph.all(&path).await?, COLUMNS);
    Ok(())
}

async fn show(session: &Session, app: &str) -> Outcome<()> {
    let app = who::app(&session.graph, app).await?;
    let required = app["appRoleAssignmentRequired"] == true;
    let lines = [
        ("Name", name(&app)),
        ("Id", id(&app)),
        ("Client id", text(&app, "appId")),
        ("Home page", text(&app, "homepage")),
        ("App roles", role_values(&app).join(", ")),
        ("Open to", if required { "those who are assigned" } else { "everybody" }.to_owned()),
    ];
    session.screen.card(&app, &lines);
    Ok(())
}

async fn assignments(session: &Session, app: &str) -> Outcome<()> {
    let app = who::app(&session.graph, app).await?;
    let mut all = assigned(&session.graph, &app).await?;
    for one in &mut all {
        let role = text(one, "appRoleId");
        let found = roles(&app).into_iter().find(|known| id(known) == role);
        one["appRole"] = found.map(|role| role["value"].clone()).unwrap_or_default();
    }
    session.screen.list("assignments", &all, ASSIGNMENTS);
    Ok(())
}

async fn assigned(graph: &Graph, app: &Value) -> Outcome<Vec<Value>> {
    graph.all(&format!("/servicePrincipals/{}/appRoleAssignedTo?$top=999", id(app))).await
}

/// Who is meant, by id and by how they are called.
async fn principal(graph: &Graph, assignment: &Assignment) -> Outcome<(String, String)> {
    if let Some(group) = &assignment.group {
        let group = who::group(graph, group).await?;
        return Ok((id(&group), name(&group)));
    }
    let person = who::person(graph, assignment.who.as_deref().unwrap_or_default()).await?;
    Ok((person.id(), person.called()))
}

async fn assign(session: &Session, assignment: &Assignment) -> Outcome<()> {
    let app = who::app(&session.graph, &assignment.app).await?;
    let role = role(&app, assignment.role.as_deref())?;
    let (principal, called) = principal(&session.graph, assignment).await?;
    let body = json!({ "principalId": principal, "resourceId": id(&app), "appRoleId": role });
    let path = format!("/servicePrincipals/{}/appRoleAssignedTo", id(&app));
    let made = session.graph.post(&path, &body).await?;
    session.screen.done(&made, &format!("Assigned {called} to {}.", name(&app)));
    Ok(())
}

async fn unassign(session: &Session, assignment: &Assignment) -> Outcome<()> {
    let app = who::app(&session.graph, &assignment.app).await?;
    let wanted = assignment.role.as_deref().map(|named| role(&app, Some(named))).transpose()?;
    let (principal, called) = principal(&session.graph, assignment).await?;
    let all = assigned(&session.graph, &app).await?;
    let fits = |one: &&Value| {
        text(one, "principalId") == principal
            && wanted.as_ref().is_none_or(|role| text(one, "appRoleId") == *role)
    };
    let found: Vec<&Value> = all.iter().filter(fits).collect();
    let [one] = found[..] else {
        let failure = if found.is_empty() {
            Failure::new(Exit::NotFound, format!("{called} is not assigned to {} by itself.", name(&app)))
                .remedy("`hospes app assignments` shows who is; a group may be what gives the access.")
        } else {
            Failure::usage(format!("{called} has several app roles of {}.", name(&app)))
                .remedy("Say which one with --role.")
        };
        return Err(failure);
    };
    let path = format!("/servicePrincipals/{}/appRoleAssignedTo/{}", id(&app), segment(&id(one)));
    session.graph.delete(&path).await?;
    session.screen.done(one, &format!("Unassigned {called} from {}.", name(&app)));
    Ok(())
}

fn roles(app: &Value) -> Vec<Value> {
    app["appRoles"].as_array().cloned().unwrap_or_default()
}

fn role_values(app: &Value) -> Vec<String> {
    // A role of which tokens say nothing has its name alone.
    let said = |role: &Value| Some(text(role, "value")).filter(|value| !value.is_empty());
    roles(app).iter().map(|role| said(role).unwrap_or_else(|| name(role))).collect()
}

/// By name as long as they are few.
fn few_roles(app: &Value) -> String {
    let values = role_values(app);
    if values.len() > MOST_NAMED { format!("{} app roles", values.len()) } else { values.join(", ") }
}

/// The id of the role that is meant.
fn role(app: &Value, named: Option<&str>) -> Outcome<String> {
    let roles = roles(app);
    let Some(named) = named else {
        return match &roles[..] {
            [] => Ok(NO_ROLE.to_owned()),
            [only] => Ok(id(only)),
            _ => Err(Failure::usage(format!("{} has several app roles.", name(app)))
                .remedy(format!("Say which one with --role: {}.", role_values(app).join(", ")))),
        };
    };
    let is_meant = |role: &&Value| {
        id(role).eq_ignore_ascii_case(named) || text(role, "value") == named || name(role) == named
    };
    roles.iter().find(is_meant).map(id).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("{} has no app role {named}.", name(app)))
            .remedy(format!("It has: {}.", role_values(app).join(", ")))
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn the_only_role_needs_no_name_and_one_of_several_does() {
        let with = |roles: Value| json!({ "displayName": "Portal", "appRoles": roles });
        let (read, write) = (
            json!({ "id": "1", "value": "Read", "displayName": "Read as a supplier" }),
            json!({ "id": "2", "value": "Write", "displayName": "Write" }),
        );
        assert_eq!(role(&with(json!([])), None).unwrap(), NO_ROLE);
        assert_eq!(role(&with(json!([read])), None).unwrap(), "1");
        let both = with(json!([read, write]));
        assert_eq!(role(&both, None).unwrap_err().exit(), Exit::Usage);
        for named in ["1", "Read", "Read as a supplier"] {
            assert_eq!(role(&both, Some(named)).unwrap(), "1");
        }
        let unknown = role(&both, Some("Own")).unwrap_err();
        assert!(unknown.exit() == Exit::NotFound && unknown.to_string().contains("Read, Write"), "{unknown}");
    }
}
