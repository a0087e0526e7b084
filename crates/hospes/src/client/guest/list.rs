//! `guest list` and `guest show`. Refuses to stop silently: what is left out is said on standard error.

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::super::failure::{Failure, Outcome};
use super::super::graph::{query, quoted};
use super::super::screen::{Column, column, note, whole};
use super::super::session::Session;
use super::super::value::{id, name, text, texts, time};
use super::super::who;

/// Shown if neither --top nor --all says otherwise.
const USUAL: usize = 100;
/// The largest page that a server gives.
const PAGE: usize = 999;

/// Options of `guest list`.
#[derive(Clone, Debug, Args)]
pub struct ListOptions {
    /// Only guests in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only guests whose name or e-mail address begins with this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only guests for whom this $filter holds
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// Guests who were deleted and can be restored
    #[arg(long)]
    deleted: bool,
    /// At most this many; 100 if not given
    #[arg(long, value_name = "N", conflicts_with = "all", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// All of them
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// Invited, not accepted yet
    Pending,
    /// Has accepted and can sign in
    Accepted,
}

const COLUMNS: &[Column] = &[
    column("Name", name),
    column("E-mail", |user| text(user, "mail")),
    column("State", state),
    column("Since (UTC)", |user| time(user, "externalUserStateChangeDateTime")),
    whole("Id", id),
];

const DELETED: &[Column] = &[
    column("Name", name),
    column("E-mail", |user| text(user, "mail")),
    column("Deleted (UTC)", |user| time(user, "deletedDateTime")),
    whole("Id", id),
];

/// In one word, and whether sign-in is blocked.
pub fn state(user: &Value) -> String {
    let state = match text(user, "externalUserState").as_str() {
        "PendingAcceptance" => "pending".to_owned(),
        other => other.to_lowercase(),
    };
    if user["accountEnabled"] == false { format!("{state}, blocked") } else { state }
}

fn filter(options: &ListOptions) -> String {
    let mut parts = vec!["userType eq 'Guest'".to_owned()];
    match options.state {
        Some(State::Pending) => parts.push("externalUserState eq 'PendingAcceptance'".to_owned()),
        Some(State::Accepted) => parts.push("externalUserState eq 'Accepted'".to_owned()),
        None => {}
    }
    if let Some(search) = &options.search {
        let begin = |field: &str| format!("startswith({field},{})", quoted(search));
        let any = ["displayName", "givenName", "surname", "mail"].map(begin).join(" or ");
        parts.push(format!("({any})"));
    }
    if let Some(own) = &options.filter {
        parts.push(format!("({own})"));
    }
    parts.join(" and ")
}

/// What the server says of the filter as it was typed: of the whole one it would name places that nobody typed.
async fn of_own_filter(session: &Session, options: &ListOptions) -> Option<Failure> {
    let own = options.filter.as_deref()?;
    session.graph.get(&query(collection(options), &[("$filter", own), ("$top", "1")])).await.err()
}

fn collection(options: &ListOptions) -> &'static str {
    if options.deleted { "/directory/deletedItems/graph.user" } else { "/users" }
}

/// Lists guests.
pub async fn list(session: &Session, options: ListOptions) -> Outcome<()> {
    let most = match options.top {
        _ if options.all => None,
        Some(top) => Some(top as usize),
        None => Some(USUAL),
    };
    let page = most.unwrap_or(PAGE).min(PAGE).to_string();
    let path = query(
        collection(&options),
        &[("$filter", &filter(&options)), ("$select", who::PERSON), ("$top", &page)],
    );
    let (mut guests, more) = match session.graph.list(&path, most).await {
        Err(failure) => return Err(of_own_filter(session, &options).await.unwrap_or(failure)),
        Ok(found) => found,
    };
    // Those that are shown: the server sorts by name only what is not filtered.
    guests.sort_by_cached_key(|guest| (name(guest).to_lowercase(), id(guest)));
    let (kind, columns) = if options.deleted { ("deleted guests", DELETED) } else { ("guests", COLUMNS) };
    session.screen.list(kind, &guests, columns);
    if more {
        note(&format!("There are more than these {}: --all shows them.", guests.len()));
    }
    Ok(())
}

/// Shows a guest.
pub async fn show(session: &Session, who: &str) -> Outcome<()> {
    let guest = who::guest(&session.graph, who).await?;
    let user = &guest.user;
    let memberships = session.graph.all(&format!("{}/memberOf", guest.path())).await?;
    let roles = session.graph.all(&format!("{}/appRoleAssignments", guest.path())).await?;
    let of_kind = |kind: &str| {
        let all = memberships.iter().filter(|object| text(object, "@odata.type").ends_with(kind));
        all.map(name).collect::<Vec<_>>().join(", ")
    };
    let apps: Vec<String> = roles.iter().map(|role| text(role, "resourceDisplayName")).collect();
    let lines = [
        ("Name", name(user)),
        ("Id", guest.id()),
        ("User principal name", text(user, "userPrincipalName")),
        ("E-mail", text(user, "mail")),
        ("Other e-mails", texts(user, "otherMails").join(", ")),
        ("User type", text(user, "userType")),
        ("State", state(user)),
        ("Since (UTC)", time(user, "externalUserStateChangeDateTime")),
        ("Signs in by", signs_in_by(user)),
        ("Created (UTC)", time(user, "createdDateTime")),
        ("Company", text(user, "companyName")),
        ("Groups", of_kind(".group")),
        ("Directory roles", of_kind(".directoryRole")),
        ("Apps", apps.join(", ")),
    ];
    let mut object = user.clone();
    object["memberOf"] = memberships.clone().into();
    object["appRoleAssignments"] = roles.into();
    session.screen.card(&object, &lines);
    Ok(())
}

/// The outside identity, as far as it is told.
fn signs_in_by(user: &Value) -> String {
    let identities = user["identities"].as_array().into_iter().flatten();
    let outside = identities.filter(|identity| text(identity, "signInType") == "federated");
    let said =
        |identity: &Value| match (text(identity, "issuer").as_str(), text(identity, "issuerAssignedId")) {
            ("mail", address) => format!("code to {address}"),
            ("ExternalAzureAD", _) => "account of an organisation on this server".to_owned(),
            (issuer, _) => issuer.to_owned(),
        };
    outside.map(said).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_asked_becomes_one_filter() {
        let options = ListOptions {
            state: Some(State::Pending),
            search: Some("o'h".into()),
            filter: Some("companyName eq 'A' or companyName eq 'B'".into()),
            deleted: false,
            top: None,
            all: false,
        };
        assert_eq!(
            filter(&options),
            "userType eq 'Guest' and externalUserState eq 'PendingAcceptance' and \
             (startswith(displayName,'o''h') or startswith(givenName,'o''h') or startswith(surname,'o''h') or \
             startswith(mail,'o''h')) and (companyName eq 'A' or companyName eq 'B')"
        );
    }

    #[test]
    fn states_are_one_word() {
        let blocked = json!({ "externalUserState": "PendingAcceptance", "accountEnabled": false });
        assert_eq!(state(&blocked), "pending, blocked");
        assert_eq!(state(&json!({ "externalUserState": "Accepted", "accountEnabled": true })), "accepted");
    }
}
