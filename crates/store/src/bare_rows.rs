//! The rows that the measured operations write and read, one statement a row and nothing else: what the database could
//! do at best, which is what `hospes bench` compares Hospes with. Refuses any logic, and to be used for anything but
//! that: no rule of the directory is looked at here.

use hospes_domain::ids::{InvitationId, ObjectId, TenantId};
use uuid::Uuid;

use crate::engine::{StoreError, Value, WriteTx};

/// Reads the row of a user, as a point read.
pub const USER: &str = "SELECT u.tenant_id, u.id, u.revision, u.user_type, u.creation_type, u.upn, u.mail_nickname, u.mail, \
     u.display_name, u.given_name, u.surname, u.job_title, u.company_name, u.department, u.employee_id, u.city, u.country, \
     u.usage_location, u.office_location, u.street_address, u.state, u.postal_code, u.employee_type, u.mobile_phone, \
     u.business_phone, u.preferred_language, u.show_in_address_list, u.account_enabled, u.external_user_state, \
     u.state_changed_at, u.sign_in_generation, u.sessions_valid_from, u.invited_by, u.created_at, u.deleted_at \
     FROM users u WHERE u.tenant_id = $1 AND u.id = $2";

/// Ids and texts of what one invitation writes.
#[derive(Clone)]
pub struct InvitationRows {
    /// The tenant.
    pub tenant: TenantId,
    /// The new guest.
    pub user: ObjectId,
    /// The invitation.
    pub invitation: InvitationId,
    /// Its ticket.
    pub ticket: [u8; 16],
    /// The audit record.
    pub audit: Uuid,
    /// The mail, if one is asked for.
    pub mail: Option<Uuid>,
    /// The invited address.
    pub address: String,
    /// Who invites.
    pub inviter: ObjectId,
}

/// A user, its proxy address, the invitation, the audit record and the tenant's counter; with a mail its job and the
/// two counters of mails.
pub fn invitation(tx: &WriteTx<'_>, r: &InvitationRows) -> Result<(), StoreError> {
    let name = r.address.replace('@', "_");
    let upn = format!("{name}#EXT#@bench.test");
    tx.execute(
        "INSERT INTO users (tenant_id, id, revision, user_type, creation_type, upn, upn_key, mail_nickname, mail_nickname_key, \
         mail, mail_key, display_name, display_name_key, show_in_address_list, account_enabled, external_user_state, \
         state_changed_at, sign_in_generation, sessions_valid_from, invited_by, created_at) \
         VALUES ($1, $2, 1, 'Guest', 'Invitation', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'PendingAcceptance', $13, 1, $14, $15, $16)",
        &[
            r.tenant.into(),
            r.user.into(),
            upn.as_str().into(),
            upn.as_str().into(),
            name.as_str().into(),
            name.as_str().into(),
            r.address.as_str().into(),
            r.address.as_str().into(),
            name.as_str().into(),
            name.as_str().into(),
            false.into(),
            true.into(),
            tx.now().into(),
            tx.now().into(),
            r.inviter.into(),
            tx.now().into(),
        ],
    )?;
    tx.execute(
        "INSERT INTO user_addresses (tenant_id, user_id, kind, position, address, address_key, added_at) \
         VALUES ($1, $2, 'proxy', 0, $3, $4, $5)",
        &[
            r.tenant.into(),
            r.user.into(),
            format!("SMTP:{}", r.address).into(),
            r.address.as_str().into(),
            tx.now().into(),
        ],
    )?;
    link(tx, r, "invite")?;
    audit(tx, r.tenant, r.audit, "Invite external user", r.user)?;
    counter(tx, r.tenant, "invitations")?;
    if let Some(job) = r.mail {
        mail(tx, r, job, "invitation")?;
        counter(tx, r.tenant, &format!("invitation-mail:{}", r.address))?;
        counter(tx, r.tenant, "invitation-mails-by")?;
    }
    Ok(())
}

