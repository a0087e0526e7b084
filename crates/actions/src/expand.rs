//! Relations that come with their objects (`$expand`): at most twenty of each, by the rules of the path that shows the
//! relation alone. Refuses the whole where one of the relations would be refused, so that nobody takes what is not shown
//! for what is not there.

use std::collections::HashMap;

use hospes_domain::access::{
    Actor, Caller, View, may_list, may_list_of_user, may_read_managers, may_read_members, may_read_owned,
    may_read_sponsors, may_read_user,
};
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{List, Page};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::app_role_assignments::{self, End};
use hospes_store::changes::users_of;
use hospes_store::engine::Read;
use hospes_store::{application_owners, directory_objects as stored, groups, managers};

use crate::app::{App, Stop};
use crate::apps::Which;
use crate::apps::list_app_roles_of::may_look;
use crate::apps::remove_app_role::Place;
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_APPLICATIONS, READ_GROUPS, load_for};
use crate::groups::member_of::{READ_MEMBERSHIPS, Reach, groups_of, roles_of};
use crate::users::{READ_OWNED, Seen, Sponsor, all_owned, sponsors_of};

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
    /// Who manages a user: nobody or one.
    Manager,
    /// Whom a user manages.
    DirectReports,
    /// What a user owns.
    OwnedObjects,
    /// Who is in a group.
    Members,
    /// Who owns a group.
    Owners,
    /// Groups and directory roles that a group is in itself.
    MemberOfOfGroup,
    /// Who owns an application or service principal.
    OwnersOfApplication,
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
        let mut all = vec![Vec::with_capacity(relations.len()); objects.len()];
        for relation in &relations {
            let managers = if *relation == Relation::Manager {
                managers_of(tx, &caller, &objects)?
            } else {
                HashMap::new()
            };
            for (object, related) in objects.iter().zip(&mut all) {
                related.push(match relation {
                    Relation::Manager => managers.get(object).cloned().into_iter().collect(),
                    relation => one(tx, &caller, *object, *relation)?,
                });
            }
        }
        Ok(all)
    })
    .await
}

/// One relation of one object.
fn one(tx: &impl Read, caller: &Caller, of: ObjectId, relation: Relation) -> Result<Vec<Related>, Stop> {
    let tenant = caller.actor.tenant;
    match relation {
        Relation::MemberOf => memberships(tx, caller, of, Reach::Direct),
        Relation::TransitiveMemberOf => memberships(tx, caller, of, Reach::Transitive),
        Relation::MemberOfOfGroup => {
            may_list(caller, READ_GROUPS)?;
            memberships_of(tx, caller, of, (Reach::Direct, View::Full))
        }
        Relation::Sponsors => {
            let view = may_read_sponsors(caller, of)?;
            let sponsors = sponsors_of(tx, tenant, of, view)?;
            Ok(sponsors.into_iter().map(Related::Sponsor).take(MOST.into()).collect())
        }
        // Read for all objects at once.
        Relation::Manager => Ok(Vec::new()),
        Relation::DirectReports => {
            let others = may_read_managers(caller, of)?;
            let reports = managers::reports(tx, tenant, of, &first(), false)?.items;
            objects(tx, caller, &reports, |_| others)
        }
        Relation::OwnedObjects => {
            may_read_owned(caller, Some(of), READ_OWNED)?;
            let mut all = all_owned(tx, caller, of, None)?;
            all.sort_by_key(DirectoryObject::id);
            Ok(all.into_iter().map(Related::Object).take(MOST.into()).collect())
        }
        Relation::Members => {
            let others = may_read_members(caller, READ_GROUPS)?;
            let found = groups::members(tx, tenant, of, None, &first(), false)?.items;
            let ids: Vec<ObjectId> = found.iter().map(|member| member.id).collect();
            objects(tx, caller, &ids, |_| others)
        }
        Relation::Owners => {
            let others = may_read_members(caller, READ_GROUPS)?;
            objects(tx, caller, &groups::owners(tx, tenant, of)?, |_| others)
        }
        Relation::OwnersOfApplication => {
            may_list(caller, READ_APPLICATIONS)?;
            let owners = application_owners::of(tx, tenant, of)?;
            objects(tx, caller, &owners, |id| may_read_user(caller, id).unwrap_or(View::Limited))
        }
        Relation::AppRolesOfUser => app_roles(tx, caller, End::Principal, of, &Place::User(of.to_string())),
        Relation::AppRolesOfPrincipal => app_roles(tx, caller, End::Principal, of, &Place::Principal(of)),
        Relation::AppRolesAtResource => {
            app_roles(tx, caller, End::Resource, of, &Place::Resource(Which::Id(of)))
        }
    }
}

