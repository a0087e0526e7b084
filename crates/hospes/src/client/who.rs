//! Who is meant: a person by object id, user principal name or e-mail address; a group and an app by id or name.
//! Refuses to pick one of several, and to take a member for a guest.

use serde_json::Value;
use uuid::Uuid;

use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::graph::{Graph, query, quoted, segment};
use super::value::{id, name, text, texts};

/// What is read of a person.
pub const PERSON: &str = "id,displayName,mail,otherMails,userPrincipalName,userType,creationType,\
                          externalUserState,externalUserStateChangeDateTime,accountEnabled,createdDateTime,\
                          deletedDateTime,companyName,identities";
/// What is read of a group.
pub const GROUP: &str = "id,displayName,description,isAssignableToRole,createdDateTime";
/// What is read of an app.
pub const APP: &str = "id,appId,displayName,appRoles,appRoleAssignmentRequired,homepage";

/// A person, with the tag of the state that was read.
pub struct Person {
    /// The user as Graph has it.
    pub user: Value,
    /// For `If-Match`.
    pub tag: Option<String>,
}

impl Person {
    /// The object id.
    pub fn id(&self) -> String {
        id(&self.user)
    }

    /// The path of the user.
    pub fn path(&self) -> String {
        format!("/users/{}", self.id())
    }

    /// How to call the person in a sentence.
    pub fn called(&self) -> String {
        called(&self.user)
    }

    /// The address that invitations go to.
    pub fn mail(&self) -> Outcome<String> {
        let mail = text(&self.user, "mail");
        if mail.is_empty() {
            return Err(Failure::new(Exit::Refused, format!("{} has no e-mail address.", self.called()))
                .remedy("Give one, as with `hospes guest reset --email`."));
        }
        Ok(mail)
    }

    /// Whether this is one of the guest's addresses, as the server compares them.
    pub fn has_address(&self, address: &str) -> bool {
        let mail = text(&self.user, "mail");
        let mut all = texts(&self.user, "otherMails").into_iter().chain([mail]);
        all.any(|one| one.eq_ignore_ascii_case(address))
    }
}

/// `Ana Lindt (ana@adatum.test)`
pub fn called(user: &Value) -> String {
    let (name, mail) = (name(user), text(user, "mail"));
    let address = if mail.is_empty() { text(user, "userPrincipalName") } else { mail };
    if name.is_empty() || name == address { address } else { format!("{name} ({address})") }
}

/// A guest.
pub async fn guest(graph: &Graph, who: &str) -> Outcome<Person> {
    let person = read(graph, who, "guest").await?;
    let user = &person.user;
    if text(user, "userType") != "Guest" && user["externalUserState"].is_null() {
        let message = format!("{} is a member of the organisation, not a guest.", person.called());
        return Err(Failure::new(Exit::Refused, message)
            .remedy("Name a guest; `hospes guest list` shows them. Members are changed with `hospes api`."));
    }
    Ok(person)
}

/// A guest or a member.
pub async fn person(graph: &Graph, who: &str) -> Outcome<Person> {
    read(graph, who, "person").await
}

async fn read(graph: &Graph, who: &str, kind: &str) -> Outcome<Person> {
    let key = if let Some(id) = object_id(who) {
        id
    } else if who.contains("#EXT#") {
        segment(who)
    } else {
        let filter = addressed(who, true)?;
        let path =
            query("/users", &[("$filter", &filter), ("$select", "id,displayName,mail,userPrincipalName")]);
        id(&only_one(who, kind, graph.all(&path).await?)?)
    };
    let path = query(&format!("/users/{key}"), &[("$select", PERSON)]);
    let (user, tag) = graph.get_tagged(&path).await.map_err(|failure| unknown(failure, who, kind))?;
    Ok(Person { user, tag })
}

/// A deleted guest.
pub async fn deleted(graph: &Graph, who: &str) -> Outcome<Value> {
    if let Some(id) = object_id(who) {
        let path = query(&format!("/directory/deletedItems/{id}"), &[("$select", PERSON)]);
        return graph.get(&path).await.map_err(|failure| unknown(failure, who, "deleted guest"));
    }
    let upn = who.contains("#EXT#");
    let filter = if upn { format!("userPrincipalName eq {}", quoted(who)) } else { addressed(who, false)? };
    let path = query("/directory/deletedItems/graph.user", &[("$filter", &filter), ("$select", PERSON)]);
    only_one(who, "deleted guest", graph.all(&path).await?)
}

