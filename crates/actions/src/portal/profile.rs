//! Everything the portal shows of one user, and what the person at the portal may do to it. Refuses whoever may not
//! list users, and leaves out what the person may not see. The link of an invitation is not among it (threats A3).

use hospes_domain::access::{
    Action, Actor, Caller, Change, Role, Standing, may_change_user, may_delete_user, may_invite, may_list,
    may_read_bindings, may_remove_factors, may_reset, may_revoke_sessions,
};
use hospes_domain::address::Address;
use hospes_domain::application::DEFAULT_ACCESS;
use hospes_domain::authentication_method::AuthenticationMethod;
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::invitation::InvitationState;
use hospes_domain::query::Page;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::app_role_assignments::{self, End};
use hospes_store::engine::Read;
use hospes_store::{
    bindings, directory_objects, groups, invitations, roles, service_principals, sponsors, tenants, users,
};
use uuid::Uuid;

use super::LIST_USERS;
use crate::app::{App as Application, Stop};
use crate::authentication_methods::factors_of;
use crate::callers;
use crate::users::KnownBinding;

/// A group the user is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
    /// Whether directory roles can be assigned to it.
    pub role_assignable: bool,
}

/// An assignment of the user to an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The assignment's id.
    pub id: Uuid,
    /// The application's name.
    pub name: String,
    /// The role there; `None` for none.
    pub role: Option<String>,
}

/// The newest invitation of the user, without its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Where it stands.
    pub state: InvitationState,
    /// Whom it names.
    pub address: Address,
    /// Where the guest lands.
    pub redirect_url: String,
    /// Language of its mail.
    pub language: Option<String>,
    /// Who invited.
    pub inviter: String,
    /// When.
    pub created_at: Time,
    /// End of the link's life.
    pub expires_at: Time,
}

/// What the person at the portal may do to the user; each refusal says what is missing.
#[derive(Clone, Debug)]
pub struct Permitted {
    /// Names, job, places.
    pub basic: Result<(), Refusal>,
    /// The e-mail address.
    pub mail: Result<(), Refusal>,
    /// Other e-mail addresses.
    pub other_mails: Result<(), Refusal>,
    /// Telephones.
    pub phones: Result<(), Refusal>,
    /// The preferred language.
    pub language: Result<(), Refusal>,
    /// Resetting the redemption.
    pub reset: Result<(), Refusal>,
    /// Sending the invitation again.
    pub resend: Result<(), Refusal>,
    /// Blocking and unblocking.
    pub block: Result<(), Refusal>,
    /// Deleting.
    pub delete: Result<(), Refusal>,
    /// Ending all sessions.
    pub revoke: Result<(), Refusal>,
    /// Removing every second factor.
    pub register: Result<(), Refusal>,
    /// Seeing which identities the user had.
    pub bindings: Result<(), Refusal>,
}

/// A user as the portal shows it.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// Groups the user is directly in, by name.
    pub groups: Vec<Group>,
    /// Assignments to applications, by name.
    pub apps: Vec<App>,
    /// Directory roles, direct or through groups.
    pub roles: Vec<Role>,
    /// Names of those who answer for the user.
    pub sponsors: Vec<String>,
    /// Every identity the user ever had, newest first; empty for people who may not see them.
    pub bindings: Vec<KnownBinding>,
    /// Authenticator apps and passkeys; empty for people who may not see them.
    pub factors: Vec<AuthenticationMethod>,
    /// The newest invitation.
    pub invitation: Option<Waiting>,
    /// What may be done.
    pub may: Permitted,
    /// When that was.
    pub at: Time,
}

/// The most assignments a profile shows.
const MOST: u16 = 999;

/// The user of that object id.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn profile(app: &Application, actor: &Actor, key: &str) -> Result<Profile, Refusal> {
    let (actor, key) = (actor.clone(), key.to_owned());
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, LIST_USERS)?;
        of(tx, &caller, &key)
    })
    .await
}

