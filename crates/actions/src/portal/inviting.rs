//! What the form "Invite external user" offers one person: what may be filled in, which groups and applications can be
//! assigned, and who is meant by the sponsors that were typed. Refuses whoever may not invite at all.

use hospes_domain::access::{
    Action, Actor, Caller, Change, Standing, may_assign_app_role, may_change_group, may_change_user,
    may_invite, may_list,
};
use hospes_domain::address::Address;
use hospes_domain::application::{DEFAULT_ACCESS, DIRECTORY_API, PrincipalKind, ServicePrincipal};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Filter, GroupField, List, Order, Page, ServicePrincipalField};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{directory_objects, groups, service_principals, tenants, users};
use uuid::Uuid;

use super::LIST_USERS;
use crate::app::{App, Stop};
use crate::callers;
use crate::directory_objects::{READ_APPLICATIONS, READ_GROUPS};
use crate::groups::add_member::changeable;
use crate::users::NOBODY;

/// Groups and applications that are offered at once; a search finds the others.
const OFFERED: u16 = 20;

/// What has been filled in so far, as far as the directory has to be asked about it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Part of a name of groups and applications.
    pub search: String,
    /// Groups that were chosen.
    pub groups: Vec<ObjectId>,
    /// App roles that were chosen, each with the service principal it is of.
    pub apps: Vec<(ObjectId, Uuid)>,
    /// Sponsors as they were typed: address, sign-in name or object id.
    pub sponsors: Vec<String>,
}

/// Which parts of the form the person reaches.
#[derive(Clone, Debug)]
pub struct MayInvite {
    /// User type Member.
    pub as_member: Result<(), Refusal>,
    /// Names, job, places.
    pub basic: Result<(), Refusal>,
    /// Telephones.
    pub phones: Result<(), Refusal>,
    /// Naming sponsors, and looking at users afterwards.
    pub people: Result<(), Refusal>,
    /// Any group at all; owners reach theirs without it.
    pub groups: Result<(), Refusal>,
    /// App roles.
    pub apps: Result<(), Refusal>,
}

/// A group that can be chosen.
#[derive(Clone, Debug)]
pub struct GroupChoice {
    /// Its id.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
    /// Whether it was chosen.
    pub chosen: bool,
    /// Why nobody can be put into it by this person.
    pub refused: Option<Refusal>,
}

/// An app role that can be chosen.
#[derive(Clone, Debug)]
pub struct AppChoice {
    /// The service principal.
    pub resource: ObjectId,
    /// The role; the nil id where the application has none.
    pub role: Uuid,
    /// The application's name.
    pub app: String,
    /// The role's name; `None` where the application has none.
    pub role_name: Option<String>,
    /// Whether it was chosen.
    pub chosen: bool,
}

/// What can be chosen: what was chosen already first, then what fits the search.
#[derive(Clone, Debug)]
pub struct Choices<T> {
    /// In that order.
    pub items: Vec<T>,
    /// Whether there are more that fit.
    pub more: bool,
    /// How many of the chosen ones are not there any more.
    pub gone: usize,
}

/// A sponsor that was typed.
#[derive(Clone, Debug)]
pub struct Sponsor {
    /// As typed.
    pub typed: String,
    /// Whom it means, with the name.
    pub meant: Option<(ObjectId, String)>,
}

/// What the form offers.
#[derive(Clone, Debug)]
pub struct Inviting {
    /// What may be done.
    pub may: MayInvite,
    /// Groups.
    pub groups: Choices<GroupChoice>,
    /// App roles.
    pub apps: Choices<AppChoice>,
    /// Sponsors, in the order they were typed.
    pub sponsors: Vec<Sponsor>,
}

/// What the form offers.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::InvitationsOff`].
pub async fn inviting(app: &App, actor: &Actor, wanted: Wanted) -> Result<Inviting, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let host = tenants::by_id(tx, actor.tenant)?.ok_or(Refusal::Internal)?;
        may_invite(&caller, host.invites, false)?;
        let mut may = permitted(&caller);
        may.as_member = may_invite(&caller, host.invites, true);
        Ok(Inviting {
            groups: groups_for(tx, &caller, &may, &wanted)?,
            apps: apps_for(tx, actor.tenant, &may, &wanted)?,
            sponsors: sponsors_for(tx, actor.tenant, &may, &wanted)?,
            may,
        })
    })
    .await
}

/// What may be done to a guest who holds no role yet.
fn permitted(caller: &Caller) -> MayInvite {
    let new = Standing::default();
    let change = |change: Change| may_change_user(caller, NOBODY, &new, &change);
    let phones = vec![Action::MobilePhone, Action::BusinessPhones];
    MayInvite {
        as_member: Ok(()),
        basic: change(Change { basic: true, ..Change::default() }),
        phones: change(Change { sensitive: phones, ..Change::default() }),
        people: may_list(caller, LIST_USERS),
        groups: may_change_group(caller, false, false),
        apps: may_assign_app_role(caller, false).and(may_list(caller, READ_APPLICATIONS)),
    }
}