/// A group, by its id or its name.
pub async fn group(graph: &Graph, which: &str) -> Outcome<Value> {
    if let Some(id) = object_id(which) {
        let path = query(&format!("/groups/{id}"), &[("$select", GROUP)]);
        return graph.get(&path).await.map_err(|failure| unknown(failure, which, "group"));
    }
    let filter = format!("displayName eq {}", quoted(which));
    let path = query("/groups", &[("$filter", &filter), ("$select", GROUP)]);
    only_one(which, "group", graph.all(&path).await?)
}

/// An app as the organisation has it, by its object id, client id or name.
pub async fn app(graph: &Graph, which: &str) -> Outcome<Value> {
    let filter = match object_id(which) {
        Some(id) => format!("id eq {0} or appId eq {0}", quoted(&id)),
        None => format!("displayName eq {}", quoted(which)),
    };
    let path = query("/servicePrincipals", &[("$filter", &filter), ("$select", APP)]);
    only_one(which, "app", graph.all(&path).await?)
}

fn object_id(text: &str) -> Option<String> {
    // With hyphens only: that is how ids are written.
    let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36)?;
    Some(id.to_string())
}

/// Whoever has this address.
fn addressed(who: &str, by_name: bool) -> Outcome<String> {
    if !who.contains('@') {
        return Err(Failure::usage(format!("{who} names nobody."))
            .remedy("Give an object id, a user principal name or an e-mail address; `hospes guest list --search` finds them."));
    }
    let address = quoted(who);
    let mut filter = format!("mail eq {address} or otherMails/any(o:o eq {address})");
    if by_name {
        filter = format!("{filter} or userPrincipalName eq {address}");
    }
    Ok(filter)
}

fn only_one(asked: &str, kind: &str, mut found: Vec<Value>) -> Outcome<Value> {
    if found.len() > 1 {
        let some: Vec<String> =
            found.iter().take(5).map(|one| format!("{} {}", id(one), called(one))).collect();
        return Err(Failure::new(Exit::Refused, format!("{asked} may be any of {}.", found.len()))
            .caused_by(some.join("; "))
            .remedy("Name one of them by its id."));
    }
    found.pop().ok_or_else(|| unknown(Failure::new(Exit::NotFound, String::new()), asked, kind))
}

/// "Not found", in the words of the one who asked.
fn unknown(failure: Failure, asked: &str, kind: &str) -> Failure {
    if failure.exit() != Exit::NotFound {
        return failure;
    }
    let remedy = match kind {
        "deleted guest" => "`hospes guest list --deleted` shows who can be restored.",
        "group" => "`hospes group list` shows the groups.",
        "app" => "`hospes app list` shows the apps.",
        _ => "`hospes guest list --search` finds guests, `hospes guest list --deleted` the deleted ones.",
    };
    Failure::new(Exit::NotFound, format!("There is no {kind} {asked}.")).remedy(remedy)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    #[test]
    fn one_is_taken_several_are_not() {
        let ana = json!({ "id": "1", "displayName": "Ana", "mail": "ana@a.test" });
        assert_eq!(id(&only_one("ana@a.test", "person", vec![ana.clone()]).unwrap()), "1");
        let several = only_one("ana@a.test", "person", vec![ana.clone(), ana]).unwrap_err();
        assert!(several.exit() == Exit::Refused && several.to_string().contains("1 Ana (ana@a.test)"));
        let none = only_one("x", "group", Vec::new()).unwrap_err();
        assert!(none.exit() == Exit::NotFound && none.to_string().contains("hospes group list"), "{none}");
    }

    #[test]
    fn what_names_nobody_is_a_usage_error() {
        assert_eq!(addressed("ana", true).unwrap_err().exit(), Exit::Usage);
        assert_eq!(
            object_id("6F44CC71-086A-46D0-AADC-CB531CDF264F").unwrap(),
            "6f44cc71-086a-46d0-aadc-cb531cdf264f"
        );
        assert_eq!(object_id("6f44cc71086a46d0aadccb531cdf264f"), None);
    }
}
