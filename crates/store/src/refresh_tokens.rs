//! Refresh tokens by keyed hash, in families that begin with an authorization code. Refuses to yield one twice: a
//! conditional update whose row count decides (threats F5).

use hospes_domain::application::Platform;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::session::Amr;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, Value, WriteTx};

/// What a refresh token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// All tokens that came from one sign-in; they die together.
    pub family: Uuid,
    /// The client it was issued to.
    pub client: ClientId,
    /// Who signed in.
    pub user: ObjectId,
    /// That person's sign-in generation; compared for equality on use (I3).
    pub generation: i64,
    /// The session's public id (`sid`).
    pub session: Uuid,
    /// What waited at the redirect address.
    pub platform: Option<Platform>,
    /// What was asked for at sign-in.
    pub scope: String,
    /// Claims asked for one by one at sign-in.
    pub claims: ClaimsRequest,
    /// When the person signed in.
    pub auth_time: Time,
    /// How the person was proven.
    pub amr: Amr,
    /// End of its life.
    pub expires_at: Time,
    /// When it was exchanged for its successor.
    pub used_at: Option<Time>,
    /// When it was issued; set by the store.
    pub issued_at: Time,
}

fn from_row(row: &Row) -> Result<RefreshToken, StoreError> {
    Ok(RefreshToken {
        family: row.id(0)?,
        client: row.client(1)?,
        user: row.object(2)?,
        generation: row.int(3)?,
        session: row.id(4)?,
        scope: row.text(5)?,
        auth_time: row.time(6)?,
        expires_at: row.time(7)?,
        used_at: row.opt_time(8)?,
        amr: Amr::stored(&row.text(9)?),
        platform: row.opt_text(10)?.and_then(|name| Platform::parse(&name)),
        claims: ClaimsRequest::from_stored(row.opt_text(11)?.as_deref()),
        issued_at: row.time(12)?,
    })
}

/// The token with that hash, used or not, unless its family is revoked.
pub fn find(tx: &impl Read, tenant: TenantId, hash: [u8; 32]) -> Result<Option<RefreshToken>, StoreError> {
    // Any revoked row condemns its family, so that a successor written at the same moment is caught too.
    let sql = "SELECT t.family, t.client_id, t.user_id, t.generation, t.session_id, t.scope, t.auth_time, t.expires_at, t.used_at, t.amr, \
               t.platform, t.claims, t.created_at \
               FROM refresh_tokens t WHERE t.tenant_id = $1 AND t.hash = $2 AND NOT EXISTS (SELECT 1 FROM refresh_tokens f \
               WHERE f.tenant_id = t.tenant_id AND f.family = t.family AND f.revoked = $3)";
    tx.row(sql, &[tenant.into(), hash.into(), true.into()])?.as_ref().map(from_row).transpose()
}

/// Whose token that is, revoked or not.
pub fn user_of(tx: &impl Read, tenant: TenantId, hash: [u8; 32]) -> Result<Option<ObjectId>, StoreError> {
    let sql = "SELECT user_id FROM refresh_tokens WHERE tenant_id = $1 AND hash = $2";
    tx.row(sql, &[tenant.into(), hash.into()])?.map(|row| row.object(0)).transpose()
}

/// Saves a new token.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    hash: [u8; 32],
    token: &RefreshToken,
) -> Result<(), StoreError> {
    let (sql, params) = inserting(tx, tenant, hash, token);
    tx.execute(&sql, &params)?;
    Ok(())
}

fn inserting(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    hash: [u8; 32],
    token: &RefreshToken,
) -> (String, Vec<Value>) {
    let sql = "INSERT INTO refresh_tokens (tenant_id, hash, family, client_id, user_id, generation, session_id, scope, auth_time, \
         created_at, expires_at, used_at, revoked, amr, platform, claims) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let params = vec![
        tenant.into(),
        hash.into(),
        token.family.into(),
        token.client.into(),
        token.user.into(),
        token.generation.into(),
        token.session.into(),
        token.scope.as_str().into(),
        token.auth_time.into(),
        tx.now().into(),
        token.expires_at.into(),
        token.used_at.into(),
        false.into(),
        token.amr.as_str().into(),
        token.platform.map(Platform::name).into(),
        token.claims.to_stored().into(),
    ];
    (sql.to_owned(), params)
}

/// Marks a token as exchanged and keeps its successor, in one round trip. The closure has seen that it was not exchanged or
/// revoked before.
pub fn exchange(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    hash: [u8; 32],
    (next_hash, next): ([u8; 32], &RefreshToken),
) -> Result<(), StoreError> {
    let sql = "UPDATE refresh_tokens SET used_at = $1 \
               WHERE tenant_id = $2 AND hash = $3 AND used_at IS NULL AND revoked = $4";
    let params = vec![tx.now().into(), tenant.into(), hash.into(), false.into()];
    tx.change_each(vec![(sql.to_owned(), params), inserting(tx, tenant, next_hash, next)])
}

/// Revokes every token of a family.
pub fn revoke_family(tx: &WriteTx<'_>, tenant: TenantId, family: Uuid) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE refresh_tokens SET revoked = $1 WHERE tenant_id = $2 AND family = $3 AND revoked = $4",
        &[true.into(), tenant.into(), family.into(), false.into()],
    )?;
    Ok(())
}

/// Revokes every token that began in a session of the user.
pub fn revoke_session(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    session: Uuid,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE refresh_tokens SET revoked = $1 WHERE tenant_id = $2 AND user_id = $3 AND session_id = $4 AND revoked = $5",
        &[true.into(), tenant.into(), user.into(), session.into(), false.into()],
    )?;
    Ok(())
}
