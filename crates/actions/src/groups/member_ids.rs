//! Ids of what an object is in, directly and through groups: what a token points to that had room for no more groups
//! (reference/tokens-and-sign-in.md section 5). Refuses what `memberOf` refuses: guests the memberships of others.

use hospes_domain::access::{Actor, Caller, may_list, may_list_of_user};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{clients, directory_objects, roles};

use super::member_of::READ_MEMBERSHIPS;
use crate::app::{App, Stop};
use crate::apps::{self, Which};
use crate::callers;
use crate::users::find;

/// Most ids that are compared in one call, as in the original.
const MAX_CHECKED: usize = 20;

/// Whose memberships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A user, by id or user principal name.
    User(String),
    /// A user, group or service principal.
    Object(ObjectId),
    /// A group.
    Group(ObjectId),
    /// A service principal, by either key.
    Principal(Which),
}

/// Which memberships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `getMemberGroups`, `checkMemberGroups`.
    Groups,
    /// `getMemberObjects`, `checkMemberObjects`: with directory roles.
    Objects,
}

/// Every id; `security_only` leaves out what is no security group.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn member_ids(
    app: &App,
    actor: &Actor,
    whose: Whose,
    what: What,
    security_only: bool,
) -> Result<Vec<ObjectId>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let (id, kind) = the_one(tx, actor.tenant, &caller, &whose)?;
        let groups = roles::groups_of(tx, actor.tenant, id)?;
        if security_only {
            return Ok(clients::security_groups(tx, actor.tenant, &groups)?);
        }
        let mut ids = groups;
        if what == What::Objects && kind != PrincipalKind::Group {
            let held = roles::standing(tx, actor.tenant, id)?.roles;
            ids.extend(held.iter().map(|role| ObjectId(role.id())));
        }
        Ok(ids)
    })
    .await
}

/// Those of the ids that the object is in.
///
/// # Errors
/// [`Refusal::Invalid`] for more than twenty; else as [`member_ids`].
pub async fn check_member_ids(
    app: &App,
    actor: &Actor,
    whose: Whose,
    what: What,
    asked: Vec<ObjectId>,
) -> Result<Vec<ObjectId>, Refusal> {
    if asked.len() > MAX_CHECKED {
        let field = if what == What::Groups { "groupIds" } else { "ids" };
        return Err(Refusal::invalid(field, "There are more than 20 ids.", "Ask in several calls."));
    }
    let all = member_ids(app, actor, whose, what, false).await?;
    Ok(asked.into_iter().filter(|id| all.contains(id)).collect())
}

/// The object, if the caller may ask about it.
fn the_one(
    tx: &impl Read,
    tenant: TenantId,
    caller: &Caller,
    whose: &Whose,
) -> Result<(ObjectId, PrincipalKind), Stop> {
    let missing = |shown: String| Stop::from(Refusal::not_found(shown));
    match whose {
        Whose::User(key) => {
            let user = find(tx, tenant, key)?.map(|user| user.id());
            may_list_of_user(caller, user, READ_MEMBERSHIPS)?;
            Ok((user.ok_or_else(|| missing(key.clone()))?, PrincipalKind::User))
        }
        Whose::Group(id) => {
            may_list(caller, READ_MEMBERSHIPS)?;
            Ok((super::must_exist(tx, tenant, *id)?.id, PrincipalKind::Group))
        }
        Whose::Principal(which) => {
            may_list(caller, READ_MEMBERSHIPS)?;
            Ok((apps::find(tx, tenant, *which)?.id, PrincipalKind::ServicePrincipal))
        }
        Whose::Object(id) => {
            let known = directory_objects::known(tx, tenant, *id)?.map(|known| known.kind);
            if known == Some(PrincipalKind::User) {
                may_list_of_user(caller, Some(*id), READ_MEMBERSHIPS)?;
            } else {
                may_list(caller, READ_MEMBERSHIPS)?;
            }
            Ok((*id, known.ok_or_else(|| missing(id.to_string()))?))
        }
    }
}
