//! Users with their addresses: load, save, look up. Refuses to decide anything, and to change a
//! guest's state other than by saving what the lifecycle produced.

use std::collections::HashMap;

use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::changes::{Changed, Kind};
use hospes_domain::guest::{Binding, Guest, GuestRecord, State};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use hospes_domain::user::{Profile, User};

use crate::changes;
use crate::directory_objects::among;
use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::roles::marks;
use crate::{user_row, words};

/// The columns of a user with its open binding, in the order [`from_row`] reads them.
pub(crate) const COLUMNS: &str = "u.tenant_id, u.id, u.revision, u.user_type, u.creation_type, u.upn, u.mail_nickname, u.mail, \
     u.display_name, u.given_name, u.surname, u.job_title, u.company_name, u.department, u.employee_id, u.city, u.country, \
     u.usage_location, u.office_location, u.street_address, u.state, u.postal_code, u.employee_type, u.mobile_phone, \
     u.business_phone, u.preferred_language, u.show_in_address_list, u.account_enabled, u.external_user_state, \
     u.state_changed_at, u.sign_in_generation, u.sessions_valid_from, u.invited_by, u.created_at, u.deleted_at, \
     b.id, b.issuer, b.subject, b.sign_in_name, b.proof, b.bound_at";

/// How many they are.
const WIDTH: usize = 41;

/// The tables those columns come from.
pub(crate) const TABLES: &str = "users u LEFT JOIN bindings b \
     ON b.tenant_id = u.tenant_id AND b.user_id = u.id AND b.ended_at IS NULL";

/// `kind` of an entry of `otherMails`.
pub const OTHER: &str = "other";
/// `kind` of an entry of `proxyAddresses`.
pub const PROXY: &str = "proxy";

/// Text folded for comparison: what every `*_key` column holds. One rule for both engines, and for lists in memory.
pub use hospes_domain::text::fold;

fn address(row: &Row, column: usize) -> Result<Option<Address>, StoreError> {
    row.opt_text(column)?
        .map(|t| {
            Address::parse(&t).map_err(|_| StoreError::Corrupt("a stored address cannot be read".into()))
        })
        .transpose()
}

fn binding(row: &Row) -> Result<Option<Binding>, StoreError> {
    let Some(id) = row.opt_id(35)? else { return Ok(None) };
    let sign_in_name =
        address(row, 38)?.ok_or_else(|| StoreError::Corrupt("a binding has no sign-in name".into()))?;
    Ok(Some(Binding {
        id,
        issuer: row.text(36)?,
        subject: row.text(37)?,
        sign_in_name,
        proof: row.text(39)?,
        bound_at: row.time(40)?,
    }))
}

/// A user as far as its row says; addresses are still empty.
pub(crate) fn from_row(row: &Row) -> Result<User, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("a user has {what}"));
    let state = State::parse(row.opt_text(28)?.as_deref()).ok_or_else(|| corrupt("an unknown state"))?;
    let guest = Guest::from_record(GuestRecord {
        tenant: row.tenant(0)?,
        id: row.object(1)?,
        state,
        state_changed_at: row.opt_time(29)?,
        enabled: row.flag(27)?,
        deleted_at: row.opt_time(34)?,
        generation: row.int(30)?,
        sessions_valid_from: row.time(31)?,
        binding: binding(row)?,
    })
    .map_err(|e| StoreError::Corrupt(e.to_string()))?;
    Ok(User {
        guest,
        revision: row.int(2)?,
        user_type: UserType::parse(&row.text(3)?).ok_or_else(|| corrupt("an unknown type"))?,
        creation_type: row.opt_text(4)?,
        upn: row.text(5)?,
        mail_nickname: row.text(6)?,
        mail: address(row, 7)?,
        other_mails: Vec::new(),
        proxy_addresses: Vec::new(),
        profile: profile(row)?,
        show_in_address_list: row.flag(26)?,
        invited_by: row.opt_object(32)?,
        created_at: row.time(33)?,
    })
}

