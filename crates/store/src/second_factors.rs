//! Second factors of people with their sealed secrets, recovery codes by keyed hash, and the roles that demand a factor.
//! Refuses to count a code twice: conditional updates whose row counts decide (threats G2).

use hospes_domain::access::Role;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::second_factor::{Factor, Kind};
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, Value, WriteTx};

/// A factor as it is stored. No `Debug`: it holds a sealed secret.
#[derive(Clone)]
pub struct StoredFactor {
    /// What people see of it.
    pub factor: Factor,
    /// Sealed with the tenant's key for the factor's id.
    pub secret: Vec<u8>,
    /// The time step of the code used last.
    pub last_step: Option<i64>,
}

fn from_row(row: &Row) -> Result<StoredFactor, StoreError> {
    let kind = Kind::parse(&row.text(1)?)
        .ok_or_else(|| StoreError::Corrupt("a second factor is of an unknown kind".into()))?;
    let factor = Factor {
        id: row.id(0)?,
        kind,
        name: row.text(2)?,
        added_at: row.time(3)?,
        used_at: row.opt_time(4)?,
    };
    Ok(StoredFactor { factor, secret: row.bytes(5)?, last_step: row.opt_int(6)? })
}

/// The factors of a user, the oldest first.
pub fn of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<StoredFactor>, StoreError> {
    let sql = "SELECT id, kind, name, added_at, used_at, secret, last_step FROM second_factors \
               WHERE tenant_id = $1 AND user_id = $2 ORDER BY added_at, id";
    tx.rows(sql, &[tenant.into(), user.into()])?.iter().map(from_row).collect()
}

/// Whether the user has any.
pub fn any(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM second_factors WHERE tenant_id = $1 AND user_id = $2 LIMIT 1";
    Ok(tx.row(sql, &[tenant.into(), user.into()])?.is_some())
}

/// Whether the user has any, or a passkey: what a guest can show as second factor.
pub fn any_or_passkey(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM second_factors WHERE tenant_id = $1 AND user_id = $2 \
               UNION ALL SELECT id FROM passkeys WHERE tenant_id = $1 AND user_id = $2 LIMIT 1";
    Ok(tx.row(sql, &[tenant.into(), user.into()])?.is_some())
}

/// What most sign-ins have to know, in one statement.
pub fn showing(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Showing, StoreError> {
    let sql = "SELECT 'app', id FROM second_factors WHERE tenant_id = $1 AND user_id = $2 \
               UNION ALL SELECT 'role', role_id FROM second_factor_roles WHERE tenant_id = $3 \
               UNION ALL SELECT 'passkey', id FROM passkeys WHERE tenant_id = $4 AND user_id = $5";
    let params: [Value; 5] = [tenant.into(), user.into(), tenant.into(), tenant.into(), user.into()];
    let (mut showing, mut ids) = (Showing::default(), Vec::new());
    for row in tx.rows(sql, &params)? {
        match row.text(0)?.as_str() {
            "role" => ids.push(row.id(1)?),
            "app" => showing.app = true,
            _ => showing.passkey = true,
        }
    }
    showing.demanding = known(&ids);
    Ok(showing)
}

/// What a user could show beside the first proof, and who has to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Showing {
    /// The code of an authenticator app.
    pub app: bool,
    /// A passkey. It counts where it stands beside another proof.
    pub passkey: bool,
    /// The roles of the tenant that demand one.
    pub demanding: Vec<Role>,
}

/// Saves a new one.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    new: &StoredFactor,
) -> Result<(), StoreError> {
    let factor = &new.factor;
    tx.execute(
        "INSERT INTO second_factors (tenant_id, id, user_id, kind, name, secret, last_step, added_at, used_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            tenant.into(),
            factor.id.into(),
            user.into(),
            factor.kind.name().into(),
            factor.name.as_str().into(),
            new.secret.clone().into(),
            new.last_step.into(),
            factor.added_at.into(),
            factor.used_at.into(),
        ],
    )?;
    Ok(())
}

/// Notes that a code of that step was used; `false` when one of that step or a later one was used before.
pub fn use_step(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid, step: i64) -> Result<bool, StoreError> {
    let won = tx.execute(
        "UPDATE second_factors SET last_step = $1, used_at = $2 WHERE tenant_id = $3 AND id = $4 \
         AND (last_step IS NULL OR last_step < $1)",
        &[step.into(), tx.now().into(), tenant.into(), id.into()],
    )?;
    Ok(won == 1)
}

