//! What the holder of a link is shown: enough to trust the page, nothing that belongs to the guest.
//! Refuses to write: following a mailed link changes nothing (threats A9).

use hospes_domain::access::{Sight, View};
use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::link::LinkTicket;
use hospes_domain::redeem_url;
use hospes_domain::redirect::{self, Landing};
use hospes_domain::refusal::{RedemptionRefusal, Refusal};
use hospes_domain::time::Time;
use hospes_store::{groups, roles, tenants};
use uuid::Uuid;

use super::{genuine, going, usable};
use crate::app::App;
use crate::upstream::{agreed_with, owner_of};

/// The page behind a genuine, usable link (look.md section 5: no members, no other addresses, no counts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// The organisation.
    pub host: String,
    /// Its initial domain.
    pub host_domain: String,
    /// Who invites; applications are not named as people.
    pub inviter: Option<String>,
    /// The inviter's own words.
    pub message: Option<String>,
    /// The invited address, masked.
    pub invited: String,
    /// The organisation that vouches for the address, by name; `None` when a code proves its mailbox.
    pub home: Option<String>,
    /// Whether that organisation and this one have agreed that the guest is asked nothing.
    pub automatic: bool,
    /// Whether another organisation's account may come with a proof of the invited mailbox: nobody owns its domain, and
    /// there are other organisations here.
    pub another_account: bool,
    /// Host of the address the guest lands on; `None` for our own My Apps.
    pub lands_at: Option<String>,
    /// Names of groups the guest is in, unless guests do not see them.
    pub groups: Vec<String>,
    /// End of the link's life.
    pub until: Time,
    /// The organisation's privacy statement.
    pub privacy_url: Option<String>,
}

/// What the guest agrees to, once the mailbox is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The organisation.
    pub host: String,
    /// Its initial domain.
    pub host_domain: String,
    /// The proven address, in full.
    pub address: Address,
    /// The account to sign in with from then on, where it has another address.
    pub account: Option<Address>,
    /// The organisation's privacy statement.
    pub privacy_url: Option<String>,
    /// Host of the address the guest lands on; `None` for our own My Apps.
    pub lands_at: Option<String>,
}

/// Tenant and ticket of a redeem URL's `rd`.
pub fn ticket_of(rd: &str) -> Option<(TenantId, LinkTicket)> {
    redeem_url::parse(rd)
}

fn lands_at(redirect_url: &str) -> Option<String> {
    match redirect::landing(redirect_url) {
        Landing::MyApps => None,
        Landing::Url(url) => redirect::host(&url),
    }
}

/// Looks at a link.
pub async fn look(app: &App, tenant: TenantId, ticket: LinkTicket) -> Result<Welcome, Refusal> {
    genuine(app, tenant, &ticket)?;
    app.read(move |tx| {
        let (invitation, user) = usable(tx, tenant, ticket.ticket)?;
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let standing = roles::standing(tx, tenant, user.id())?;
        let groups = match Sight::of(Some(user.user_type), &standing, host.guests.access).of_own_groups() {
            View::Full => groups::names_of_member(tx, tenant, user.id())?,
            _ => Vec::new(),
        };
        let home = owner_of(tx, tenant, &invitation.address)?.map(|owner| owner.display_name);
        Ok(Welcome {
            another_account: home.is_none() && tenants::any_beside(tx, tenant)?,
            host: host.display_name,
            host_domain: host.initial_domain,
            inviter: (!invitation.inviter.is_app).then(|| invitation.inviter.name.clone()),
            message: invitation.message.body.clone(),
            invited: invitation.address.masked(),
            home,
            automatic: agreed_with(tx, tenant, &invitation.address)?.is_some(),
            lands_at: lands_at(&invitation.redirect_url),
            groups,
            until: invitation.expires_at,
            privacy_url: host.privacy_url,
        })
    })
    .await
}

/// What the guest in this flow agrees to; refuses before the proof.
pub async fn terms(app: &App, tenant: TenantId, flow: Uuid) -> Result<Terms, Refusal> {
    app.read(move |tx| {
        let (flow, invitation, _) = going(tx, tenant, flow)?;
        let proven = flow.record().proven.clone().ok_or(Refusal::Redemption(RedemptionRefusal::FlowLost))?;
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        Ok(Terms {
            host: host.display_name,
            host_domain: host.initial_domain,
            address: proven.address,
            account: flow.record().account.as_ref().map(|account| account.address.clone()),
            privacy_url: host.privacy_url,
            lands_at: lands_at(&invitation.redirect_url),
        })
    })
    .await
}
