//! What an app and what the directory say about a guest, so that before and after can be compared. Refuses to
//! interpret: values are compared as they are.

use std::collections::BTreeSet;

use serde_json::Value;

use super::browser::Page;
use super::failure::{Failure, Outcome};
use super::graph::Graph;
use super::html;

/// What the sample app received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppView {
    /// The object id.
    pub oid: String,
    /// The id of the person at this app.
    pub sub: String,
    /// The app roles, as the claim spells them.
    pub roles: String,
    /// The groups, as the claim spells them.
    pub groups: String,
    /// The sign-in name.
    pub preferred_username: String,
}

impl AppView {
    /// Reads the sample app's page.
    pub fn read(page: &Page) -> Outcome<Self> {
        let claims = html::table(&page.html, "Id token");
        let claim = |name: &str| {
            let found = claims.iter().find(|(claim, _)| claim == name).map(|(_, value)| value.clone());
            found.ok_or_else(|| {
                Failure::new(format!("the sample app received no claim {name}: {}", page.shown()))
            })
        };
        Ok(Self {
            oid: claim("oid")?,
            sub: claim("sub")?,
            roles: claim("roles")?,
            groups: claim("groups")?,
            preferred_username: claim("preferred_username")?,
        })
    }
}

/// An identity in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The address that was proven.
    pub sign_in_name: String,
    /// How it ended; empty while it holds.
    pub ended: String,
    /// The key by which its provider knows the account.
    pub subject: String,
    /// When another account came with the same address; empty if none did.
    pub changed: String,
}

impl Bound {
    fn read(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Self {
            sign_in_name: text("signInName"),
            ended: text("ended"),
            subject: text("subject"),
            changed: text("identityChangedDateTime"),
        }
    }
}

/// What the directory says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryView {
    /// `userPrincipalName`.
    pub upn: String,
    /// `externalUserState`.
    pub state: String,
    /// `mail`.
    pub mail: String,
    /// The provider that `identities` name; empty while there is none.
    pub provider: String,
    /// Ids of the groups and directory roles.
    pub groups: BTreeSet<String>,
    /// Ids of the app role assignments.
    pub app_roles: BTreeSet<String>,
    /// Ids of the sponsors.
    pub sponsors: BTreeSet<String>,
    /// The identities that were ever bound, newest first.
    pub history: Vec<Bound>,
}

impl DirectoryView {
    /// Asks the directory.
    pub async fn read(graph: &Graph<'_>, user: &str) -> Outcome<Self> {
        let select = "$select=id,userPrincipalName,mail,externalUserState,identities";
        let answer = graph.get(&format!("/users/{user}?{select}")).await?;
        let ids = |values: Vec<Value>| {
            values.iter().filter_map(|value| value["id"].as_str()).map(str::to_owned).collect::<BTreeSet<_>>()
        };
        let identities = answer.body["identities"].as_array().map(Vec::as_slice).unwrap_or_default();
        let outside = identities.iter().find(|identity| identity["signInType"] == "federated");
        let provider = outside.and_then(|identity| identity["issuer"].as_str()).unwrap_or_default();
        Ok(Self {
            provider: provider.to_owned(),
            upn: answer.text("userPrincipalName"),
            state: answer.text("externalUserState"),
            mail: answer.text("mail"),
            groups: ids(graph.all(&format!("/users/{user}/memberOf")).await?),
            app_roles: ids(graph.all(&format!("/users/{user}/appRoleAssignments")).await?),
            sponsors: ids(graph.all(&format!("/users/{user}/sponsors")).await?),
            history: graph
                .all(&format!("/users/{user}/hospes.bindings"))
                .await?
                .iter()
                .map(Bound::read)
                .collect(),
        })
    }
}
