//! Changes a user's properties. Refuses to change what decides on sign-in without the rank of a reset on that very
//! user, and never changes the bound identity (threats B17, E3).

pub(super) mod addresses;

pub(super) use addresses::listed;

use std::fmt;

use hospes_domain::access::{Action, Actor, Caller, Change, Standing, UserType, may_change_user, may_reset};
use hospes_domain::address::Address;
use hospes_domain::edit::Edit;
use hospes_domain::guest::State;
use hospes_domain::password::Names;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_domain::upn;
use hospes_domain::user::User;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{passwords, roles, tenants, users};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::aliases::{is_alias, must_be_nobody_elses};
use super::create::check_nickname;
use super::{
    NOBODY, PASSWORD_FIELD, ProfileEdit, end_codes, find, name_must_be_free, name_taken, wrong_name,
};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;
use crate::passwords::{Wanted, hashed, store};
use crate::roles::{Losing, keep_an_administrator};

/// What is to change.
#[derive(Clone, Default)]
pub struct UserEdit {
    /// Names, job, places, telephones, language.
    pub profile: ProfileEdit,
    /// `mail`
    pub mail: Edit<Address>,
    /// `otherMails`, the whole list.
    pub other_mails: Option<Vec<Address>>,
    /// `accountEnabled`
    pub enabled: Option<bool>,
    /// `userType`
    pub user_type: Option<UserType>,
    /// `userPrincipalName`
    pub upn: Option<String>,
    /// `mailNickname`
    pub mail_nickname: Option<String>,
    /// `showInAddressList`
    pub show_in_address_list: Option<bool>,
    /// `passwordProfile.password`; ends every sign-in.
    pub password: Option<Zeroizing<String>>,
    /// `passwordProfile.forceChangePasswordNextSignIn`; with a password for somebody else true unless it says otherwise.
    pub change_password: Option<bool>,
}

impl fmt::Debug for UserEdit {
    /// Names without values: one of them may be a password (threats I9).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserEdit({})", self.names())
    }
}

impl UserEdit {
    fn classes(&self) -> Change {
        let sensitive = [
            (self.mail.is_given(), Action::Mail),
            (self.other_mails.is_some(), Action::OtherMails),
            (self.profile.mobile_phone.is_given(), Action::MobilePhone),
            (self.profile.business_phone.is_given(), Action::BusinessPhones),
            (self.enabled.is_some(), Action::AccountEnabled),
            (self.user_type.is_some(), Action::UserType),
            (self.upn.is_some(), Action::UserPrincipalName),
            (self.touches_password(), Action::PasswordProfile),
        ];
        Change {
            basic: !self.profile.basic().is_empty()
                || self.mail_nickname.is_some()
                || self.show_in_address_list.is_some(),
            own: self.profile.preferred_language.is_given(),
            sensitive: sensitive.into_iter().filter(|(given, _)| *given).map(|(_, action)| action).collect(),
        }
    }

    fn touches_password(&self) -> bool {
        self.password.is_some() || self.change_password.is_some()
    }

    /// Names of what changes, for the audit record; never values.
    fn names(&self) -> String {
        let others = [
            (self.mail.is_given(), "mail"),
            (self.other_mails.is_some(), "otherMails"),
            (self.enabled.is_some(), "accountEnabled"),
            (self.user_type.is_some(), "userType"),
            (self.upn.is_some(), "userPrincipalName"),
            (self.mail_nickname.is_some(), "mailNickname"),
            (self.show_in_address_list.is_some(), "showInAddressList"),
            (self.touches_password(), "passwordProfile"),
        ];
        let mut names = self.profile.names();
        names.extend(others.into_iter().filter(|(given, _)| *given).map(|(_, name)| name));
        names.join(", ")
    }
}

/// Changes the user of an id or user principal name, and gives its new revision.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Stale`], [`Refusal::Invalid`], [`Refusal::AlreadyExists`].
pub async fn update(
    app: &App,
    actor: &Actor,
    key: String,
    edit: UserEdit,
    only_if: Precondition,
) -> Result<i64, Refusal> {
    let hash = match &edit.password {
        Some(password) => match names(app, actor, key.clone(), edit.classes()).await {
            Some(names) => Some(hashed(app, Wanted::new(password.clone(), names, PASSWORD_FIELD)).await?),
            None => None,
        },
        None => None,
    };
    let notice = app.new_id();
    let job_ids: Vec<Uuid> = (0..addresses::most_notices(&edit)).map(|_| app.new_id()).collect();
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdateUser, move |tx| {
        let (caller, mut user, standing) = target(tx, &who, &key, &edit.classes())?;
        only_if.check(user.revision)?;
        if hash.is_none() && edit.password.is_some() {
            return Err(Refusal::Stale.into());
        }
        // Whoever may not reset adds contact data, and no way to sign in (design section 5, threats B17).
        let signs_in = may_reset(&caller, user.id(), &standing).is_ok();
        aliases(tx, (&caller, &user, &standing), &edit)?;
        let addresses = addresses::plan(tx, &user, &edit, signs_in)?;
        check(tx, &user, &edit)?;
        edit.profile.clone().apply(&mut user.profile)?;
        apply(tx, &mut user, &edit)?;
        addresses.count(tx, &user)?;
        // Everything that refuses stands above: a refusal commits what was written before it.
        save_guest(tx, &mut user)?;
        if edit.enabled == Some(false) || edit.password.is_some() {
            end_codes(tx, &user)?;
        }
        addresses.save(tx, &mut user, &job_ids)?;
        users::save_profile(tx, &user)?;
        save_password(tx, &caller, &user, &edit, hash.as_deref(), notice)?;
        let details = vec![("changed".to_owned(), edit.names())];
        audit::done(tx, &caller, audit_id, Activity::UpdateUser, Some(&Target::user(&user)), details)?;
        Ok(user.revision)
    })
    .await
}

