//! Creates a user without an invitation, who has a password therefore. Refuses names outside the tenant's domains, and taken
//! names and addresses.

use std::fmt;

use hospes_domain::access::{Actor, UserType, may_create_user};
use hospes_domain::address::Address;
use hospes_domain::guest::Guest;
use hospes_domain::ids::ObjectId;
use hospes_domain::password::Names;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::upn;
use hospes_domain::user::{Profile, User};
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{managers, passwords, sponsors, tenants, users};
use zeroize::Zeroizing;

use super::aliases::{is_alias, must_be_nobody_elses};
use super::manager::may_manage;
use super::profile::{ProfileEdit, display_name};
use super::sponsors::may_answer_for_new;
use super::update::listed;
use super::{NOBODY, PASSWORD_FIELD, Seen, must_be_free, name_must_be_free, name_taken, wrong_name};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::passwords::{Wanted, hashed};
use hospes_domain::access::View;

/// A user to be.
#[derive(Clone)]
pub struct NewUser {
    /// `userPrincipalName`, on a domain of the tenant.
    pub upn: String,
    /// `displayName`
    pub display_name: String,
    /// `mailNickname`
    pub mail_nickname: String,
    /// `userType`. A guest created so is not an invited one: `creationType` stays empty (reference/user-object.md 2).
    pub user_type: UserType,
    /// `accountEnabled`
    pub enabled: bool,
    /// `mail`
    pub mail: Option<Address>,
    /// `otherMails`
    pub other_mails: Vec<Address>,
    /// `showInAddressList`
    pub show_in_address_list: bool,
    /// Everything else.
    pub profile: ProfileEdit,
    /// `passwordProfile.password`
    pub password: Zeroizing<String>,
    /// `passwordProfile.forceChangePasswordNextSignIn`
    pub change_password: bool,
    /// `manager@odata.bind`
    pub manager: Option<ObjectId>,
    /// `sponsors@odata.bind`
    pub sponsors: Vec<ObjectId>,
}

impl fmt::Debug for NewUser {
    /// The password must not reach a log (threats I9).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewUser({})", self.upn)
    }
}

/// Creates the user.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::Invalid`], [`Refusal::AlreadyExists`].
pub async fn create(app: &App, actor: &Actor, new: NewUser) -> Result<Seen, Refusal> {
    // Hashing is slow, so nobody without the right makes us do it; the closure asks again and audits.
    let asked = actor.clone();
    let host = app.read(move |tx| {
        may_create_user(&callers::load(tx, &asked)?)?;
        Ok(tenants::by_id(tx, asked.tenant)?)
    });
    let hash = match host.await.ok().flatten() {
        Some(host) => {
            let user = draft(&new, Guest::internal(actor.tenant, NOBODY, app.now()), app.now());
            let names = user.map(|user| Names::of(&user, &host)).unwrap_or_default();
            Some(hashed(app, Wanted::new(new.password.clone(), names, PASSWORD_FIELD)).await?)
        }
        None => None,
    };
    let (id, audit_id, who) = (app.new_object_id(), app.new_id(), actor.clone());
    app.command(actor, Activity::AddUser, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_create_user(&caller)?;
        let Some(hash) = &hash else { return Err(Refusal::Stale.into()) };
        let mut user = draft(&new, Guest::internal(who.tenant, id, tx.now()), tx.now())?;
        if !new.enabled {
            user.guest.block(tx.now())?;
        }
        may_link(tx, &user, &new)?;
        let initial_domain = save(tx, &user, hash)?;
        passwords::set(tx, who.tenant, user.id(), hash, new.change_password)?;
        let user = linked(tx, user, &new)?;
        audit::done(tx, &caller, audit_id, Activity::AddUser, Some(&Target::user(&user)), Vec::new())?;
        Ok(Seen { user, view: View::Full, initial_domain })
    })
    .await
}

/// Refuses a manager and sponsors that cannot be, before anything is saved.
fn may_link(tx: &impl Read, user: &User, new: &NewUser) -> Result<(), Stop> {
    let (tenant, id) = (user.guest.record().tenant, user.id());
    if let Some(manager) = new.manager {
        may_manage(tx, tenant, id, manager, "manager@odata.bind")?;
    }
    may_answer_for_new(tx, tenant, id, &new.sponsors)
}

/// The saved user with the manager and sponsors that were sent along; links raise the revision.
fn linked(tx: &WriteTx<'_>, user: User, new: &NewUser) -> Result<User, Stop> {
    let (tenant, id) = (user.guest.record().tenant, user.id());
    if new.manager.is_none() && new.sponsors.is_empty() {
        return Ok(user);
    }
    if let Some(manager) = new.manager {
        managers::set(tx, tenant, id, manager)?;
    }
    for sponsor in &new.sponsors {
        sponsors::insert(tx, tenant, id, *sponsor)?;
    }
    Ok(users::by_id(tx, tenant, id)?.ok_or(Refusal::Internal)?)
}

fn save(tx: &WriteTx<'_>, user: &User, hash: &str) -> Result<String, Stop> {
    let tenant_id = user.guest.record().tenant;
    let tenant = tenants::by_id(tx, tenant_id)?.ok_or(Refusal::Internal)?;
    if !upn::member_name_is_valid(&user.upn, &tenant.domains) {
        return Err(wrong_name().into());
    }
    name_must_be_free(tx, tenant_id, &user.upn, user.id())?;
    if let Some(mail) = &user.mail {
        must_be_free(tx, tenant_id, mail, user.id())?;
    }
    for alias in user.other_mails.iter().filter(|address| is_alias(&tenant, user, address)) {
        must_be_nobody_elses(tx, tenant_id, alias, user.id())?;
    }
    if !users::insert(tx, user, Some(hash))? {
        return Err(name_taken().into());
    }
    Ok(tenant.initial_domain)
}

/// Refuses what cannot stand before the `@` of an address.
pub(super) fn check_nickname(nickname: &str) -> Result<(), Refusal> {
    let allowed = |b: u8| b.is_ascii_graphic() && !b"@()\\[]\";:<>,".contains(&b);
    if (1..=64).contains(&nickname.len()) && nickname.bytes().all(allowed) {
        return Ok(());
    }
    Err(Refusal::invalid(
        "mailNickname",
        "Invalid value specified for property 'mailNickname' of resource 'User'.",
        "Give 1 to 64 letters, digits and . _ - only.",
    ))
}

fn draft(new: &NewUser, guest: Guest, now: Time) -> Result<User, Refusal> {
    check_nickname(&new.mail_nickname)?;
    let mut profile =
        Profile { display_name: display_name("displayName", &new.display_name)?, ..Profile::default() };
    new.profile.clone().apply(&mut profile)?;
    Ok(User {
        guest,
        revision: 1,
        user_type: new.user_type,
        creation_type: None,
        upn: new.upn.clone(),
        mail_nickname: new.mail_nickname.clone(),
        mail: new.mail.clone(),
        other_mails: listed(new.other_mails.clone())?,
        proxy_addresses: new.mail.iter().map(|mail| format!("SMTP:{mail}")).collect(),
        profile,
        show_in_address_list: new.show_in_address_list,
        invited_by: None,
        created_at: now,
    })
}