fn groups_for(
    tx: &impl Read,
    caller: &Caller,
    may: &MayInvite,
    wanted: &Wanted,
) -> Result<Choices<GroupChoice>, Stop> {
    let tenant = caller.actor.tenant;
    let mut choices = Choices { gone: wanted.groups.len(), items: Vec::new(), more: false };
    // Nobody learns the name of a group by sending its id.
    if may_list(caller, READ_GROUPS).is_err() {
        return Ok(choices);
    }
    for group in groups::by_ids(tx, tenant, &wanted.groups)? {
        choices.gone -= 1;
        choices.items.push(choice(tx, caller, group.id, &group.display_name, true)?);
    }
    let found = groups::list(tx, tenant, &by_name(GroupField::DisplayName, &wanted.search), false)?;
    choices.more = found.next.is_some();
    for group in found.items.iter().filter(|group| !wanted.groups.contains(&group.id)) {
        let choice = choice(tx, caller, group.id, &group.display_name, false)?;
        // Whoever changes groups learns why one is out of reach; others see those they own.
        if choice.refused.is_none() || may.groups.is_ok() {
            choices.items.push(choice);
        }
    }
    Ok(choices)
}

fn choice(
    tx: &impl Read,
    caller: &Caller,
    id: ObjectId,
    name: &str,
    chosen: bool,
) -> Result<GroupChoice, Stop> {
    let refused = match changeable(tx, caller, id) {
        Ok(_) => None,
        Err(Stop::Refused(refusal)) => Some(refusal),
        Err(stop) => return Err(stop),
    };
    Ok(GroupChoice { id, name: name.to_owned(), chosen, refused })
}

fn apps_for(
    tx: &impl Read,
    tenant: TenantId,
    may: &MayInvite,
    wanted: &Wanted,
) -> Result<Choices<AppChoice>, Stop> {
    let mut choices = Choices { items: Vec::new(), more: false, gone: 0 };
    if may.apps.is_err() {
        choices.gone = wanted.apps.len();
        return Ok(choices);
    }
    for (resource, role) in &wanted.apps {
        let app = service_principals::by_id(tx, tenant, *resource)?;
        let roles = app.as_ref().map(roles_of).unwrap_or_default();
        match roles.into_iter().find(|found| found.role == *role) {
            Some(found) => choices.items.push(AppChoice { chosen: true, ..found }),
            None => choices.gone += 1,
        }
    }
    let asked = by_name(ServicePrincipalField::DisplayName, &wanted.search);
    let found = service_principals::list(tx, tenant, &asked, false)?;
    choices.more = found.next.is_some();
    let is_new = |found: &AppChoice| !wanted.apps.contains(&(found.resource, found.role));
    choices.items.extend(found.items.iter().flat_map(roles_of).filter(is_new));
    Ok(choices)
}

/// What people can be given at an application; nothing at the directory API, whose roles are for applications
/// (threats E2).
fn roles_of(app: &ServicePrincipal) -> Vec<AppChoice> {
    let choice = |role, role_name| AppChoice {
        resource: app.id,
        role,
        app: app.display_name.clone(),
        role_name,
        chosen: false,
    };
    if app.client_id == DIRECTORY_API {
        return Vec::new();
    }
    let enabled = app.app_roles.iter().filter(|role| role.enabled && role.for_whom.users());
    let roles: Vec<AppChoice> =
        enabled.map(|role| choice(role.id, Some(role.display_name.clone()))).collect();
    if roles.is_empty() { vec![choice(DEFAULT_ACCESS, None)] } else { roles }
}

fn by_name<F>(field: F, search: &str) -> List<F>
where
    F: Copy,
{
    let filter = (!search.is_empty()).then(|| Filter::Contains { field, value: search.to_owned() });
    List { filter, order: Some(Order { field, descending: false }), page: Page { top: OFFERED, after: None } }
}

/// Users by address, sign-in name or object id; groups by object id.
fn sponsors_for(
    tx: &impl Read,
    tenant: TenantId,
    may: &MayInvite,
    wanted: &Wanted,
) -> Result<Vec<Sponsor>, Stop> {
    let mut sponsors = Vec::new();
    for typed in &wanted.sponsors {
        let meant = if may.people.is_err() { None } else { meant(tx, tenant, typed)? };
        sponsors.push(Sponsor { typed: typed.clone(), meant });
    }
    Ok(sponsors)
}

fn meant(tx: &impl Read, tenant: TenantId, typed: &str) -> Result<Option<(ObjectId, String)>, Stop> {
    if let Some(id) = ObjectId::parse(typed) {
        let known = directory_objects::known(tx, tenant, id)?;
        let known = known.filter(|known| known.kind != PrincipalKind::ServicePrincipal);
        return Ok(known.map(|known| (id, known.display_name)));
    }
    let user = match users::by_upn(tx, tenant, typed)? {
        Some(user) => Some(user),
        None => match Address::parse(typed) {
            Ok(address) => users::holders(tx, tenant, &address)?.into_iter().next(),
            Err(_) => None,
        },
    };
    Ok(user.map(|user| (user.id(), user.profile.display_name)))
}