/// Names that the new password must not be made of; `None` if the caller does not get beyond the rights, asked before
/// the slow part; the closure asks again.
async fn names(app: &App, actor: &Actor, key: String, change: Change) -> Option<Names> {
    let who = actor.clone();
    let found = app.read(move |tx| {
        let (_, user, _) = target(tx, &who, &key, &change)?;
        let tenant = tenants::by_id(tx, who.tenant)?.ok_or(Refusal::Internal)?;
        Ok(Names::of(&user, &tenant))
    });
    found.await.ok()
}

/// Whoever is given a password by somebody else replaces it at the next sign-in, unless that one says otherwise (the
/// original's default).
pub(super) fn save_password(
    tx: &WriteTx<'_>,
    caller: &Caller,
    user: &User,
    edit: &UserEdit,
    hash: Option<&str>,
    notice: Uuid,
) -> Result<(), Stop> {
    match (hash, edit.change_password) {
        (Some(hash), due) => {
            let due = due.unwrap_or(!caller.is(user.id()));
            Ok(store(tx, user, hash, due, notice)?)
        }
        (None, Some(due)) => Ok(passwords::set_change_due(tx, user.guest.record().tenant, user.id(), due)?),
        (None, None) => Ok(()),
    }
}

fn target(tx: &impl Read, who: &Actor, key: &str, change: &Change) -> Result<(Caller, User, Standing), Stop> {
    let caller = callers::load(tx, who)?;
    let Some(user) = find(tx, who.tenant, key)? else {
        may_change_user(&caller, NOBODY, &Standing::default(), change)?;
        return Err(Refusal::not_found(key).into());
    };
    let standing = roles::standing(tx, who.tenant, user.id())?;
    may_change_user(&caller, user.id(), &standing, change)?;
    Ok((caller, user, standing))
}

/// A new entry of a member's `otherMails` on a domain of the organisation is an alias, which other organisations believe:
/// it takes the rank of a change of `mail`, and nobody else may hold the address.
fn aliases(
    tx: &impl Read,
    (caller, user, standing): (&Caller, &User, &Standing),
    edit: &UserEdit,
) -> Result<(), Stop> {
    let Some(after) = &edit.other_mails else { return Ok(()) };
    let tenant = tenants::by_id(tx, user.guest.record().tenant)?.ok_or(Refusal::Internal)?;
    let known = |address: &Address| user.other_mails.iter().any(|before| before.same(address));
    for added in after.iter().filter(|address| !known(address) && is_alias(&tenant, user, address)) {
        let change = Change { sensitive: vec![Action::Mail], ..Change::default() };
        may_change_user(caller, user.id(), standing, &change)?;
        must_be_nobody_elses(tx, tenant.id, added, user.id())?;
    }
    Ok(())
}

/// What the directory says against the change.
pub(super) fn check(tx: &WriteTx<'_>, user: &User, edit: &UserEdit) -> Result<(), Stop> {
    if edit.enabled == Some(false) {
        keep_an_administrator(tx, user.guest.record().tenant, Losing::SignIn(user.id()))?;
    }
    if edit.touches_password() && user.guest.state() != State::Internal {
        return Err(Refusal::invalid(
            "passwordProfile",
            "The user signs in from outside and has no password here.",
            "Leave passwordProfile out; to change the way this user signs in, reset the redemption.",
        )
        .into());
    }
    if let Some(nickname) = &edit.mail_nickname {
        check_nickname(nickname)?;
    }
    if let Some(name) = edit.upn.as_ref().filter(|name| !name.eq_ignore_ascii_case(&user.upn)) {
        let tenant_id = user.guest.record().tenant;
        let tenant = tenants::by_id(tx, tenant_id)?.ok_or(Refusal::Internal)?;
        if !upn::member_name_is_valid(name, &tenant.domains) {
            return Err(wrong_name().into());
        }
        name_must_be_free(tx, tenant_id, name, user.id())?;
        if users::upn_holder(tx, tenant_id, name)?.is_some_and(|holder| holder != user.id()) {
            return Err(name_taken().into());
        }
    }
    Ok(())
}

fn apply(tx: &WriteTx<'_>, user: &mut User, edit: &UserEdit) -> Result<(), Refusal> {
    match edit.enabled {
        Some(true) => user.guest.unblock()?,
        Some(false) => user.guest.block(tx.now())?,
        None => {}
    }
    if edit.password.is_some() {
        user.guest.revoke_sessions(tx.now())?;
    }
    if let Some(user_type) = edit.user_type {
        user.user_type = user_type;
    }
    new_name(user, edit);
    if let Some(nickname) = &edit.mail_nickname {
        user.mail_nickname.clone_from(nickname);
    }
    if let Some(show) = edit.show_in_address_list {
        user.show_in_address_list = show;
    }
    Ok(())
}

pub(super) fn new_name(user: &mut User, edit: &UserEdit) {
    if let Some(name) = &edit.upn {
        user.upn.clone_from(name);
    }
}
