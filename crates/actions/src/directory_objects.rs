//! Objects of any kind by their id, and as lists mix them. Refuses more than each kind's own reader
//! would show.

mod by_name;
mod delete;
mod in_memory;
mod load;

pub use by_name::{Name, ids_of};
pub use delete::delete;
pub(crate) use in_memory::page;
pub(crate) use load::{READ_AT_ONCE, load_known, load_list, names_seen, person, seen_by};

use std::collections::HashMap;

use hospes_domain::access::{
    Actor, Role, Scope, View, may_learn_of_absence, may_read_application, may_read_group, may_read_user,
};
use hospes_domain::application::PrincipalKind;
use hospes_domain::deletion::Kind;
use hospes_domain::group::Group;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::groups::Member;
use hospes_store::{applications, directory_objects};

use crate::app::App;
use crate::apps::{Presence, Registration};
use crate::callers;
use crate::groups::get::joined;
use crate::users::{NOBODY, Seen};

/// Permissions of which one lets groups and memberships be read.
pub(crate) const READ_GROUPS: &[Scope] = &[
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
/// Permissions of which one lets applications and their assignments be read.
pub(crate) const READ_APPLICATIONS: &[Scope] = &[
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];

/// An object of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryObject {
    /// A person, as far as the caller sees it.
    User(Box<Seen>),
    /// A group.
    Group(Box<Group>),
    /// An application's presence in the tenant.
    ServicePrincipal(Box<Presence>),
    /// An application as it is registered.
    Application(Box<Registration>),
    /// A directory role; its id is its template id.
    Role(Role),
    /// One of which the caller sees that it is there, and no more ([`View::Id`]).
    Unseen(Type, ObjectId),
}

/// What an object of the directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A person.
    User,
    /// A group.
    Group,
    /// An application's presence in the tenant.
    ServicePrincipal,
    /// An application as it is registered.
    Application,
    /// A directory role.
    Role,
}

impl From<PrincipalKind> for Type {
    fn from(kind: PrincipalKind) -> Self {
        match kind {
            PrincipalKind::User => Self::User,
            PrincipalKind::Group => Self::Group,
            PrincipalKind::ServicePrincipal => Self::ServicePrincipal,
        }
    }
}

impl DirectoryObject {
    /// The object id.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::User(seen) => seen.user.id(),
            Self::Group(group) => group.id,
            Self::ServicePrincipal(presence) => presence.principal.id,
            Self::Application(registration) => registration.application.id,
            Self::Role(role) => ObjectId(role.id()),
            Self::Unseen(_, id) => *id,
        }
    }

    /// What it is.
    pub fn is(&self) -> Type {
        match self {
            Self::User(_) => Type::User,
            Self::Group(_) => Type::Group,
            Self::ServicePrincipal(_) => Type::ServicePrincipal,
            Self::Application(_) => Type::Application,
            Self::Role(_) => Type::Role,
            Self::Unseen(kind, _) => *kind,
        }
    }

    /// `displayName`; empty where the caller does not see it, so that neither a filter nor an order tells it.
    pub fn display_name(&self) -> &str {
        match self {
            Self::User(seen) => &seen.user.profile.display_name,
            Self::Group(group) => &group.display_name,
            Self::ServicePrincipal(presence) => &presence.principal.display_name,
            Self::Application(registration) => &registration.application.display_name,
            Self::Role(role) => role.name(),
            Self::Unseen(..) => "",
        }
    }
}

/// The object of that id, whatever it is.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::NotAllowed`] without a permission to read objects of its kind.
pub async fn get(app: &App, actor: &Actor, id: ObjectId) -> Result<DirectoryObject, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let joined = joined(tx, &caller, id)?;
        let view_of = |kind| match kind {
            PrincipalKind::User => may_read_user(&caller, id),
            PrincipalKind::Group => may_read_group(&caller, READ_GROUPS, joined),
            PrincipalKind::ServicePrincipal => {
                may_read_application(&caller, READ_APPLICATIONS).map(|()| View::Full)
            }
        };
        let Some(known) = directory_objects::known(tx, actor.tenant, id)? else {
            if may_read_application(&caller, READ_APPLICATIONS).is_ok()
                && let Some(found) = applications::by_id(tx, actor.tenant, id)?
            {
                let found = Registration::load(tx, actor.tenant, found, &caller.initial_domain)?;
                return Ok(DirectoryObject::Application(Box::new(found)));
            }
            // Whoever may read nothing does not learn what exists.
            let kinds = [PrincipalKind::Group, PrincipalKind::ServicePrincipal];
            if !kinds.into_iter().any(|kind| view_of(kind).is_ok()) {
                view_of(PrincipalKind::User)?;
            }
            may_learn_of_absence(&caller)?;
            return Err(Refusal::not_found(id).into());
        };
        let view = view_of(known.kind)?;
        let wanted = [Member { id, kind: known.kind }];
        let found = load_list(tx, &caller, &wanted, |_, _| Some(view))?.pop();
        found.ok_or_else(|| Refusal::not_found(id).into())
    })
    .await
}

/// Objects of several kinds by their ids, each once; ids of nobody are left out, and so are kinds the caller may not read.
/// `kinds` narrows them.
///
/// # Errors
/// [`Refusal::NotAllowed`] to whoever may read none of the kinds, and to restricted guests.
pub async fn by_ids(
    app: &App,
    actor: &Actor,
    ids: Vec<ObjectId>,
    kinds: Option<Vec<Kind>>,
) -> Result<Vec<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let wanted = |kind| kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind));
        let may = |kind: Kind, id: ObjectId| match kind {
            Kind::User => may_read_user(&caller, id),
            Kind::Group => may_read_group(&caller, READ_GROUPS, false),
            Kind::ServicePrincipal | Kind::Application => {
                may_read_application(&caller, READ_APPLICATIONS).map(|()| View::Full)
            }
        };
        if !Kind::ALL.into_iter().any(|kind| may(kind, NOBODY).is_ok()) {
            may(Kind::User, NOBODY)?;
        }
        may_learn_of_absence(&caller)?;
        let view = |kind: PrincipalKind, id| wanted(kind.into()).then(|| may(kind.into(), id).ok()).flatten();
        let objects = load_known(tx, &caller, &ids, view)?;
        let mut found: HashMap<ObjectId, DirectoryObject> =
            objects.into_iter().map(|object| (object.id(), object)).collect();
        if wanted(Kind::Application) && may(Kind::Application, NOBODY).is_ok() {
            let others = applications::by_ids(tx, actor.tenant, &ids)?;
            for one in Registration::load_all(tx, actor.tenant, others, &caller.initial_domain)? {
                found.insert(one.application.id, DirectoryObject::Application(Box::new(one)));
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    })
    .await
}