/// The first of a list.
fn first<F>() -> List<F> {
    List { filter: None, order: None, page: Page { top: MOST, after: None } }
}

fn memberships(tx: &impl Read, caller: &Caller, user: ObjectId, reach: Reach) -> Result<Vec<Related>, Stop> {
    may_list_of_user(caller, Some(user), READ_MEMBERSHIPS)?;
    memberships_of(tx, caller, user, (reach, caller.sight().of_own_groups()))
}

fn memberships_of(
    tx: &impl Read,
    caller: &Caller,
    of: ObjectId,
    (reach, view): (Reach, View),
) -> Result<Vec<Related>, Stop> {
    let tenant = caller.actor.tenant;
    let mut all = groups_of(tx, tenant, of, reach, view)?;
    all.extend(roles_of(tx, tenant, of, reach)?);
    all.sort_by_key(DirectoryObject::id);
    Ok(all.into_iter().map(Related::Object).take(MOST.into()).collect())
}

/// The managers of users, all read together: whoever lists people wants to know whom each reports to.
fn managers_of(
    tx: &impl Read,
    caller: &Caller,
    users: &[ObjectId],
) -> Result<HashMap<ObjectId, Related>, Stop> {
    let tenant = caller.actor.tenant;
    let pairs = managers::of_each(tx, tenant, users)?;
    let mut ids: Vec<ObjectId> = pairs.iter().map(|(_, manager)| *manager).collect();
    ids.sort_unstable();
    ids.dedup();
    let known: HashMap<ObjectId, User> =
        users_of(tx, tenant, &ids)?.into_iter().map(|user| (user.id(), user)).collect();
    let mut views = HashMap::with_capacity(users.len());
    for user in users {
        views.insert(*user, may_read_managers(caller, *user)?);
    }
    let shown = |(user, manager): (ObjectId, ObjectId)| {
        let others = views.get(&user).copied().unwrap_or(View::Limited);
        Some((user, seen(caller, others, known.get(&manager)?.clone())))
    };
    Ok(pairs.into_iter().filter_map(shown).collect())
}

/// The first of these objects that are there, in their order; `others` is what the caller sees of other users. Users are
/// read together, as they are the most.
fn objects(
    tx: &impl Read,
    caller: &Caller,
    ids: &[ObjectId],
    others: impl Fn(ObjectId) -> View,
) -> Result<Vec<Related>, Stop> {
    let tenant = caller.actor.tenant;
    let found = users_of(tx, tenant, ids)?.into_iter().map(|user| (user.id(), user));
    let mut users: HashMap<ObjectId, User> = found.collect();
    let mut items = Vec::new();
    for id in ids {
        if items.len() == usize::from(MOST) {
            break;
        }
        match users.remove(id) {
            // Whoever was deleted comes back with a restore.
            Some(user) if user.guest.record().deleted_at.is_some() => {}
            Some(user) => items.push(seen(caller, others(*id), user)),
            None => {
                let Some(known) = stored::known(tx, tenant, *id)? else { continue };
                items.extend(load_for(tx, caller, others(*id), known.kind, *id)?.map(Related::Object));
            }
        }
    }
    Ok(items)
}

fn seen(caller: &Caller, others: View, user: User) -> Related {
    let view = if caller.is(user.id()) { View::Full } else { others };
    let initial_domain = caller.initial_domain.clone();
    Related::Object(DirectoryObject::User(Box::new(Seen { user, view, initial_domain })))
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
