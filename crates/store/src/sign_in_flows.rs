//! Sign-in flows: the stored request of the authorization endpoint, or a bare sign-in. Refuses to be a
//! credential: the id means something only to the browser that holds the sealed cookie (threats F13).

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::sign_in::{AppRequest, Flow, Prompt, ResponseMode};
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};

const COLUMNS: &str = "SELECT id, client_id, redirect_uri, response_mode, scope, state, nonce, code_challenge, prompt, login_hint, \
     client_info, address, return_to, signed_in_at, fresh_from, expires_at, new_password_user_id, \
     new_password_generation FROM sign_in_flows WHERE tenant_id = $1 AND id = $2";

fn from_row(row: &Row) -> Result<Flow, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("a sign-in flow has {what}"));
    let prompt = row.opt_text(8)?.unwrap_or_default();
    let request = match (row.opt_client(1)?, row.opt_text(2)?) {
        (Some(client), Some(redirect_uri)) => Some(AppRequest {
            client,
            redirect_uri,
            response_mode: row
                .opt_text(3)?
                .and_then(|m| ResponseMode::parse(&m))
                .ok_or_else(|| corrupt("an unknown response mode"))?,
            scope: row.text(4)?,
            state: row.opt_text(5)?,
            nonce: row.opt_text(6)?,
            code_challenge: row.opt_text(7)?,
            client_info: row.flag(10)?,
        }),
        _ => None,
    };
    Ok(Flow {
        id: row.id(0)?,
        request,
        prompt: Prompt::parse(&prompt).ok_or_else(|| corrupt("an unknown prompt"))?,
        login_hint: row.opt_text(9)?,
        address: row
            .opt_text(11)?
            .map(|a| Address::parse(&a).map_err(|_| corrupt("an unreadable address")))
            .transpose()?,
        return_to: row.opt_text(12)?,
        signed_in_at: row.opt_time(13)?,
        fresh_from: row.opt_time(14)?,
        new_password_for: row.opt_object(16)?.zip(row.opt_int(17)?),
        expires_at: row.time(15)?,
    })
}

/// The flow of that id, over or not.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<Flow>, StoreError> {
    tx.row(COLUMNS, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

/// Saves a new flow.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, flow: &Flow) -> Result<(), StoreError> {
    let request = flow.request.as_ref();
    tx.execute(
        "INSERT INTO sign_in_flows (tenant_id, id, client_id, redirect_uri, response_mode, scope, state, nonce, code_challenge, \
         prompt, login_hint, client_info, return_to, expires_at, address, fresh_from) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &[
            tenant.into(),
            flow.id.into(),
            request.map(|r| r.client).into(),
            request.map(|r| r.redirect_uri.as_str()).into(),
            request.map(|r| r.response_mode.name()).into(),
            request.map_or("", |r| r.scope.as_str()).into(),
            request.and_then(|r| r.state.clone()).into(),
            request.and_then(|r| r.nonce.clone()).into(),
            request.and_then(|r| r.code_challenge.clone()).into(),
            flow.prompt.to_string().into(),
            flow.login_hint.clone().into(),
            request.is_some_and(|r| r.client_info).into(),
            flow.return_to.clone().into(),
            flow.expires_at.into(),
            flow.address.as_ref().map(Address::as_str).into(),
            flow.fresh_from.into(),
        ],
    )?;
    Ok(())
}

/// Saves the typed address, when somebody signed in within the flow, and who has to choose a new password.
pub fn save(tx: &WriteTx<'_>, tenant: TenantId, flow: &Flow) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE sign_in_flows SET address = $1, signed_in_at = $2, new_password_user_id = $3, new_password_generation = $4 \
         WHERE tenant_id = $5 AND id = $6",
        &[
            flow.address.as_ref().map(Address::as_str).into(),
            flow.signed_in_at.into(),
            flow.new_password_for.map(|(user, _)| user).into(),
            flow.new_password_for.map(|(_, generation)| generation).into(),
            tenant.into(),
            flow.id.into(),
        ],
    )?;
    Ok(())
}

/// Ends a flow; `false` when it was over already, so that one flow gives one answer.
pub fn end(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<bool, StoreError> {
    let ended = tx
        .execute("DELETE FROM sign_in_flows WHERE tenant_id = $1 AND id = $2", &[tenant.into(), id.into()])?;
    Ok(ended == 1)
}
