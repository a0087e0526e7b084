//! Reading one group. Refuses nobody who may read groups: guests may, by id
//! (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, may_read_object};
use hospes_domain::group::Group;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;

use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_GROUPS;

/// The group of that id.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: ObjectId) -> Result<Group, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_object(&caller, READ_GROUPS)?;
        super::must_exist(tx, actor.tenant, id)
    })
    .await
}
