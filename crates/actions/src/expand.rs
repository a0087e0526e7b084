//! Relations that come with their objects (`$expand`): at most twenty of each, by the rules of the path that shows the
//! relation alone. Refuses the whole where one of the relations would be refused, so that nobody takes what is not shown
//! for what is not there.

use hospes_domain::access::{
    Actor, Caller, Role, may_list, may_list_of_user, may_read_managers, may_read_members, may_read_owned,
    may_read_sponsors,
};
use hospes_domain::application::{AppRoleAssignment, PrincipalKind};
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{List, Page};
use hospes_domain::refusal::Refusal;
use hospes_store::app_role_assignments::{self, End};
use hospes_store::engine::Read;
use hospes_store::groups::{self, Kinds, Member};
use hospes_store::{managers, owned, transitive_members};

use crate::app::{App, Stop};
use crate::apps::Which;
use crate::apps::list_app_roles_of::may_look;
use crate::apps::owners::owners_of;
use crate::apps::remove_app_role::Place;
use crate::callers;
use crate::directory_objects::{
    DirectoryObject, READ_APPLICATIONS, READ_GROUPS, load_known, load_list, names_seen, seen_by,
};
use crate::groups::member_of::{READ_MEMBERSHIPS, Reach, groups_of, roles_of};
use crate::roles::list::READ_ROLES;
use crate::roles::members::holders;
use crate::users::{READ_OWNED, inviter_of, load_owned, named, sponsors_of};

/// The most objects that come with one relation of one object (reference/user-object.md section 4).
pub const MOST: u16 = 20;

/// What can come with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Who manages a user, who manages that one, and so on as far up as that, the nearest first.
    Manager(u16),
    /// Whom a user manages.
    DirectReports,
    /// What a user owns.
    OwnedObjects,
    /// What a service principal owns.
    PrincipalOwnedObjects,
    /// Who answers for a user.
    Sponsors,
    /// Who invited a user.
    InvitedBy,
    /// Groups and directory roles that a user is in itself.
    MemberOf,
    /// The same through groups, too.
    TransitiveMemberOf,
    /// What a group is in.
    GroupMemberOf,
    /// The same through groups, too.
    GroupTransitiveMemberOf,
    /// What a service principal is in.
    PrincipalMemberOf,
    /// The same through groups, too.
    PrincipalTransitiveMemberOf,
    /// Who is in a group.
    Members,
    /// Who is in a group or in one that stands in it.
    TransitiveMembers,
    /// Who owns a group.
    Owners,
    /// Who owns an application or service principal.
    AppOwners,
    /// Who holds a directory role.
    Holders,
    /// Who a role assignment is for; looked up by the id of that object.
    Principal,
    /// Which role a role assignment gives; looked up by the id of the role.
    Definition,
    /// What a directory role inherits from.
    Inherited,
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
    /// An app role assignment.
    Assignment(AppRoleAssignment),
    /// A directory role as it is defined.
    Definition(Role),
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
    Ok(match relation {
        Relation::Sponsors => {
            let view = may_read_sponsors(caller, of)?;
            let sponsors = sponsors_of(tx, caller, of, view)?;
            sponsors.into_iter().map(Related::Object).take(MOST.into()).collect()
        }
        Relation::InvitedBy => {
            let view = may_read_sponsors(caller, of)?;
            inviter_of(tx, caller, of, view)?.into_iter().map(Related::Object).collect()
        }
        Relation::AppRolesOfUser => {
            app_roles(tx, caller, (End::Principal, of), &Place::User(of.to_string()))?
        }
        Relation::AppRolesOfPrincipal => {
            app_roles(tx, caller, (End::Principal, of), &Place::Principal(Which::Id(of)))?
        }
        Relation::AppRolesAtResource => {
            app_roles(tx, caller, (End::Resource, of), &Place::Resource(Which::Id(of)))?
        }
        Relation::Definition => {
            may_list(caller, READ_ROLES)?;
            Role::by_id(of.0).map(Related::Definition).into_iter().collect()
        }
        Relation::Inherited => {
            may_list(caller, READ_ROLES)?;
            Role::by_id(of.0).and_then(Role::inherits_from).map(Related::Definition).into_iter().collect()
        }
        others => {
            objects(tx, caller, of, others)?.into_iter().map(Related::Object).take(MOST.into()).collect()
        }
    })
}

