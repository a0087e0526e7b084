//! Invitations and their tickets. Refuses to consume one twice: the state changes in one conditional
//! statement whose row count decides (threats A8).

use hospes_domain::address::Address;
use hospes_domain::ids::{InvitationId, ObjectId, TenantId};
use hospes_domain::invitation::{Invitation, InvitationState, Inviter, Kind, Message};

use crate::engine::{Read, Row, StoreError, WriteTx};

const COLUMNS: &str = "SELECT id, user_id, ticket, link_version, kind, state, address, redirect_url, send_message, \
     message_language, message_body, cc_name, cc_address, inviter_kind, inviter_id, inviter_name, inviter_mail, \
     client_request_id, created_at, expires_at FROM invitations WHERE tenant_id = $1 AND ";

fn from_row(row: &Row) -> Result<Invitation, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("an invitation has {what}"));
    let address = |text: String| Address::parse(&text).map_err(|_| corrupt("an unreadable address"));
    Ok(Invitation {
        id: row.invitation(0)?,
        user: row.object(1)?,
        ticket: row.bytes(2)?.try_into().map_err(|_| corrupt("a ticket of the wrong length"))?,
        link_version: u32::try_from(row.int(3)?).map_err(|_| corrupt("an impossible link version"))?,
        kind: Kind::parse(&row.text(4)?).ok_or_else(|| corrupt("an unknown kind"))?,
        state: InvitationState::parse(&row.text(5)?).ok_or_else(|| corrupt("an unknown state"))?,
        address: address(row.text(6)?)?,
        redirect_url: row.text(7)?,
        message: Message {
            send: row.flag(8)?,
            language: row.opt_text(9)?,
            body: row.opt_text(10)?,
            cc_name: row.opt_text(11)?,
            cc_address: row.opt_text(12)?.map(address).transpose()?,
        },
        inviter: Inviter {
            is_app: row.text(13)? == "app",
            id: row.object(14)?,
            name: row.text(15)?,
            mail: row.opt_text(16)?,
        },
        client_request_id: row.opt_text(17)?,
        created_at: row.time(18)?,
        expires_at: row.time(19)?,
    })
}

/// The invitation of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    tx.row(&format!("{COLUMNS} id = $2"), &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

/// The invitation a link's ticket names.
pub fn by_ticket(
    tx: &impl Read,
    tenant: TenantId,
    ticket: [u8; 16],
) -> Result<Option<Invitation>, StoreError> {
    tx.row(&format!("{COLUMNS} ticket = $2"), &[tenant.into(), ticket.into()])?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// The open invitation of a user.
pub fn open_of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<Invitation>, StoreError> {
    tx.row(&format!("{COLUMNS} user_id = $2 AND state = 'open'"), &[tenant.into(), user.into()])?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// The open invitation to a mailbox; more than one cannot be, since the address would have a holder.
pub fn open_to(
    tx: &impl Read,
    tenant: TenantId,
    address: &Address,
) -> Result<Option<Invitation>, StoreError> {
    let sql = format!("{COLUMNS} address_key = $2 AND state = 'open' ORDER BY created_at DESC, id");
    tx.rows(&sql, &[tenant.into(), address.key().into()])?.first().map(from_row).transpose()
}

/// The newest invitation of a user, whatever its state.
pub fn newest_of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<Invitation>, StoreError> {
    let sql = format!("{COLUMNS} user_id = $2 ORDER BY created_at DESC, id LIMIT 1");
    tx.row(&sql, &[tenant.into(), user.into()])?.as_ref().map(from_row).transpose()
}

/// The invitations of a user, newest first.
pub fn all_of(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    most: i64,
) -> Result<Vec<Invitation>, StoreError> {
    let sql = format!("{COLUMNS} user_id = $2 ORDER BY created_at DESC, id LIMIT $3");
    tx.rows(&sql, &[tenant.into(), user.into(), most.into()])?.iter().map(from_row).collect()
}

/// Saves a new invitation. Older open ones of the user must have been superseded before.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, i: &Invitation) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO invitations (tenant_id, id, user_id, ticket, link_version, kind, state, address, address_key, redirect_url, \
         send_message, message_language, message_body, cc_name, cc_address, inviter_kind, inviter_id, inviter_name, inviter_mail, \
         client_request_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        &[
            tenant.into(),
            i.id.into(),
            i.user.into(),
            i.ticket.into(),
            i.link_version.into(),
            i.kind.name().into(),
            i.state.name().into(),
            i.address.as_str().into(),
            i.address.key().into(),
            i.redirect_url.as_str().into(),
            i.message.send.into(),
            i.message.language.clone().into(),
            i.message.body.clone().into(),
            i.message.cc_name.clone().into(),
            i.message.cc_address.as_ref().map(Address::as_str).into(),
            if i.inviter.is_app { "app" } else { "user" }.into(),
            i.inviter.id.into(),
            i.inviter.name.as_str().into(),
            i.inviter.mail.clone().into(),
            i.client_request_id.clone().into(),
            i.created_at.into(),
            i.expires_at.into(),
        ],
    )?;
    Ok(())
}

/// Supersedes the open invitation of a user: its link and every flow it opened are over, and mails
/// that would carry it die.
pub fn supersede_open(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE invitations SET state = 'superseded' WHERE tenant_id = $1 AND user_id = $2 AND state = 'open'",
        &[tenant.into(), user.into()],
    )?;
    tx.execute(
        "UPDATE redemption_flows SET finished = $1 WHERE tenant_id = $2 AND user_id = $3",
        &[true.into(), tenant.into(), user.into()],
    )?;
    Ok(())
}

/// Consumes an open invitation; `false` when it is not open any more.
pub fn consume(tx: &WriteTx<'_>, tenant: TenantId, id: InvitationId) -> Result<bool, StoreError> {
    let won = tx.execute(
        "UPDATE invitations SET state = 'used', used_at = $1 WHERE tenant_id = $2 AND id = $3 AND state = 'open'",
        &[tx.now().into(), tenant.into(), id.into()],
    )?;
    Ok(won == 1)
}
