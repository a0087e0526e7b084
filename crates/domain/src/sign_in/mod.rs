//! Signing in as a pure question: given the stored request, the session and the consent, what comes
//! next (design section 6)? Every page of a sign-in returns here. Refuses to look anything up.

mod claims_request;
mod flow;
mod redirect_uri;
mod scopes;
mod shared;
mod spelling;
mod step;
mod throttle;

pub use claims_request::{ClaimsRequest, REQUESTABLE};
pub use flow::{AppRequest, FLOW_SECONDS, FirstProof, Flow, Prompt, ResponseMode, Way, leave_path, way_of};
pub use redirect_uri::redirect_uri_matches;
pub use scopes::{BadScope, Consent, RequestedScopes, Resource, consent, opens_nothing};
pub use shared::{Candidate, Hints, Meant, organisation_meant};
pub use spelling::{repeated, too_long, too_long_value, unprintable, unprintable_value};
pub use step::{Situation, Step, needs_admin, next_step};
pub use throttle::{
    Budget, KnownDevice, TRIES_AT_EVERYBODY, TRIES_OF_DEVICE, TRIES_OF_NETWORK, TRIES_OF_STRANGERS, Whence,
    budgets,
};

/// Seconds an authorization code lives (threats F4).
pub const CODE_SECONDS: i64 = 60;
