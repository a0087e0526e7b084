//! Deleting an object by its id alone. Refuses nothing itself: each kind has its own verb, with its own rules.

use hospes_domain::access::Actor;
use hospes_domain::deletion::Kind;
use hospes_domain::ids::ObjectId;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_store::{applications, directory_objects};

use crate::app::App;
use crate::apps::Which;
use crate::apps::delete_application::{delete_application, delete_service_principal};
use crate::{groups, users};

/// Deletes the user, group, application or service principal of that id; each can be restored for 30 days.
///
/// # Errors
/// What deleting an object of its kind is refused for; of an id that is nobody's as of a user who is not there.
pub async fn delete(app: &App, actor: &Actor, id: ObjectId, only_if: Precondition) -> Result<(), Refusal> {
    let tenant = actor.tenant;
    // Tells callers nothing: each kind's own verb asks for the rights.
    let kind = app
        .read(move |tx| {
            Ok(match directory_objects::known(tx, tenant, id)? {
                Some(known) => Some(known.kind.into()),
                None => applications::by_id(tx, tenant, id)?.map(|_| Kind::Application),
            })
        })
        .await?;
    match kind {
        Some(Kind::Group) => groups::delete::delete(app, actor, id, only_if).await,
        Some(Kind::ServicePrincipal) => delete_service_principal(app, actor, Which::Id(id), only_if).await,
        Some(Kind::Application) => delete_application(app, actor, Which::Id(id), only_if).await,
        Some(Kind::User) | None => users::delete(app, actor, id.to_string(), only_if).await,
    }
}
