//! Which applications a session has signed somebody in to, if they want to hear of its end. Refuses to be told twice: whoever
//! reads the list to tell them takes it away.

use hospes_domain::application::ApplicationSettings;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::applications::settings;
use crate::engine::{Read, Row, StoreError, Value, WriteTx};

/// An application that took part in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The session's public id (`sid`).
    pub session: Uuid,
    /// The application.
    pub client: ClientId,
    /// Who was signed in.
    pub user: ObjectId,
    /// That person's sign-in generation then.
    pub generation: i64,
    /// What the application declares now.
    pub settings: ApplicationSettings,
}

const COLUMNS: &str = "SELECT c.session_id, c.client_id, c.user_id, a.settings, c.generation FROM session_clients c \
     JOIN applications a ON a.tenant_id = c.tenant_id AND a.client_id = c.client_id WHERE c.tenant_id = $1 AND";

fn from_row(row: &Row) -> Result<Participant, StoreError> {
    Ok(Participant {
        session: row.id(0)?,
        client: row.client(1)?,
        user: row.object(2)?,
        settings: settings(row.opt_text(3)?.as_deref())?,
        generation: row.int(4)?,
    })
}

/// Remembers that a session has signed somebody in to an application.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (session, client): (Uuid, ClientId),
    (user, generation): (ObjectId, i64),
    expires_at: Time,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO session_clients (tenant_id, session_id, client_id, user_id, generation, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let who =
        [tenant.into(), session.into(), client.into(), user.into(), generation.into(), expires_at.into()];
    tx.execute(sql, &who)?;
    Ok(())
}

/// The applications of a session.
pub fn of_session(tx: &impl Read, tenant: TenantId, session: Uuid) -> Result<Vec<Participant>, StoreError> {
    find(tx, tenant, "c.session_id", session.into())
}

/// The applications of every session of a user.
pub fn of_user(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<Participant>, StoreError> {
    find(tx, tenant, "c.user_id", user.into())
}

fn find(
    tx: &impl Read,
    tenant: TenantId,
    column: &str,
    value: Value,
) -> Result<Vec<Participant>, StoreError> {
    let sql = format!("{COLUMNS} {column} = $2 ORDER BY c.session_id, c.client_id");
    tx.rows(&sql, &[tenant.into(), value])?.iter().map(from_row).collect()
}

/// The session lasts until then: so long its applications are remembered.
pub fn last_until(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    session: Uuid,
    expires_at: Time,
) -> Result<(), StoreError> {
    let sql = "UPDATE session_clients SET expires_at = $1 WHERE tenant_id = $2 AND session_id = $3";
    tx.execute(sql, &[expires_at.into(), tenant.into(), session.into()])?;
    Ok(())
}

/// Forgets who took part in a session.
pub fn end_session(tx: &WriteTx<'_>, tenant: TenantId, session: Uuid) -> Result<(), StoreError> {
    let sql = "DELETE FROM session_clients WHERE tenant_id = $1 AND session_id = $2";
    tx.execute(sql, &[tenant.into(), session.into()])?;
    Ok(())
}
