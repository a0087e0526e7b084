//! Redemption flows. Refuses nothing itself: what a flow allows is decided in the domain.

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::proof::{Account, FlowRecord, Proven, RedemptionFlow};
use uuid::Uuid;

use crate::engine::{Read, StoreError, WriteTx};

/// The flow of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<RedemptionFlow>, StoreError> {
    let sql = "SELECT id, invitation_id, user_id, generation, proven_address, proven_subject, proven_at, expires_at, finished, \
               proven_issuer, proven_by, account_issuer, account_subject, account_address, account_at FROM redemption_flows WHERE tenant_id = $1 AND id = $2";
    let Some(row) = tx.row(sql, &[tenant.into(), id.into()])? else { return Ok(None) };
    let read = |text: &str| {
        Address::parse(text).map_err(|_| StoreError::Corrupt("a flow's address cannot be read".into()))
    };
    let account = match (row.opt_text(11)?, row.opt_text(12)?, row.opt_text(13)?, row.opt_time(14)?) {
        (Some(issuer), Some(subject), Some(text), Some(at)) => {
            Some(Account { issuer, subject, address: read(&text)?, at })
        }
        _ => None,
    };
    let proven = match (row.opt_text(4)?, row.opt_text(5)?, row.opt_time(6)?) {
        (Some(text), Some(subject), Some(at)) => {
            Some(Proven { address: read(&text)?, issuer: row.text(9)?, subject, proof: row.text(10)?, at })
        }
        _ => None,
    };
    Ok(Some(RedemptionFlow::from_record(FlowRecord {
        id: row.id(0)?,
        invitation: row.invitation(1)?,
        user: row.object(2)?,
        generation: row.int(3)?,
        account,
        proven,
        expires_at: row.time(7)?,
        finished: row.flag(8)?,
    })))
}

/// Saves a new flow.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, flow: &RedemptionFlow) -> Result<(), StoreError> {
    let r = flow.record();
    tx.execute(
        "INSERT INTO redemption_flows (tenant_id, id, invitation_id, user_id, generation, expires_at, finished) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            tenant.into(),
            r.id.into(),
            r.invitation.into(),
            r.user.into(),
            r.generation.into(),
            r.expires_at.into(),
            r.finished.into(),
        ],
    )?;
    Ok(())
}

/// Saves what happened in a flow.
pub fn save(tx: &WriteTx<'_>, tenant: TenantId, flow: &RedemptionFlow) -> Result<(), StoreError> {
    let r = flow.record();
    tx.execute(
        "UPDATE redemption_flows SET proven_address = $1, proven_subject = $2, proven_at = $3, proven_issuer = $4, proven_by = $5, \
         finished = $6, account_issuer = $7, account_subject = $8, account_address = $9, account_at = $10 \
         WHERE tenant_id = $11 AND id = $12",
        &[
            r.proven.as_ref().map(|p| p.address.as_str()).into(),
            r.proven.as_ref().map(|p| p.subject.as_str()).into(),
            r.proven.as_ref().map(|p| p.at).into(),
            r.proven.as_ref().map(|p| p.issuer.as_str()).into(),
            r.proven.as_ref().map(|p| p.proof.as_str()).into(),
            r.finished.into(),
            r.account.as_ref().map(|a| a.issuer.as_str()).into(),
            r.account.as_ref().map(|a| a.subject.as_str()).into(),
            r.account.as_ref().map(|a| a.address.as_str()).into(),
            r.account.as_ref().map(|a| a.at).into(),
            tenant.into(),
            r.id.into(),
        ],
    )?;
    Ok(())
}
