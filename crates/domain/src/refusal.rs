//! Every "no" Hospes says, without HTTP: each surface's `error.rs` turns it into its own dialect.
//! Refuses to carry secrets or what an unprivileged reader may not know.

use std::fmt;

use crate::access::{Role, Scope};
use crate::ids::ObjectId;
use crate::time::Time;

mod catalogue;

pub use catalogue::Named;

/// Why a command was not carried out. Nothing changed, but for counters and the audit record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A value does not fit: which one, why, and what would.
    Invalid(Invalid),
    /// The caller may not do this.
    NotAllowed(NotAllowed),
    /// No such object for this caller: unknown, deleted and foreign look the same (threats D10, E6).
    NotFound {
        /// The id or name as it was asked for, shortened.
        id: String,
    },
    /// The bearer token, or what stands behind it, is not good any more.
    NotSignedIn {
        /// For people who debug a client; names no secret.
        cause: &'static str,
    },
    /// Reset or conversion: the address is in neither `mail` nor `otherMails`
    /// (reference/invitations.md section 8).
    AddressNotOnUser,
    /// The invited address belongs to somebody who can already sign in (reference/invitations.md section 7).
    UserExists {
        /// The user the address belongs to.
        id: ObjectId,
    },
    /// The guest is blocked; invitations to it answer 412.
    Blocked,
    /// What is asked for collides with something that exists.
    Conflict {
        /// What collides, in words a caller of the API understands.
        cause: String,
    },
    /// The reference exists already ("One or more added object references already exist …").
    AlreadyExists {
        /// What exists already.
        cause: String,
    },
    /// Another object has the value, which only one may have.
    Taken {
        /// The property whose value it is.
        property: &'static str,
    },
    /// There is one already, and there can be one only: of the key that is asked for.
    SameKey {
        /// What exists already.
        cause: String,
    },
    /// Whoever was made internal is not invited again (reference/invitations.md section 7).
    ConvertedBack,
    /// The tenant does not take invitations from this caller at all.
    InvitationsOff,
    /// The tenant's domain list does not permit addresses on this domain (reference/invitations.md section 7).
    DomainDenied {
        /// The domain of the invited address.
        domain: String,
    },
    /// Leaving by oneself is not possible (reference/roles-and-policies.md section 4).
    CannotLeave {
        /// A guest, whom the organisation does not let; else somebody whose account is the organisation's own.
        guest: bool,
    },
    /// Too many attempts; come back later.
    TooMany {
        /// Whole seconds until it is worth trying again.
        retry_after_seconds: u32,
    },
    /// The server cannot write just now (queue full, disk full).
    Unavailable {
        /// Whole seconds until it is worth trying again.
        retry_after_seconds: u32,
    },
    /// A stored precondition does not hold (`If-Match`, concurrent change).
    Stale,
    /// A redemption link, or the flow it opened, cannot go on.
    Redemption(RedemptionRefusal),
    /// A sign-in cannot go on.
    SignIn(SignInRefusal),
    /// The token endpoint or the authorization endpoint says no (RFC 6749 section 5.2).
    OAuth(OAuthRefusal),
    /// A defect of ours; the details are in the log under the request id.
    Internal,
}

/// One value that does not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalid {
    /// The property, parameter or form field as the surface spells it; empty for the body as a whole.
    pub field: String,
    /// What is wrong with it, one sentence.
    pub cause: String,
    /// What would be right, one sentence.
    pub remedy: String,
}

/// What a caller lacks. Any one permission of `scopes` and any one role of `roles` would do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NotAllowed {
    /// Permissions of which one is needed; empty when permissions are not the matter.
    pub scopes: Vec<Scope>,
    /// Directory roles of which one is needed; empty when roles are not the matter.
    pub roles: Vec<Role>,
    /// The rule in one sentence.
    pub reason: &'static str,
    /// The invitation service has its own code and message for this (reference/invitations.md section 8).
    pub reset: bool,
}

/// Why a redemption cannot go on. Holders of a genuine link learn the state of their link, strangers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedemptionRefusal {
    /// The link is not one of ours, or its holder cannot be told more.
    UnknownLink,
    /// The invitation has been redeemed with this link already.
    Used,
    /// A newer invitation or a reset took its place, or it was revoked.
    Superseded,
    /// Its time is over.
    Expired {
        /// Since then.
        at: Time,
    },
    /// The guest is blocked, deleted, or the host takes no redemption now.
    NotNow,
    /// The flow was started elsewhere, finished or is too old: begin again from the link.
    FlowLost,
    /// The proven identity is not the invited one.
    WrongIdentity {
        /// The invited address, masked.
        invited: String,
    },
    /// The proven identity belongs to another user of this host.
    IdentityTaken,
}

/// Why somebody is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// Wrong address or password: never says which.
    WrongPassword,
    /// What the browser said is not from a passkey that signs in here: never says why.
    WrongPasskey,
    /// Too many wrong passwords for this account.
    Locked {
        /// Whole seconds until the next try counts.
        retry_after_seconds: u32,
    },
    /// The passcode is wrong.
    WrongPasscode {
        /// Tries left with this code.
        tries_left: u32,
    },
    /// The passcode is used up, expired or replaced: ask for a new one.
    PasscodeOver,
    /// The second factor is wrong, or was used before.
    WrongSecondFactor {
        /// Tries left in this sign-in.
        tries_left: u32,
    },
    /// The tries for the second factor are used up in this sign-in.
    SecondFactorOver,
    /// The account is blocked.
    Disabled,
    /// The user is not assigned to the application, which requires it.
    NotAssigned,
    /// The sign-in was started elsewhere, finished or is too old.
    FlowLost,
    /// Signed in at home, and nobody here is bound to or invited as that.
    NotAGuest,
    /// Signed in at home as somebody whose redemption was reset, under a name that is not the invited address: it may have
    /// been begun before the reset (threats D5).
    InvitationWaits,
    /// The home organisation knows the address under another key than the one that was bound: the account was made
    /// anew, or belongs to somebody else by now (threats B5).
    IdentityChanged,
    /// The person is a guest of the organisation asked, too: its own one has to vouch.
    GuestAtHome,
    /// The host takes nobody from that organisation, or that organisation lets nobody go there (threats B11).
    NotAdmitted,
    /// The organisation asked did not vouch for anybody: cancelled, or its answer does not fit.
    UpstreamFailed,
}

