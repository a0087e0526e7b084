//! The groups a user is in, directly or through others, and those it could be put into. Refuses whoever may not list
//! users, and decides nothing: each group carries whether its members may be changed, and the verbs ask again.

use hospes_domain::access::{Actor, Caller, Role, may_change_group, may_list};
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Filter, GroupField, List, Order, Page, Value};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{groups, roles};

use super::LIST_USERS;
use super::profile::{self, Profile};
use crate::app::{App, Stop};
use crate::callers;
use crate::directory_objects::READ_GROUPS;
use crate::groups::weigh;

/// Groups a page to choose from shows; the search narrows them.
const CHOICES: u16 = 20;

/// A group the user is in.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Its id.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether directory roles can be assigned to it.
    pub role_assignable: bool,
    /// Directory roles its members have through it.
    pub roles: Vec<Role>,
    /// Names of the user's own groups that lead to it; empty: the user is in it directly.
    pub through: Vec<String>,
    /// Whether the user may be taken out of it.
    pub remove: Result<(), Refusal>,
}

/// Every group of a user.
#[derive(Clone, Debug)]
pub struct Memberships {
    /// The user.
    pub profile: Profile,
    /// Direct ones first, by name.
    pub groups: Vec<Membership>,
    /// Whether the user may be put into any group at all.
    pub add: Result<(), Refusal>,
}

/// A group to choose.
#[derive(Clone, Debug)]
pub struct Joinable {
    /// Its id.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether directory roles can be assigned to it.
    pub role_assignable: bool,
    /// Directory roles its members have through it.
    pub roles: Vec<Role>,
    /// Whether the user may be put into it.
    pub add: Result<(), Refusal>,
}

/// Groups to choose from.
#[derive(Clone, Debug)]
pub struct JoinableGroups {
    /// The user.
    pub profile: Profile,
    /// The first few by name, those left out that the user is in.
    pub groups: Vec<Joinable>,
    /// How many fit the search.
    pub total: i64,
}

/// The groups of the user of that object id.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn memberships(app: &App, actor: &Actor, key: &str) -> Result<Memberships, Refusal> {
    let (actor, key) = (actor.clone(), key.to_owned());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, LIST_USERS)?;
        let (profile, tenant) = (profile::of(tx, &caller, &key)?, actor.tenant);
        let all = roles::groups_of(tx, tenant, profile.user.id())?;
        let mut found = Vec::new();
        for group in groups::by_ids(tx, tenant, &all)? {
            let through = through(tx, tenant, &profile, group.id)?;
            let (roles, remove) = (carried(tx, tenant, group.id)?, may_change(tx, &caller, &group)?);
            found.push(Membership {
                id: group.id,
                name: group.display_name,
                description: group.description,
                role_assignable: group.role_assignable,
                roles,
                through,
                remove,
            });
        }
        found.sort_by(|a, b| (!a.through.is_empty(), &a.name).cmp(&(!b.through.is_empty(), &b.name)));
        Ok(Memberships { profile, groups: found, add: may_add(tx, &caller)? })
    })
    .await
}

/// Groups the user of that object id is not directly in, with the text in their name.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn joinable(app: &App, actor: &Actor, key: &str, search: &str) -> Result<JoinableGroups, Refusal> {
    let (actor, key, search) = (actor.clone(), key.to_owned(), search.to_owned());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, LIST_USERS)?;
        may_list(&caller, READ_GROUPS)?;
        let (profile, tenant) = (profile::of(tx, &caller, &key)?, actor.tenant);
        may_add(tx, &caller)?.map_err(Stop::Refused)?;
        let asked = List {
            filter: choice(tx, &caller, &profile, &search)?,
            order: Some(Order { field: GroupField::DisplayName, descending: false }),
            page: Page { top: CHOICES, after: None },
        };
        let page = groups::list(tx, tenant, &asked, true)?;
        let mut found = Vec::new();
        for group in page.items {
            let (roles, add) = (carried(tx, tenant, group.id)?, may_change(tx, &caller, &group)?);
            found.push(Joinable {
                id: group.id,
                name: group.display_name,
                description: group.description,
                role_assignable: group.role_assignable,
                roles,
                add,
            });
        }
        Ok(JoinableGroups { profile, groups: found, total: page.count.unwrap_or_default() })
    })
    .await
}

/// Whoever changes groups only as an owner chooses among those.
fn choice(
    tx: &impl Read,
    caller: &Caller,
    profile: &Profile,
    search: &str,
) -> Result<Option<Filter<GroupField>>, Stop> {
    let among = |ids: Vec<ObjectId>| Filter::In {
        field: GroupField::Id,
        values: ids.into_iter().map(|id| Value::Id(id.0)).collect(),
    };
    let own: Vec<ObjectId> = profile.groups.iter().map(|group| group.id).collect();
    let owned = if by_role(caller).is_ok() {
        None
    } else {
        Some(among(groups::owned_by(tx, caller.actor.tenant, caller.actor.who.id())?))
    };
    let text = (!search.is_empty())
        .then(|| Filter::Contains { field: GroupField::DisplayName, value: search.to_owned() });
    let others = (!own.is_empty()).then(|| Filter::Not(Box::new(among(own))));
    Ok([text, others, owned].into_iter().flatten().reduce(Filter::and))
}

/// Whether the caller changes the members of other people's groups.
fn by_role(caller: &Caller) -> Result<(), Refusal> {
    may_change_group(caller, false, false).or_else(|no| may_change_group(caller, true, false).map_err(|_| no))
}

fn may_add(tx: &impl Read, caller: &Caller) -> Result<Result<(), Refusal>, Stop> {
    let no = by_role(caller);
    if no.is_ok() {
        return Ok(no);
    }
    let owned = groups::owned_by(tx, caller.actor.tenant, caller.actor.who.id())?;
    Ok(if owned.is_empty() { no } else { Ok(()) })
}

/// As the verbs decide (`crates/actions/src/groups/add_member.rs`).
fn may_change(tx: &impl Read, caller: &Caller, group: &Group) -> Result<Result<(), Refusal>, Stop> {
    let tenant = caller.actor.tenant;
    let weight = weigh(tx, tenant, group)?;
    let owner = !weight.app_roles && groups::is_owner(tx, tenant, group.id, caller.actor.who.id())?;
    Ok(may_change_group(caller, weight.role_assignable, owner))
}

/// Directory roles that come with membership, by the group itself or those it stands in.
fn carried(tx: &impl Read, tenant: TenantId, group: ObjectId) -> Result<Vec<Role>, Stop> {
    Ok(roles::standing(tx, tenant, group)?.roles)
}

/// The user's own groups that stand in that one; none if the user itself does.
fn through(
    tx: &impl Read,
    tenant: TenantId,
    profile: &Profile,
    group: ObjectId,
) -> Result<Vec<String>, Stop> {
    if profile.groups.iter().any(|own| own.id == group) {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for own in &profile.groups {
        if roles::groups_of(tx, tenant, own.id)?.contains(&group) {
            names.push(own.name.clone());
        }
    }
    Ok(names)
}
