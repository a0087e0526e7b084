//! Members, groups and what they hold, as the operator sets them up. Refuses guests: those come by
//! invitation only.

use std::fmt;

use hospes_domain::access::{Role, UserType};
use hospes_domain::address::Address;
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::group::Group;
use hospes_domain::guest::Guest;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::upn;
use hospes_domain::user::{Profile, User};
use hospes_store::engine::WriteTx;
use hospes_store::{passwords, tenants, users};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::conflict;
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::passwords::unhashed;
use crate::{apps, random, roles};

/// A member of the organisation to be.
#[derive(Clone, Default)]
pub struct NewMember {
    /// The object id; a fresh one if there is none.
    pub id: Option<ObjectId>,
    /// `userPrincipalName`, on one of the tenant's domains.
    pub upn: String,
    /// `displayName`.
    pub display_name: String,
    /// `mail`.
    pub mail: Option<String>,
    /// The password to sign in with; nobody can sign in as this member without one.
    pub password: Option<Zeroizing<String>>,
    /// Directory roles to hold.
    pub roles: Vec<Role>,
}

impl fmt::Debug for NewMember {
    /// The password must not reach a log (threats I9).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewMember({})", self.upn)
    }
}

/// A member about to be saved, drawn before the transaction.
pub(super) struct Draft {
    pub(super) user: User,
    hash: Option<String>,
    grants: Vec<(Uuid, Role)>,
    audit_id: Uuid,
}

impl Draft {
    /// The same with a password that was checked and hashed.
    pub(super) fn with_password(self, hash: String) -> Self {
        Self { hash: Some(hash), ..self }
    }
}

/// Creates a member who signs in with a password of this tenant.
///
/// # Errors
/// [`Refusal::Invalid`] for a name that is not on the tenant's domains, [`Refusal::Conflict`] if the name
/// or the address is taken.
pub async fn create_member(app: &App, tenant: TenantId, new: NewMember) -> Result<ObjectId, Refusal> {
    let draft = draw_member(app, tenant, new).await?;
    app.write(move |tx| {
        let owner = tenants::by_id(tx, tenant)?.ok_or_else(|| Refusal::not_found(tenant))?;
        check_name(&draft.user.upn, &owner.domains)?;
        save_member(tx, tenant, &draft)?;
        Ok(draft.user.id())
    })
    .await
}

/// Hashes the password and draws the ids.
pub(super) async fn draw_member(app: &App, tenant: TenantId, new: NewMember) -> Result<Draft, Refusal> {
    let hash = match new.password.clone() {
        Some(password) => {
            Some(app.passwords().hash(password, random::bytes(app.random())).await.map_err(unhashed)?)
        }
        None => None,
    };
    let user = member(tenant, new.id.unwrap_or_else(|| app.new_object_id()), app.now(), &new)?;
    let audit_id = app.new_id();
    let mut grants: Vec<(Uuid, Role)> = Vec::new();
    for role in new.roles {
        // Each once: a refusal after the first write would commit half of it.
        if !grants.iter().any(|(_, granted)| *granted == role) {
            grants.push((app.new_id(), role));
        }
    }
    Ok(Draft { user, hash, grants, audit_id })
}

/// A member's name stands on one of the tenant's domains.
pub(super) fn check_name(upn: &str, domains: &[String]) -> Result<(), Refusal> {
    if upn::member_name_is_valid(upn, domains) {
        return Ok(());
    }
    let remedy = "Give a name on one of the tenant's domains.";
    Err(Refusal::invalid("userPrincipalName", "Property userPrincipalName is invalid.", remedy))
}

/// Saves a member whose name was checked, and the record of it.
pub(super) fn save_member(tx: &WriteTx<'_>, tenant: TenantId, draft: &Draft) -> Result<(), Stop> {
    let user = &draft.user;
    if let Some(mail) = &user.mail
        && !users::holders(tx, tenant, mail)?.is_empty()
    {
        return conflict("Another user has the same address.");
    }
    if !users::insert(tx, user, draft.hash.as_deref())? {
        return conflict("Another object with the same value for property userPrincipalName already exists.");
    }
    if let Some(hash) = &draft.hash {
        passwords::set(tx, tenant, user.id(), hash, false)?;
    }
    for (assignment, role) in &draft.grants {
        roles::grant(tx, tenant, *assignment, user.id(), *role)?;
    }
    let target = Target::user(user);
    Ok(audit::by_operator(tx, tenant, draft.audit_id, Activity::AddUser, Some(&target), Vec::new())?)
}

