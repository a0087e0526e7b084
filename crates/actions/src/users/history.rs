//! What happened to one user, newest first. Refuses guests, also about themselves: the records name administrators.

use hospes_domain::access::{Actor, may_read_history};
use hospes_domain::audit::AuditEntry;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{AuditField, ElementMatch, ElementTest, Filter, Found, List, Part};
use hospes_domain::refusal::Refusal;
use hospes_store::{audit_query, users};

use super::find;
use crate::app::App;
use crate::audit::list::newest_first;
use crate::callers;

/// One page of the audit records about a user: what was done to it, what it did itself as a guest, and which groups,
/// roles and applications it was given. By its object id even of one who was deleted, for good or not.
///
/// # Errors
/// [`Refusal::NotAllowed`] for callers without the role, [`Refusal::NotFound`] for users the tenant does not know.
pub async fn history(
    app: &App,
    actor: &Actor,
    key: String,
    list: List<AuditField>,
    counted: bool,
) -> Result<Found<AuditEntry>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_history(&callers::load(tx, &actor)?)?;
        let found = find(tx, actor.tenant, &key)?.map(|user| user.id());
        let id = found.or_else(|| ObjectId::parse(&key)).ok_or_else(|| Refusal::not_found(&key))?;
        // Groups, roles and the tenant have records, too; those are read with the log only.
        let was_here = found.is_some()
            || users::by_id_even_deleted(tx, actor.tenant, id)?.is_some()
            || audit_query::was_user(tx, actor.tenant, id)?;
        if !was_here {
            return Err(Refusal::not_found(&key).into());
        }
        let page = audit_query::list(tx, actor.tenant, &newest_first(about(list.clone(), id)), counted)?;
        Ok(page)
    })
    .await
}

fn about(list: List<AuditField>, id: ObjectId) -> List<AuditField> {
    let matches = ElementMatch::Equal(id.to_string());
    let about = Filter::Any {
        field: AuditField::TargetResources,
        tests: vec![ElementTest { part: Part::Id, matches }],
    };
    let filter = match list.filter.clone() {
        Some(filter) => about.and(filter),
        None => about,
    };
    List { filter: Some(filter), ..list }
}