/// Removes one of a user's; `false` when there is none of that id.
pub fn remove(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId, id: Uuid) -> Result<bool, StoreError> {
    let sql = "DELETE FROM second_factors WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    Ok(tx.execute(sql, &[tenant.into(), user.into(), id.into()])? == 1)
}

/// Removes every factor and recovery code of a user; says how many factors there were.
pub fn remove_all(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), user.into()],
    )?;
    tx.execute(
        "DELETE FROM second_factors WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), user.into()],
    )
}

/// How many recovery codes a user has left.
pub fn recovery_codes_left(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<usize, StoreError> {
    let sql = "SELECT count(*) FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2";
    let count = tx.row(sql, &[tenant.into(), user.into()])?.map_or(Ok(0), |row| row.int(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Puts a new set in the place of the old one.
pub fn set_recovery_codes(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    hashes: &[[u8; 32]],
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), user.into()],
    )?;
    for hash in hashes {
        tx.execute(
            "INSERT INTO recovery_codes (tenant_id, hash, user_id) VALUES ($1, $2, $3)",
            &[tenant.into(), (*hash).into(), user.into()],
        )?;
    }
    Ok(())
}

/// Whether the user has that recovery code.
pub fn has_recovery_code(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    hash: [u8; 32],
) -> Result<bool, StoreError> {
    let sql = "SELECT user_id FROM recovery_codes WHERE tenant_id = $1 AND hash = $2 AND user_id = $3";
    Ok(tx.row(sql, &[tenant.into(), hash.into(), user.into()])?.is_some())
}

/// Uses a recovery code up; `false` when the user has no such code, or no longer.
pub fn use_recovery_code(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    hash: [u8; 32],
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM recovery_codes WHERE tenant_id = $1 AND hash = $2 AND user_id = $3";
    Ok(tx.execute(sql, &[tenant.into(), hash.into(), user.into()])? == 1)
}

/// The roles whose holders need a second factor, in the fixed order of roles.
pub fn demanding_roles(tx: &impl Read, tenant: TenantId) -> Result<Vec<Role>, StoreError> {
    let sql = "SELECT role_id FROM second_factor_roles WHERE tenant_id = $1";
    let ids =
        tx.rows(sql, &[tenant.into()])?.iter().map(|row| row.id(0)).collect::<Result<Vec<Uuid>, _>>()?;
    Ok(known(&ids))
}

fn known(ids: &[Uuid]) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| ids.contains(&role.id())).collect()
}