fn member(tenant: TenantId, id: ObjectId, now: Time, new: &NewMember) -> Result<User, Refusal> {
    let mail = new
        .mail
        .as_deref()
        .map(|mail| {
            let remedy = "Give one e-mail address.";
            Address::parse(mail).map_err(|_| Refusal::invalid("mail", "The address cannot be read.", remedy))
        })
        .transpose()?;
    let nickname = new.upn.split_once('@').map_or(new.upn.as_str(), |(local, _)| local);
    let display_name = if new.display_name.trim().is_empty() { nickname } else { new.display_name.trim() };
    Ok(User {
        guest: Guest::internal(tenant, id, now),
        revision: 1,
        user_type: UserType::Member,
        creation_type: None,
        upn: new.upn.clone(),
        mail_nickname: nickname.to_owned(),
        proxy_addresses: mail.iter().map(|mail| format!("SMTP:{mail}")).collect(),
        mail,
        other_mails: Vec::new(),
        profile: Profile { display_name: display_name.to_owned(), ..Profile::default() },
        show_in_address_list: true,
        invited_by: None,
        created_at: now,
    })
}

/// A group to be.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    /// The object id; a fresh one if there is none.
    pub id: Option<ObjectId>,
    /// `displayName`.
    pub display_name: String,
    /// `description`.
    pub description: Option<String>,
    /// `isAssignableToRole`.
    pub role_assignable: bool,
    /// Its first members.
    pub members: Vec<ObjectId>,
    /// Its owners.
    pub owners: Vec<ObjectId>,
}

/// Creates a security group with members and owners.
///
/// # Errors
/// [`Refusal::NotFound`] for members and owners the tenant does not have; nothing is created then.
pub async fn create_group(app: &App, tenant: TenantId, new: NewGroup) -> Result<ObjectId, Refusal> {
    if new.display_name.trim().is_empty() {
        return Err(Refusal::invalid("displayName", "The group has no name.", "Give it one."));
    }
    let group = Group {
        id: new.id.unwrap_or_else(|| app.new_object_id()),
        revision: 1,
        display_name: new.display_name.trim().to_owned(),
        description: new.description.clone(),
        mail: None,
        mail_nickname: crate::groups::nickname(&new.display_name),
        security_enabled: true,
        role_assignable: new.role_assignable,
        created_at: app.now(),
    };
    let audit_id = app.new_id();
    app.write(move |tx| {
        crate::groups::create::save(tx, tenant, &group, &new.owners, &new.members)?;
        audit::by_operator(
            tx,
            tenant,
            audit_id,
            Activity::AddGroup,
            Some(&Target::group(&group)),
            Vec::new(),
        )?;
        Ok(group.id)
    })
    .await
}

/// Puts a user, group or service principal into a group.
///
/// # Errors
/// As the verb of the same name for administrators, but for rights.
pub async fn add_member(
    app: &App,
    tenant: TenantId,
    group: ObjectId,
    member: ObjectId,
) -> Result<(), Refusal> {
    let audit_id = app.new_id();
    app.write(move |tx| {
        let group = crate::groups::must_exist(tx, tenant, group)?;
        crate::groups::join(tx, tenant, &group, member)?;
        let details = vec![("member".to_owned(), member.to_string())];
        let target = Target::group(&group).with(member);
        Ok(audit::by_operator(tx, tenant, audit_id, Activity::AddMember, Some(&target), details)?)
    })
    .await
}

/// Gives a user, group or service principal a directory role.
///
/// # Errors
/// As the verb of the same name for administrators, but for rights.
pub async fn assign_role(
    app: &App,
    tenant: TenantId,
    principal: ObjectId,
    role: Role,
) -> Result<(), Refusal> {
    let (id, audit_id) = (app.new_id(), app.new_id());
    app.write(move |tx| {
        roles::grant(tx, tenant, id, principal, role)?;
        let details = vec![("principal".to_owned(), principal.to_string())];
        Ok(audit::by_operator(
            tx,
            tenant,
            audit_id,
            Activity::AssignRole,
            Some(&Target::role(role).with(principal)),
            details,
        )?)
    })
    .await
}

/// Gives a user, group or service principal an app role of `resource`, a service principal.
///
/// # Errors
/// As the verb of the same name for administrators, but for rights.
pub async fn assign_app_role(
    app: &App,
    tenant: TenantId,
    principal: ObjectId,
    resource: ObjectId,
    app_role: Uuid,
) -> Result<AppRoleAssignment, Refusal> {
    let (id, audit_id) = (app.new_id(), app.new_id());
    app.write(move |tx| {
        let resource = apps::must_exist(tx, tenant, resource)?;
        let assignment = apps::assign(tx, tenant, id, &resource, principal, app_role)?;
        let (target, details) =
            (Target::service_principal(&resource).with(principal), apps::details(&assignment));
        audit::by_operator(tx, tenant, audit_id, Activity::AssignAppRole, Some(&target), details)?;
        Ok(assignment)
    })
    .await
}
