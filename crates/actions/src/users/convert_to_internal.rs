//! Makes an external user one of the organisation, who signs in with a new name and password from then on
//! (reference/user-object.md section 5: object id, groups and assignments stay; the old name stays as an address). Refuses
//! users who are internal already, and whatever creating a member with that name and password refuses.

use hospes_domain::access::{Actor, Caller, Standing, UserType, may_convert_to_internal};
use hospes_domain::address::Address;
use hospes_domain::edit::Edit;
use hospes_domain::guest::Ended;
use hospes_domain::password::Names;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::Read;
use hospes_store::{bindings, invitations, jobs, roles, tenants, users};
use zeroize::Zeroizing;

use super::aliases::is_alias;
use super::update::{addresses, check, new_name, save_password};
use super::{NOBODY, PASSWORD_FIELD, UserEdit, end_codes, find};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;
use crate::jobs::kinds;
use crate::passwords::{Wanted, hashed};

/// How the user signs in from then on.
pub struct AsInternal {
    /// `userPrincipalName`
    pub upn: String,
    /// `passwordProfile.password`
    pub password: Zeroizing<String>,
    /// `passwordProfile.forceChangePasswordNextSignIn`; true unless it says otherwise.
    pub change_password: Option<bool>,
    /// `mail`; the present one stays if there is none.
    pub mail: Option<Address>,
}

/// Makes the user of an id or user principal name internal.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Stale`]; [`Refusal::Invalid`] for an internal user, a name on no
/// domain of the organisation and a bad password; [`Refusal::AlreadyExists`] for a name or address that is taken.
pub async fn convert_to_internal(
    app: &App,
    actor: &Actor,
    key: String,
    new: AsInternal,
    only_if: Precondition,
) -> Result<User, Refusal> {
    let names = names(app, actor, key.clone(), new.upn.clone()).await?;
    let hash = hashed(app, Wanted::new(new.password.clone(), names, PASSWORD_FIELD)).await?;
    let edit = UserEdit {
        upn: Some(new.upn),
        mail: new.mail.map_or(Edit::Keep, Edit::Set),
        user_type: Some(UserType::Member),
        change_password: new.change_password,
        ..UserEdit::default()
    };
    let (audit_id, notice, who) = (app.new_id(), app.new_id(), actor.clone());
    app.command(actor, Activity::ConvertToInternal, move |tx| {
        let tenant = who.tenant;
        let (caller, mut user) = target(tx, &who, &key)?;
        only_if.check(user.revision)?;
        let closed = user.guest.become_internal(tx.now())?;
        check(tx, &user, &edit)?;
        let tenant_facts = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        if let Some(alias) = user.other_mails.iter().find(|address| is_alias(&tenant_facts, &user, address)) {
            // As contact data anybody could have written it; of a member other organisations would believe it.
            let cause = format!("'{alias}' is an address of this organisation.");
            return Err(Refusal::invalid("otherMails", cause, "Take it out of otherMails first.").into());
        }
        let addresses = addresses::plan(tx, &user, &edit, false)?;
        // Everything that refuses stands above.
        let old_name = std::mem::take(&mut user.upn);
        new_name(&mut user, &edit);
        user.user_type = UserType::Member;
        user.creation_type = None;
        end_codes(tx, &user)?;
        save_guest(tx, &mut user)?;
        if let Some(binding) = &closed {
            bindings::close(tx, tenant, binding.id, Ended::Converted, Some(caller.actor.who.id()))?;
        }
        invitations::supersede_open(tx, tenant, user.id())?;
        jobs::drop_unsent(
            tx,
            tenant,
            user.id(),
            &[kinds::INVITATION, kinds::INVITATION_COPY, kinds::ADDRESS_ADDED],
        )?;
        user.proxy_addresses.push(format!("smtp:{old_name}"));
        addresses.save(tx, &mut user, &[])?;
        users::save_profile(tx, &user)?;
        save_password(tx, &caller, &user, &edit, Some(&hash), notice)?;
        let mut details = vec![("oldUserPrincipalName".to_owned(), old_name)];
        if let Some(old) = closed {
            details.push(("oldIssuer".to_owned(), old.issuer));
            details.push(("oldSignInName".to_owned(), old.sign_in_name.to_string()));
        }
        audit::done(tx, &caller, audit_id, Activity::ConvertToInternal, Some(&Target::user(&user)), details)?;
        users::by_id(tx, tenant, user.id())?.ok_or_else(|| Stop::from(Refusal::Internal))
    })
    .await
}

fn target(tx: &impl Read, who: &Actor, key: &str) -> Result<(Caller, User), Stop> {
    let caller = callers::load(tx, who)?;
    let Some(user) = find(tx, who.tenant, key)? else {
        may_convert_to_internal(&caller, NOBODY, &Standing::default())?;
        return Err(Refusal::not_found(key).into());
    };
    may_convert_to_internal(&caller, user.id(), &roles::standing(tx, who.tenant, user.id())?)?;
    Ok((caller, user))
}

/// Names that the password must not be made of, the new one among them. Rights are asked before the slow part, and again.
async fn names(app: &App, actor: &Actor, key: String, upn: String) -> Result<Names, Refusal> {
    let who = actor.clone();
    app.read(move |tx| {
        let (_, mut user) = target(tx, &who, &key)?;
        user.upn.clone_from(&upn);
        let tenant = tenants::by_id(tx, who.tenant)?.ok_or(Refusal::Internal)?;
        Ok(Names::of(&user, &tenant))
    })
    .await
}