fn link(tx: &WriteTx<'_>, r: &InvitationRows, kind: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO invitations (tenant_id, id, user_id, ticket, link_version, kind, state, address, address_key, redirect_url, \
         send_message, inviter_kind, inviter_id, inviter_name, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, 1, $5, 'open', $6, $7, 'https://myapps.microsoft.com', $8, 'app', $9, 'Automation', $10, $11)",
        &[
            r.tenant.into(),
            r.invitation.into(),
            r.user.into(),
            r.ticket.into(),
            kind.into(),
            r.address.as_str().into(),
            r.address.as_str().into(),
            r.mail.is_some().into(),
            r.inviter.into(),
            tx.now().into(),
            tx.now().plus_seconds(30 * 24 * 3600).into(),
        ],
    )?;
    Ok(())
}

fn mail(tx: &WriteTx<'_>, r: &InvitationRows, job: Uuid, kind: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO jobs (tenant_id, id, kind, recipient, data, subject_id, state, attempts, not_before, dies_at, fence, created_at, \
         recipient_key) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, 0, $9, $10)",
        &[
            r.tenant.into(),
            job.into(),
            kind.into(),
            r.address.as_str().into(),
            format!("{{\"invitation\":\"{}\"}}", r.invitation).into(),
            r.user.into(),
            tx.now().into(),
            tx.now().plus_seconds(30 * 24 * 3600).into(),
            tx.now().into(),
            r.address.as_str().into(),
        ],
    )?;
    Ok(())
}

/// About as long as the details of a real record.
const DETAILS: &str =
    r#"{"invitation":"00000000-0000-4000-8000-000000000000","invitedAddress":"somebody@guests.test"}"#;

fn audit(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    activity: &str,
    target: ObjectId,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO audit (tenant_id, id, at, activity, category, service, operation, result, actor_kind, actor_id, actor_name, \
         target_kind, target_id, target_name, details) \
         VALUES ($1, $2, $3, $4, 'UserManagement', 'Invited Users', 'Add', 'success', 'app', $5, 'Automation', 'User', $6, $7, $8)",
        &[
            tenant.into(),
            id.into(),
            tx.now().into(),
            activity.into(),
            target.into(),
            target.into(),
            "somebody_guests.test#EXT#@bench.test".into(),
            DETAILS.into(),
        ],
    )?;
    Ok(())
}

fn counter(tx: &WriteTx<'_>, tenant: TenantId, name: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO counters (tenant_id, name, since, count) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (tenant_id, name) DO UPDATE SET count = counters.count + 1",
        &[tenant.into(), name.into(), tx.now().into()],
    )?;
    Ok(())
}

/// Ids of what one redemption writes.
#[derive(Clone)]
pub struct RedemptionRows {
    /// The tenant.
    pub tenant: TenantId,
    /// The guest.
    pub user: ObjectId,
    /// The open invitation.
    pub invitation: InvitationId,
    /// The proven flow.
    pub flow: Uuid,
    /// The proven address.
    pub address: String,
    /// The new binding.
    pub binding: Uuid,
    /// The new session's id.
    pub session: Uuid,
    /// The hash of its secret.
    pub session_hash: [u8; 32],
    /// The audit record.
    pub audit: Uuid,
}

