//! Invitations: what a request to invite amounts to, given who holds the address, and whether a link
//! can still be used. Refuses to create a second user where a first one was meant (threats D11).
//! Source: reference/invitations.md section 7, reference/reset-redemption.md section 2.

use crate::access::UserType;
use crate::address::Address;
use crate::guest::{Guest, State};
use crate::ids::{InvitationId, ObjectId};
use crate::policy::DomainLookup;
use crate::proof::Limit;
use crate::refusal::{RedemptionRefusal, Refusal};
use crate::time::Time;

/// Days a link works. Another invitation gives a fresh one, so nobody is stranded.
pub const LINK_DAYS: i64 = 30;
/// A repeated request with the same `client-request-id` within this time is the same request (threats J11).
pub const RETRY_SECONDS: i64 = 24 * 3600;
/// Longest personal message (threats I1).
pub const MESSAGE_MAX: usize = 2048;

/// Where one invitation stands; consumption is a state of the row itself (threats A6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvitationState {
    /// Waiting for its guest.
    Open,
    /// Redeemed.
    Used,
    /// A newer invitation or a reset took its place.
    Superseded,
}

impl InvitationState {
    /// The stored word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Superseded => "superseded",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Used, Self::Superseded].into_iter().find(|s| s.name() == text)
    }

    /// Whether the link still opens its flow; time is compared at use (threats A7).
    pub fn usable(self, expires_at: Time, now: Time) -> Result<(), Refusal> {
        let no = match self {
            Self::Used => RedemptionRefusal::Used,
            Self::Superseded => RedemptionRefusal::Superseded,
            Self::Open if now >= expires_at => RedemptionRefusal::Expired { at: expires_at },
            Self::Open => return Ok(()),
        };
        Err(Refusal::Redemption(no))
    }
}

/// Which of the three jobs of the call an invitation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Somebody new, or a pending guest again.
    Invite,
    /// An internal user converted.
    Convert,
    /// A reset redemption.
    Reset,
}

impl Kind {
    /// The stored word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Convert => "convert",
            Self::Reset => "reset",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Invite, Self::Convert, Self::Reset].into_iter().find(|k| k.name() == text)
    }
}

/// The wishes about the mail (reference/invitations.md section 3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `sendInvitationMessage`.
    pub send: bool,
    /// `messageLanguage`, as it was sent.
    pub language: Option<String>,
    /// `customizedMessageBody`, plain text.
    pub body: Option<String>,
    /// Name of the one person who gets a copy without the link.
    pub cc_name: Option<String>,
    /// Address of that person.
    pub cc_address: Option<Address>,
}

/// An invitation as it is told later. It has no ticket: no answer gives a link a second time (threats A3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub id: InvitationId,
    /// New, converted or reset.
    pub kind: Kind,
    /// Where it stands; an open one may be over.
    pub state: InvitationState,
    /// End of the link's life.
    pub expires_at: Time,
    /// The invited address.
    pub address: Address,
    /// Where the guest lands, as it was asked for.
    pub redirect_url: String,
    /// The wishes about the mail, without the inviter's words.
    pub message: Message,
    /// The guest.
    pub user: ObjectId,
    /// The guest as it is now, unless it was deleted.
    pub guest: Option<SentTo>,
}

/// Whom an invitation brought in, as the directory knows them now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentTo {
    /// Display name.
    pub name: String,
    /// User principal name.
    pub upn: String,
    /// Guest or member.
    pub user_type: UserType,
}

impl Sent {
    /// `status`: the original's words where it has some (reference/invitations.md section 2), else ours.
    pub fn status(&self, now: Time) -> &'static str {
        match self.state {
            InvitationState::Used => "Completed",
            InvitationState::Superseded => "Superseded",
            InvitationState::Open if now >= self.expires_at => "Expired",
            InvitationState::Open => "PendingAcceptance",
        }
    }
}

/// Who invited, copied when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inviter {
    /// Whether an application invited.
    pub is_app: bool,
    /// The person or service principal.
    pub id: ObjectId,
    /// Its display name.
    pub name: String,
    /// A person's e-mail, for Reply-To.
    pub mail: Option<String>,
}

/// One invitation as it is stored. The ticket is half of a link: the MAC is derived when needed.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id (`id` in the answer).
    pub id: InvitationId,
    /// The guest.
    pub user: ObjectId,
    /// Random; names the row in the link.
    pub ticket: [u8; 16],
    /// Version of the link key the link is made with.
    pub link_version: u32,
    /// What the call did.
    pub kind: Kind,
    /// Where it stands.
    pub state: InvitationState,
    /// The one address whose proof redeems it (`invitedUserEmailAddress`).
    pub address: Address,
    /// `inviteRedirectUrl`, as it was sent.
    pub redirect_url: String,
    /// The mail.
    pub message: Message,
    /// Who invited.
    pub inviter: Inviter,
    /// `client-request-id`, to recognise a retried request (threats J11).
    pub client_request_id: Option<String>,
    /// When.
    pub created_at: Time,
    /// End of the link's life.
    pub expires_at: Time,
}

/// Invitations one tenant may make, any caller (reference/graph-conventions.md section 6).
pub const PER_TENANT: Limit = Limit { most: 150, seconds: 5 };
/// Invitation mails to one address (threats G6).
pub const MAILS_PER_ADDRESS: Limit = Limit { most: 5, seconds: 3600 };
/// Invitation mails one inviter may cause (threats G6).
pub const MAILS_PER_INVITER: Limit = Limit { most: 10_000, seconds: 3600 };

