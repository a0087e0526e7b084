//! Sign-ins under way at another tenant, each good for one answer. Refuses to be a credential: what the other tenant
//! said is checked by the verb.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, StoreError, WriteTx};

/// What the sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A sign-in flow of the host.
    SignIn,
    /// A redemption flow of the host.
    Redeem,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Redeem => "redeem",
        }
    }
}

/// A person who was sent to another tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamSignIn {
    /// Random; part of `state`.
    pub id: Uuid,
    /// The tenant the person was sent to.
    pub home: TenantId,
    /// What for.
    pub purpose: Purpose,
    /// The flow that goes on with the answer.
    pub flow: Uuid,
    /// The guest whom the typed address meant, with the sign-in generation then.
    pub guest: Option<(ObjectId, i64)>,
    /// Sign-ins there before this do not count.
    pub fresh_from: Option<Time>,
    /// End of its life.
    pub expires_at: Time,
}

/// Keeps one.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, sent: &UpstreamSignIn) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO upstream_sign_ins (tenant_id, id, home, purpose, flow, guest_id, generation, fresh_from, expires_at, used) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            tenant.into(),
            sent.id.into(),
            sent.home.into(),
            sent.purpose.name().into(),
            sent.flow.into(),
            sent.guest.map(|(id, _)| id).into(),
            sent.guest.map(|(_, generation)| generation).into(),
            sent.fresh_from.into(),
            sent.expires_at.into(),
            false.into(),
        ],
    )?;
    Ok(())
}

/// The one of that id, if nobody has answered it and its time is not over.
pub fn find(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<UpstreamSignIn>, StoreError> {
    let sql = "SELECT id, home, purpose, flow, guest_id, generation, fresh_from, expires_at FROM upstream_sign_ins \
               WHERE tenant_id = $1 AND id = $2 AND used = $3 AND expires_at > $4";
    let Some(row) = tx.row(sql, &[tenant.into(), id.into(), false.into(), tx.now().into()])? else {
        return Ok(None);
    };
    let purpose = row.text(2)?;
    let purpose = [Purpose::SignIn, Purpose::Redeem].into_iter().find(|known| known.name() == purpose);
    Ok(Some(UpstreamSignIn {
        id: row.id(0)?,
        home: row.tenant(1)?,
        purpose: purpose.ok_or_else(|| StoreError::Corrupt("a sign-in has an unknown purpose".into()))?,
        flow: row.id(3)?,
        guest: row.opt_object(4)?.zip(row.opt_int(5)?),
        fresh_from: row.opt_time(6)?,
        expires_at: row.time(7)?,
    }))
}

/// Takes the answer; `false` when somebody has taken it before.
pub fn consume(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<bool, StoreError> {
    let sql = "UPDATE upstream_sign_ins SET used = $1 WHERE tenant_id = $2 AND id = $3 AND used = $4";
    Ok(tx.execute(sql, &[true.into(), tenant.into(), id.into(), false.into()])? == 1)
}