fn profile(row: &Row) -> Result<Profile, StoreError> {
    Ok(Profile {
        display_name: row.text(8)?,
        given_name: row.opt_text(9)?,
        surname: row.opt_text(10)?,
        job_title: row.opt_text(11)?,
        company_name: row.opt_text(12)?,
        department: row.opt_text(13)?,
        employee_id: row.opt_text(14)?,
        city: row.opt_text(15)?,
        country: row.opt_text(16)?,
        usage_location: row.opt_text(17)?,
        office_location: row.opt_text(18)?,
        street_address: row.opt_text(19)?,
        state: row.opt_text(20)?,
        postal_code: row.opt_text(21)?,
        employee_type: row.opt_text(22)?,
        mobile_phone: row.opt_text(23)?,
        business_phone: row.opt_text(24)?,
        preferred_language: row.opt_text(25)?,
    })
}

/// Fills in `otherMails` and `proxyAddresses` of users of one tenant, in one statement.
pub fn fill_addresses(tx: &impl Read, tenant: TenantId, users: &mut [User]) -> Result<(), StoreError> {
    if users.is_empty() {
        return Ok(());
    }
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(users.iter().map(|u| Value::from(u.id())));
    let marks = (2..=params.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT user_id, kind, address FROM user_addresses WHERE tenant_id = $1 AND user_id IN ({marks}) \
         ORDER BY user_id, kind, position"
    );
    let places: HashMap<ObjectId, usize> = users.iter().enumerate().map(|(n, user)| (user.id(), n)).collect();
    for row in tx.rows(&sql, &params)? {
        let Some(user) = places.get(&row.object(0)?).and_then(|place| users.get_mut(*place)) else {
            continue;
        };
        if row.text(1)? == OTHER {
            user.other_mails.extend(address(&row, 2)?);
        } else {
            user.proxy_addresses.push(row.text(2)?);
        }
    }
    Ok(())
}

/// One user with its addresses, in one statement: each of them comes with the user's row.
fn one(tx: &impl Read, condition: &str, tenant: TenantId, value: Value) -> Result<Option<User>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, a.kind, a.address FROM {TABLES} \
         LEFT JOIN user_addresses a ON a.tenant_id = u.tenant_id AND a.user_id = u.id \
         WHERE u.tenant_id = $1 AND {condition} ORDER BY u.id, a.kind, a.position"
    );
    let rows = tx.rows(&sql, &[tenant.into(), value])?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut user = from_row(first)?;
    for row in &rows {
        if row.object(1)? != user.id() {
            return Err(StoreError::Statement("one user was expected, several came".into()));
        }
        match row.opt_text(WIDTH)?.as_deref() {
            None => {}
            Some(OTHER) => user.other_mails.extend(address(row, WIDTH + 1)?),
            Some(_) => user.proxy_addresses.push(row.text(WIDTH + 1)?),
        }
    }
    tx.keep(user.id().0, || user.clone());
    Ok(Some(user))
}

/// The user of that id, soft-deleted ones included.
pub fn by_id_even_deleted(
    tx: &impl Read,
    tenant: TenantId,
    id: ObjectId,
) -> Result<Option<User>, StoreError> {
    one(tx, "u.id = $2", tenant, id.into())
}

/// The user of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Option<User>, StoreError> {
    one(tx, "u.id = $2 AND u.deleted_at IS NULL", tenant, id.into())
}

/// The users of those ids, by id; unknown and soft-deleted ones are left out.
pub fn by_ids(tx: &impl Read, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<User>, StoreError> {
    many(tx, tenant, ids, " AND u.deleted_at IS NULL")
}

/// The users of those ids, soft-deleted ones included; who was purged is left out.
pub fn by_ids_even_deleted(
    tx: &impl Read,
    tenant: TenantId,
    ids: &[ObjectId],
) -> Result<Vec<User>, StoreError> {
    many(tx, tenant, ids, "")
}

fn many(tx: &impl Read, tenant: TenantId, ids: &[ObjectId], there: &str) -> Result<Vec<User>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (marks, params) = among(tenant, ids);
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE u.tenant_id = $1 AND u.id IN ({marks}){there} ORDER BY u.id"
    );
    let mut found = tx.rows(&sql, &params)?.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    fill_addresses(tx, tenant, &mut found)?;
    Ok(found)
}

