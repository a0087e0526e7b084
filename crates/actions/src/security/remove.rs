//! Removing a factor of one's own. Refuses the last one while a role demands one. With the last factor its recovery codes
//! go: alone they would be a second password on paper.

use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{News, is_too_few};
use hospes_store::second_factors as rows;
use uuid::Uuid;

use super::fresh;
use crate::app::App;
use crate::audit::{self, Activity};
use crate::second_factors::{self, is_demanded};
use crate::sign_in::session_hash;

/// Removes the factor of that id; `None` when the person has to sign in first.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] for the last one of whom one is demanded.
pub async fn remove(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    id: Uuid,
) -> Result<Option<()>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    let (audit_id, job) = (app.new_id(), app.new_id());
    app.write(move |tx| {
        let Some((_, user)) = fresh(tx, tenant, hash, tx.now())? else { return Ok(None) };
        let stored = rows::of(tx, tenant, user.id())?;
        let factor = stored.iter().map(|stored| &stored.factor).find(|factor| factor.id == id);
        let factor = factor.ok_or_else(|| Refusal::not_found(id))?;
        let details = vec![
            ("secondFactor".to_owned(), factor.kind.name().to_owned()),
            ("name".to_owned(), factor.name.clone()),
        ];
        let left = second_factors::count(tx, &user)? - 1;
        if is_too_few(left, is_demanded(tx, tenant, user.id())?) {
            let cause = "A role of yours demands a second factor, and this is the only one. Add another before you remove it.";
            let refusal = Refusal::Conflict { cause: cause.to_owned() };
            audit::by_guest(tx, &user, audit_id, Activity::RemoveFactor, Err(&refusal), details)?;
            return Err(refusal.into());
        }
        rows::remove(tx, tenant, user.id(), id)?;
        second_factors::drop_codes_without_factor(tx, &user)?;
        audit::by_guest(tx, &user, audit_id, Activity::RemoveFactor, Ok(()), details)?;
        second_factors::tell(tx, &user, News::Removed, job)?;
        Ok(Some(()))
    })
    .await
}
