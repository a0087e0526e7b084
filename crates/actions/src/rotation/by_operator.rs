//! What the operator of the server does about signing keys: list them, turn them early, replace them when one has got
//! into wrong hands. Refuses to show more of a key than its name and its times.

use hospes_domain::ids::TenantId;
use hospes_domain::key_rotation::{KeyAge, KeyState, KeyStep, replaced, state, turned_early};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::tenants;

use super::{Made, TURNING, ages, now_there, record_ids, reload, retire, target};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::keys::KeyPurpose;

/// A signing key as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// Its public id, which tokens name.
    pub kid: String,
    /// `RS256` or `ES256`.
    pub algorithm: &'static str,
    /// From when on it signs.
    pub signs_from: Time,
    /// How it stands now.
    pub state: KeyState,
}

/// The signing keys of a tenant, each algorithm's oldest first.
pub async fn known_keys(app: &App, tenant: TenantId) -> Result<Vec<KnownKey>, Refusal> {
    app.read(move |tx| {
        let outlines = tenants::key_outlines(tx)?;
        let mut known = Vec::new();
        for purpose in TURNING {
            let ages = ages(&outlines, tenant, purpose);
            for key in outlines.iter().filter(|key| key.tenant == tenant && key.purpose == purpose.name()) {
                let age = KeyAge { version: key.version, signs_from: key.signs_from };
                known.push(KnownKey {
                    kid: key.kid.clone(),
                    algorithm: purpose.algorithm(),
                    signs_from: key.signs_from,
                    state: state(&ages, age, tx.now()),
                });
            }
        }
        Ok(known)
    })
    .await
}

/// Publishes the next key of each algorithm, to sign as soon as everybody can know it; where one waits already, nothing
/// is done. How many were published.
pub async fn turn_keys(app: &App, tenant: TenantId) -> Result<usize, Refusal> {
    let mut published = 0;
    for purpose in TURNING {
        let steps = |ages: &[KeyAge], now| turned_early(ages, now).into_iter().collect();
        published += usize::from(take(app, tenant, purpose, steps).await? > 0);
    }
    reload(app).await?;
    Ok(published)
}

/// Replaces every signing key at once: new ones sign from now on, the others are refused for good, and so is every token
/// they signed. Refresh tokens and sessions go on: they are not signed.
pub async fn replace_keys(app: &App, tenant: TenantId) -> Result<(), Refusal> {
    for purpose in TURNING {
        take(app, tenant, purpose, replaced).await?;
    }
    reload(app).await
}

/// Takes steps for one algorithm in one transaction, each with its record; how many.
async fn take(
    app: &App,
    tenant: TenantId,
    purpose: KeyPurpose,
    steps: fn(&[KeyAge], Time) -> Vec<KeyStep>,
) -> Result<usize, Refusal> {
    let asked = app.read(move |tx| Ok(steps(&now_there(tx, tenant, purpose)?, tx.now()))).await?;
    let Some(KeyStep::Publish(age)) = asked.first().copied() else { return Ok(0) };
    let made = Made::new(app, tenant, purpose, age).await?;
    let ids = record_ids(app, asked.len());
    app.write(move |tx| {
        let now = steps(&now_there(tx, tenant, purpose)?, tx.now());
        let fits = now.len() == ids.len()
            && matches!(now.first(), Some(KeyStep::Publish(age)) if age.version == made.row.version);
        if !fits {
            // The schedule was faster: let the operator look again.
            return Err(Refusal::Stale.into());
        }
        for (step, id) in now.iter().zip(&ids) {
            let (activity, kid): (Activity, String) = match step {
                KeyStep::Publish(age) => made.publish(tx, tenant, *age)?,
                KeyStep::Retire { version } => retire(tx, tenant, purpose, *version)?,
            };
            audit::by_operator(tx, tenant, *id, activity, Some(&target(tenant, &kid)), Vec::new())?;
        }
        Ok(now.len())
    })
    .await
}
