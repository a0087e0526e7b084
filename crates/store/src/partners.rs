//! What tenants say about each other: the default of each, and its settings for single partners. Refuses to judge; what it
//! amounts to is `domain::cross_tenant`'s.

use hospes_domain::cross_tenant::{Defaults, Partner, Passage, Policy};
use hospes_domain::ids::TenantId;

use crate::engine::{Read, Row, StoreError, Value, WriteTx};

const COLUMNS: &str =
    "SELECT partner_id, inbound, outbound, consent_in, consent_out FROM partners WHERE tenant_id = $1";

fn passage(text: &str) -> Result<Passage, StoreError> {
    Passage::parse(text)
        .ok_or_else(|| StoreError::Corrupt("a cross-tenant setting is neither allowed nor blocked".into()))
}

fn from_row(row: &Row) -> Result<Partner, StoreError> {
    Ok(Partner {
        tenant: row.tenant(0)?,
        inbound: row.opt_text(1)?.as_deref().map(passage).transpose()?,
        outbound: row.opt_text(2)?.as_deref().map(passage).transpose()?,
        consent_in: row.opt_flag(3)?,
        consent_out: row.opt_flag(4)?,
    })
}

/// What a tenant says about everybody; `None` as long as it has said nothing.
pub fn defaults(tx: &impl Read, tenant: TenantId) -> Result<Option<Defaults>, StoreError> {
    let sql = "SELECT inbound, outbound FROM partner_defaults WHERE tenant_id = $1";
    tx.row(sql, &[tenant.into()])?
        .map(|row| Ok(Defaults { inbound: passage(&row.text(0)?)?, outbound: passage(&row.text(1)?)? }))
        .transpose()
}

/// Sets what a tenant says about everybody.
pub fn set_defaults(tx: &WriteTx<'_>, tenant: TenantId, defaults: Defaults) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO partner_defaults (tenant_id, inbound, outbound, changed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant_id) DO UPDATE SET inbound = excluded.inbound, outbound = excluded.outbound, \
         changed_at = excluded.changed_at",
        &[tenant.into(), defaults.inbound.name().into(), defaults.outbound.name().into(), tx.now().into()],
    )?;
    Ok(())
}

/// The tenant has said nothing about everybody.
pub fn reset_defaults(tx: &WriteTx<'_>, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM partner_defaults WHERE tenant_id = $1", &[tenant.into()])?;
    Ok(())
}

/// Every partner of a tenant, by id.
pub fn all(tx: &impl Read, tenant: TenantId) -> Result<Vec<Partner>, StoreError> {
    tx.rows(&format!("{COLUMNS} ORDER BY partner_id"), &[tenant.into()])?.iter().map(from_row).collect()
}

/// How many partners a tenant has settings for.
pub fn count(tx: &impl Read, tenant: TenantId) -> Result<i64, StoreError> {
    let row = tx.row("SELECT count(*) FROM partners WHERE tenant_id = $1", &[tenant.into()])?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// The settings for one partner.
pub fn by_id(tx: &impl Read, tenant: TenantId, partner: TenantId) -> Result<Option<Partner>, StoreError> {
    tx.row(&format!("{COLUMNS} AND partner_id = $2"), &[tenant.into(), partner.into()])?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// Adds settings for a partner; `false` when there are some.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, partner: &Partner) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO partners (tenant_id, partner_id, inbound, outbound, consent_in, consent_out, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            partner.tenant.into(),
            partner.inbound.map(Passage::name).into(),
            partner.outbound.map(Passage::name).into(),
            partner.consent_in.into(),
            partner.consent_out.into(),
            tx.now().into(),
        ],
    )?;
    Ok(fresh == 1)
}

/// Changes the settings for a partner.
pub fn update(tx: &WriteTx<'_>, tenant: TenantId, partner: &Partner) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE partners SET inbound = $1, outbound = $2, consent_in = $3, consent_out = $4 \
         WHERE tenant_id = $5 AND partner_id = $6",
        &[
            partner.inbound.map(Passage::name).into(),
            partner.outbound.map(Passage::name).into(),
            partner.consent_in.into(),
            partner.consent_out.into(),
            tenant.into(),
            partner.tenant.into(),
        ],
    )?;
    Ok(())
}

/// Takes the settings for a partner away; `false` when there are none.
pub fn delete(tx: &WriteTx<'_>, tenant: TenantId, partner: TenantId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM partners WHERE tenant_id = $1 AND partner_id = $2";
    Ok(tx.execute(sql, &[tenant.into(), partner.into()])? == 1)
}

