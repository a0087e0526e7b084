//! Relations that come with their objects (`$expand`): at most twenty of each, by the rules of the path that shows the
//! relation alone. Refuses the whole where one of the relations would be refused, so that nobody takes what is not shown
//! for what is not there.

use hospes_domain::access::{Actor, Caller, View, may_list_of_user, may_read_members, may_read_sponsors};
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{List, Page};
use hospes_domain::refusal::Refusal;
use hospes_store::app_role_assignments::{self, End};
use hospes_store::engine::Read;
use hospes_store::{directory_objects as stored, groups};

use crate::app::{App, Stop};
use crate::apps::Which;
use crate::apps::list_app_roles_of::may_look;
use crate::apps::remove_app_role::Place;
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_GROUPS, load_for};
use crate::groups::member_of::{READ_MEMBERSHIPS, Reach, groups_of, roles_of};
use crate::users::{Sponsor, sponsors_of};

/// The most objects that come with one relation of one object (reference/user-object.md section 4).
pub const MOST: u16 = 20;

/// What can come with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Groups and directory roles that a user is in itself.
    MemberOf,
    /// The same through groups, too.
    TransitiveMemberOf,
    /// Who answers for a user.
    Sponsors,
    /// Who is in a group.
    Members,
    /// Who owns a group.
    Owners,
    /// App roles that a user has.
    AppRolesOfUser,
    /// App roles that a group or service principal has.
    AppRolesOfPrincipal,
    /// Who has app roles at a service principal.
    AppRolesAtResource,
}

/// One of what came.
#[derive(Clone, Debug)]
pub enum Related {
    /// An object of the directory.
    Object(DirectoryObject),
    /// Who answers for a user.
    Sponsor(Sponsor),
    /// An app role assignment.
    Assignment(AppRoleAssignment),
}

/// For each of the objects, for each of the relations in their order, what came.
///
/// # Errors
/// What the path of a relation would refuse.
pub async fn expand(
    app: &App,
    actor: &Actor,
    objects: Vec<ObjectId>,
    relations: Vec<Relation>,
) -> Result<Vec<Vec<Vec<Related>>>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let mut all = Vec::with_capacity(objects.len());
        for object in &objects {
            let related = relations.iter().map(|relation| related(tx, &caller, *object, *relation));
            all.push(related.collect::<Result<Vec<_>, Stop>>()?);
        }
        Ok(all)
    })
    .await
}

fn related(tx: &impl Read, caller: &Caller, of: ObjectId, relation: Relation) -> Result<Vec<Related>, Stop> {
    match relation {
        Relation::MemberOf => memberships(tx, caller, of, Reach::Direct),
        Relation::TransitiveMemberOf => memberships(tx, caller, of, Reach::Transitive),
        Relation::Sponsors => {
            let view = may_read_sponsors(caller, of)?;
            let sponsors = sponsors_of(tx, caller.actor.tenant, of, view)?;
            Ok(sponsors.into_iter().map(Related::Sponsor).take(MOST.into()).collect())
        }
        Relation::Members => members(tx, caller, of),
        Relation::Owners => owners(tx, caller, of),
        Relation::AppRolesOfUser => app_roles(tx, caller, End::Principal, of, &Place::User(of.to_string())),
        Relation::AppRolesOfPrincipal => app_roles(tx, caller, End::Principal, of, &Place::Principal(of)),
        Relation::AppRolesAtResource => {
            app_roles(tx, caller, End::Resource, of, &Place::Resource(Which::Id(of)))
        }
    }
}

fn memberships(tx: &impl Read, caller: &Caller, user: ObjectId, reach: Reach) -> Result<Vec<Related>, Stop> {
    may_list_of_user(caller, Some(user), READ_MEMBERSHIPS)?;
    let tenant = caller.actor.tenant;
    let mut all = groups_of(tx, tenant, user, reach, caller.sight().of_own_groups())?;
    all.extend(roles_of(tx, tenant, user, reach)?);
    all.sort_by_key(DirectoryObject::id);
    Ok(all.into_iter().map(Related::Object).take(MOST.into()).collect())
}

fn members(tx: &impl Read, caller: &Caller, group: ObjectId) -> Result<Vec<Related>, Stop> {
    let others = may_read_members(caller, READ_GROUPS)?;
    let list = List { filter: None, order: None, page: Page { top: MOST, after: None } };
    let found = groups::members(tx, caller.actor.tenant, group, None, &list, false)?;
    let mut items = Vec::new();
    for member in found.items {
        items.extend(load_for(tx, caller, others, member.kind, member.id)?.map(Related::Object));
    }
    Ok(items)
}

fn owners(tx: &impl Read, caller: &Caller, group: ObjectId) -> Result<Vec<Related>, Stop> {
    let others: View = may_read_members(caller, READ_GROUPS)?;
    let tenant = caller.actor.tenant;
    let mut items = Vec::new();
    for owner in groups::owners(tx, tenant, group)? {
        let Some(known) = stored::known(tx, tenant, owner)? else { continue };
        items.extend(load_for(tx, caller, others, known.kind, owner)?.map(Related::Object));
        if items.len() == usize::from(MOST) {
            break;
        }
    }
    Ok(items)
}

fn app_roles(
    tx: &impl Read,
    caller: &Caller,
    end: End,
    of: ObjectId,
    place: &Place,
) -> Result<Vec<Related>, Stop> {
    may_look(tx, caller, place)?;
    let page = Page { top: MOST, after: None };
    let found = app_role_assignments::of(tx, caller.actor.tenant, end, of, &page)?;
    Ok(found.items.into_iter().map(Related::Assignment).collect())
}
