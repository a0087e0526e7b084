//! The applications a user is assigned to, directly or through groups, and those it could be assigned to. Refuses
//! whoever may not list users, and decides nothing: the verbs ask again. The directory API is not among the choices:
//! its permissions are for applications (threats E2).

use hospes_domain::access::{Actor, Caller, may_assign_app_role, may_list};
use hospes_domain::application::{AppRole, AppRoleAssignment, DEFAULT_ACCESS, DIRECTORY_API};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Filter, List, Order, Page, ServicePrincipalField, Value};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::app_role_assignments::{self, End};
use hospes_store::engine::Read;
use hospes_store::{groups, roles, service_principals};
use uuid::Uuid;

use super::LIST_USERS;
use super::profile::{self, Profile};
use crate::app::{App, Stop};
use crate::apps::is_protected;
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

/// Applications a page to choose from shows; the search narrows them.
const CHOICES: u16 = 20;
/// The most assignments of one principal that are shown.
const MOST: u16 = 999;

/// An assignment that reaches the user.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// The assignment's id.
    pub id: Uuid,
    /// The application.
    pub resource: ObjectId,
    /// Its name.
    pub app: String,
    /// The role there; `None` for access without a role.
    pub role: Option<String>,
    /// The group that is assigned; `None`: the user itself.
    pub through: Option<String>,
    /// Since when.
    pub since: Time,
    /// Whether it may be removed.
    pub remove: Result<(), Refusal>,
}

/// Every assignment that reaches a user.
#[derive(Clone, Debug)]
pub struct Assignments {
    /// The user.
    pub profile: Profile,
    /// Direct ones first, by application.
    pub assigned: Vec<Assigned>,
    /// Whether the user may be assigned to applications.
    pub add: Result<(), Refusal>,
}

/// An application to choose.
#[derive(Clone, Debug)]
pub struct Assignable {
    /// Its service principal.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
    /// Whether only assigned people sign in to it.
    pub assignment_required: bool,
    /// Roles that can be assigned and the user has not directly; empty for one without roles.
    pub roles: Vec<AppRole>,
    /// Whether the user has all of it already.
    pub complete: bool,
}

/// Applications to choose from.
#[derive(Clone, Debug)]
pub struct AssignableApps {
    /// The user.
    pub profile: Profile,
    /// The first few by name.
    pub apps: Vec<Assignable>,
    /// How many fit the search.
    pub total: i64,
}

/// The assignments of the user of that object id.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn assignments(app: &App, actor: &Actor, key: &str) -> Result<Assignments, Refusal> {
    let (actor, key) = (actor.clone(), key.to_owned());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, LIST_USERS)?;
        let (profile, tenant) = (profile::of(tx, &caller, &key)?, actor.tenant);
        let user = profile.user.id();
        let mut assigned = Vec::new();
        for one in of(tx, tenant, user)? {
            assigned.push(shown(tx, &caller, one, None)?);
        }
        let above = roles::groups_of(tx, tenant, user)?;
        for group in groups::by_ids(tx, tenant, &above)? {
            for one in of(tx, tenant, group.id)? {
                assigned.push(shown(tx, &caller, one, Some(group.display_name.clone()))?);
            }
        }
        assigned.sort_by(|a, b| {
            (a.through.is_some(), &a.app, &a.role).cmp(&(b.through.is_some(), &b.app, &b.role))
        });
        Ok(Assignments { profile, assigned, add: may_assign_app_role(&caller, false) })
    })
    .await
}

/// Applications with the text in their name.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn assignable(
    app: &App,
    actor: &Actor,
    key: &str,
    search: &str,
) -> Result<AssignableApps, Refusal> {
    let (actor, key, search) = (actor.clone(), key.to_owned(), search.to_owned());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, LIST_USERS)?;
        may_list(&caller, READ_APPLICATIONS)?;
        let (profile, tenant) = (profile::of(tx, &caller, &key)?, actor.tenant);
        may_assign_app_role(&caller, false)?;
        let list = List {
            filter: Some(fitting(&search)),
            order: Some(Order { field: ServicePrincipalField::DisplayName, descending: false }),
            page: Page { top: CHOICES, after: None },
        };
        let page = service_principals::list(tx, tenant, &list, true)?;
        let held = of(tx, tenant, profile.user.id())?;
        let apps = page.items.into_iter().map(|app| {
            let has = |role: Uuid| held.iter().any(|one| one.resource == app.id && one.app_role == role);
            let open = app.app_roles.iter().filter(|role| role.enabled && role.for_whom.users());
            let open: Vec<AppRole> = open.cloned().collect();
            let complete =
                if open.is_empty() { has(DEFAULT_ACCESS) } else { open.iter().all(|role| has(role.id)) };
            Assignable {
                id: app.id,
                name: app.display_name,
                assignment_required: app.assignment_required,
                roles: open.into_iter().filter(|role| !has(role.id)).collect(),
                complete,
            }
        });
        Ok(AssignableApps { apps: apps.collect(), total: page.count.unwrap_or_default(), profile })
    })
    .await
}

/// An application whose name has the text, or whose object id it is.
fn fitting(search: &str) -> Filter<ServicePrincipalField> {
    let field = ServicePrincipalField::AppId;
    let api = Filter::Not(Box::new(Filter::equal(field, Value::Id(DIRECTORY_API.0))));
    if search.is_empty() {
        return api;
    }
    let field = ServicePrincipalField::DisplayName;
    let named = Filter::Contains { field, value: search.to_owned() };
    let fits = match ObjectId::parse(search) {
        Some(id) => named.or(Filter::equal(ServicePrincipalField::Id, Value::Id(id.0))),
        None => named,
    };
    api.and(fits)
}

fn of(tx: &impl Read, tenant: TenantId, principal: ObjectId) -> Result<Vec<AppRoleAssignment>, Stop> {
    let page = Page { top: MOST, after: None };
    Ok(app_role_assignments::of(tx, tenant, End::Principal, principal, &page)?.items)
}

fn shown(
    tx: &impl Read,
    caller: &Caller,
    one: AppRoleAssignment,
    through: Option<String>,
) -> Result<Assigned, Stop> {
    let resource = service_principals::by_id(tx, caller.actor.tenant, one.resource)?;
    let protected = resource.as_ref().is_some_and(is_protected);
    let named = resource.and_then(|app| app.app_roles.into_iter().find(|role| role.id == one.app_role));
    Ok(Assigned {
        id: one.id,
        resource: one.resource,
        app: one.resource_name,
        role: named.map(|role| role.display_name),
        through,
        since: one.created_at,
        remove: may_assign_app_role(caller, protected),
    })
}
