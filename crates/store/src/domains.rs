//! Domains of a tenant, claimed and verified. Refuses to verify one for a second tenant: the name is the key of
//! `domains`, where only verified ones stand, and which everybody else reads (`tenants`).

use hospes_domain::domains::{Domain, Record, VerifiedBy};
use hospes_domain::ids::TenantId;

use crate::engine::{Read, Row, StoreError, WriteTx};

const VERIFIED: &str = "SELECT d.name, d.verified_at, c.record_id, c.record, d.verified_by FROM domains d \
     LEFT JOIN domain_claims c ON c.tenant_id = d.tenant_id AND c.name = d.name WHERE d.tenant_id = $1";
const CLAIMED: &str = "SELECT c.name, c.claimed_at, c.record_id, c.record FROM domain_claims c WHERE c.tenant_id = $1 \
     AND NOT EXISTS (SELECT d.name FROM domains d WHERE d.name = c.name AND d.tenant_id = c.tenant_id)";

fn from_row(row: &Row, verified_by: Option<VerifiedBy>) -> Result<Domain, StoreError> {
    let record = match (row.opt_id(2)?, row.opt_text(3)?) {
        (Some(id), Some(text)) => Some(Record { id, text }),
        _ => None,
    };
    Ok(Domain { name: row.text(0)?, verified_by, since: row.time(1)?, record })
}

fn verified(row: &Row) -> Result<Domain, StoreError> {
    let by = VerifiedBy::parse(&row.text(4)?)
        .ok_or_else(|| StoreError::Corrupt("a domain is verified by nobody we know".into()))?;
    from_row(row, Some(by))
}

/// Every domain of a tenant, by name.
pub fn all(tx: &impl Read, tenant: TenantId) -> Result<Vec<Domain>, StoreError> {
    let mut domains: Vec<Domain> =
        tx.rows(VERIFIED, &[tenant.into()])?.iter().map(verified).collect::<Result<_, _>>()?;
    for row in tx.rows(CLAIMED, &[tenant.into()])? {
        domains.push(from_row(&row, None)?);
    }
    domains.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(domains)
}

/// The domain of that name, if the tenant has or claims it.
pub fn by_name(tx: &impl Read, tenant: TenantId, name: &str) -> Result<Option<Domain>, StoreError> {
    let params = [tenant.into(), name.into()];
    if let Some(row) = tx.row(&format!("{VERIFIED} AND d.name = $2"), &params)? {
        return verified(&row).map(Some);
    }
    tx.row(&format!("{CLAIMED} AND c.name = $2"), &params)?.map(|row| from_row(&row, None)).transpose()
}

/// The tenant that the domain is verified for.
pub fn owner(tx: &impl Read, name: &str) -> Result<Option<TenantId>, StoreError> {
    tx.row("SELECT tenant_id FROM domains WHERE name = $1", &[name.into()])?
        .map(|row| row.tenant(0))
        .transpose()
}

/// Notes a claim with the record that would prove it; `false` when there is one.
pub fn claim(tx: &WriteTx<'_>, tenant: TenantId, name: &str, record: &Record) -> Result<bool, StoreError> {
    let sql = "INSERT INTO domain_claims (tenant_id, name, record_id, record, claimed_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT DO NOTHING";
    let params = [tenant.into(), name.into(), record.id.into(), record.text.as_str().into(), tx.now().into()];
    Ok(tx.execute(sql, &params)? == 1)
}

/// Makes the tenant the owner of the domain; `false` when the server has one.
pub fn verify(tx: &WriteTx<'_>, tenant: TenantId, name: &str, by: VerifiedBy) -> Result<bool, StoreError> {
    let sql = "INSERT INTO domains (name, tenant_id, verified_by, verified_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, &[name.into(), tenant.into(), by.name().into(), tx.now().into()])? == 1)
}

/// Ends ownership and claim.
pub fn remove(tx: &WriteTx<'_>, tenant: TenantId, name: &str) -> Result<(), StoreError> {
    let params = [tenant.into(), name.into()];
    tx.execute("DELETE FROM domains WHERE tenant_id = $1 AND name = $2", &params)?;
    tx.execute("DELETE FROM domain_claims WHERE tenant_id = $1 AND name = $2", &params)?;
    Ok(())
}

/// Whether names of users end in the domain, deleted ones included. Reads the index of names from end to end: it sorts by
/// beginnings, and domains are removed once in years.
pub fn has_users(tx: &impl Read, tenant: TenantId, name: &str) -> Result<bool, StoreError> {
    let end = format!("@{name}");
    let sql = "SELECT upn_key FROM users WHERE tenant_id = $1 AND length(upn_key) > length($2) \
               AND substr(upn_key, length(upn_key) - length($2) + 1) = $2 LIMIT 1";
    Ok(tx.row(sql, &[tenant.into(), end.into()])?.is_some())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use hospes_domain::domains::RECORD_PREFIX;
    use uuid::Uuid;

    use super::*;
    use crate::tenants;
    use crate::testing::{self, HERE, THERE, done, read};

    fn record(n: u128) -> Record {
        Record { id: Uuid::from_u128(n), text: format!("{RECORD_PREFIX}{n}") }
    }

    #[tokio::test]
    async fn b5_a_claim_is_nothing_until_it_is_verified_and_nothing_again_when_it_is_removed() {
        let (db, _scratch) = testing::two_tenants("domains").await;
        let seen = async || {
            let name = "new.example";
            read(&db, move |tx| {
                let by_domain = tenants::by_domain(tx, name)?.map(|tenant| tenant.id);
                let tenant = tenants::by_id(tx, HERE)?.unwrap();
                let state = by_name(tx, HERE, name)?.map(|domain| domain.verified_by);
                Ok((by_domain, tenant.domains.contains(&name.to_owned()), owner(tx, name)?, state))
            })
            .await
        };
        assert_eq!(seen().await, (None, false, None, None));
        assert!(done(&db, |tx| claim(tx, HERE, "new.example", &record(1))).await);
        assert!(!done(&db, |tx| claim(tx, HERE, "new.example", &record(2))).await);
        assert!(done(&db, |tx| claim(tx, THERE, "new.example", &record(3))).await, "two may claim it");
        assert_eq!(seen().await, (None, false, None, Some(None)));
        assert!(done(&db, |tx| verify(tx, HERE, "new.example", VerifiedBy::Dns)).await);
        assert!(!done(&db, |tx| verify(tx, THERE, "new.example", VerifiedBy::Dns)).await, "one has it");
        let verified = Some(Some(VerifiedBy::Dns));
        assert_eq!(seen().await, (Some(HERE), true, Some(HERE), verified));
        let all = read(&db, |tx| all(tx, HERE)).await;
        let names: Vec<_> = all.iter().map(|d| (d.name.as_str(), d.verified_by, d.record.clone())).collect();
        assert_eq!(
            names,
            [
                ("here.example", Some(VerifiedBy::Operator), None),
                ("new.example", Some(VerifiedBy::Dns), Some(record(1)))
            ]
        );
        done(&db, |tx| remove(tx, HERE, "new.example")).await;
        assert_eq!(seen().await, (None, false, None, None));
        assert!(done(&db, |tx| verify(tx, THERE, "new.example", VerifiedBy::Dns)).await);
        assert_eq!(seen().await, (Some(THERE), false, Some(THERE), None));
    }
}
