//! The signing keys of every tenant turn by their schedule ([`hospes_domain::key_rotation`]), and each process takes up
//! what the others have changed. Decided in the transaction that saves, so any number of processes may do it at once.
//! Refuses keys that were retired or are over, also when a restored backup has their rows (threats F16).

mod by_operator;
#[cfg(test)]
mod tests;

pub use by_operator::{KnownKey, known_keys, replace_keys, turn_keys};

use std::collections::BTreeMap;

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose::Algorithm;
use hospes_domain::key_rotation::{KeyAge, KeyStep, due, is_over};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::StoredKey;
use hospes_domain::time::Time;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::tenants::{self, KeyOutline};
use uuid::Uuid;

use crate::app::{App, OpenError, Stop, to_stored};
use crate::audit::{self, Activity, Target};
use crate::keys::{KeyPurpose, SealedKey, SigningKey};

/// How often every process looks, in seconds: whether a key has to turn, and whether another process has turned one.
pub const LOOK_EVERY_SECONDS: i64 = 60;

/// The purposes whose keys turn.
const TURNING: [KeyPurpose; 2] = [KeyPurpose::SignRs256, KeyPurpose::SignEs256];

/// Takes the steps that are due, and takes up what other processes have changed.
///
/// # Errors
/// [`Refusal::Unavailable`] and the like; the next look tries again.
pub async fn tend(app: &App) -> Result<(), Refusal> {
    let outlines = app.read(|tx| Ok(tenants::key_outlines(tx)?)).await?;
    for tenant in tenants_of(&outlines) {
        for purpose in TURNING {
            // Each step is taken on the rows of its own transaction; here it only says whether to begin.
            if due(&ages(&outlines, tenant, purpose), app.now()).is_some() {
                by_schedule(app, tenant, purpose).await?;
            }
        }
    }
    reload(app).await
}

