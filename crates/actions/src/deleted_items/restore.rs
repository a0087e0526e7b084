//! Restoring a deleted object by its id. Refuses nothing itself: each kind has its own verb, with its own rules of what may
//! have been taken meanwhile.

use hospes_domain::access::Actor;
use hospes_domain::deletion::Kind;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;

use super::kind_of;
use crate::app::App;
use crate::apps::restore::{restore_application, restore_service_principal};
use crate::directory_objects::DirectoryObject;
use crate::{groups, users};

/// Restores a user, group, application or service principal.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for what is not deleted, or for longer than 30 days, or is not of the kind
/// that the caller says; [`Refusal::Conflict`] when something of it is another object's by now.
pub async fn restore(
    app: &App,
    actor: &Actor,
    id: ObjectId,
    said: Option<Kind>,
) -> Result<DirectoryObject, Refusal> {
    Ok(match kind_of(app, actor, id, said).await? {
        Kind::Group => DirectoryObject::Group(Box::new(groups::restore::restore(app, actor, id).await?)),
        Kind::ServicePrincipal => {
            DirectoryObject::ServicePrincipal(Box::new(restore_service_principal(app, actor, id).await?))
        }
        Kind::Application => {
            DirectoryObject::Application(Box::new(restore_application(app, actor, id).await?))
        }
        Kind::User => DirectoryObject::User(Box::new(users::restore(app, actor, id).await?)),
    })
}
