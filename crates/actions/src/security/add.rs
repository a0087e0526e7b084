//! Adding an authenticator app. Refuses a secret that was drawn for somebody else or another session, and a code that is
//! not the one the secret makes now. The first factor brings recovery codes with it.

use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{Kind, MOST_FACTORS, News};
use hospes_domain::user::User;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{second_factors as rows, tenants};
use uuid::Uuid;

use super::fresh;
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::second_factors::{self, Draft, Enrolment, NewCodes};
use crate::sessions::{self, NewSession};
use crate::sign_in::session_hash;

/// What came of adding a factor. No `Debug`: it holds a session and codes.
#[derive(Clone)]
pub struct Added {
    /// The new session's cookie: whoever has shown a second factor has another session than before (threats F13).
    pub session: String,
    /// Recovery codes to be shown once, if the person had none.
    pub recovery_codes: Option<Vec<String>>,
}

fn room(tx: &impl Read, user: &User) -> Result<(), Stop> {
    if rows::of(tx, user.guest.record().tenant, user.id())?.len() < MOST_FACTORS {
        return Ok(());
    }
    let cause = format!("There are {MOST_FACTORS} authenticator apps already. Remove one first.");
    Err(Refusal::Conflict { cause }.into())
}

/// What the page shows; `again` is the sealed secret of the page before. `None` when the person has to sign in first.
///
/// # Errors
/// [`Refusal::Conflict`] when there are enough.
pub async fn offer(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    again: Option<&str>,
) -> Result<Option<Enrolment>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    let person = app.read(move |tx| {
        let Some((_, user)) = fresh(tx, tenant, hash, tx.now())? else { return Ok(None) };
        room(tx, &user)?;
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        Ok(Some((user.id(), host.display_name, user.sign_in_name().to_owned())))
    });
    let Some((user, host, account)) = person.await? else { return Ok(None) };
    let draft = again
        .and_then(|sealed| Draft::open(app, tenant, sealed))
        .filter(|draft| draft.is_for(user, place_of(hash), app.now()))
        .unwrap_or_else(|| Draft::draw(app, user, place_of(hash)));
    draft.shown(app, tenant, &host, &account).map(Some)
}

/// A secret is good in a session as long as that has its own secret: not after the next sign-in, nor twice.
fn place_of(hash: [u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes)
}

#[derive(Clone)]
struct Drawn {
    session: NewSession,
    hashes: Vec<[u8; 32]>,
    audit: Uuid,
    job: Uuid,
}

/// Adds the app whose first code was typed; `None` when the person has to sign in first, or the page was another
/// session's.
///
/// # Errors
/// [`Refusal::Invalid`] for a code or name that does not fit, [`Refusal::Conflict`] when there are enough.
pub async fn add(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    sealed: &str,
    name: &str,
    typed: &str,
) -> Result<Option<Added>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    let Some(draft) = Draft::open(app, tenant, sealed) else { return Ok(None) };
    let naming = draft.named(app, tenant, name)?;
    let codes = NewCodes::draw(app, tenant, draft.user())?;
    let (new, cookie) = sessions::draw(app, tenant)?;
    let drawn = Drawn { session: new, hashes: codes.hashes, audit: app.new_id(), job: app.new_id() };
    let typed = typed.to_owned();
    let added = app.write(move |tx| {
        let now = tx.now();
        let Some((session, user)) = fresh(tx, tenant, hash, now)? else { return Ok(None) };
        if !draft.is_for(user.id(), place_of(hash), now) {
            return Ok(None);
        }
        room(tx, &user)?;
        let stored = draft.confirmed(&naming, &typed, now)?;
        rows::insert(tx, tenant, user.id(), &stored)?;
        sessions::proven_more(tx, (hash, &session), &user, Kind::Totp, &drawn.session)?;
        record(tx, tenant, &user, &drawn, stored.factor.name).map(Some)
    });
    let recovery_codes = |fresh: bool| fresh.then_some(codes.codes);
    Ok(added.await?.map(|fresh| Added { session: cookie, recovery_codes: recovery_codes(fresh) }))
}

/// Whether the recovery codes were saved, because there were none.
fn record(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: &User,
    drawn: &Drawn,
    name: String,
) -> Result<bool, Stop> {
    let first = rows::recovery_codes_left(tx, tenant, user.id())? == 0;
    if first {
        rows::set_recovery_codes(tx, tenant, user.id(), &drawn.hashes)?;
    }
    let details = vec![("secondFactor".to_owned(), Kind::Totp.name().to_owned()), ("name".to_owned(), name)];
    audit::by_guest(tx, user, drawn.audit, Activity::AddFactor, Ok(()), details)?;
    second_factors::tell(tx, user, News::Added, drawn.job)?;
    Ok(first)
}
