//! The ids of objects that a request names by something else. Refuses to find what the caller may not read: to them every
//! name is nobody's, so that nothing is learned by binding what a read would not show (threats E6).

use std::collections::HashMap;
use std::fmt;

use hospes_domain::access::{Actor, Caller, may_read_application, may_read_user};
use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::refusal::Refusal;
use hospes_store::{service_principals, users};

use super::READ_APPLICATIONS;
use crate::app::App;
use crate::callers;
use crate::users::NOBODY;

/// What an object is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A user, by user principal name.
    User(String),
    /// The presence of the application of that id.
    ServicePrincipal(ClientId),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => name.fmt(f),
            Self::ServicePrincipal(client) => client.fmt(f),
        }
    }
}

/// The objects of these names, each at its place; nothing where nobody has it.
///
/// # Errors
/// [`Refusal::NotSignedIn`].
pub async fn ids_of(app: &App, actor: &Actor, names: Vec<Name>) -> Result<Vec<Option<ObjectId>>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let (caller, tenant) = (callers::load(tx, &actor)?, actor.tenant);
        let (mut people, mut clients) = (Vec::new(), Vec::new());
        for name in &names {
            match name {
                Name::User(name) => people.push(name.as_str()),
                Name::ServicePrincipal(client) => clients.push(*client),
            }
        }
        let people = users::ids_by_upn(tx, tenant, &people)?;
        let principals = service_principals::by_clients(tx, tenant, &clients)?;
        let principals: HashMap<ClientId, ObjectId> =
            principals.into_iter().map(|found| (found.client_id, found.id)).collect();
        let id = |name: &Name| match name {
            Name::User(name) => people.get(&users::fold(name)).copied().filter(|id| sees_user(&caller, *id)),
            Name::ServicePrincipal(client) => {
                principals.get(client).copied().filter(|id| sees_principal(&caller, *id))
            }
        };
        Ok(names.iter().map(id).collect())
    })
    .await
}

fn sees_user(caller: &Caller, id: ObjectId) -> bool {
    caller.is(id) || may_read_user(caller, NOBODY).is_ok()
}

fn sees_principal(caller: &Caller, id: ObjectId) -> bool {
    caller.actor.who.id() == id || may_read_application(caller, READ_APPLICATIONS).is_ok()
}
