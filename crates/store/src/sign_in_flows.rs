//! Sign-in flows: the stored request of the authorization endpoint, or a bare sign-in. Refuses to be a
//! credential: the id means something only to the browser that holds the sealed cookie (threats F13).

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::second_factor::Kind;
use hospes_domain::sign_in::{AppRequest, ClaimsRequest, FirstProof, Flow, Prompt, ResponseMode};
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};

const COLUMNS: &str = "SELECT id, client_id, redirect_uri, response_mode, scope, state, nonce, code_challenge, prompt, login_hint, \
     client_info, address, return_to, signed_in_at, fresh_from, expires_at, first_user, \
     first_generation, first_method, first_at, device, claims, first_second, hinted_home, correlation FROM sign_in_flows WHERE tenant_id = $1 AND id = $2";

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
            device: row.opt_bytes(20)?,
            claims: ClaimsRequest::from_stored(row.opt_text(21)?.as_deref()),
            correlation: row.opt_text(24)?,
        }),
        _ => None,
    };
    let first = match (row.opt_object(16)?, row.opt_int(17)?, row.opt_text(18)?, row.opt_time(19)?) {
        (Some(user), Some(generation), Some(method), Some(at)) => {
            let second = row
                .opt_text(22)?
                .map(|kind| Kind::parse(&kind).ok_or_else(|| corrupt("an unknown second factor")));
            Some(FirstProof { user, generation, method, at, second: second.transpose()? })
        }
        _ => None,
    };
    Ok(Flow {
        id: row.id(0)?,
        request,
        prompt: Prompt::parse(&prompt).ok_or_else(|| corrupt("an unknown prompt"))?,
        login_hint: row.opt_text(9)?,
        hinted_home: row.opt_tenant(23)?,
        address: row
            .opt_text(11)?
            .map(|a| Address::parse_name(&a).map_err(|_| corrupt("an unreadable address")))
            .transpose()?,
        return_to: row.opt_text(12)?,
        signed_in_at: row.opt_time(13)?,
        fresh_from: row.opt_time(14)?,
        first,
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
         prompt, login_hint, client_info, return_to, expires_at, address, fresh_from, device, claims, hinted_home, correlation) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
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
            request.and_then(|r| r.device.clone()).into(),
            request.and_then(|r| r.claims.to_stored()).into(),
            flow.hinted_home.into(),
            request.and_then(|r| r.correlation.clone()).into(),
        ],
    )?;
    Ok(())
}

/// Saves the typed address, who has proven the first factor, when somebody signed in within the flow, and whether it asks
/// for a sign-in of its own by now.
pub fn save(tx: &WriteTx<'_>, tenant: TenantId, flow: &Flow) -> Result<(), StoreError> {
    let first = flow.first.as_ref();
    tx.execute(
        "UPDATE sign_in_flows SET address = $1, signed_in_at = $2, first_user = $3, first_generation = $4, \
         first_method = $5, first_at = $6, first_second = $7, prompt = $8 WHERE tenant_id = $9 AND id = $10",
        &[
            flow.address.as_ref().map(Address::as_str).into(),
            flow.signed_in_at.into(),
            first.map(|f| f.user).into(),
            first.map(|f| f.generation).into(),
            first.map(|f| f.method.as_str()).into(),
            first.map(|f| f.at).into(),
            first.and_then(|f| f.second).map(Kind::name).into(),
            flow.prompt.to_string().into(),
            tenant.into(),
            flow.id.into(),
        ],
    )?;
    Ok(())
}

/// Goes on with a flow under another id, so that whoever knew the one before has nothing of what was proven since
/// (threats F13); `false` when it was over already.
pub fn go_on_as(tx: &WriteTx<'_>, tenant: TenantId, before: Uuid, flow: &Flow) -> Result<bool, StoreError> {
    if !end(tx, tenant, before)? {
        return Ok(false);
    }
    insert(tx, tenant, flow)?;
    save(tx, tenant, flow)?;
    Ok(true)
}

/// Ends a flow; `false` when it was over already, so that one flow gives one answer.
pub fn end(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<bool, StoreError> {
    let ended = tx
        .execute("DELETE FROM sign_in_flows WHERE tenant_id = $1 AND id = $2", &[tenant.into(), id.into()])?;
    Ok(ended == 1)
}