/// Puts these roles in the place of the ones before.
pub fn set_demanding_roles(tx: &WriteTx<'_>, tenant: TenantId, roles: &[Role]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM second_factor_roles WHERE tenant_id = $1", &[tenant.into()])?;
    for role in roles {
        tx.execute(
            "INSERT INTO second_factor_roles (tenant_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            &[tenant.into(), role.id().into()],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::testing::{HERE, THERE, done, member, two_tenants};
    use hospes_domain::time::Time;

    const ANA: ObjectId = ObjectId(Uuid::from_u128(7));
    const BO: ObjectId = ObjectId(Uuid::from_u128(8));

    fn factor(id: u128) -> StoredFactor {
        let factor = Factor {
            id: Uuid::from_u128(id),
            kind: Kind::Totp,
            name: "Phone".into(),
            added_at: Time(i64::try_from(id).unwrap()),
            used_at: None,
        };
        StoredFactor { factor, secret: vec![1, 2], last_step: None }
    }

    #[tokio::test]
    async fn g2_a_step_is_used_once_and_only_of_ones_own_tenant() {
        let (db, _scratch) = two_tenants("factors").await;
        let id = Uuid::from_u128(1);
        done(&db, move |tx| insert(tx, HERE, ANA, &factor(1))).await;
        for (tenant, step, wins) in
            [(THERE, 5, false), (HERE, 5, true), (HERE, 5, false), (HERE, 4, false), (HERE, 6, true)]
        {
            assert_eq!(done(&db, move |tx| use_step(tx, tenant, id, step)).await, wins, "{tenant} {step}");
        }
        let kept = done(&db, |tx| of(tx, HERE, ANA)).await;
        assert_eq!((kept[0].last_step, kept[0].factor.used_at), (Some(6), Some(Time(5_000_000))));
        assert!(!done(&db, |tx| any(tx, THERE, ANA)).await && !done(&db, |tx| any(tx, HERE, BO)).await);
    }

    #[tokio::test]
    async fn factors_come_oldest_first_and_go_one_by_one_or_all_with_their_codes() {
        let (db, _scratch) = two_tenants("factors").await;
        done(&db, |tx| {
            insert(tx, HERE, ANA, &factor(2))?;
            insert(tx, HERE, ANA, &factor(1))?;
            insert(tx, HERE, BO, &factor(3))?;
            set_recovery_codes(tx, HERE, ANA, &[[1; 32], [2; 32]])?;
            set_recovery_codes(tx, HERE, BO, &[[3; 32]])
        })
        .await;
        let ids: Vec<u128> =
            done(&db, |tx| of(tx, HERE, ANA)).await.iter().map(|f| f.factor.id.as_u128()).collect();
        assert_eq!(ids, [1, 2]);
        let of_another = done(&db, |tx| remove(tx, HERE, ANA, Uuid::from_u128(3))).await;
        assert!(!of_another && done(&db, |tx| remove(tx, HERE, ANA, Uuid::from_u128(1))).await);
        for (user, hash, there) in [(BO, [1; 32], false), (ANA, [1; 32], true), (ANA, [1; 32], false)] {
            assert_eq!(done(&db, move |tx| has_recovery_code(tx, HERE, user, hash)).await, there);
            assert_eq!(done(&db, move |tx| use_recovery_code(tx, HERE, user, hash)).await, there);
        }
        assert_eq!(done(&db, |tx| remove_all(tx, HERE, ANA)).await, 1);
        for (user, left) in [(ANA, 0), (BO, 1)] {
            assert_eq!(done(&db, move |tx| recovery_codes_left(tx, HERE, user)).await, left);
        }
    }

    #[tokio::test]
    async fn a_passkey_counts_where_it_is_asked_for_and_only_its_owners() {
        let (db, _scratch) = two_tenants("factors").await;
        let passkey = hospes_domain::passkey::Passkey {
            id: Uuid::from_u128(1),
            user: ANA,
            credential_id: vec![1],
            public_key: String::new(),
            counter: 0,
            transports: String::new(),
            value: String::new(),
            name: "Laptop".into(),
            created_at: Time(1),
            last_used_at: None,
        };
        done(&db, |tx| crate::users::insert(tx, &member(HERE, ANA, "ana"), None)).await;
        done(&db, move |tx| crate::passkeys::insert(tx, HERE, &passkey)).await;
        done(&db, |tx| set_demanding_roles(tx, HERE, &[Role::GlobalReader])).await;
        for (tenant, user, passkey) in [(HERE, ANA, true), (HERE, BO, false), (THERE, ANA, false)] {
            let found = done(&db, move |tx| showing(tx, tenant, user)).await;
            let demanding = if tenant == HERE { vec![Role::GlobalReader] } else { Vec::new() };
            assert_eq!(found, Showing { app: false, passkey, demanding }, "{tenant} {user:?}");
        }
        assert!(done(&db, |tx| any_or_passkey(tx, HERE, ANA)).await);
        assert!(!done(&db, |tx| any_or_passkey(tx, THERE, ANA)).await);
        assert!(!done(&db, |tx| any_or_passkey(tx, HERE, BO)).await);
    }

    #[tokio::test]
    async fn the_roles_of_a_policy_are_replaced_as_a_whole() {
        let (db, _scratch) = two_tenants("factors").await;
        let both = [Role::GlobalReader, Role::GlobalAdministrator];
        done(&db, move |tx| set_demanding_roles(tx, HERE, &both)).await;
        let now = done(&db, |tx| demanding_roles(tx, HERE)).await;
        assert_eq!(now, [Role::GlobalAdministrator, Role::GlobalReader]);
        done(&db, |tx| set_demanding_roles(tx, HERE, &[Role::GlobalReader])).await;
        assert_eq!(done(&db, |tx| demanding_roles(tx, HERE)).await, [Role::GlobalReader]);
        assert_eq!(done(&db, |tx| demanding_roles(tx, THERE)).await, []);
    }
}