/// An error of the OAuth endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthRefusal {
    /// The error code of RFC 6749, such as `invalid_grant`.
    pub error: &'static str,
    /// The numeric code clients of the original know (reference/tokens-and-sign-in.md section 6).
    pub code: u32,
    /// One sentence for the developer.
    pub description: String,
    /// Answered with 401 rather than 400 (client authentication failed).
    pub unauthorized: bool,
}

impl Refusal {
    /// Whether another caller might have been told more.
    pub fn is_lack_of_rights(&self) -> bool {
        matches!(self, Self::NotAllowed(_))
    }

    /// A value that does not fit.
    pub fn invalid(field: impl Into<String>, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Invalid(Invalid { field: field.into(), cause: cause.into(), remedy: remedy.into() })
    }

    /// No such object; `id` is shortened so that an error cannot be made to carry a page.
    pub fn not_found(id: impl fmt::Display) -> Self {
        let id: String = id.to_string().chars().filter(|c| !c.is_control()).take(120).collect();
        Self::NotFound { id }
    }

    /// An error of the OAuth endpoints, answered with 400.
    pub fn oauth(error: &'static str, code: u32, description: impl Into<String>) -> Self {
        Self::OAuth(OAuthRefusal { error, code, description: description.into(), unauthorized: false })
    }

    /// A stable short name, used in logs, audit records and the reference of error codes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::NotAllowed(_) => "not_allowed",
            Self::NotFound { .. } => "not_found",
            Self::NotSignedIn { .. } => "not_signed_in",
            Self::AddressNotOnUser => "address_not_on_user",
            Self::UserExists { .. } => "user_exists",
            Self::Blocked => "blocked",
            Self::Conflict { .. } => "conflict",
            Self::AlreadyExists { .. } => "already_exists",
            Self::Taken { .. } => "taken",
            Self::SameKey { .. } => "same_key",
            Self::ConvertedBack => "converted_back",
            Self::InvitationsOff => "invitations_off",
            Self::DomainDenied { .. } => "domain_denied",
            Self::CannotLeave { .. } => "cannot_leave",
            Self::TooMany { .. } => "too_many",
            Self::Unavailable { .. } => "unavailable",
            Self::Stale => "stale",
            Self::Redemption(r) => match r {
                RedemptionRefusal::UnknownLink => "link_unknown",
                RedemptionRefusal::Used => "link_used",
                RedemptionRefusal::Superseded => "link_superseded",
                RedemptionRefusal::Expired { .. } => "link_expired",
                RedemptionRefusal::NotNow => "redemption_not_now",
                RedemptionRefusal::FlowLost => "redemption_flow_lost",
                RedemptionRefusal::WrongIdentity { .. } => "identity_wrong",
                RedemptionRefusal::IdentityTaken => "identity_taken",
            },
            Self::SignIn(r) => match r {
                SignInRefusal::WrongPassword => "password_wrong",
                SignInRefusal::WrongPasskey => "passkey_wrong",
                SignInRefusal::Locked { .. } => "locked",
                SignInRefusal::WrongPasscode { .. } => "passcode_wrong",
                SignInRefusal::PasscodeOver => "passcode_over",
                SignInRefusal::WrongSecondFactor { .. } => "second_factor_wrong",
                SignInRefusal::SecondFactorOver => "second_factor_over",
                SignInRefusal::Disabled => "disabled",
                SignInRefusal::NotAssigned => "not_assigned",
                SignInRefusal::FlowLost => "sign_in_flow_lost",
                SignInRefusal::NotAGuest => "not_a_guest",
                SignInRefusal::InvitationWaits => "invitation_waits",
                SignInRefusal::IdentityChanged => "identity_changed",
                SignInRefusal::GuestAtHome => "guest_at_home",
                SignInRefusal::NotAdmitted => "not_admitted",
                SignInRefusal::UpstreamFailed => "upstream_failed",
            },
            Self::OAuth(r) => r.error,
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(i) if i.field.is_empty() => write!(f, "{} {}", i.cause, i.remedy),
            Self::Invalid(i) => write!(f, "{}: {} {}", i.field, i.cause, i.remedy),
            Self::NotAllowed(n) => f.write_str(n.reason),
            Self::Conflict { cause } | Self::AlreadyExists { cause } | Self::SameKey { cause } => {
                f.write_str(cause)
            }
            Self::Taken { property } => {
                write!(f, "Another object with the same value for property {property} already exists.")
            }
            Self::ConvertedBack => f.write_str(
                "The user was an external user once and was converted to an internal one; it cannot be converted back.",
            ),
            Self::OAuth(o) => f.write_str(&o.description),
            Self::DomainDenied { domain } => {
                write!(f, "The organisation does not accept invitations to addresses on '{domain}'.")
            }
            Self::CannotLeave { guest: true } => {
                f.write_str("The organisation does not let guests leave by themselves.")
            }
            Self::CannotLeave { guest: false } => f.write_str("Only guests leave by themselves."),
            other => f.write_str(other.name()),
        }
    }
}