/// The profile of the user of that object id, for a caller who may list users.
pub(super) fn of(tx: &impl Read, caller: &Caller, key: &str) -> Result<Profile, Stop> {
    let tenant = caller.actor.tenant;
    let unknown = || Refusal::not_found(key);
    let id = ObjectId::parse(key).ok_or_else(unknown)?;
    let user = users::by_id(tx, tenant, id)?.ok_or_else(unknown)?;
    let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
    let standing = roles::standing(tx, tenant, id)?;
    let may = permitted(caller, &host, &user, &standing);
    Ok(Profile {
        groups: groups_of(tx, tenant, id)?,
        apps: apps_of(tx, tenant, id)?,
        roles: standing.roles,
        sponsors: sponsors_of(tx, tenant, id)?,
        bindings: if may.bindings.is_ok() { known(tx, tenant, id)? } else { Vec::new() },
        factors: if may.register.is_ok() || may.bindings.is_ok() {
            factors_of(tx, tenant, id)?
        } else {
            Vec::new()
        },
        invitation: invitations::newest_of(tx, tenant, id)?.map(|newest| Waiting {
            state: newest.state,
            address: newest.address,
            redirect_url: newest.redirect_url,
            language: newest.message.language,
            inviter: newest.inviter.name,
            created_at: newest.created_at,
            expires_at: newest.expires_at,
        }),
        may,
        user,
        at: tx.now(),
    })
}

fn permitted(caller: &Caller, host: &Tenant, user: &User, standing: &Standing) -> Permitted {
    let id = user.id();
    let sensitive = |action| {
        let change = Change { sensitive: vec![action], ..Change::default() };
        may_change_user(caller, id, standing, &change)
    };
    Permitted {
        basic: may_change_user(caller, id, standing, &Change { basic: true, ..Change::default() }),
        mail: sensitive(Action::Mail),
        other_mails: sensitive(Action::OtherMails),
        phones: sensitive(Action::MobilePhone).and(sensitive(Action::BusinessPhones)),
        language: may_change_user(caller, id, standing, &Change { own: true, ..Change::default() }),
        reset: may_reset(caller, id, standing),
        resend: match user.guest.state() {
            State::Internal => Err(Refusal::UserExists { id }),
            _ => may_invite(caller, host.invites, false),
        },
        block: sensitive(Action::AccountEnabled),
        delete: may_delete_user(caller, standing),
        revoke: may_revoke_sessions(caller, id, standing),
        register: may_remove_factors(caller, id, standing),
        bindings: may_read_bindings(caller),
    }
}

pub(super) fn groups_of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<Group>, Stop> {
    let ids = groups::groups_above(tx, tenant, &[user])?;
    let mut found: Vec<Group> = groups::by_ids(tx, tenant, &ids)?
        .into_iter()
        .map(|group| Group { id: group.id, name: group.display_name, role_assignable: group.role_assignable })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn apps_of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<App>, Stop> {
    let page = Page { top: MOST, after: None };
    let mut apps = Vec::new();
    for assigned in app_role_assignments::of(tx, tenant, End::Principal, user, &page)?.items {
        let role = if assigned.app_role == DEFAULT_ACCESS {
            None
        } else {
            let resource = service_principals::by_id(tx, tenant, assigned.resource)?;
            resource
                .and_then(|r| r.app_roles.into_iter().find(|role| role.id == assigned.app_role))
                .map(|r| r.display_name)
        };
        apps.push(App { id: assigned.id, name: assigned.resource_name, role });
    }
    apps.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(apps)
}

fn sponsors_of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for id in sponsors::of_user(tx, tenant, user)? {
        names.extend(directory_objects::known(tx, tenant, id)?.map(|known| known.display_name));
    }
    Ok(names)
}

fn known(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<KnownBinding>, Stop> {
    Ok(bindings::history(tx, tenant, user)?.into_iter().map(KnownBinding::from).collect())
}