/// Relations to objects of the directory.
fn objects(
    tx: &impl Read,
    caller: &Caller,
    of: ObjectId,
    relation: Relation,
) -> Result<Vec<DirectoryObject>, Stop> {
    let tenant = caller.actor.tenant;
    match relation {
        Relation::Manager(levels) => managers_above(tx, caller, of, levels),
        Relation::DirectReports => {
            may_read_managers(caller, of)?;
            let found = managers::reports(tx, tenant, of, &first(), false)?;
            let reports: Vec<Member> = found.items.into_iter().map(user).collect();
            load_list(tx, caller, &reports, seen_by(caller))
        }
        Relation::OwnedObjects => {
            may_read_owned(caller, Some(of), READ_OWNED)?;
            first_owned(tx, caller, of)
        }
        Relation::PrincipalOwnedObjects => {
            may_list(caller, READ_APPLICATIONS)?;
            first_owned(tx, caller, of)
        }
        Relation::MemberOf | Relation::TransitiveMemberOf => {
            may_list_of_user(caller, Some(of), READ_MEMBERSHIPS)?;
            memberships(tx, caller, of, relation)
        }
        Relation::GroupMemberOf | Relation::GroupTransitiveMemberOf => {
            may_list(caller, READ_GROUPS)?;
            memberships(tx, caller, of, relation)
        }
        Relation::PrincipalMemberOf | Relation::PrincipalTransitiveMemberOf => {
            may_list(caller, READ_APPLICATIONS)?;
            memberships(tx, caller, of, relation)
        }
        Relation::Members | Relation::TransitiveMembers => {
            may_read_members(caller, READ_GROUPS)?;
            let kinds = Kinds { only: None, named: &names_seen(caller) };
            let found = match relation {
                Relation::Members => groups::members(tx, tenant, of, kinds, &first(), false)?,
                _ => transitive_members::list(tx, tenant, of, kinds, &first(), false)?,
            };
            load_list(tx, caller, &found.items, seen_by(caller))
        }
        Relation::Owners => {
            may_read_members(caller, READ_GROUPS)?;
            load_known(tx, caller, &groups::owners(tx, tenant, of)?, seen_by(caller))
        }
        Relation::AppOwners => {
            may_list(caller, READ_APPLICATIONS)?;
            owners_of(tx, caller, of)
        }
        Relation::Holders => {
            may_list(caller, READ_ROLES)?;
            Role::by_id(of.0).map_or(Ok(Vec::new()), |role| holders(tx, caller, role))
        }
        Relation::Principal => {
            may_list(caller, READ_ROLES)?;
            load_known(tx, caller, &[of], seen_by(caller))
        }
        Relation::Sponsors
        | Relation::InvitedBy
        | Relation::Definition
        | Relation::Inherited
        | Relation::AppRolesOfUser
        | Relation::AppRolesOfPrincipal
        | Relation::AppRolesAtResource => Ok(Vec::new()),
    }
}

/// Those above a user, at most [`MOST`], each the manager of the one before. Whoever manages in a circle comes once.
fn managers_above(
    tx: &impl Read,
    caller: &Caller,
    of: ObjectId,
    levels: u16,
) -> Result<Vec<DirectoryObject>, Stop> {
    let (mut chain, mut below) = (Vec::new(), of);
    for _ in 0..levels.min(MOST) {
        may_read_managers(caller, below)?;
        match managers::of(tx, caller.actor.tenant, below)? {
            Some(above) if !chain.contains(&above) => chain.push(above),
            _ => break,
        }
        below = chain.last().copied().unwrap_or(below);
    }
    let mut found = load_known(tx, caller, &chain, seen_by(caller))?;
    // Above one who is not seen nobody is: they would stand where they do not belong.
    let seen = found.iter().zip(&chain).take_while(|(object, id)| object.id() == **id).count();
    found.truncate(seen);
    Ok(found)
}

fn first_owned(tx: &impl Read, caller: &Caller, of: ObjectId) -> Result<Vec<DirectoryObject>, Stop> {
    load_owned(
        tx,
        caller,
        &owned::list(tx, caller.actor.tenant, (of, None, &named(caller)), &first(), false)?.items,
    )
}

fn user(id: ObjectId) -> Member {
    Member { id, kind: PrincipalKind::User }
}

/// The beginning of a list, as much as comes with an object.
fn first<F>() -> List<F> {
    List { filter: None, order: None, page: Page { top: MOST, after: None } }
}

fn memberships(
    tx: &impl Read,
    caller: &Caller,
    of: ObjectId,
    relation: Relation,
) -> Result<Vec<DirectoryObject>, Stop> {
    let reach = match relation {
        Relation::MemberOf | Relation::GroupMemberOf | Relation::PrincipalMemberOf => Reach::Direct,
        _ => Reach::Transitive,
    };
    let mut all = groups_of(tx, caller, of, reach)?;
    all.extend(roles_of(tx, caller, of, reach)?);
    all.sort_by_key(DirectoryObject::id);
    Ok(all)
}

fn app_roles(
    tx: &impl Read,
    caller: &Caller,
    (end, of): (End, ObjectId),
    place: &Place,
) -> Result<Vec<Related>, Stop> {
    may_look(tx, caller, place)?;
    let page = Page { top: MOST, after: None };
    let found = app_role_assignments::of(tx, caller.actor.tenant, end, of, &page)?;
    Ok(found.items.into_iter().map(Related::Assignment).collect())
}
