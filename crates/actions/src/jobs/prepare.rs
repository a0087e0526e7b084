//! From a leased job to the mail it stands for. Refuses to send what died meanwhile: superseded
//! invitations, used or replaced codes.

use hospes_domain::address::Address;
use hospes_domain::ids::{InvitationId, TenantId};
use hospes_domain::invitation::{Invitation, InvitationState, Kind};
use hospes_domain::proof::{PasscodeState, code};
use hospes_domain::redirect::{self, Landing};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::News;
use hospes_domain::tenant::Tenant;
use hospes_store::engine::ReadTx;
use hospes_store::{invitations, jobs as rows, passcodes, tenants};
use serde::Deserialize;
use uuid::Uuid;

use super::kinds::{self, AccountChange};
use super::{Host, Leased, Mail, MailContent};
use crate::app::{App, Stop};
use crate::redeem::digits_key;
use crate::upstream::agreed_with;

#[derive(Deserialize)]
struct InvitationData {
    invitation: InvitationId,
}

#[derive(Deserialize)]
struct PasscodeData {
    passcode: Uuid,
}

#[derive(Deserialize)]
struct AddressData {
    address: String,
}

#[derive(Deserialize)]
struct NewsData {
    news: String,
}

/// What a job is about: what has to stand for it to have a point.
pub(crate) enum About {
    Invitation(InvitationId),
    Passcode(Uuid),
    /// Something that happened and stays true.
    Notice,
}

/// What a job of that kind and data is about.
pub(crate) fn about(kind: &str, data: &str) -> Result<About, Stop> {
    match kind {
        kinds::INVITATION | kinds::INVITATION_COPY => {
            Ok(About::Invitation(read::<InvitationData>(data)?.invitation))
        }
        kinds::PASSCODE => Ok(About::Passcode(read::<PasscodeData>(data)?.passcode)),
        kinds::RESET_NOTICE | kinds::ADDRESS_ADDED | kinds::SECURITY_NOTICE => Ok(About::Notice),
        other if kinds::is_no_mail(other) => Ok(About::Notice),
        other if AccountChange::of(other).is_some() => Ok(About::Notice),
        other => {
            tracing::error!(kind = other, "a job of an unknown kind");
            Err(Refusal::Internal.into())
        }
    }
}

/// What a job needs from the database; the rest is derived outside the transaction.
enum Loaded {
    Invitation(Box<Invitation>),
    /// With the name of the organisation that agreed.
    InvitationNotice(Box<Invitation>, String),
    InvitationCopy(Box<Invitation>),
    Passcode(Uuid, hospes_domain::time::Time),
    ResetNotice,
    AddressAdded(String),
    AccountNotice(AccountChange),
    Security(News),
}

/// The mail of a job; `None` when it has lost its point.
pub async fn prepare(app: &App, leased: &Leased) -> Result<Option<Mail>, Refusal> {
    let job = leased.job.clone();
    let tenant = job.tenant;
    // Whoever was to be told, and does not want to hear any more.
    if kinds::is_no_mail(&job.kind) {
        return Ok(None);
    }
    let Some((host, loaded)) = app.read(move |tx| load(tx, &job)).await? else { return Ok(None) };
    let content = derive(app, tenant, host, loaded)?;
    let job = &leased.job;
    let to = Address::parse(&job.recipient).map_err(|_| Refusal::Internal)?;
    Ok(Some(Mail {
        to,
        message_id: job.id.to_string(),
        created_at: job.created_at,
        language: job.language.clone(),
        content,
    }))
}