/// What two tenants say about each other, the first about the second first, in one statement: it is asked whenever
/// somebody who signs in at home shows a session or a token.
pub fn between(tx: &impl Read, one: TenantId, other: TenantId) -> Result<(Policy, Policy), StoreError> {
    let sql = "SELECT tenant_id, partner_id, inbound, outbound, consent_in, consent_out FROM partners \
               WHERE tenant_id = $1 AND partner_id = $2 \
               UNION ALL SELECT tenant_id, NULL, inbound, outbound, NULL, NULL FROM partner_defaults WHERE tenant_id = $3 \
               UNION ALL SELECT tenant_id, partner_id, inbound, outbound, consent_in, consent_out FROM partners \
               WHERE tenant_id = $4 AND partner_id = $5 \
               UNION ALL SELECT tenant_id, NULL, inbound, outbound, NULL, NULL FROM partner_defaults WHERE tenant_id = $6";
    let (one_id, other_id) = (Value::from(one), Value::from(other));
    let params = [one_id.clone(), other_id.clone(), one_id.clone(), other_id.clone(), one_id, other_id];
    let mut said = [(one, Defaults::default(), None), (other, Defaults::default(), None)];
    for row in tx.rows(sql, &params)? {
        let of = row.tenant(0)?;
        let Some((_, defaults, partner)) = said.iter_mut().find(|(tenant, ..)| *tenant == of) else {
            continue;
        };
        let (inbound, outbound) = (row.opt_text(2)?, row.opt_text(3)?);
        let [inbound, outbound] = [inbound, outbound].map(|text| text.as_deref().map(passage).transpose());
        if let Some(tenant) = row.opt_tenant(1)? {
            let (consent_in, consent_out) = (row.opt_flag(4)?, row.opt_flag(5)?);
            let (inbound, outbound) = (inbound?, outbound?);
            *partner = Some(Partner { tenant, inbound, outbound, consent_in, consent_out });
        } else {
            let (inbound, outbound) = (inbound?.unwrap_or_default(), outbound?.unwrap_or_default());
            *defaults = Defaults { inbound, outbound };
        }
    }
    let [(_, ours, to_other), (_, theirs, to_one)] = said;
    Ok((Policy::new(one, other, ours, to_other), Policy::new(other, one, theirs, to_one)))
}

#[cfg(test)]
mod tests {
    use hospes_domain::cross_tenant::{may_come_in, may_go_out, redeems_automatically};

    use super::*;
    use crate::testing::{self, HERE, THERE, done, read};

    #[tokio::test]
    async fn what_is_said_is_kept_and_what_is_taken_back_is_gone() {
        let (db, _scratch) = testing::two_tenants("partners").await;
        let policies = async || read(&db, |tx| between(tx, HERE, THERE)).await;
        let (here, there) = policies().await;
        assert!(may_come_in(&here, THERE) && may_go_out(&there, HERE));

        let blocked = Defaults { inbound: Passage::Blocked, outbound: Passage::Allowed };
        done(&db, move |tx| set_defaults(tx, HERE, Defaults::default())).await;
        done(&db, move |tx| set_defaults(tx, HERE, blocked)).await;
        assert_eq!(read(&db, |tx| defaults(tx, HERE)).await, Some(blocked));
        assert_eq!(read(&db, |tx| defaults(tx, THERE)).await, None);
        assert!(!may_come_in(&policies().await.0, THERE));

        let open = |tenant| Partner {
            inbound: Some(Passage::Allowed),
            consent_in: Some(true),
            consent_out: Some(true),
            ..Partner::new(tenant)
        };
        assert!(done(&db, move |tx| insert(tx, HERE, &open(THERE))).await);
        assert!(!done(&db, move |tx| insert(tx, HERE, &open(THERE))).await);
        assert_eq!(read(&db, |tx| by_id(tx, HERE, THERE)).await, Some(open(THERE)));
        let (here, there) = policies().await;
        assert!(may_come_in(&here, THERE) && !redeems_automatically(&here, &there));
        done(&db, move |tx| insert(tx, THERE, &Partner::new(HERE))).await;
        done(&db, move |tx| update(tx, THERE, &open(HERE))).await;
        let (here, there) = policies().await;
        assert!(redeems_automatically(&here, &there));
        assert_eq!(read(&db, |tx| all(tx, HERE)).await, [open(THERE)]);
        assert_eq!(read(&db, |tx| count(tx, THERE)).await, 1);

        assert!(
            done(&db, |tx| delete(tx, HERE, THERE)).await && !done(&db, |tx| delete(tx, HERE, THERE)).await
        );
        done(&db, |tx| reset_defaults(tx, HERE)).await;
        let (here, there) = policies().await;
        assert!(may_come_in(&here, THERE) && !redeems_automatically(&here, &there));
    }
}