/// The keys of all tenants, when the program starts.
pub(crate) async fn load(app: &App) -> Result<(), OpenError> {
    let now = app.now();
    let stored = app
        .read_rows(move |tx| {
            let outlines = tenants::key_outlines(tx)?;
            tenants_of(&outlines)
                .into_iter()
                .map(|id| Ok((id, usable(tx, &outlines, id, now)?)))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    for (tenant, rows) in stored {
        app.install_keys(tenant, &rows).map_err(|error| OpenError::Keys(tenant, error))?;
    }
    Ok(())
}

/// Opens the keys of tenants whose rows are not those in memory: another process turned a key or set a tenant up, or a
/// key's time is over.
async fn reload(app: &App) -> Result<(), Refusal> {
    let (ring, now) = (app.clone(), app.now());
    let changed = app
        .read(move |tx| {
            let outlines = tenants::key_outlines(tx)?;
            let mut changed = Vec::new();
            for id in tenants_of(&outlines) {
                let there = kids(&outlines, id, now);
                if ring.keys(id).is_none_or(|keys| keys.kids() != there) {
                    changed.push((id, usable(tx, &outlines, id, now)?));
                }
            }
            Ok(changed)
        })
        .await?;
    for (tenant, rows) in changed {
        if let Err(error) = app.install_keys(tenant, &rows) {
            // The keys in memory stay good: better than none.
            tracing::error!(%tenant, %error, "changed keys cannot be opened");
        }
    }
    Ok(())
}

fn tenants_of(outlines: &[KeyOutline]) -> Vec<TenantId> {
    let mut all: Vec<TenantId> = outlines.iter().map(|key| key.tenant).collect();
    all.dedup();
    all
}

/// The ages of a tenant's keys for one purpose.
fn ages(outlines: &[KeyOutline], tenant: TenantId, purpose: KeyPurpose) -> Vec<KeyAge> {
    let its = outlines.iter().filter(|key| key.tenant == tenant && key.purpose == purpose.name());
    its.map(|key| KeyAge { version: key.version, signs_from: key.signs_from }).collect()
}

/// Whether a key may be used at all: secrets always, signing keys until they are over.
fn is_usable(outlines: &[KeyOutline], key: &KeyOutline, now: Time) -> bool {
    let purpose = TURNING.into_iter().find(|purpose| purpose.name() == key.purpose);
    purpose.is_none_or(|purpose| !is_over(&ages(outlines, key.tenant, purpose), key.version, now))
}

/// The ids of a tenant's usable keys, in the order of purpose and version as [`crate::keys::TenantKeys`] has them.
fn kids(outlines: &[KeyOutline], tenant: TenantId, now: Time) -> Vec<String> {
    let its = outlines.iter().filter(|key| key.tenant == tenant && is_usable(outlines, key, now));
    let mut found: BTreeMap<(KeyPurpose, u32), String> = BTreeMap::new();
    for key in its {
        if let Some(purpose) = KeyPurpose::from_name(&key.purpose) {
            found.insert((purpose, key.version), key.kid.clone());
        }
    }
    found.into_values().collect()
}

/// The rows of a tenant's usable keys.
fn usable(
    tx: &impl Read,
    outlines: &[KeyOutline],
    tenant: TenantId,
    now: Time,
) -> Result<Vec<StoredKey>, StoreError> {
    let kids = kids(outlines, tenant, now);
    Ok(tenants::keys(tx, tenant)?.into_iter().filter(|row| kids.contains(&row.kid)).collect())
}

/// Takes the steps of the schedule for one algorithm of a tenant, until none is due.
async fn by_schedule(app: &App, tenant: TenantId, purpose: KeyPurpose) -> Result<(), Refusal> {
    loop {
        let look = move |tx: &WriteTx<'_>| Ok::<_, Stop>(due(&now_there(tx, tenant, purpose)?, tx.now()));
        let asked = app.read(move |tx| Ok(due(&now_there(tx, tenant, purpose)?, tx.now()))).await?;
        let Some(step) = asked else { return Ok(()) };
        let made = match step {
            KeyStep::Publish(age) => Some(Made::new(app, tenant, purpose, age).await?),
            KeyStep::Retire { .. } => None,
        };
        let audit_id = app.new_id();
        let taken = app.write_quietly(move |tx| {
            // Another process may have been faster; then nothing is left to do here.
            let still = look(tx)?;
            let done = match (still, &made) {
                (Some(KeyStep::Publish(age)), Some(made)) if age.version == made.row.version => {
                    made.publish(tx, tenant, age)?
                }
                (Some(KeyStep::Retire { version }), None) => retire(tx, tenant, purpose, version)?,
                _ => return Ok(None),
            };
            let (activity, kid) = done;
            audit::by_itself(tx, tenant, audit_id, activity, &target(tenant, &kid), Vec::new())?;
            Ok(Some((activity, kid)))
        });
        match taken.await? {
            Some((activity, kid)) => {
                tracing::info!(%tenant, kid, activity = activity.name(), "a signing key turns");
            }
            None => return Ok(()),
        }
    }
}

/// The ages of a tenant's keys for one purpose, as they are in this transaction.
fn now_there(tx: &impl Read, tenant: TenantId, purpose: KeyPurpose) -> Result<Vec<KeyAge>, StoreError> {
    Ok(ages(&tenants::key_outlines(tx)?, tenant, purpose))
}

/// A key that was made and sealed for its place, not yet saved.
#[derive(Clone)]
struct Made {
    row: StoredKey,
}

impl Made {
    /// Makes a key; an RSA key takes up to a few hundred milliseconds, on a thread for such work.
    async fn new(app: &App, tenant: TenantId, purpose: KeyPurpose, age: KeyAge) -> Result<Self, Refusal> {
        let making = app.clone();
        let algorithm = if purpose == KeyPurpose::SignEs256 { Algorithm::Es256 } else { Algorithm::Rs256 };
        let made = tokio::task::spawn_blocking(move || {
            let key = SigningKey::generate(algorithm)?;
            SealedKey::of_signing_key(tenant, &key, age.version, making.master(), making.random())
        });
        let sealed = made.await.map_err(|_| Refusal::Internal)?.map_err(|error| {
            tracing::error!(%tenant, %error, "a signing key could not be made");
            Refusal::Internal
        })?;
        Ok(Self { row: to_stored(&sealed) })
    }

    fn publish(
        &self,
        tx: &WriteTx<'_>,
        tenant: TenantId,
        age: KeyAge,
    ) -> Result<(Activity, String), StoreError> {
        let row = StoredKey { signs_from: age.signs_from, ..self.row.clone() };
        tenants::insert_key(tx, tenant, &row)?;
        Ok((Activity::PublishKey, row.kid))
    }
}

/// Retires the key of a version.
fn retire(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    purpose: KeyPurpose,
    version: u32,
) -> Result<(Activity, String), StoreError> {
    let outlines = tenants::key_outlines(tx)?;
    let its =
        |key: &&KeyOutline| key.tenant == tenant && key.purpose == purpose.name() && key.version == version;
    let kid = outlines.iter().find(its).map(|key| key.kid.clone()).ok_or(StoreError::Conflict)?;
    tenants::retire_key(tx, tenant, &kid)?;
    Ok((Activity::RetireKey, kid))
}

/// What a record is about: a key has a name only, so the tenant stands for it.
fn target(tenant: TenantId, kid: &str) -> Target {
    Target { kind: "Key", id: ObjectId(tenant.0), name: kid.to_owned(), related: None }
}

/// Fresh ids for the records of as many steps.
fn record_ids(app: &App, steps: usize) -> Vec<Uuid> {
    (0..steps).map(|_| app.new_id()).collect()
}