/// Whether proving `typed` at an application redeems the invitation without its link: only if the
/// invited address is also `mail` (design section 5, "Redeem").
pub fn redeems_just_in_time(
    invitation: &Invitation,
    mail: Option<&Address>,
    typed: &Address,
    now: Time,
) -> bool {
    invitation.state.usable(invitation.expires_at, now).is_ok()
        && invitation.address.same(typed)
        && mail.is_some_and(|m| m.same(typed))
}

/// A user of the tenant, as far as inviting is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The user as a guest.
    pub guest: Guest,
    /// `mail`.
    pub mail: Option<Address>,
    /// `otherMails`.
    pub other_mails: Vec<Address>,
}

impl Candidate {
    /// Whether `mail` or one of `otherMails` is that address.
    pub fn has(&self, address: &Address) -> bool {
        self.mail.iter().chain(&self.other_mails).any(|a| a.same(address))
    }
}

/// Who was asked for, and who holds the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The user of `invitedUser.id`, if one was named.
    pub named: Option<Candidate>,
    /// Another user who holds the address: as `mail`, proxy, sign-in name or pending invitation.
    pub holder: Option<Candidate>,
    /// The address is on a domain of this tenant.
    pub own_domain: bool,
    /// The address belongs to a group of this tenant.
    pub group_address: bool,
    /// What the tenant's domain list says about the address.
    pub domains: DomainLookup,
}

/// What the request amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// A new guest.
    Create,
    /// A new link for a guest who has not redeemed.
    Again,
    /// Nothing to do: the guest has redeemed already (no mail, status `Completed`).
    Completed,
    /// An internal user becomes a guest in the way it signs in.
    Convert,
    /// A reset of the redemption.
    Reset,
}

/// Decides. With [`Plan::Again`] and [`Plan::Completed`] the user is the named one or else the holder.
pub fn plan(reset: bool, address: &Address, found: &Found) -> Result<Plan, Refusal> {
    let plan = amounts_to(reset, address, found)?;
    // The list does not touch guests who have redeemed (reference/roles-and-policies.md section 3); who is reset has
    // to redeem again.
    if plan != Plan::Completed {
        found.domains.check(address.domain())?;
    }
    Ok(plan)
}

fn amounts_to(reset: bool, address: &Address, found: &Found) -> Result<Plan, Refusal> {
    match (&found.named, reset) {
        (None, true) => Err(Refusal::invalid(
            "invitedUser.id",
            "A reset needs the id of the user whose redemption is reset.",
            "Send invitedUser with the object id of the guest.",
        )),
        (None, false) => plan_by_address(address, found),
        (Some(named), true) => {
            let mut probe = named.guest.clone();
            probe.reset(Time::default())?;
            plan_for(named, address, found).map(|()| Plan::Reset)
        }
        (Some(named), false) => match named.guest.state() {
            State::Internal => {
                named.guest.clone().convert(Time::default())?;
                if !named.mail.as_ref().is_some_and(|m| m.same(address)) {
                    return Err(Refusal::AddressNotOnUser);
                }
                plan_for(named, address, found).map(|()| Plan::Convert)
            }
            State::PendingAcceptance => {
                named.guest.invite_again()?;
                plan_for(named, address, found).map(|()| Plan::Again)
            }
            State::Accepted if !named.guest.is_active() => Err(Refusal::Blocked),
            State::Accepted if named.has(address) => Ok(Plan::Completed),
            State::Accepted => Err(Refusal::AddressNotOnUser),
        },
    }
}

fn plan_for(named: &Candidate, address: &Address, found: &Found) -> Result<(), Refusal> {
    if !named.has(address) {
        return Err(Refusal::AddressNotOnUser);
    }
    if found.holder.is_some() {
        // Says that, not whose (threats D9).
        return Err(Refusal::Conflict {
            cause: "The address is in use by another user of this organisation.".into(),
        });
    }
    refuse_inside(found)
}

fn refuse_inside(found: &Found) -> Result<(), Refusal> {
    if found.own_domain {
        return Err(Refusal::invalid(
            "invitedUserEmailAddress",
            "The address is on a domain of this organisation.",
            "Invite people at an address outside; create members with POST /users.",
        ));
    }
    if found.group_address {
        return Err(Refusal::invalid(
            "invitedUserEmailAddress",
            "Group email Address is not supported.",
            "Invite one person at a time, at a personal address.",
        ));
    }
    Ok(())
}

fn plan_by_address(address: &Address, found: &Found) -> Result<Plan, Refusal> {
    let Some(holder) = &found.holder else {
        return refuse_inside(found).map(|()| Plan::Create);
    };
    match holder.guest.state() {
        State::Internal => Err(Refusal::UserExists { id: holder.guest.id() }),
        _ if !holder.guest.is_active() => Err(Refusal::Blocked),
        // Whoever holds it only as a relic of an earlier address is not who is meant.
        State::PendingAcceptance if !holder.has(address) => Err(Refusal::Conflict {
            cause: "An invitation to this address is still open, of a user who has another address by now: \
                    reset that user's redemption to withdraw it."
                .into(),
        }),
        State::PendingAcceptance => holder.guest.invite_again().map(|()| Plan::Again),
        State::Accepted => Ok(Plan::Completed),
    }
}

#[cfg(test)]
#[path = "invitation_tests.rs"]
mod tests;