/// The user of that user principal name.
pub fn by_upn(tx: &impl Read, tenant: TenantId, upn: &str) -> Result<Option<User>, StoreError> {
    one(tx, "u.upn_key = $2 AND u.deleted_at IS NULL", tenant, fold(upn).into())
}

/// Who has these user principal names, by the key of each ([`fold`]); names that nobody has are left out.
pub fn ids_by_upn(
    tx: &impl Read,
    tenant: TenantId,
    names: &[&str],
) -> Result<HashMap<String, ObjectId>, StoreError> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(names.iter().map(|name| Value::from(fold(name))));
    let marks = marks(2, params.len());
    let sql = format!(
        "SELECT upn_key, id FROM users WHERE tenant_id = $1 AND upn_key IN ({marks}) AND deleted_at IS NULL"
    );
    tx.rows(&sql, &params)?.iter().map(|row| Ok((row.text(0)?, row.object(1)?))).collect()
}

/// Who has that user principal name.
pub fn upn_holder(tx: &impl Read, tenant: TenantId, upn: &str) -> Result<Option<ObjectId>, StoreError> {
    let sql = "SELECT id FROM users WHERE tenant_id = $1 AND upn_key = $2 AND deleted_at IS NULL";
    tx.row(sql, &[tenant.into(), fold(upn).into()])?.map(|row| row.object(0)).transpose()
}

/// Every user that holds the address in any way that makes it theirs: `mail`, UPN, `proxyAddresses`,
/// a sign-in address, or an open invitation to it. `otherMails` are contact data and do not count.
pub fn holders(tx: &impl Read, tenant: TenantId, address: &Address) -> Result<Vec<User>, StoreError> {
    let key = address.key();
    let sql = "SELECT u.id FROM users u WHERE u.tenant_id = $1 AND u.mail_key = $2 AND u.deleted_at IS NULL \
               UNION ALL SELECT u.id FROM users u WHERE u.tenant_id = $3 AND u.upn_key = $4 AND u.deleted_at IS NULL \
               UNION ALL SELECT a.user_id FROM user_addresses a WHERE a.tenant_id = $5 AND a.address_key = $6 AND a.kind = 'proxy' \
               UNION ALL SELECT s.user_id FROM sign_in_addresses s WHERE s.tenant_id = $7 AND s.address_key = $8 \
               UNION ALL SELECT i.user_id FROM invitations i WHERE i.tenant_id = $9 AND i.address_key = $10 AND i.state = 'open'";
    let mut params: Vec<Value> = Vec::with_capacity(10);
    for _ in 0..5 {
        params.push(tenant.into());
        params.push(key.as_str().into());
    }
    // Told apart here: for `UNION` the database would build a table for what is one row at most, nearly always.
    let mut users: Vec<User> = Vec::new();
    for row in tx.rows(sql, &params)? {
        let id = row.object(0)?;
        if users.iter().all(|known| known.id() != id) {
            users.extend(by_id(tx, tenant, id)?);
        }
    }
    users.sort_by_key(|u| (u.created_at, u.id()));
    Ok(users)
}

/// Inserts a user under its UPN; `false` when the UPN is taken (then nothing was written).
pub fn insert(tx: &WriteTx<'_>, user: &User, password_hash: Option<&str>) -> Result<bool, StoreError> {
    let fresh = tx.execute(user_row::INSERT, &user_row::values(user, password_hash))?;
    if fresh == 1 {
        insert_addresses(tx, user, &HashMap::new())?;
        words::add_name(tx, user.guest.record().tenant, user.id(), &user.profile.display_name)?;
        changes::note(tx, user.guest.record().tenant, Kind::User, user.id(), Changed::CREATED);
        tx.keep(user.id().0, || user.clone());
    }
    Ok(fresh == 1)
}

