//! One page for every refusal without a page of its own: four sentences, then what to read to the
//! helpdesk (look section 5). Refuses to blame.

use askama::Template;

use super::{Frame, Link, Trace};

/// A "no", explained.
#[derive(Clone, Template)]
#[template(path = "pages/refusal_page.html")]
pub struct RefusalPage {
    /// Page frame.
    pub frame: Frame,
    /// Title: what happened, without full stop.
    pub title: String,
    /// What happened, in a sentence or two more.
    pub happened: Option<String>,
    /// Why Hospes was careful.
    pub why_careful: String,
    /// What is not lost; stands in a green block.
    pub not_lost: Option<String>,
    /// What to do.
    pub what_to_do: String,
    /// The remedy as a button.
    pub button: Option<Link>,
    /// Shows the slipped halves; only where identity is the matter.
    pub slipped: bool,
    /// For the helpdesk.
    pub trace: Trace,
}

impl RefusalPage {
    /// The address is that of a guest, the account behind it is another one (threats B4, B5).
    /// `address` is what the reader has just proven, so it is shown in full.
    pub fn identity_changed(frame: Frame, host_name: &str, address: &str, trace: Trace) -> Self {
        Self {
            frame,
            title: "This account is not the one we know".to_owned(),
            happened: Some(format!(
                "{address} is a guest of {host_name}. The address is the same, but the account behind it is new."
            )),
            why_careful: format!(
                "This happens when an account is created again. So that nobody inherits your access through an address alone, {host_name} has to confirm that it is you."
            ),
            not_lost: Some("Nothing is lost. Your groups and apps wait for you.".to_owned()),
            what_to_do: format!(
                "Ask the person who invited you to {host_name} for a reset of your redemption, and read them the reference below. You then get a new invitation by mail."
            ),
            button: None,
            slipped: true,
            trace,
        }
    }
}
