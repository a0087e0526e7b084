//! What the tenants of a server let each other's people do: come in as guests, go out as guests, and redeem without a
//! question (reference/roles-and-policies.md section 4, reference/redemption.md section 1). Each tenant has a default and
//! settings for single partners. Refuses to let one side decide for the other, and settings that speak of another tenant
//! than the one they are asked about: those forbid everything.

use crate::edit::Edit;
use crate::ids::TenantId;
use crate::refusal::Refusal;

/// The most partners a tenant may have settings for.
pub const MAX_PARTNERS: usize = 1000;

/// Whether guests may pass in one direction: everybody with every application, or nobody. Finer choices do not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passage {
    /// Everybody passes.
    #[default]
    Allowed,
    /// Nobody passes.
    Blocked,
}

impl Passage {
    /// The spelling in Graph (`accessType`) and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Blocked => "blocked",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Allowed, Self::Blocked].into_iter().find(|passage| passage.name() == text)
    }
}

/// What a tenant says about every tenant that it has no settings for. As long as nobody said anything, guests come and
/// go. Redemption without a question is no part of it: that is agreed with single partners only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// `b2bCollaborationInbound`: others' people as guests here.
    pub inbound: Passage,
    /// `b2bCollaborationOutbound`: one's own people as guests elsewhere.
    pub outbound: Passage,
}

/// What a tenant says about one other tenant; `None` leaves it to the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The other tenant.
    pub tenant: TenantId,
    /// `b2bCollaborationInbound`.
    pub inbound: Option<Passage>,
    /// `b2bCollaborationOutbound`.
    pub outbound: Option<Passage>,
    /// `automaticUserConsentSettings.inboundAllowed`: its people redeem invitations to here without a question.
    pub consent_in: Option<bool>,
    /// `automaticUserConsentSettings.outboundAllowed`: one's own people redeem there without a question.
    pub consent_out: Option<bool>,
}

impl Partner {
    /// A partner about whom nothing is said yet.
    pub fn new(tenant: TenantId) -> Self {
        Self { tenant, inbound: None, outbound: None, consent_in: None, consent_out: None }
    }
}

/// What a change of the default says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DefaultsEdit {
    /// `b2bCollaborationInbound`.
    pub inbound: Edit<Passage>,
    /// `b2bCollaborationOutbound`.
    pub outbound: Edit<Passage>,
    /// `automaticUserConsentSettings`, inbound or outbound, is to be true.
    pub consent: bool,
}

impl DefaultsEdit {
    /// The default afterwards.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for consent in advance to everybody, and for a direction without a value: behind the default
    /// there is no other.
    pub fn apply(self, before: Defaults) -> Result<Defaults, Refusal> {
        if self.consent {
            return Err(Refusal::invalid(
                "automaticUserConsentSettings",
                "The default never redeems without a question.",
                "Set it for single partners.",
            ));
        }
        let set = |field: &str, edit: Edit<Passage>, before: Passage| match edit {
            Edit::Keep => Ok(before),
            Edit::Set(passage) => Ok(passage),
            Edit::Clear => Err(Refusal::invalid(
                field,
                "The default always has a value.",
                "Give one, or call resetToSystemDefault.",
            )),
        };
        Ok(Defaults {
            inbound: set("b2bCollaborationInbound", self.inbound, before.inbound)?,
            outbound: set("b2bCollaborationOutbound", self.outbound, before.outbound)?,
        })
    }
}

/// What a change of a partner's settings says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerEdit {
    /// `b2bCollaborationInbound`.
    pub inbound: Edit<Passage>,
    /// `b2bCollaborationOutbound`.
    pub outbound: Edit<Passage>,
    /// `automaticUserConsentSettings.inboundAllowed`.
    pub consent_in: Edit<bool>,
    /// `automaticUserConsentSettings.outboundAllowed`.
    pub consent_out: Edit<bool>,
}

impl PartnerEdit {
    /// The partner afterwards.
    pub fn apply(self, mut partner: Partner) -> Partner {
        self.inbound.apply(&mut partner.inbound);
        self.outbound.apply(&mut partner.outbound);
        self.consent_in.apply(&mut partner.consent_in);
        self.consent_out.apply(&mut partner.consent_out);
        partner
    }
}

/// What one tenant says about one other, from its default and its settings for that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    of: TenantId,
    toward: TenantId,
    inbound: Passage,
    outbound: Passage,
    consent_in: bool,
    consent_out: bool,
}

impl Policy {
    /// What `of` says about `toward`. Settings for somebody else forbid everything: they can only be here by mistake.
    pub fn new(of: TenantId, toward: TenantId, defaults: Defaults, partner: Option<Partner>) -> Self {
        let stranger = partner.is_some_and(|partner| partner.tenant != toward);
        let partner = partner.unwrap_or_else(|| Partner::new(toward));
        let passage = |own: Option<Passage>, default: Passage| {
            if stranger { Passage::Blocked } else { own.unwrap_or(default) }
        };
        Self {
            of,
            toward,
            inbound: passage(partner.inbound, defaults.inbound),
            outbound: passage(partner.outbound, defaults.outbound),
            consent_in: !stranger && partner.consent_in.unwrap_or(false),
            consent_out: !stranger && partner.consent_out.unwrap_or(false),
        }
    }
}

/// Whether the host lets people of that home tenant in as guests: invite, redeem, sign in. A tenant is never its own
/// guest, and a policy toward somebody else opens nothing (threats B11).
pub fn may_come_in(host: &Policy, home: TenantId) -> bool {
    host.of != home && host.toward == home && host.inbound == Passage::Allowed
}

/// Whether the home tenant lets its people out as guests of that host.
pub fn may_go_out(home: &Policy, host: TenantId) -> bool {
    home.of != host && home.toward == host && home.outbound == Passage::Allowed
}

/// Whether people of the home tenant redeem the host's invitations without being asked: both sides said so about each
/// other, and guests pass at all.
pub fn redeems_automatically(host: &Policy, home: &Policy) -> bool {
    may_come_in(host, home.of) && may_go_out(home, host.of) && host.consent_in && home.consent_out
}

#[cfg(test)]
#[path = "cross_tenant_tests.rs"]
mod tests;