/// Saves what the lifecycle changed (not the binding) and raises the revision; `false` when somebody
/// else changed the user since it was loaded.
pub fn save_guest(tx: &WriteTx<'_>, guest: &Guest, revision: i64) -> Result<bool, StoreError> {
    let r = guest.record();
    let changed = tx.execute(
        "UPDATE users SET revision = revision + 1, external_user_state = $1, state_changed_at = $2, account_enabled = $3, \
         deleted_at = $4, sign_in_generation = $5, sessions_valid_from = $6 WHERE tenant_id = $7 AND id = $8 AND revision = $9",
        &[
            r.state.name().into(),
            r.state_changed_at.into(),
            r.enabled.into(),
            r.deleted_at.into(),
            r.generation.into(),
            r.sessions_valid_from.into(),
            r.tenant.into(),
            r.id.into(),
            revision.into(),
        ],
    )?;
    if changed == 1 {
        changes::note_guest(tx, guest)?;
    }
    Ok(changed == 1)
}

/// Saves names, mail and the other properties of a profile (not addresses, not the state).
pub fn save_profile(tx: &WriteTx<'_>, user: &User) -> Result<(), StoreError> {
    let (sql, params) = user_row::update(user);
    tx.execute(sql, &params)?;
    changes::note_user(tx, user);
    words::rename(tx, user.guest.record().tenant, user.id(), &user.profile.display_name)
}

/// Replaces `otherMails` and `proxyAddresses`; entries that stay keep the time they were added at.
pub fn save_addresses(tx: &WriteTx<'_>, user: &User) -> Result<(), StoreError> {
    let (tenant, id) = (user.guest.record().tenant, user.id());
    let mut since = HashMap::new();
    let before =
        "SELECT kind, address_key, added_at FROM user_addresses WHERE tenant_id = $1 AND user_id = $2";
    for row in tx.rows(before, &[tenant.into(), id.into()])? {
        since.insert((row.text(0)?, row.text(1)?), row.time(2)?);
    }
    tx.execute(
        "DELETE FROM user_addresses WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), id.into()],
    )?;
    changes::note_user(tx, user);
    insert_addresses(tx, user, &since)
}

/// When an entry of that kind and key was added.
type Since = HashMap<(String, String), Time>;

fn insert_addresses(tx: &WriteTx<'_>, user: &User, since: &Since) -> Result<(), StoreError> {
    let (tenant, id) = (user.guest.record().tenant, user.id());
    let other = user.other_mails.iter().map(|a| (OTHER, a.as_str().to_owned(), a.key()));
    let proxy = user.proxy_addresses.iter().map(|p| (PROXY, p.clone(), proxy_key(p)));
    for (position, (kind, text, key)) in (0_i64..).zip(other.chain(proxy)) {
        let added_at: Time = since.get(&(kind.to_owned(), key.clone())).copied().unwrap_or_else(|| tx.now());
        tx.execute(
            "INSERT INTO user_addresses (tenant_id, user_id, kind, position, address, address_key, added_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                tenant.into(),
                id.into(),
                kind.into(),
                position.into(),
                text.into(),
                key.into(),
                added_at.into(),
            ],
        )?;
    }
    Ok(())
}

/// What a proxy address is found by: the address without its `SMTP:` prefix, folded.
pub fn proxy_key(proxy: &str) -> String {
    proxy.split_once(':').map_or(proxy, |(_, address)| address).to_ascii_lowercase()
}

/// Ends what the person agreed to here: the redemption consent and consents to applications.
pub fn end_consents(tx: &WriteTx<'_>, tenant: TenantId, id: ObjectId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM redemption_consents WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), id.into()],
    )?;
    tx.execute(
        "DELETE FROM permission_grants WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok(())
}

/// Notes that the guest agreed to the host's use of its data.
pub fn consent(tx: &WriteTx<'_>, tenant: TenantId, id: ObjectId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO redemption_consents (tenant_id, user_id, given_at) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant_id, user_id) DO UPDATE SET given_at = excluded.given_at",
        &[tenant.into(), id.into(), tx.now().into()],
    )?;
    Ok(())
}

/// Takes the password away: whoever redeems signs in from outside from then on.
pub fn end_password(tx: &WriteTx<'_>, tenant: TenantId, id: ObjectId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET password_hash = NULL WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok(())
}
