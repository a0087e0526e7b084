//! A genuine link that cannot be redeemed (any more) gets the page of its state; everything that
//! fails the MAC shares one page (design section 5, threats A1). Refuses to tell those apart for
//! strangers.

use askama::Template;

use super::{Form, Frame, Trace};
use crate::pages::words::Moment;

/// The invitation was accepted before; the link is a way back in.
#[derive(Clone, Template)]
#[template(path = "pages/link_used.html")]
pub struct LinkUsed {
    /// Page frame.
    pub frame: Frame,
    /// Name of the host.
    pub host_name: String,
    /// Path that starts a sign-in at the host's My Apps.
    pub sign_in: String,
    /// For the helpdesk.
    pub trace: Trace,
}

/// A newer invitation was sent.
#[derive(Clone, Template)]
#[template(path = "pages/link_superseded.html")]
pub struct LinkSuperseded {
    /// Page frame.
    pub frame: Frame,
    /// Name of the host.
    pub host_name: String,
    /// For the helpdesk.
    pub trace: Trace,
}

/// The invitation ran out or was withdrawn.
#[derive(Clone, Template)]
#[template(path = "pages/link_expired.html")]
pub struct LinkExpired {
    /// Page frame.
    pub frame: Frame,
    /// Name of the host.
    pub host_name: String,
    /// When it ran out; `None` when it was withdrawn.
    pub ran_out: Option<Moment>,
    /// For the helpdesk.
    pub trace: Trace,
}

/// The link is not one of ours, or was damaged on its way. Says the same whatever the reason.
#[derive(Clone, Template)]
#[template(path = "pages/link_unknown.html")]
pub struct LinkUnknown {
    /// Page frame.
    pub frame: Frame,
}

/// The reader is signed in with another address than the invited one (threats B1); nothing is bound.
#[derive(Clone, Template)]
#[template(path = "pages/wrong_identity.html")]
pub struct WrongIdentity {
    /// Page frame.
    pub frame: Frame,
    /// Name of the host.
    pub host_name: String,
    /// Masked invited address.
    pub invited_address: String,
    /// The reader's own address, in full.
    pub signed_in_as: String,
    /// "Use another account".
    pub another_account: Form,
    /// "Prove the mailbox with a code"; `None` where a federation decides for the domain (G5).
    pub prove_mailbox: Option<Form>,
    /// For the helpdesk.
    pub trace: Trace,
}