/// The guest, the invitation and the flow change; binding, sign-in address, consent, session and audit record are new.
pub fn redemption(tx: &WriteTx<'_>, r: &RedemptionRows) -> Result<(), StoreError> {
    let (tenant, now): (Value, Value) = (r.tenant.into(), tx.now().into());
    let user: Value = r.user.into();
    tx.execute(
        "UPDATE users SET revision = revision + 1, external_user_state = 'Accepted', state_changed_at = $1, \
         sign_in_generation = sign_in_generation + 1, sessions_valid_from = $2 WHERE tenant_id = $3 AND id = $4",
        &[now.clone(), now.clone(), tenant.clone(), user.clone()],
    )?;
    tx.execute(
        "UPDATE invitations SET state = 'used', used_at = $1 WHERE tenant_id = $2 AND id = $3",
        &[now.clone(), tenant.clone(), r.invitation.into()],
    )?;
    tx.execute(
        "UPDATE redemption_flows SET finished = $1 WHERE tenant_id = $2 AND id = $3",
        &[true.into(), tenant.clone(), r.flow.into()],
    )?;
    tx.execute(
        "INSERT INTO bindings (tenant_id, id, user_id, issuer, subject, sign_in_name, proof, bound_at) \
         VALUES ($1, $2, $3, 'mail', $4, $5, 'passcode', $6)",
        &[
            tenant.clone(),
            r.binding.into(),
            user.clone(),
            r.session.to_string().into(),
            r.address.as_str().into(),
            now.clone(),
        ],
    )?;
    tx.execute(
        "INSERT INTO sign_in_addresses (tenant_id, address_key, address, user_id, binding_id, state, added_at) \
         VALUES ($1, $2, $3, $4, $5, 'active', $6)",
        &[
            tenant.clone(),
            r.address.as_str().into(),
            r.address.as_str().into(),
            user.clone(),
            r.binding.into(),
            now.clone(),
        ],
    )?;
    tx.execute(
        "INSERT INTO redemption_consents (tenant_id, user_id, given_at) VALUES ($1, $2, $3)",
        &[tenant.clone(), user.clone(), now.clone()],
    )?;
    tx.execute(
        "INSERT INTO sessions (tenant_id, hash, id, user_id, generation, method, sign_in_name, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, 2, 'passcode', $5, $6, $7)",
        &[
            tenant,
            r.session_hash.into(),
            r.session.into(),
            user,
            r.address.as_str().into(),
            now,
            tx.now().plus_seconds(24 * 3600).into(),
        ],
    )?;
    sign_in(tx, r)?;
    audit(tx, r.tenant, r.audit, "Redeem external user invite", r.user)
}

/// The line of the sign-in log about a redemption.
fn sign_in(tx: &WriteTx<'_>, r: &RedemptionRows) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sign_ins (tenant_id, id, at, user_id, user_name, upn, upn_key, user_type, app_name, method, multi_factor, \
         error_code, correlation, resource_tenant, interactive) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'Guest', 'Invitation acceptance', 'passcode', $8, 0, $9, $10, $11)",
        &[
            r.tenant.into(),
            r.session.into(),
            tx.now().into(),
            r.user.into(),
            r.address.as_str().into(),
            r.address.as_str().into(),
            r.address.as_str().into(),
            false.into(),
            r.session.to_string().into(),
            r.tenant.into(),
            true.into(),
        ],
    )?;
    Ok(())
}

/// The guest changes, its binding is closed and its sign-in address goes; invitation, notice, audit record and the
/// tenant's counter are written.
pub fn reset(tx: &WriteTx<'_>, r: &InvitationRows, notice: Uuid) -> Result<(), StoreError> {
    let (tenant, now): (Value, Value) = (r.tenant.into(), tx.now().into());
    let user: Value = r.user.into();
    tx.execute(
        "UPDATE users SET revision = revision + 1, external_user_state = 'PendingAcceptance', state_changed_at = $1, \
         sign_in_generation = sign_in_generation + 1, sessions_valid_from = $2 WHERE tenant_id = $3 AND id = $4",
        &[now.clone(), now.clone(), tenant.clone(), user.clone()],
    )?;
    tx.execute(
        "UPDATE bindings SET ended_at = $1, ended = 'reset' WHERE tenant_id = $2 AND user_id = $3 AND ended_at IS NULL",
        &[now, tenant.clone(), user],
    )?;
    tx.execute(
        "DELETE FROM sign_in_addresses WHERE tenant_id = $1 AND address_key = $2",
        &[tenant, r.address.as_str().into()],
    )?;
    link(tx, r, "reset")?;
    mail(tx, r, notice, "reset-notice")?;
    audit(tx, r.tenant, r.audit, "Invite external user with reset invitation status", r.user)?;
    counter(tx, r.tenant, "invitations")
}

/// What a point read of [`USER`] yields to the measuring handler: a text, so that the row is really read.
pub fn upn(row: &crate::engine::Row) -> Result<String, StoreError> {
    row.text(5)
}
