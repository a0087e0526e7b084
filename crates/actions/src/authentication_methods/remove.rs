//! An administrator removes one authenticator app or passkey of somebody, whose device was lost or is in wrong hands: it
//! signs nobody in any more, and every session ends, for it may have been begun with it. Refuses whoever may not reset that
//! user's password, the user itself, and passwords, which are replaced and not removed. The owner is told by mail.

use hospes_domain::access::{Actor, Standing, may_remove_method};
use hospes_domain::authentication_method::MethodKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::News;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{passkeys, roles, second_factors as rows};
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;
use crate::second_factors;
use crate::users::{NOBODY, end_codes, find};

/// Removes the method of that kind and id from the user of an id or user principal name. With the last factor the recovery
/// codes go.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`] for the user and the method.
pub async fn remove(
    app: &App,
    actor: &Actor,
    key: String,
    kind: MethodKind,
    method: String,
) -> Result<(), Refusal> {
    let (audit_id, job, who) = (app.new_id(), app.new_id(), actor.clone());
    app.command(actor, Activity::RemoveFactors, move |tx| {
        let (caller, tenant) = (callers::load(tx, &who)?, who.tenant);
        let Some(mut user) = find(tx, tenant, &key)? else {
            may_remove_method(&caller, NOBODY, &Standing::default())?;
            return Err(Refusal::not_found(&key).into());
        };
        may_remove_method(&caller, user.id(), &roles::standing(tx, tenant, user.id())?)?;
        let id = Uuid::try_parse(&method).map_err(|_| Refusal::not_found(&method))?;
        let name = name_of(tx, tenant, user.id(), kind, id)?.ok_or_else(|| Refusal::not_found(id))?;
        user.guest.revoke_sessions(tx.now())?;
        save_guest(tx, &mut user)?;
        end_codes(tx, &user)?;
        take_away(tx, tenant, user.id(), kind, id)?;
        second_factors::drop_codes_without_factor(tx, &user)?;
        second_factors::tell(tx, &user, News::MethodRemovedByAdministrator, job)?;
        let details = vec![
            ("method".to_owned(), kind.name().to_owned()),
            ("name".to_owned(), name),
            ("removed".to_owned(), "1".to_owned()),
        ];
        Ok(audit::done(tx, &caller, audit_id, Activity::RemoveFactors, Some(&Target::user(&user)), details)?)
    })
    .await
}

/// What its owner calls it; `None` where the user has no such one.
fn name_of(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    kind: MethodKind,
    id: Uuid,
) -> Result<Option<String>, Stop> {
    Ok(match kind {
        MethodKind::Password => None,
        MethodKind::Authenticator => {
            let stored = rows::of(tx, tenant, user)?.into_iter().map(|stored| stored.factor);
            stored.filter(|factor| factor.id == id).map(|factor| factor.name).next()
        }
        MethodKind::Passkey => {
            let stored = passkeys::of_user(tx, tenant, user)?.into_iter();
            stored.filter(|passkey| passkey.id == id).map(|passkey| passkey.name).next()
        }
    })
}

fn take_away(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    kind: MethodKind,
    id: Uuid,
) -> Result<(), StoreError> {
    match kind {
        MethodKind::Password => {}
        MethodKind::Authenticator => {
            rows::remove(tx, tenant, user, id)?;
        }
        MethodKind::Passkey => {
            passkeys::remove(tx, tenant, user, id)?;
        }
    }
    Ok(())
}
