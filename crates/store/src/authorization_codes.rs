//! Authorization codes by keyed hash. Refuses to yield one twice: a conditional update whose row count
//! decides (threats F4). Used ones stay for a day, so that a replay can be told from an unknown code.

use hospes_domain::application::Platform;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::session::Amr;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRecord {
    /// The client it was issued to.
    pub client: ClientId,
    /// Who signed in.
    pub user: ObjectId,
    /// That person's sign-in generation then; compared for equality on use (I3).
    pub generation: i64,
    /// The session's public id (`sid`).
    pub session: Uuid,
    /// Where it was sent; the token request must repeat it exactly.
    pub redirect_uri: String,
    /// What waits there.
    pub platform: Option<Platform>,
    /// What was granted, as it was requested.
    pub scope: String,
    /// `nonce` of the request.
    pub nonce: Option<String>,
    /// PKCE challenge (S256) of the request.
    pub code_challenge: Option<String>,
    /// Claims the request asked for one by one.
    pub claims: ClaimsRequest,
    /// When the person signed in.
    pub auth_time: Time,
    /// How the person was proven.
    pub amr: Amr,
    /// The family of refresh tokens that will come from it; a replay revokes the family.
    pub family: Uuid,
    /// End of its life.
    pub expires_at: Time,
    /// Whether it has been redeemed.
    pub used: bool,
}

fn from_row(row: &Row) -> Result<CodeRecord, StoreError> {
    Ok(CodeRecord {
        client: row.client(0)?,
        user: row.object(1)?,
        generation: row.int(2)?,
        session: row.id(3)?,
        redirect_uri: row.text(4)?,
        scope: row.text(5)?,
        nonce: row.opt_text(6)?,
        code_challenge: row.opt_text(7)?,
        auth_time: row.time(8)?,
        family: row.id(9)?,
        expires_at: row.time(10)?,
        used: row.flag(11)?,
        amr: Amr::stored(&row.text(12)?),
        platform: row.opt_text(13)?.and_then(|name| Platform::parse(&name)),
        claims: ClaimsRequest::from_stored(row.opt_text(14)?.as_deref()),
    })
}

/// The code with that hash, used or not; reading it consumes nothing.
pub fn find(tx: &impl Read, tenant: TenantId, hash: [u8; 32]) -> Result<Option<CodeRecord>, StoreError> {
    let sql = "SELECT client_id, user_id, generation, session_id, redirect_uri, scope, nonce, code_challenge, auth_time, family, \
               expires_at, used, amr, platform, claims FROM authorization_codes WHERE tenant_id = $1 AND hash = $2";
    tx.row(sql, &[tenant.into(), hash.into()])?.as_ref().map(from_row).transpose()
}

/// Saves a new code.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    hash: [u8; 32],
    code: &CodeRecord,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO authorization_codes (tenant_id, hash, client_id, user_id, generation, session_id, redirect_uri, scope, nonce, \
         code_challenge, auth_time, family, expires_at, used, amr, platform, claims) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        &[
            tenant.into(),
            hash.into(),
            code.client.into(),
            code.user.into(),
            code.generation.into(),
            code.session.into(),
            code.redirect_uri.as_str().into(),
            code.scope.as_str().into(),
            code.nonce.clone().into(),
            code.code_challenge.clone().into(),
            code.auth_time.into(),
            code.family.into(),
            code.expires_at.into(),
            code.used.into(),
            code.amr.as_str().into(),
            code.platform.map(Platform::name).into(),
            code.claims.to_stored().into(),
        ],
    )?;
    Ok(())
}

/// Redeems the code: the record as it was before, to exactly one caller; `None` when it is unknown or
/// used already. Whether it is for this client and still alive is the caller's to check, with [`find`]
/// before, so that a stranger's attempt does not burn it.
pub fn consume(tx: &WriteTx<'_>, tenant: TenantId, hash: [u8; 32]) -> Result<bool, StoreError> {
    let won = tx.execute(
        "UPDATE authorization_codes SET used = $1 WHERE tenant_id = $2 AND hash = $3 AND used = $4",
        &[true.into(), tenant.into(), hash.into(), false.into()],
    )?;
    Ok(won == 1)
}

/// Ends the codes that were issued in a session and are not redeemed: they run out now, which is no replay when they come.
/// Those alive are few, an index finds them.
pub fn end_session(tx: &WriteTx<'_>, tenant: TenantId, session: Uuid) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE authorization_codes SET expires_at = $1 WHERE tenant_id = $2 AND expires_at > $1 AND session_id = $3 AND used = $4",
        &[tx.now().into(), tenant.into(), session.into(), false.into()],
    )?;
    Ok(())
}