fn load(tx: &ReadTx<'_>, job: &rows::Job) -> Result<Option<(Tenant, Loaded)>, Stop> {
    let host = tenants::by_id(tx, job.tenant)?.ok_or(Refusal::Internal)?;
    let loaded = match job.kind.as_str() {
        kinds::INVITATION | kinds::INVITATION_COPY => {
            let data: InvitationData = read(&job.data)?;
            let Some(invitation) = invitations::by_id(tx, job.tenant, data.invitation)? else {
                return Ok(None);
            };
            if invitation.state != InvitationState::Open {
                return Ok(None);
            }
            if job.kind == kinds::INVITATION {
                to_the_guest(tx, job.tenant, invitation)?
            } else {
                Loaded::InvitationCopy(Box::new(invitation))
            }
        }
        kinds::PASSCODE => {
            let data: PasscodeData = read(&job.data)?;
            let Some(passcode) = passcodes::by_id(tx, job.tenant, data.passcode)? else { return Ok(None) };
            let record = passcode.record();
            if record.state != PasscodeState::Open || tx.now() >= record.expires_at {
                return Ok(None);
            }
            Loaded::Passcode(record.id, record.expires_at)
        }
        kinds::RESET_NOTICE => Loaded::ResetNotice,
        kinds::ADDRESS_ADDED => {
            let data: AddressData = read(&job.data)?;
            let added = Address::parse(&data.address).map_err(|_| Refusal::Internal)?;
            Loaded::AddressAdded(added.masked())
        }
        kinds::SECURITY_NOTICE => {
            let data: NewsData = read(&job.data)?;
            Loaded::Security(News::parse(&data.news).ok_or(Refusal::Internal)?)
        }
        other => {
            let Some(change) = AccountChange::of(other) else {
                tracing::error!(kind = other, "a job of an unknown kind");
                return Err(Refusal::Internal.into());
            };
            Loaded::AccountNotice(change)
        }
    };
    Ok(Some((host, loaded)))
}

/// Decided now and not when the invitation was made: what the organisations have agreed on may have changed since, and
/// the mail should say what the guest will meet. The link is the same either way.
fn to_the_guest(tx: &ReadTx<'_>, host: TenantId, invitation: Invitation) -> Result<Loaded, Stop> {
    let invitation = Box::new(invitation);
    Ok(match agreed_with(tx, host, &invitation.address)? {
        Some(home) => Loaded::InvitationNotice(invitation, home.display_name),
        None => Loaded::Invitation(invitation),
    })
}

fn read<T: for<'a> Deserialize<'a>>(data: &str) -> Result<T, Stop> {
    serde_json::from_str(data).map_err(|_| Refusal::Internal.into())
}

fn derive(app: &App, tenant: TenantId, host: Tenant, loaded: Loaded) -> Result<MailContent, Refusal> {
    let host = Host { name: host.display_name, domain: host.initial_domain, privacy_url: host.privacy_url };
    Ok(match loaded {
        Loaded::Invitation(invitation) => {
            let keys = app.tenant_keys(tenant)?;
            MailContent::Invitation {
                host,
                inviter: (!invitation.inviter.is_app).then(|| invitation.inviter.name.clone()),
                inviter_mail: invitation.inviter.mail.clone(),
                message: invitation.message.body.clone(),
                link: crate::invite::link(app.public_url(), &keys, tenant, &invitation),
                lands_at: lands_at(&invitation),
                until: invitation.expires_at,
                again: invitation.kind == Kind::Reset,
            }
        }
        Loaded::InvitationNotice(invitation, home) => {
            let keys = app.tenant_keys(tenant)?;
            MailContent::InvitationNotice {
                host,
                home,
                inviter: (!invitation.inviter.is_app).then(|| invitation.inviter.name.clone()),
                inviter_mail: invitation.inviter.mail.clone(),
                message: invitation.message.body.clone(),
                link: crate::invite::link(app.public_url(), &keys, tenant, &invitation),
                lands_at: lands_at(&invitation),
                until: invitation.expires_at,
            }
        }
        Loaded::InvitationCopy(invitation) => MailContent::InvitationCopy {
            host,
            inviter: (!invitation.inviter.is_app).then(|| invitation.inviter.name.clone()),
            message: invitation.message.body.clone(),
            guest: invitation.address.to_string(),
            lands_at: lands_at(&invitation),
            until: invitation.expires_at,
        },
        Loaded::Passcode(id, until) => {
            MailContent::Passcode { host, code: code(&digits_key(app, tenant)?, id), until }
        }
        Loaded::ResetNotice => MailContent::ResetNotice { host },
        Loaded::AddressAdded(added) => MailContent::AddressAdded { host, added },
        Loaded::AccountNotice(change) => MailContent::AccountNotice { host, change },
        Loaded::Security(news) => MailContent::SecurityNotice { host, news },
    })
}

/// The host an accepted invitation leads to; `None` for My Apps.
fn lands_at(invitation: &Invitation) -> Option<String> {
    match redirect::landing(&invitation.redirect_url) {
        Landing::MyApps => None,
        Landing::Url(url) => redirect::host(&url),
    }
}
